// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/outbox.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <limits.h>
#include <mutex>
#include <poll.h>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kRoomBytes = std::size_t{4} << 20;
/// Answers to one who asks and asks and never reads.
constexpr std::size_t kMostUnreadBytes = std::size_t{64} << 20;
/// So much can be written to a pipe that is ready without waiting.
constexpr std::size_t kBlockBytes = PIPE_BUF;
constexpr int kPollMs = 50;
constexpr auto kRoomPause = 50ms;

} // namespace

struct Outbox::State
{
    int descriptor = -1;
    mutable std::mutex mutex{};
    std::condition_variable isChanged{};
    std::deque<std::string> lines{};
    std::size_t unreadBytes = 0;
    bool isBroken = false;
    bool isEnding = false;
    std::thread writer{};

    void add(std::string line)
    {
        if (isBroken || unreadBytes > kMostUnreadBytes)
            return;
        unreadBytes += line.size();
        lines.push_back(std::move(line));
        isChanged.notify_all();
    }

    /// False when nobody reads any more or the outbox ends.
    bool write(std::string_view bytes)
    {
        while (!bytes.empty()) {
            pollfd ready{descriptor, POLLOUT, 0};
            const int count = ::poll(&ready, 1, kPollMs);
            {
                const std::scoped_lock guard(mutex);
                if (isEnding)
                    return false;
            }
            if (count <= 0)
                continue;
            const ssize_t written = ::write(descriptor, bytes.data(), std::min(bytes.size(), kBlockBytes));
            if (written < 0 && (errno == EINTR || errno == EAGAIN))
                continue;
            if (written <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        return true;
    }

    void run()
    {
        std::unique_lock guard(mutex);
        while (true) {
            isChanged.wait(guard, [this] { return isEnding || !lines.empty(); });
            if (isEnding)
                return;
            const std::string line = std::move(lines.front());
            lines.pop_front();
            guard.unlock();
            const bool isWritten = write(line);
            guard.lock();
            unreadBytes -= line.size();
            if (!isWritten) {
                isBroken = true;
                lines.clear();
                unreadBytes = 0;
            }
            isChanged.notify_all();
        }
    }
};

Outbox::Outbox(int descriptor)
    : m_state(std::make_unique<State>())
{
    m_state->descriptor = descriptor;
    m_state->writer = std::thread([&state = *m_state] { state.run(); });
}

Outbox::~Outbox()
{
    {
        const std::scoped_lock guard(m_state->mutex);
        m_state->isEnding = true;
    }
    m_state->isChanged.notify_all();
    m_state->writer.join();
}

void Outbox::send(std::string line)
{
    const std::scoped_lock guard(m_state->mutex);
    m_state->add(std::move(line));
}

bool Outbox::sendWhenRoom(std::string line, const CancelToken& cancel)
{
    std::unique_lock guard(m_state->mutex);
    while (m_state->unreadBytes > kRoomBytes && !m_state->isBroken) {
        if (cancel.isCancelled())
            return false;
        m_state->isChanged.wait_for(guard, kRoomPause);
    }
    if (m_state->isBroken || cancel.isCancelled())
        return false;
    m_state->add(std::move(line));
    return true;
}

void Outbox::flush(std::chrono::milliseconds patience)
{
    std::unique_lock guard(m_state->mutex);
    m_state->isChanged.wait_for(guard, patience,
                                [this] { return m_state->isBroken || m_state->unreadBytes == 0; });
}

bool Outbox::isBroken() const
{
    const std::scoped_lock guard(m_state->mutex);
    return m_state->isBroken;
}

} // namespace continuo
