// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/variety.h"
#include "core/learn/training_set.h"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// What a generator plays for many noises, held against a corpus. No number says how good it is;
/// these say whether it always plays the same and how far its habits are from the corpus'.
struct NoiseJudgement
{
    /// 0: melodies of different noise agree at no more steps than those of the corpus do; 1: they
    /// are all the same.
    double sameness = 0;
    /// Jensen–Shannon divergence of the pairs of neighbouring symbols, bits: 0 the same shares,
    /// 1 nothing in common. Against all of the corpus; the second is of as many of its own
    /// melodies.
    double pairDistance = 0;
    double corpusPairDistance = 0;
    Variety generated{};
    Variety corpus{};
    std::vector<Collapse> collapse{}; ///< By the thresholds of collapseOf().

    /// Nearly the same melody for every noise, or collapsed otherwise.
    bool isCollapsed() const;
    /// In words, for people; empty where it has not collapsed.
    std::string words() const;
    /// "collapse", "pairDistance", "corpusPairDistance", "distinct4", "corpusDistinct4",
    /// "entropy", "corpusEntropy"; what there was too little for is left out.
    std::map<std::string, double> figures() const;
};

inline constexpr double kSameMelody = 0.5; ///< The sameness from which it is "nearly the same".

/// `generated` and `excerpts`, melodies of the corpus cut as long, are judged at equal length;
/// `corpus` is the part the pairs are counted in. Symbols are those of the vocabulary, one a step.
NoiseJudgement judgeNoiseMelodies(std::span<const TokenSequence> generated,
                                  std::span<const TokenSequence> excerpts,
                                  const TokenStream& corpus, const Vocabulary& vocabulary);

/// Up to `count` stretches of `length` steps, spread evenly over the pieces of a part; pieces that
/// are shorter give what they have.
std::vector<TokenSequence> excerptsOf(const TokenStream& part, std::size_t count,
                                      std::size_t length);

/// The notes of one melody as what each adds: interval and steps since the note before.
SymbolRow motionOf(std::span<const Token> melody, const Vocabulary& vocabulary);

} // namespace continuo
