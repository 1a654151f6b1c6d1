// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/learn/train_job.h"
#include "core/learn/training_set.h"

#include <filesystem>

namespace continuo {

enum class LearnFrom
{
    TrainingPart,
    Everything ///< All pieces are the training part, divided or not; nothing is held out.
};

/// What a training with these settings learns from.
LearnFrom learnFrom(const TrainSettings& settings);

/// The parts of a dataset file as an encoding writes them, fitted to the training part where it
/// takes its vocabulary from there. Pieces the encoding refuses are left out and counted in
/// `losses`. Errors: those of Dataset, train.nothing-to-learn (kind Refused) where the training
/// part is empty.
Result<TrainingSet> loadTrainingSet(const std::filesystem::path& dataset, const Encoding& encoding,
                                    unsigned threads, const CancelToken& cancel,
                                    LearnFrom from = LearnFrom::TrainingPart);

} // namespace continuo
