// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/comparison.h"
#include "core/evaluate/likelihood.h"
#include "core/evaluate/score_card.h"
#include "core/protocol/json.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace continuo {

// What judging says as JSON, the same from `serve` and from the command line (docs/evaluating.md).

/// A piece of a file that was judged, by name.
struct JudgedName
{
    std::string file{};      ///< Readable.
    std::size_t ordinal = 0; ///< Its place within the file, from 0.
    bool isAlone = true;     ///< The file has no other piece.
};

/// Every piece with notes of some files, measured.
struct JudgedMelodies
{
    std::vector<JudgedName> names{};
    std::vector<PieceFigures> figures{};
};

/// Adds the pieces of a file, MIDI, ABC or project. Errors: those of readPieces(),
/// evaluate.no-notes (kind Refused).
Status addMelodies(const std::filesystem::path& file, JudgedMelodies& into);
/// The same with the bytes of a file that is called `name`.
Status addMelodies(std::span<const std::uint8_t> bytes, const std::string& name,
                   JudgedMelodies& into);

/// train, validation or test; with `mayBeAll` also all. Errors: evaluate.bad-part (kind Usage).
Result<std::vector<Part>> partsNamed(const std::string& part, bool mayBeAll);

/// The members of the figures: crossEntropy, perplexity, accuracy, …
Json judgementToJson(const ModelJudgement& judgement);

/// pieces, notes, models[{model, name, encoding, bitsPerNote, …}]; `files` are the models' paths.
Json comparisonToJson(const ModelComparison& comparison, const std::vector<GeneratingModel>& models,
                      const std::vector<std::string>& files);

/// metrics{harmony{…}, …}, pieces[], originality{}, collapse{}.
Json scoreCardToJson(const ScoreCard& card, const JudgedMelodies& judged, const Corpus& corpus);

} // namespace continuo
