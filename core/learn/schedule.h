// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/train_job.h"

#include <cstdint>

namespace continuo {

/// The learning rate through a training: a value with the little memory that the plateau schedule
/// needs.
struct Schedule
{
    double base = 1e-3; ///< The learning rate before any decay; a person may change it on the way.
    double plateauFactor = 1; ///< What plateau has multiplied so far.
    double plateauBest =
        0; ///< Best validation loss plateau has seen; meaningless before the first.
    bool hasPlateauBest = false;
    std::int64_t plateauWait = 0; ///< Evaluations since.

    friend bool operator==(const Schedule&, const Schedule&) = default;

    /// The rate for a step. `step` counts from 0, `epoch` too; `progress` is the share of the whole
    /// training done, 0..1.
    double rate(const TrainSettings& settings, std::int64_t step, std::int64_t epoch,
                double progress) const;

    /// Tells the plateau schedule a validation loss. True if it lowered the rate.
    bool evaluated(const TrainSettings& settings, double validationLoss);
};

/// The share of symbols that are the piece's own, for scheduled sampling; `progress` as above.
double teacherForcingAt(const TrainSettings& settings, double progress);

} // namespace continuo
