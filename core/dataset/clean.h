// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/recipe.h"
#include "core/music/score.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// What a step did to a piece.
struct AppliedStep
{
    std::size_t step = 0; ///< Its place in the recipe, from 0.
    std::string operation{};
    std::size_t notes = 0; ///< Changed or removed.
    std::string words{};   ///< "2 overlaps closed", "+5 semitones".
    bool isStale =
        false; ///< An edit by hand of a version that no longer comes up: it was not applied.

    friend bool operator==(const AppliedStep&, const AppliedStep&) = default;
};

/// What a recipe makes of a piece.
struct CleanedPiece
{
    bool isInUse = true;
    /// Why it is not: "excluded" (by hand), "left-out" (a step leaves out pieces like it),
    /// "duplicate" (another of its family is kept), "nothing-left" (the steps left no note).
    /// Stable; empty while in use.
    std::string whyLeftOut{};
    std::string whyLeftOutText{}; ///< The same in a sentence: "near-duplicate of a/b.mid, which has
                                  ///< fewer problems".
    std::vector<AppliedStep> applied{};
    std::vector<std::string> tags{};
    std::string note{};
    std::vector<Score>
        scores{}; ///< Several where a step splits the piece; none where it is not in use.
};

/// Counts over the whole set that steps go by: for the step of that place in the recipe how many
/// notes there are on each key, in all pieces as they stand before it.
struct SetStatistics
{
    std::map<std::size_t, std::array<std::uint64_t, 128>> pitches{};

    friend bool operator==(const SetStatistics&, const SetStatistics&) = default;
};

/// A piece that "drop-duplicates" does not keep.
struct DuplicateDrop
{
    std::size_t step = 0;
    std::string text{};

    friend bool operator==(const DuplicateDrop&, const DuplicateDrop&) = default;
};

/// What steps may ask about a piece beside its notes.
struct PieceSituation
{
    std::string key{};  ///< pieceKey().
    std::string path{}; ///< Of its file.
    ProblemMask problems = 0;
    std::vector<NoteId> unreleasedNotes{}; ///< Notes the file never ends.
    std::optional<DuplicateDrop> duplicate{};
    const SetStatistics* statistics = nullptr; ///< Null: steps that need it do nothing.
    /// The piece with its ornaments played; null where it has none.
    const Score* ornamented = nullptr;
};

/// Applies the steps that are on, in order but for kPlayOrnaments, which comes first, to `score`. The same for the same arguments, on any
/// thread. `recipe` must have passed checkRecipe(), with the pieces of its conditions sorted.
CleanedPiece applyRecipe(const Recipe& recipe, const PieceSituation& situation, const Score& score);

/// The same up to the step of place `before`, without it; ornaments are played wherever their step
/// stands.
CleanedPiece applySteps(const Recipe& recipe, std::size_t before, const PieceSituation& situation,
                        const Score& score);

bool meetsCondition(const StepCondition& condition, const PieceSituation& situation);

/// A piece as the choice among duplicates sees it.
struct FamilyPiece
{
    std::string key{};
    std::string path{};
    std::size_t ordinal = 0;
    ProblemMask problems = 0;
    std::int64_t alike = 0; ///< Equal for near-duplicates; 0 where none are known.
    std::size_t notes = 0;
};

/// Near-duplicates with less than this share of the most notes among them are kept last.
inline constexpr double kCompleteShare = 0.8;

/// For each piece, in the order given, whether a step "drop-duplicates" drops it. Of equal
/// contents, or of near-duplicates, those with less than kCompleteShare of the notes of the one that
/// has most come last; of the others the piece with the fewest problems stays, then the one with the
/// most notes, then the first by path and place. A piece that a step "keep" names stays and is
/// preferred; one that an earlier step leaves out does not count.
std::vector<std::optional<DuplicateDrop>> chooseDuplicates(const Recipe& recipe,
                                                           std::span<const FamilyPiece> pieces);

/// The place of the last step "keep" or "exclude" that is on and names the piece: it decides,
/// whatever other steps say.
std::optional<std::size_t> verdictByHand(const Recipe& recipe, const PieceSituation& situation);

/// The step "edit" that makes `edited` of `score`, for the piece of that key.
Result<RecipeStep> editStep(std::string_view key, const Score& score, const Score& edited);

} // namespace continuo
