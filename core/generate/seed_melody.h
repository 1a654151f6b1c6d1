// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dataset/music_file.h"
#include "core/generate/continuation.h"
#include "core/generate/model.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace continuo {

// Where a seed melody may come from.

/// A MIDI or ABC file; of several pieces the first.
struct SeedFile
{
    std::filesystem::path path{};
};
/// Such a file in memory.
struct SeedBytes
{
    std::vector<std::uint8_t> bytes{};
};
/// Words as parseSeedNotes() reads them.
struct SeedWords
{
    std::string text{};
};
/// A piece of a dataset, by its number or its name.
struct SeedPiece
{
    std::filesystem::path set{};
    std::string piece{};
};
/// Eight notes from the random seed.
struct SeedByChance
{
};
/// std::monostate: none.
using SeedMelodySource =
    std::variant<std::monostate, SeedFile, SeedBytes, SeedWords, SeedPiece, SeedByChance>;

/// What is asked of a model, in the words of a person or a program; no text is checked yet, and an
/// empty one asks for nothing.
struct SeedMelodyRequest
{
    std::string mode = "continue"; ///< Or "new", "infill", "harmonise".
    SeedMelodySource source{};
    std::string key{};         ///< Instead of the key that would be heard: "G major".
    std::string scale{};       ///< Only notes of this scale: "D minor".
    std::string range{};       ///< Only notes from … to …: "D4-B5" or "62-83".
    std::string samplerJson{}; ///< As samplerFromJson() reads it; empty: the model's own.
    std::uint64_t seed = 1;
    std::optional<BarRange> bars{}; ///< What to infill or to harmonise, see PromptOptions.
};

/// A seed melody, ready for its model.
struct SeedMelody
{
    Score score{};
    PreparedPrompt prompt{};
    ContinuationRequest request{}; ///< Length and alternatives are left at their defaults.
    std::vector<Remark> remarks{}; ///< Of the reader of the file.
};

/// Reads a seed melody and brings it into the model's terms; with the mode "new" there is none, and
/// none may be given. Errors: generate.bad-mode, generate.mode-not-possible,
/// generate.bars-of-no-use, generate.no-prompt, generate.two-prompts,
/// generate.bad-key, generate.bad-range (kind Usage, with the text as "value"), and those of files,
/// readers, datasets, samplerFromJson() and preparePrompt().
Result<SeedMelody> readSeedMelody(const GeneratingModel& model, const SeedMelodyRequest& request);

/// "bars", "notes", "steps" or "seconds". Error (kind Usage): generate.bad-unit.
Result<LengthUnit> lengthUnitFromName(const std::string& name);

} // namespace continuo
