// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/score.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

struct AbcWriteOptions
{
    /// Index of the only track to write; all of them if not given.
    std::optional<std::size_t> track{};
    /// The grid that notes are moved onto, 1..960; 48 holds triplets of sixteenths.
    int stepsPerQuarter = 48;
    int number = 1;      ///< The X: field.
    int barsPerLine = 4; ///< At least 1.
};

/// A tune as ABC text, and what of the score it does not hold.
struct AbcText
{
    /// Where the notes of a voice come from.
    struct Voice
    {
        std::size_t track = 0;    ///< Index into Score::tracks.
        std::uint8_t channel = 0; ///< 0..15
    };

    std::string text{};
    std::vector<Voice> voices{}; ///< In their order in the tune.
    std::size_t writtenNotes = 0;
    std::size_t leftOutNotes = 0; ///< Of those that begin together at one pitch all but one.
    /// Notes cut where their pitch begins again, or where more than 8 of a voice overlap.
    std::size_t shortenedNotes = 0;
    std::size_t movedNotes =
        0; ///< Notes whose start or end was not on the grid, or that had no length.
    std::size_t leftOutGraces = 0; ///< Marks of grace notes, "{ab}", each for one note.
    std::size_t leftOutVoices = 0; ///< Beyond the 64 that a tune can have.
};

/// Writes a score as a tune with a voice for each track and channel that has notes. Notes that
/// begin and end together are a chord, others that overlap stand behind the sign & of their bar.
/// All is on a grid: bars by the score's time signatures, accidentals by key and bar, ties over
/// bar lines, triplets as tuplets. The key is the score's key signature or else the estimated key.
/// Chord symbols, decorations and fields that readAbc() keeps as text events are written again,
/// sung words, names, clefs, channels and first programs of voices too; velocities and grace notes
/// are not. readAbc() of the text gives the same notes, if they were on the grid and none sounded
/// within another of its pitch.
///
/// Errors: abc.nothing-to-write (no notes), abc.no-beats (SMPTE time), abc.too-long (more than
/// 50,000 whole notes, or than readAbc() reads of a tune), all Refused; abc.no-such-track,
/// abc.bad-grid (Usage).
Result<AbcText> writeAbc(const Score& score, const AbcWriteOptions& options = {});

} // namespace continuo
