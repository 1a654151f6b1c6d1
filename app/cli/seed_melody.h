// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/generate/continuation.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace continuo::cli {

/// The options that `generate` and `predict` share: the model, what it reads and how it draws. Texts are as typed and
/// not yet checked.
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

    void addTo(CLI::App& command);
};

/// The model, the seed melody and the request they come to.
struct SeedMelody
{
    GeneratingModel model{};
    Score score{};
    PreparedPrompt prompt{};
    ContinuationRequest request{};      ///< Length and alternatives are left at their defaults.
    std::vector<std::string> remarks{}; ///< About the file, in words.
};

/// Reads model and seed melody: a MIDI or ABC file, PIECE of a dataset as SET:PIECE, `random`, or notes as text.
/// Errors: those of files and readers, cli.no-prompt, cli.two-prompts, cli.bad-mode, cli.bad-key, cli.bad-scale,
/// cli.bad-range (Usage), and those of loadModel(), samplerFromJson(), preparePrompt().
Result<SeedMelody> readSeedMelody(const SeedOptions& options);

/// {key, transposed, octaves, notes, read, padded, remarks[]}
nlohmann::ordered_json promptToJson(const PreparedPrompt& prompt);

} // namespace continuo::cli
