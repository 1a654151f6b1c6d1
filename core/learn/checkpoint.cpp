// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/checkpoint_p.h"

namespace continuo {
namespace {

constexpr const char* kStateKey = "continuo.state";

Result<Checkpoint> checkpointFrom(Result<TensorFile> file, const std::string& name)
{
    if (!file)
        return file.error();
    const Result<ModelCard> card = modelCardFromMetadata(file->metadata);
    if (!card) {
        Error error = card.error();
        error.text = name + ": " + error.text;
        return error;
    }
    Checkpoint checkpoint{*card, std::nullopt, std::move(file->tensors)};
    if (const auto state = file->metadata.find(kStateKey); state != file->metadata.end()) {
        const Result<TrainState> read = trainStateFromJson(state->second);
        if (!read)
            return read.error();
        checkpoint.state = *read;
    }
    return checkpoint;
}

} // namespace

Status writeCheckpoint(const std::filesystem::path& path, const Checkpoint& checkpoint)
{
    TensorFile file{toMetadata(checkpoint.card), checkpoint.tensors};
    if (checkpoint.state)
        file.metadata[kStateKey] = toJson(*checkpoint.state);
    return writeTensorFile(path, file, Overwrite::Replace);
}

Result<Checkpoint> readCheckpoint(const std::filesystem::path& path)
{
    return checkpointFrom(readTensorFile(path), readablePath(path));
}

Result<Checkpoint> parseCheckpoint(std::span<const std::uint8_t> bytes,
                                   const std::string& nameForErrors)
{
    return checkpointFrom(parseTensorFile(bytes, nameForErrors), nameForErrors);
}

std::int64_t checkpointBytes(std::int64_t parameters, const TrainSettings& settings,
                             bool withOptimizer)
{
    constexpr std::int64_t kHeader = 64 << 10;
    if (!withOptimizer)
        return kHeader + parameters * 4;
    const bool isAdam = settings.optimizer == "adam" || settings.optimizer == "adamw";
    const std::int64_t copies = (isAdam ? 3 : 2) + (settings.average > 0 ? 1 : 0);
    return kHeader + copies * parameters * 4;
}

} // namespace continuo
