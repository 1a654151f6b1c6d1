// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run_state.h"

#include "core/protocol/run_lock.h"

namespace continuo {

std::string runState(const RunSummary& run)
{
    const RunLockState lock = readRunLock(run.path).state;
    if (lock == RunLockState::Held || lock == RunLockState::Elsewhere)
        return "training";
    return run.state == "unfinished" ? "killed" : run.state;
}

} // namespace continuo
