// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/score.h"

#include <cstddef>
#include <optional>
#include <string>

namespace continuo {

struct AbcWriteOptions
{
    /// Index of the track to write; the likeliest melody if not given.
    std::optional<std::size_t> track{};
    /// The grid that notes are moved onto, 1..960; 48 holds triplets of sixteenths.
    int stepsPerQuarter = 48;
    int number = 1;      ///< The X: field.
    int barsPerLine = 4; ///< At least 1.
};

/// A tune as ABC text, and what of the score it does not hold.
struct AbcText
{
    std::string text{};
    std::size_t track = 0; ///< Index of the track that was written.
    std::size_t writtenNotes = 0;
    /// Notes of the track below its highest line, and notes shorter than the grid.
    std::size_t leftOutNotes = 0;
    std::size_t shortenedNotes = 0; ///< Notes cut where a higher one begins.
    std::size_t movedNotes =
        0; ///< Notes whose start or end was not on the grid, or that had no length.
    std::size_t otherTracks = 0; ///< Further tracks with notes, which are not written.
};

/// Writes one track as a tune for one voice: the highest line where notes overlap, on a grid; bars
/// by the score's time signatures, accidentals by key and bar, ties over bar lines, triplets as
/// tuplets. The key is the score's key signature or else the estimated key. Chord symbols and
/// fields that readAbc() keeps as text events are written again. readAbc() of the text gives the
/// same notes, if they were a single line on the grid; velocities are not written.
///
/// Errors: abc.nothing-to-write (no notes), abc.no-beats (SMPTE time), abc.too-long (more than
/// 50,000 whole notes, or than readAbc() reads of a tune), all Refused; abc.no-such-track,
/// abc.bad-grid (Usage).
Result<AbcText> writeAbc(const Score& score, const AbcWriteOptions& options = {});

} // namespace continuo
