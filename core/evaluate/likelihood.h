// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/dataset/split.h"
#include "core/generate/model.h"
#include "core/learn/train_event.h"
#include "core/learn/training_set.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace continuo {

/// Told before and while steps are judged, from any thread but never from two at a time.
using StepProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// How well a model predicts every target of `part`: evaluation mode, whole pieces, the state
/// carried from the first step, every step once. Loss in nats per step; bits per note is −log2 of
/// the probability of the right pitch among the pitches, where one begins. Pieces go side by side
/// and over `threads` threads; the figures are the same for any number. Errors: base.cancelled.
Result<PartScore> scoreOf(const NextTokenModel& model, const Vocabulary& vocabulary,
                          const TokenStream& part, unsigned threads, const CancelToken& cancel,
                          const StepProgress& progress = {});

/// A model on a part of a set, with everything to judge the figures by.
struct ModelJudgement
{
    PartScore score{};
    ReferenceLines references{}; ///< Counted on the training part, measured on the same steps.
    Token vocabulary = 0;
    std::size_t pieces = 0;              ///< Judged.
    std::string fingerprint{};           ///< Of the set.
    std::string losses{};                ///< One line: what the encoding could not keep of the set.
    bool isSetOfTraining = false;        ///< The model's receipt names this very set and split.
    std::optional<double> trainerLoss{}; ///< What the receipt says of this part of this set.
};

/// Reads the set as the model's encoding writes it and judges the model on a part. Errors: those of
/// loadTrainingSet(), evaluate.empty-part (kind Refused), base.cancelled.
Result<ModelJudgement> judgeModel(const GeneratingModel& model,
                                  const std::filesystem::path& dataset, Part part, unsigned threads,
                                  const CancelToken& cancel, const StepProgress& progress = {});

} // namespace continuo
