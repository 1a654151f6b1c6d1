// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"

#include <optional>
#include <span>
#include <vector>

namespace continuo {

/// The highest line of overlapping notes: of notes that start together the highest stays, a note is cut where a higher
/// one begins, and a lower one that begins under a sounding higher note is left out. The result never overlaps.
std::vector<Note> skyline(std::span<const Note> notes);

/// Share of the onsets of a track at which no other note of it sounds or begins, 0..1; 0 without notes. `notes` are in
/// noteBefore() order.
double monophony(std::span<const Note> notes);

struct MelodyChoice
{
    std::size_t track = 0;   ///< Index into Score::tracks.
    double score = 0;        ///< 0..1; the parts are below, each 0..1.
    double monophony = 0;    ///< Share of onsets at which nothing else of the track sounds.
    double height = 0;       ///< Mean pitch, 36..96 onto 0..1.
    double activity = 0;     ///< Its notes against the busiest track's.
    bool isNamed = false;    ///< Its name says melody, voice, soprano, lead or the like.
};

/// The track most likely to carry the melody, with its reasons. Drum tracks are never chosen. Nothing without notes.
std::optional<MelodyChoice> chooseMelodyTrack(const Score& score);

/// The melody as a single line: skyline of the chosen track without its drum notes (files of one track mix channels).
std::vector<Note> melodyOf(const Score& score);

} // namespace continuo
