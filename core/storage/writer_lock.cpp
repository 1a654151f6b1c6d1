// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/writer_lock.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace continuo {
namespace {

/// "process 4711 on host": who wrote the lock file, or words for not knowing.
std::string holderIn(int descriptor)
{
    std::array<char, 256> text{};
    const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
    const std::string holder =
        repairedUtf8(trimmed({text.data(), length > 0 ? static_cast<std::size_t>(length) : 0}));
    return holder.empty() ? "another program" : holder;
}

bool isStillNamed(int descriptor, const std::filesystem::path& path)
{
    struct stat opened
    {
    };
    struct stat named
    {
    };
    return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

void signIn(int descriptor)
{
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0)
        host[0] = '\0';
    const std::string text = "process " + std::to_string(::getpid()) + " on " + host.data() + "\n";
    // A lock holds without its signature too: an unsigned one is only less polite.
    if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, text.data(), text.size(), 0) < 0)
        return;
}

} // namespace

Result<WriterLock> WriterLock::take(const std::filesystem::path& path, std::string_view kind)
{
    std::filesystem::path lockPath = path;
    lockPath += ".lock";
    while (true) {
        const int descriptor =
            ::open(lockPath.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (descriptor < 0)
            return fileError(errno, lockPath, "write");
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            const int reason = errno;
            const std::string holder = holderIn(descriptor);
            ::close(descriptor);
            if (reason != EWOULDBLOCK)
                return fileError(reason, lockPath, "lock");
            return Error{ErrorKind::Failed,
                         std::string(kind) + ".in-use",
                         "\"" + readablePath(path) + "\" is being changed by " + holder +
                             ". Wait until that has finished, or stop it; reading works meanwhile.",
                         {{"file", readablePath(path)}, {"holder", holder}}};
        }
        // The holder before may have removed the name between opening and locking: then this lock
        // guards nothing.
        if (isStillNamed(descriptor, lockPath)) {
            signIn(descriptor);
            return WriterLock(std::move(lockPath), descriptor);
        }
        ::close(descriptor);
    }
}

WriterLock::WriterLock(std::filesystem::path lockPath, int descriptor)
    : m_lockPath(std::move(lockPath))
    , m_descriptor(descriptor)
{
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : m_lockPath(std::move(other.m_lockPath))
    , m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

WriterLock& WriterLock::operator=(WriterLock&& other) noexcept
{
    if (this != &other) {
        release();
        m_lockPath = std::move(other.m_lockPath);
        m_descriptor = std::exchange(other.m_descriptor, -1);
    }
    return *this;
}

WriterLock::~WriterLock()
{
    release();
}

void WriterLock::release()
{
    if (m_descriptor < 0)
        return;
    ::unlink(m_lockPath.c_str());
    ::close(m_descriptor);
    m_descriptor = -1;
}

} // namespace continuo
