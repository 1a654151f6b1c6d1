// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/passage_index.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace continuo {

/// Novelty is told for passages of 4 to 12 (interval, duration ratio) steps.
inline constexpr std::size_t kShortestNovelty = 4;
inline constexpr std::size_t kLongestNovelty = 12;

/// N_n for n = 4..12: the share of a piece's passages of n consecutive steps that do not stand in
/// the set; nothing where the piece is too short to have one.
using Novelty = std::array<std::optional<double>, kLongestNovelty - kShortestNovelty + 1>;

/// A shared passage is special where it has at least this many steps (ten notes) …
inline constexpr std::size_t kShortestQuotation = kFamilyPassage.notes - 1;
/// … where a set of this size would hold fewer than this many of its kind by chance …
inline constexpr double kMostByChance = 0.01;
/// … and where it stands in no more families than this, or than a hundredth of the set's pieces.
inline constexpr std::size_t kMostQuotedFamilies = 3;

/// How likely each step of a melody is, given the one before: counted on a set, interpolated with
/// how often the step occurs at all (Witten and Bell 1991).
class StepOdds
{
public:
    explicit StepOdds(const PassageIndex& index);

    /// −log2 P of a run. A step that only goes on with a scale (the same direction by one or two
    /// semitones, equal durations), or that repeats the step before or the one before that, counts
    /// one bit at most: what a hand plays by itself says little.
    double bits(std::span<const MelodyStep> run) const;

    /// How often the run would be met in the set by chance: steps of the set × 2^−bits.
    double expected(std::span<const MelodyStep> run) const;

private:
    double probability(MelodyStep before, MelodyStep step) const;
    double probability(MelodyStep step) const;

    struct Context
    {
        double count = 0;
        double kinds = 0; ///< Different steps that follow.
    };
    std::unordered_map<std::uint32_t, double> m_pairs{};
    std::unordered_map<std::uint16_t, Context> m_contexts{};
    std::unordered_map<std::uint16_t, double> m_steps{};
    double m_total = 0;
};

/// A passage of a piece that stands in the set, too.
struct SharedPassage
{
    std::size_t step = 0;       ///< Where it begins in the piece.
    std::size_t steps = 0;      ///< One fewer than notes.
    std::uint32_t firstBar = 0; ///< From 0.
    std::uint32_t lastBar = 0;  ///< In which its last note begins.
    double expectedByChance = 0;
    bool isSpecial = false;
    PassageSightings sightings{};
};

/// How much of a piece a set knows.
struct Originality
{
    std::size_t steps = 0; ///< Of the piece.
    Novelty novelty{};
    std::optional<SharedPassage>
        longest{}; ///< The longest run shared with one piece of the set, special or not.
    std::vector<SharedPassage>
        quotations{}; ///< The special ones, the longest first, none mostly inside another.
};

/// Quotations named for one piece, and places for one quotation.
inline constexpr std::size_t kMostQuotations = 10;
inline constexpr std::size_t kMostPlaces = 5;

Originality originalityOf(const MelodyLine& melody, const PassageIndex& set, const StepOdds& odds);

/// What the set says of its own pieces, each looked for in the pieces of other families: the
/// yardstick.
struct OriginalityBaseline
{
    std::size_t pieces = 0;             ///< With a step at least.
    Novelty novelty{};                  ///< Means over the pieces.
    std::size_t medianLongest = 0;      ///< Steps of the longest run of each piece.
    std::size_t ninetyFifthLongest = 0; ///< 95 of 100 pieces share no longer one.
    std::size_t longest = 0;
};

OriginalityBaseline baselineOf(const PassageIndex& set);

/// Novelty from the lengths of the runs at each step.
Novelty noveltyOf(std::span<const std::uint32_t> runs);

/// Mean of each N_n over the pieces that have it.
Novelty meanNovelty(std::span<const Novelty> pieces);

} // namespace continuo
