// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/engine/compare_runs.h"

#include <filesystem>
#include <string>
#include <vector>

namespace continuo::cli {

/// Draws the curves of a run from its story: training and held-out loss over the steps, the best
/// point, the lines of guessing, counting and pairs, and where the training was resumed; of two
/// networks that learn against each other both losses, with the lines of those that cannot tell and
/// cannot be told. A .png or .svg by the ending of `picture`. Errors: those of readRunLog() and
/// writePicture(); run.nothing-to-draw (Refused) where no loss is known yet.
Status drawRun(const std::filesystem::path& run, const std::filesystem::path& picture, Overwrite overwrite);

/// Draws the held-out losses of several runs over their steps, one curve for each by its name in `names`, with its loss at
/// the best point; of a run without held-out pieces the training loss, and its name says so. A single run is drawn as by
/// drawRun(). The line of counting pairs stands where it is the same for all. Errors: as above; of several runs those
/// without any loss, and networks that learn against each other, are left out.
Status drawRuns(const RunComparison& comparison, const std::vector<std::string>& names, const std::filesystem::path& picture,
                Overwrite overwrite);

} // namespace continuo::cli
