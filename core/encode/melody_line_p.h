// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/encoding.h"
#include "core/music/key.h"
#include "core/music/score.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// A melody note on its way onto a grid.
struct PlacedNote
{
    Tick start{};  ///< As written.
    Tick length{}; ///< As written, before a higher note cut it.
    int pitch = 0;
    std::int64_t firstStep = 0;
    std::int64_t endStep = 0;
    NoteId id = 0;
};

/// Times above this overflow the arithmetic of GridLines; no file of less than a hundred megabytes
/// has one.
inline constexpr std::int64_t kLatestTick = std::int64_t{1} << 53;

/// The lines of a grid that begins at tick 0.
struct GridLines
{
    std::int64_t ticksPerWhole = 4;
    std::int64_t stepsPerWhole = 16;

    GridLines(int ticksPerQuarter, int steps)
        : ticksPerWhole(std::int64_t{4} * ticksPerQuarter)
        , stepsPerWhole(steps)
    {
    }

    std::string name() const { return "1/" + std::to_string(stepsPerWhole); }
    Tick line(std::int64_t step) const { return gridLine(step, ticksPerWhole, stepsPerWhole); }
    std::int64_t nearest(Tick time) const
    {
        return (2 * time.value * stepsPerWhole + ticksPerWhole) / (2 * ticksPerWhole);
    }
    /// The first line that does not stand before `time`.
    std::int64_t notBefore(Tick time) const
    {
        const std::int64_t step = nearest(time);
        return line(step) < time ? step + 1 : step;
    }
    /// Step `index` of a sequence that begins at `origin`. Where that is a line itself, the steps
    /// are lines too, so that nothing drifts by a tick at resolutions that the grid does not
    /// divide.
    Tick inScore(Tick origin, std::int64_t index) const
    {
        const std::int64_t first = nearest(origin);
        return line(first) == origin ? line(first + index) : origin + line(index);
    }
};

/// The melody of a score as encodings of one line read it.
struct MelodyLine
{
    std::size_t track = 0;           ///< Index into Score::tracks.
    std::vector<PlacedNote> notes{}; ///< At least one; without steps yet.
};

/// Finds the melody; what else the score holds goes into the report. `skyline`: several lines are
/// read as the highest. Errors (kind Refused): encode.smpte, encode.empty, encode.several-lines,
/// encode.too-long.
Result<MelodyLine> readMelodyLine(const Score& score, bool skyline, LossReport& report);

/// The key from durations, counted from the first note's pitch class, so that a piece moved by any
/// interval is heard in the key moved by that interval even where two keys are equally likely.
std::optional<Key> keyRelativeToFirst(std::span<const Note> notes, int firstPitchClass);

/// Gives every note its steps; the notes do not overlap afterwards. Of two notes on one step the
/// longer stays; without `hasRests` a note lasts until the next one.
void placeOnGrid(std::vector<PlacedNote>& notes, const GridLines& lines, bool hasRests,
                 LossReport& report);

/// How the notes as placed differ from the notes as written.
void reportPlacing(std::span<const PlacedNote> notes, const GridLines& lines, bool hasRests,
                   LossReport& report);

/// Adds an item to the report unless the count is 0.
void addLoss(LossReport& report, std::string id, std::size_t count, std::string text);

/// A pitch after a move by semitones, by octaves back among MIDI's.
Pitch pitchMoved(int pitch, int semitones);

} // namespace continuo
