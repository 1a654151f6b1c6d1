// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"

#include <filesystem>
#include <string>

namespace continuo {

/// A standard output that nothing but the engine writes to: what libraries print goes to standard error instead.
/// Returns the private descriptor, -1 where there is none to be had.
int takeStandardOutput();

struct ServeOptions
{
    int input = 0;  ///< Where requests come from, a line each.
    int output = 1; ///< Where answers and news go.
    std::string version{};
    std::filesystem::path model{}; ///< Loaded first; may be empty.
};

struct ServeOutcome
{
    /// Work did not stop in time and goes on in a thread: the process must end at once, by std::_Exit().
    bool isWorkAbandoned = false;
};

/// The engine: answers requests until its input ends or `cancel` is set, and returns within a second of that, also in
/// the middle of work. One thread reads and acknowledges, another works on one job after the other, a third writes.
ServeOutcome serve(const ServeOptions& options, const CancelToken& cancel);

} // namespace continuo
