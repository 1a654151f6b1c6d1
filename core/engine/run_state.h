// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/run_folder.h"

#include <string>

namespace continuo {

/// "finished", "stopped", "failed", "training" or "killed": as the log says, but who holds the lock
/// of a run trains it, and a log without an end whose training is gone was killed.
std::string runState(const RunSummary& run);

} // namespace continuo
