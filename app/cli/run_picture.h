// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"

#include <filesystem>

namespace continuo::cli {

/// Draws the curves of a run from its story: training and held-out loss over the steps, the best
/// point, the lines of guessing, counting and pairs, and where the training was resumed; of two
/// networks that learn against each other both losses, with the lines of those that cannot tell and
/// cannot be told. A .png or .svg by the ending of `picture`. Errors: those of readRunLog() and
/// writePicture(); run.nothing-to-draw (Refused) where no loss is known yet.
Status drawRun(const std::filesystem::path& run, const std::filesystem::path& picture, Overwrite overwrite);

} // namespace continuo::cli
