// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/protocol/run_lock.h"

#include <filesystem>
#include <string>
#include <vector>

namespace continuo {

struct DetachOptions
{
    std::filesystem::path program{};      ///< What to start: this program.
    std::vector<std::string> arguments{}; ///< Without the program's name; the child must train in the foreground.
    std::filesystem::path run{};          ///< Made if it is not there.
};

/// What became of a program started to train on its own.
struct DetachedTraining
{
    RunOwner owner{};            ///< Whom to attach to.
    bool isOverAlready = false;  ///< It ended well before anybody could look.
    std::filesystem::path log{}; ///< Where its words go: RUN/stderr.txt.
};

/// Starts a training that outlives this program, its terminal and its user's session: a session of its own, no input,
/// output into RUN/stderr.txt behind what stands there. Returns when the training has told its first event. Where it
/// ends before with an error, that is returned: train.detached-failed with the kind of its exit code and its own words.
/// Cancelling leaves the training alone. Errors also: those of files, train.cannot-start.
Result<DetachedTraining> startDetached(const DetachOptions& options, const CancelToken& cancel);

} // namespace continuo
