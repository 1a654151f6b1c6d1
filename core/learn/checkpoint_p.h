// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/learner_p.h"
#include "core/learn/train_state_p.h"
#include "core/weights/model_card.h"

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace continuo {

/// A model file of a run. With a state it is a checkpoint to resume from and also holds the
/// optimizer's memory.
struct Checkpoint
{
    ModelCard card{};
    std::optional<TrainState> state{};
    std::map<std::string, Tensor> tensors{};
};

Status writeCheckpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);
/// Errors: those of readTensorFile() and modelCardFromMetadata(); a damaged state is
/// train.unfit-checkpoint.
Result<Checkpoint> readCheckpoint(const std::filesystem::path& path);
Result<Checkpoint> parseCheckpoint(std::span<const std::uint8_t> bytes,
                                   const std::string& nameForErrors);

/// Bytes of a checkpoint file with and without the optimizer's memory, roughly.
std::int64_t checkpointBytes(std::int64_t parameters, const TrainSettings& settings,
                             bool withOptimizer);

} // namespace continuo
