// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace continuo {

/// Where one process stands among those that train one network together. Rank 0 leads: it alone
/// writes the run, evaluates, speaks and is spoken to.
struct WorkerPlace
{
    int rank = 0;
    int count = 1;
    int localRank = 0;     ///< Among those on its machine.
    int localCount = 1;    ///< On its machine: they share its threads.
    std::string address{}; ///< The machine where they meet.
    int port = 0;          ///< Where they meet; 0: rank 0 takes a free one, for this machine only.
    bool isHosted = false; ///< Whoever started them keeps the meeting place.
    std::string prefix{};  ///< Of this attempt's names there.

    friend bool operator==(const WorkerPlace&, const WorkerPlace&) = default;
};

/// The value of an environment variable; null where it is not set.
using EnvironmentLookup = std::function<const char*(const char* name)>;

/// The place that torchrun (RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE) or Slurm (SLURM_PROCID,
/// SLURM_NTASKS, SLURM_LOCALID) tells, with MASTER_ADDR and MASTER_PORT; nothing where it tells of
/// no other process. Slurm's variables count only with MASTER_ADDR, because every program in a
/// Slurm job sees them. Errors (kind Usage): train.bad-environment, which names the variable.
Result<std::optional<WorkerPlace>> placeFromEnvironment(const EnvironmentLookup& valueOf);

/// Processes that do the same thing at the same time. Every call waits for all of them, who must
/// all make it, in the same order. Used by one thread. Errors: train.worker-lost (kind Failed); the
/// group is of no more use then.
class ProcessGroup
{
public:
    virtual ~ProcessGroup() = default;

    virtual int rank() const = 0;
    virtual int count() const = 0;

    /// What stands in `bytes` at rank 0 stands there everywhere; equally many at all.
    virtual Status tell(std::span<std::byte> bytes) = 0;

    /// Adds up place by place; all get the same bits, and the same for equal numbers.
    virtual Status sum(std::span<double> numbers) = 0;
    virtual Status sum(std::span<float> numbers) = 0;

    /// Says in the middle of a step that it is to be given up; waits for nobody.
    virtual void askStop() = 0;
    virtual bool isStopAsked() = 0;
};

/// What rank 0's surroundings have to do with joining.
struct JoinHooks
{
    /// Called at rank 0 when the others may come to this port.
    std::function<Status(int port)> opened{};
    /// Who was lost, in words that end with a full stop; empty where that is not known.
    std::function<std::string()> loss{};
};

/// Meets the others; five minutes are the longest wait for them. Errors: train.no-process-group
/// (kind Usage) where this program was built without, train.workers-late, train.worker-lost (kind
/// Failed), base.cancelled, and those of JoinHooks::opened.
Result<std::shared_ptr<ProcessGroup>>
joinProcessGroup(const WorkerPlace& place, const JoinHooks& hooks, const CancelToken& cancel);

/// Why this program cannot train with several processes, in words; empty where it can.
std::string whyNoProcessGroup();

} // namespace continuo
