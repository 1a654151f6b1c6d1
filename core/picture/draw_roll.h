// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/key.h"
#include "core/music/score.h"
#include "core/picture/picture.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

/// A score to draw, and what its notes are.
struct RollLane
{
    std::string title{}; ///< For example "A: balanced"; nothing is written where it is empty.
    Score score{};
    /// Where the seed melody ends: notes that begin before are drawn as the user's own, later ones
    /// as an alternative. Without it each track with notes has its own colour.
    std::optional<Tick> seedEnd{};
    std::size_t alternative = 0; ///< Whose colour the continuation has; 0 is A.
};

struct RollPicture
{
    std::string title{};
    std::string subtitle{};
    double width = 1200;           ///< Of the picture, at least 400.
    std::optional<Key> key{};      ///< Rows of its tonic are tinted.
    std::size_t maximumBars = 256; ///< What lies behind is left out, and the picture says so.
    /// At most so many full bars are drawn of the seed melodies, the last before they end, and the
    /// picture says so; without it all. Bars keep their numbers.
    std::optional<std::size_t> seedBars{};
};

/// A piano roll: keys on the left, bars and beats, the pitches of the score with a little air. A
/// long piece goes on in further lines, as music does on paper. Drums are left out unless there is
/// nothing else. The tracks of a score of format 2 are drawn as if they sounded together.
Picture drawRoll(const Score& score, const RollPicture& options = {});

/// Several scores under each other with the same pitches and the same bars, to be compared.
Picture drawRolls(const std::vector<RollLane>& lanes, const RollPicture& options = {});

} // namespace continuo
