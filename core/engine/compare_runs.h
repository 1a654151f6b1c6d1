// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/learn/run_folder.h"
#include "core/protocol/json.h"

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// A run as it stands beside others.
struct ComparedRun
{
    RunSummary summary{};
    std::string state{}; ///< As runState() says.
    /// What its job says, values as JSON: "training.batch" is "64". Description and licence are
    /// not among them.
    std::map<std::string, std::string> settings{};
    std::optional<TrainStarted> started{}; ///< The last time that it began or went on.
    /// At the best point; training and test part where the run has ended.
    std::optional<PartScore> train{};
    std::optional<PartScore> validation{};
    std::optional<PartScore> test{};
    std::vector<TrainEvent> curve{}; ///< TrainStep and TrainEvaluated, as they came.
};

struct RunComparison
{
    std::vector<ComparedRun> runs{};
    std::vector<std::string> differing{}; ///< Keys of settings that are not the same in all.
};

/// Reads runs, each a run folder or a folder of runs. Errors: those of listRuns() and readRunLog();
/// compare.no-runs (Refused) where there is none.
Result<RunComparison> compareRuns(std::span<const std::filesystem::path> folders);

/// {differing[], runs[{run, preset, variant, state, settings{}, steps, epochs, …}]}: of the
/// settings those that differ; losses and accuracies at the best point, null where not known.
Json toJson(const RunComparison& comparison);

/// A table in CSV with a row for every point of every curve, and a column for every figure that one
/// of them has.
std::string curvesTable(const RunComparison& comparison);

} // namespace continuo
