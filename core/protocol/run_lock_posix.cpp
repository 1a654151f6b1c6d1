// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/run_lock.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#ifdef __linux__
#include <sys/vfs.h>
#endif

namespace continuo {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::size_t kLargestLockFile = 16 << 10;
constexpr auto kLockPatience = 300ms;
constexpr auto kLockPause = 10ms;

/// When a process began: the boot it belongs to and its ticks since. Empty where the system does not tell.
std::string birthOf(std::int64_t process)
{
    const Result<std::string> stat = readTextFile("/proc/" + std::to_string(process) + "/stat", 1 << 16);
    const Result<std::string> boot = readTextFile("/proc/sys/kernel/random/boot_id", 256);
    if (!stat || !boot)
        return {};
    // The program's name, in brackets, may hold anything; the fields are counted behind it. The 22nd is the birth.
    const std::size_t nameEnd = stat->rfind(')');
    if (nameEnd == std::string::npos)
        return {};
    const std::vector<std::string> fields = splitText(trimmed(std::string_view(*stat).substr(nameEnd + 1)), ' ');
    return fields.size() > 19 ? std::string(trimmed(*boot)) + ":" + fields[19] : std::string{};
}

/// A process that was killed and not yet waited for lives no more.
bool isZombie(std::int64_t process)
{
    const Result<std::string> stat = readTextFile("/proc/" + std::to_string(process) + "/stat", 1 << 16);
    if (!stat)
        return false;
    const std::size_t nameEnd = stat->rfind(')');
    return nameEnd != std::string::npos && nameEnd + 2 < stat->size() && ((*stat)[nameEnd + 2] == 'Z' || (*stat)[nameEnd + 2] == 'X');
}

std::string hostName()
{
    std::array<char, 256> host{};
    return ::gethostname(host.data(), host.size() - 1) == 0 ? std::string(host.data()) : std::string("unknown");
}

std::string utcNow()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

bool isAlive(const RunOwner& owner)
{
    if (owner.process <= 0 || (::kill(static_cast<pid_t>(owner.process), 0) != 0 && errno == ESRCH))
        return false;
    if (isZombie(owner.process))
        return false;
    const std::string born = birthOf(owner.process);
    return owner.born.empty() || born.empty() || born == owner.born;
}

std::string textOf(int descriptor)
{
    std::string text(kLargestLockFile, '\0');
    const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
    text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    return text;
}

std::optional<RunOwner> ownerIn(std::string_view text)
{
    const Result<Json> json = parseJson(text);
    if (!json)
        return std::nullopt;
    Result<RunOwner> owner = runOwnerFromJson(*json);
    if (!owner)
        return std::nullopt;
    return std::move(*owner);
}

bool isStillNamed(int descriptor, const fs::path& path)
{
    struct stat opened{};
    struct stat named{};
    return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

/// Whether locks on this file may be unknown to other machines that see it.
bool isOnNetwork([[maybe_unused]] int descriptor)
{
#ifdef __linux__
    struct statfs facts{};
    if (::fstatfs(descriptor, &facts) != 0)
        return false;
    // NFS, SMB, CIFS, SMB2, FUSE, Lustre, CephFS, AFS, 9P.
    constexpr std::array<std::uint64_t, 9> kinds{0x6969,     0x517b,     0xff534d42, 0xfe534d42, 0x65735546,
                                                 0x0bd00bd0, 0x00c36400, 0x5346414f, 0x01021997};
    for (const std::uint64_t kind : kinds)
        if ((static_cast<std::uint64_t>(facts.f_type) & 0xffffffffU) == kind)
            return true;
#endif
    return false;
}

Error inUse(const fs::path& run, const std::optional<RunOwner>& owner)
{
    const std::string holder = owner ? ownerName(*owner) : "another program";
    return {ErrorKind::Failed,
            "run.in-use",
            "The run \"" + readablePath(run) + "\" is being trained by " + holder +
                ". Follow it with `continuo attach`, stop it there, or name another run folder.",
            {{"run", readablePath(run)}, {"holder", holder}}};
}

} // namespace

Json toJson(const RunOwner& owner)
{
    Json json{{"process", owner.process}, {"host", owner.host}, {"born", owner.born}, {"since", owner.since}};
    if (owner.address)
        json["control"] = toJson(*owner.address);
    if (owner.hasBegun)
        json["begun"] = true;
    return json;
}

Result<RunOwner> runOwnerFromJson(const Json& json)
{
    RunOwner owner;
    JsonMembers members(json, "lock");
    members.required().read("process", owner.process, 1, INT64_C(1) << 31);
    members.required().read("host", owner.host);
    members.read("born", owner.born);
    members.read("since", owner.since);
    members.read("begun", owner.hasBegun);
    if (Status status = members.status(); !status)
        return status.error();
    if (const Json* address = members.find("control")) {
        Result<ControlAddress> read = controlAddressFromJson(*address);
        if (!read)
            return read.error();
        owner.address = std::move(*read);
    }
    return owner;
}

RunOwner thisProcess()
{
    return {::getpid(), hostName(), birthOf(::getpid()), utcNow(), std::nullopt, false};
}

std::string ownerName(const RunOwner& owner)
{
    return "process " + std::to_string(owner.process) + " on " + repairedUtf8(owner.host) +
           (owner.since.empty() ? "" : ", since " + repairedUtf8(owner.since));
}

Result<RunLock> RunLock::take(const fs::path& run)
{
    const fs::path path = run / "lock";
    const auto patience = std::chrono::steady_clock::now() + kLockPatience;
    while (true) {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (descriptor < 0)
            return fileError(errno, path, "write");
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            const int reason = errno;
            const std::optional<RunOwner> owner = ownerIn(textOf(descriptor));
            ::close(descriptor);
            if (reason != EWOULDBLOCK && reason != EINTR)
                return fileError(reason, path, "lock");
            // Somebody who only looks whether the owner lives holds the lock for an instant.
            if (std::chrono::steady_clock::now() > patience)
                return inUse(run, owner);
            std::this_thread::sleep_for(kLockPause);
            continue;
        }
        // The holder before may have removed the name between opening and locking: then this lock guards nothing.
        if (!isStillNamed(descriptor, path)) {
            ::close(descriptor);
            continue;
        }
        std::optional<RunOwner> before = ownerIn(textOf(descriptor));
        if (before && before->host != hostName() && isOnNetwork(descriptor)) {
            ::close(descriptor);
            return Error{ErrorKind::Failed,
                         "run.held-elsewhere",
                         "The run \"" + readablePath(run) + "\" is being trained by " + ownerName(*before) +
                             ". From here nobody can tell whether it still lives. If it does not, remove \"" +
                             readablePath(path) + "\" and try again.",
                         {{"run", readablePath(run)}, {"holder", ownerName(*before)}}};
        }
        RunLock lock(path, descriptor, std::move(before));
        lock.m_owner = thisProcess();
        if (Status written = lock.write(lock.m_owner); !written)
            return written.error();
        return lock;
    }
}

