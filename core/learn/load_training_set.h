// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/learn/training_set.h"

#include <filesystem>

namespace continuo {

/// The parts of a dataset file as an encoding writes them, fitted to the training part where it
/// takes its vocabulary from there. Pieces the encoding refuses are left out and counted in
/// `losses`. Errors: those of Dataset, train.nothing-to-learn (kind Refused) where the training
/// part is empty.
Result<TrainingSet> loadTrainingSet(const std::filesystem::path& dataset, const Encoding& encoding,
                                    unsigned threads, const CancelToken& cancel);

} // namespace continuo
