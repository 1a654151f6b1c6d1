// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/score.h"
#include "ui/document/tick_range.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace continuo::ui {

/// Where a continuation begins, and so what is read.
enum class StartFrom
{
    End,      ///< Of the track.
    Playhead, ///< What stands before it.
    Selection ///< The chosen notes alone.
};

/// What a model would read, and where its answer would begin.
struct SeedMelody
{
    TrackId track = 0; ///< 0: all tracks; the model reads them all, or the active one has nothing
                       ///< to read and the engine chooses the melody.
    std::vector<Note>
        notes{};  ///< Of that track; with track 0 those of all tracks that could be read.
    Tick start{}; ///< Where the melody ends.
    bool isPolyphonic = false; ///< Notes overlap, so that only the highest line is read.
};

/// The melody of a score to be continued on `activeTrack`; where that has no note to read, any
/// other's. With `everyTrack` what all tracks play, drums too. Errors, Refused: compose.empty-seed,
/// compose.nothing-before, compose.nothing-selected, compose.film-time.
Result<SeedMelody> seedMelody(const Score& score, TrackId activeTrack, StartFrom from,
                              Tick playhead, std::span<const NoteId> selection,
                              bool everyTrack = false);

/// The melody as a Standard MIDI File in the score's own ticks, with its tempos, meters, keys and
/// programs. Of very long melodies only the end, which is more than any model reads. Errors: those
/// of writeMidi().
Result<std::vector<std::uint8_t>> seedFile(const Score& score, const SeedMelody& melody);

/// Where an answer of `bars` full bars lies that begins at `start`: the rest of the bar it begins
/// in comes on top.
TickRange answerRange(const Score& score, Tick start, int bars);

/// Bars from the first to the last, counted from 0.
struct Bars
{
    std::int64_t first = 0;
    std::int64_t last = 0;
    friend bool operator==(const Bars&, const Bars&) = default;
};

/// The bars that a range touches.
Bars barsOf(const Score& score, TickRange range);

/// The bars in which these notes begin; nothing without notes, and where a score has no bars.
std::optional<Bars> selectedBars(const Score& score, std::span<const NoteId> notes);

/// "bar 3", "bars 3–4".
QString barNumbersInWords(Bars bars);

/// "bar 9", "bar 8, beat 2".
QString placeInWords(const Score& score, Tick time);

/// Where the answer begins, and which bars are read: "bar 9, reads 1–8".
QString startInWords(const Score& score, const SeedMelody& melody);

} // namespace continuo::ui
