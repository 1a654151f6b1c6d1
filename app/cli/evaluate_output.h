// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/evaluate_json.h"
#include "core/evaluate/comparison.h"
#include "core/evaluate/likelihood.h"
#include "core/evaluate/score_card.h"

#include <string>
#include <vector>

namespace continuo::cli {

// What `evaluate` prints for people.

std::vector<std::string> judgementLines(const ModelJudgement& judgement);

std::vector<std::string> comparisonLines(const ModelComparison& comparison,
                                         const std::vector<GeneratingModel>& models);

/// `where` names the corpus in "also found in …": "your training data".
std::vector<std::string> scoreCardLines(const ScoreCard& card, const std::vector<JudgedName>& names,
                                        const Corpus& corpus, const std::string& where);

} // namespace continuo::cli
