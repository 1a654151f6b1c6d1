// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/comparison.h"
#include "core/evaluate/likelihood.h"
#include "core/evaluate/score_card.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace continuo::cli {

// What `evaluate` prints, as JSON and for people.

/// A piece of a file that was judged, by name.
struct JudgedName
{
    std::string file{};      ///< Readable.
    std::size_t ordinal = 0; ///< Its place within the file, from 0.
    bool isAlone = true;     ///< The file has no other piece.
};

/// The members of the figures: crossEntropy, perplexity, accuracy, …
nlohmann::ordered_json judgementToJson(const ModelJudgement& judgement);
std::vector<std::string> judgementLines(const ModelJudgement& judgement);

/// pieces, notes, models[{model, name, encoding, bitsPerNote, …}]; `files` are the models' paths.
nlohmann::ordered_json comparisonToJson(const ModelComparison& comparison,
                                        const std::vector<GeneratingModel>& models,
                                        const std::vector<std::string>& files);
std::vector<std::string> comparisonLines(const ModelComparison& comparison,
                                         const std::vector<GeneratingModel>& models);

/// metrics{harmony{…}, …}, pieces[], originality{}, collapse{}.
nlohmann::ordered_json scoreCardToJson(const ScoreCard& card,
                                       const std::vector<PieceFigures>& figures,
                                       const std::vector<JudgedName>& names, const Corpus& corpus);
/// `where` names the corpus in "also found in …": "your training data".
std::vector<std::string> scoreCardLines(const ScoreCard& card, const std::vector<JudgedName>& names,
                                        const Corpus& corpus, const std::string& where);

} // namespace continuo::cli
