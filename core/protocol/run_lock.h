// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/control_socket.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace continuo {

/// Who trains in a run folder, as RUN/lock says.
struct RunOwner
{
    std::int64_t process = 0;
    std::string host{};
    std::string born{};  ///< When the process began, in the system's own count; tells it from a later one of its number.
    std::string since{}; ///< When the lock was taken: "2026-03-01T12:00:00Z".
    std::optional<ControlAddress> address{}; ///< Missing for a moment while the training begins.
    bool hasBegun = false; ///< It has told its first event.

    friend bool operator==(const RunOwner&, const RunOwner&) = default;
};
Json toJson(const RunOwner& owner);
Result<RunOwner> runOwnerFromJson(const Json& json);

/// This process.
RunOwner thisProcess();

/// "process 4711 on host, since 2026-03-01T12:00:00Z".
std::string ownerName(const RunOwner& owner);

/// The right to train in a run folder, held by one process at a time: the file RUN/lock, locked with flock() and naming
/// its holder. The system takes the lock from a process that dies; its file stays and says who died.
class RunLock
{
public:
    /// Takes the lock of a folder that exists; waits no longer than a fraction of a second.
    /// Errors (kind Failed): run.in-use (who holds it), run.held-elsewhere (on a network folder by a process of another
    /// machine, of which nobody can tell whether it lives), and those of files.
    static Result<RunLock> take(const std::filesystem::path& run);

    RunLock(RunLock&& other) noexcept;
    RunLock& operator=(RunLock&& other) noexcept;
    ~RunLock(); ///< Removes the file.

    /// Tells everybody where to connect.
    Status announce(const ControlAddress& address);
    /// Tells everybody that the training has told its first event.
    Status announceBegin();

    /// The dead process the lock was taken over from, if any.
    const std::optional<RunOwner>& takenOverFrom() const { return m_before; }

private:
    RunLock(std::filesystem::path path, int descriptor, std::optional<RunOwner> before);
    Status write(const RunOwner& owner) const;

    std::filesystem::path m_path{};
    int m_descriptor = -1;
    RunOwner m_owner{};
    std::optional<RunOwner> m_before{};
};

enum class RunLockState
{
    Free,     ///< Nobody trains.
    Held,     ///< The owner lives, on this machine.
    Dead,     ///< The owner ended without giving the lock back: killed, or the machine stopped.
    Elsewhere ///< The owner is on another machine.
};

struct RunLockView
{
    RunLockState state = RunLockState::Free;
    RunOwner owner{}; ///< Of no meaning when free.
};

/// Who trains in a run folder, without disturbing them. A lock being written is waited for a moment.
RunLockView readRunLock(const std::filesystem::path& run);

} // namespace continuo
