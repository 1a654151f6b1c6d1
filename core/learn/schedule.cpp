// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace continuo {

double Schedule::rate(const TrainSettings& settings, std::int64_t step, std::int64_t epoch,
                      double progress) const
{
    double rate = base;
    if (settings.schedule == "step")
        rate *= std::pow(settings.decayFactor, static_cast<double>(epoch / settings.decayEvery));
    else if (settings.schedule == "cosine")
        rate *= 0.5 * (1 + std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0)));
    else if (settings.schedule == "plateau")
        rate *= plateauFactor;
    rate = std::max(rate, std::min(settings.minimumLearningRate, base));
    if (step < settings.warmupSteps)
        rate *= static_cast<double>(step + 1) / static_cast<double>(settings.warmupSteps);
    return rate;
}

bool Schedule::evaluated(const TrainSettings& settings, double validationLoss)
{
    if (settings.schedule != "plateau")
        return false;
    if (!hasPlateauBest || validationLoss < plateauBest) {
        plateauBest = validationLoss;
        hasPlateauBest = true;
        plateauWait = 0;
        return false;
    }
    if (++plateauWait < settings.plateauPatience)
        return false;
    plateauWait = 0;
    plateauFactor *= settings.decayFactor;
    return true;
}

double teacherForcingAt(const TrainSettings& settings, double progress)
{
    if (settings.forcingSchedule != "linear")
        return settings.teacherForcing;
    return 1 - std::clamp(progress, 0.0, 1.0) * (1 - settings.teacherForcing);
}

} // namespace continuo