RunLock::RunLock(fs::path path, int descriptor, std::optional<RunOwner> before)
    : m_path(std::move(path))
    , m_descriptor(descriptor)
    , m_before(std::move(before))
{
}

RunLock::RunLock(RunLock&& other) noexcept
    : m_path(std::move(other.m_path))
    , m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_owner(std::move(other.m_owner))
    , m_before(std::move(other.m_before))
{
}

RunLock& RunLock::operator=(RunLock&& other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_owner, other.m_owner);
    std::swap(m_before, other.m_before);
    return *this;
}

RunLock::~RunLock()
{
    if (m_descriptor < 0)
        return;
    if (isStillNamed(m_descriptor, m_path))
        ::unlink(m_path.c_str());
    ::close(m_descriptor);
}

Status RunLock::announce(const ControlAddress& address)
{
    m_owner.address = address;
    return write(m_owner);
}

Status RunLock::announceBegin()
{
    m_owner.hasBegun = true;
    return write(m_owner);
}

Status RunLock::write(const RunOwner& owner) const
{
    const std::string text = jsonLine(toJson(owner)) + "\n";
    if (::ftruncate(m_descriptor, 0) != 0)
        return fileError(errno, m_path, "write");
    const ssize_t written = ::pwrite(m_descriptor, text.data(), text.size(), 0);
    if (written != static_cast<ssize_t>(text.size()))
        return fileError(written < 0 ? errno : ENOSPC, m_path, "write");
    return ok();
}

RunLockView readRunLock(const fs::path& run)
{
    const fs::path path = run / "lock";
    const auto patience = std::chrono::steady_clock::now() + kLockPatience;
    while (true) {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (descriptor < 0)
            return {};
        const std::optional<RunOwner> owner = ownerIn(textOf(descriptor));
        if (owner && owner->host == hostName() && isAlive(*owner)) {
            ::close(descriptor);
            return {RunLockState::Held, *owner};
        }
        // Not alive as far as its number tells. Whoever holds the lock lives all the same, for example in a container
        // with numbers of its own.
        const bool isFree = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0;
        const bool isNetwork = isOnNetwork(descriptor);
        const bool isNamed = isStillNamed(descriptor, path);
        ::close(descriptor);
        if (owner && isNamed) {
            const bool isForeign = owner->host != hostName();
            if (isFree && !(isForeign && isNetwork))
                return {RunLockState::Dead, *owner};
            return {isForeign ? RunLockState::Elsewhere : RunLockState::Held, *owner};
        }
        if (isNamed && isFree)
            return {}; // A file that names nobody and that nobody holds.
        if (std::chrono::steady_clock::now() > patience)
            return {};
        std::this_thread::sleep_for(kLockPause);
    }
}

} // namespace continuo
