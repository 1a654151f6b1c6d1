// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/generate/seed_melody.h"

#include <cstdint>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace continuo::cli {

class CommandContext;

/// The options that `generate` and `predict` share: the model, what it reads and how it draws.
/// Texts are as typed and not yet checked.
struct SeedOptions
{
    std::string model{};
    std::string mode = "continue";
    std::string prompt{};
    std::string notes{};
    std::string key{};
    std::string scale{};
    std::string range{};
    std::optional<std::string> sampler{};
    std::optional<double> temperature{};
    std::optional<int> topK{};
    std::optional<double> topP{};
    std::optional<double> beta{};
    std::optional<double> mix{};
    std::uint64_t seed = 1;
    std::optional<std::int64_t> fromBar{};
    std::optional<std::int64_t> toBar{};

    void addTo(CLI::App& command);
};

/// A model and what it reads.
struct PromptedModel
{
    GeneratingModel model{};
    SeedMelody seed{};
};

/// Reads model and seed melody: a MIDI or ABC file, PIECE of a dataset as SET:PIECE, `random`, or
/// notes as text. Errors: generate.two-prompts (kind Usage), and those of loadModel() and
/// readSeedMelody().
Result<PromptedModel> readPromptedModel(const SeedOptions& options);

/// Says what was done to a seed melody, about its file first.
void sayRemarks(const SeedMelody& seed, const CommandContext& context);

} // namespace continuo::cli
