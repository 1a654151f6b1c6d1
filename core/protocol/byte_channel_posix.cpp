// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/byte_channel.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace continuo {
namespace {

void makeNonBlocking(int descriptor)
{
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (flags >= 0)
        ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

bool isOnlyNotNow(int reason)
{
    return reason == EAGAIN || reason == EWOULDBLOCK || reason == EINTR;
}

void closeIfOpen(int& descriptor)
{
    if (descriptor >= 0)
        ::close(descriptor);
    descriptor = -1;
}

} // namespace

ByteChannel::ByteChannel(int descriptor)
    : m_descriptor(descriptor)
{
    makeNonBlocking(descriptor);
}

ByteChannel::ByteChannel(ByteChannel&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

ByteChannel& ByteChannel::operator=(ByteChannel&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

ByteChannel::~ByteChannel()
{
    closeIfOpen(m_descriptor);
}

std::optional<std::size_t> ByteChannel::read(std::span<char> buffer)
{
    const ssize_t count = ::read(m_descriptor, buffer.data(), buffer.size());
    if (count > 0)
        return static_cast<std::size_t>(count);
    if (count < 0 && isOnlyNotNow(errno))
        return 0;
    return std::nullopt;
}

std::optional<std::size_t> ByteChannel::write(std::string_view bytes)
{
    ssize_t count = ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == ENOTSOCK)
        count = ::write(m_descriptor, bytes.data(), bytes.size());
    if (count >= 0)
        return static_cast<std::size_t>(count);
    if (isOnlyNotNow(errno))
        return 0;
    return std::nullopt;
}

Result<WakePipe> WakePipe::open()
{
    int ends[2] = {-1, -1};
    if (::pipe(ends) != 0)
        return Error{ErrorKind::Failed,
                     "protocol.no-descriptors",
                     std::string("No pipe can be made: ") + std::strerror(errno) +
                         ". Close other programs, or allow this one more open files.",
                     {{"cause", std::strerror(errno)}}};
    makeNonBlocking(ends[0]);
    makeNonBlocking(ends[1]);
    return WakePipe(ends[0], ends[1]);
}

WakePipe::WakePipe(int read, int write)
    : m_read(read)
    , m_write(write)
{
}

WakePipe::WakePipe(WakePipe&& other) noexcept
    : m_read(std::exchange(other.m_read, -1))
    , m_write(std::exchange(other.m_write, -1))
{
}

WakePipe& WakePipe::operator=(WakePipe&& other) noexcept
{
    std::swap(m_read, other.m_read);
    std::swap(m_write, other.m_write);
    return *this;
}

WakePipe::~WakePipe()
{
    closeIfOpen(m_read);
    closeIfOpen(m_write);
}

void WakePipe::wake() const
{
    const int before = errno;
    // A full pipe wakes as well as one byte more would.
    if (::write(m_write, "", 1) < 0)
        errno = before;
}

void WakePipe::clear() const
{
    char bytes[64];
    while (::read(m_read, bytes, sizeof bytes) > 0) {
    }
}

void waitForAny(std::span<Waiting> waiting, int timeoutMs)
{
    std::vector<pollfd> polled;
    polled.reserve(waiting.size());
    for (const Waiting& each : waiting)
        polled.push_back({each.handle,
                          static_cast<short>((each.forReading ? POLLIN : 0) | (each.forWriting ? POLLOUT : 0)), 0});
    const int ready = ::poll(polled.data(), static_cast<nfds_t>(polled.size()), timeoutMs);
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        const int events = ready > 0 ? polled[i].revents : 0;
        waiting[i].isReadable = waiting[i].forReading && (events & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) != 0;
        waiting[i].isWritable = waiting[i].forWriting && (events & (POLLOUT | POLLHUP | POLLERR | POLLNVAL)) != 0;
    }
}

} // namespace continuo
