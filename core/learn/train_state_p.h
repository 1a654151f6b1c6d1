// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/learn/schedule.h"
#include "core/learn/train_event.h"
#include "core/learn/train_job.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace continuo {

/// Where a training stands, apart from tensors: together with them all that resuming needs. Random
/// numbers need no state, because every draw is a function of the seed and of these counters.
struct TrainState
{
    std::int64_t step = 0;   ///< Steps done.
    std::int64_t epoch = 0;  ///< Epochs done.
    std::int64_t window = 0; ///< Windows of the current epoch that are done.
    std::int64_t epochs = 0; ///< To be done in all; extending raises it.
    std::int64_t steps = 0;  ///< To be done in all where steps are the limit, else 0.
    std::int64_t microBatches = 1;
    std::int64_t evaluatedStep = -1; ///< The last step after which the network was judged.
    std::int64_t bestStep = 0;
    double bestLoss = 0;
    bool hasBest = false;
    std::int64_t evaluationsSinceBest = 0;
    bool isCollapsed = false;   ///< A generator was found to play the same, and that was told.
    std::int64_t patience = -1; ///< Set on the way; -1: nobody has, the job's counts.
    Schedule schedule{};
    double lossSum = 0; ///< Since the last evaluation: nats, right ones, steps.
    double correct = 0;
    std::int64_t targets = 0;
    NamedFigures more{};           ///< Likewise.
    double seconds = 0;            ///< Training time.
    std::int64_t tokens = 0;       ///< Learned from in that time.
    std::uint64_t seq = 0;         ///< Of the last event.
    std::int64_t keptPoints = 0;   ///< step-N files written.
    std::int64_t plannedSteps = 1; ///< What the places of the step-N files go by.
    std::string device{};
    std::string precision{};
    std::int64_t threads = 1; ///< Of each process.
    std::int64_t workers = 1; ///< Processes that share each step.

    friend bool operator==(const TrainState&, const TrainState&) = default;
};

std::string toJson(const TrainState& state);
/// Errors: train.unfit-checkpoint (kind Refused).
Result<TrainState> trainStateFromJson(std::string_view json);

/// How many windows' worth of work one micro-batch may be, so that Stop is obeyed soon; a function
/// of the job alone.
std::int64_t plannedMicroBatches(const TrainJob& job, std::int64_t parameters);

/// The step of the next weights-only checkpoint: 12 points, each twice as far as the one before,
/// the last at the end.
std::int64_t nextKeptPoint(const TrainState& state);
inline constexpr std::int64_t kKeptPoints = 12;

} // namespace continuo
