// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace continuo {

/// Notes that begin and end together.
struct AbcChord
{
    std::int64_t start = 0; ///< In steps of the grid.
    std::int64_t end = 0;
    std::vector<Pitch> pitches{}; ///< Rising; none in a rest.
    bool isTiedBefore = false;
    bool isTiedAfter = false;

    std::int64_t length() const { return end - start; }
};

/// One line of chords, by start; none begins before the one before it has ended.
using AbcLayer = std::vector<AbcChord>;

/// Notes as a voice of a tune can hold them.
struct AbcLayers
{
    static constexpr std::size_t kMost = 8; ///< As many as playAbc() keeps the ties of apart.

    std::vector<AbcLayer> layers{}; ///< At most kMost; the first begins with the highest notes.
    std::size_t movedNotes = 0; ///< Whose start or end was not on the grid, or that had no length.
    /// Notes cut where their pitch begins again, or to make room for more than kMost at once.
    std::size_t shortenedNotes = 0;
    std::size_t leftOutNotes = 0; ///< Of those that begin together at one pitch all but one.
};

/// Puts notes onto a grid of `stepsPerQuarter` and those that overlap into layers of their own.
/// `notes` are in noteBefore() order.
AbcLayers layAbcNotes(std::span<const Note> notes, int ticksPerQuarter, int stepsPerQuarter);

} // namespace continuo
