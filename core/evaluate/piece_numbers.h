// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/key.h"
#include "core/music/score.h"

#include <optional>
#include <span>
#include <vector>

namespace continuo {

// The numbers of MusPy (Dong, Chen, McAuley, Berg-Kirkpatrick 2020). Notes on the drum channel do
// not count unless said; nothing comes back where a number is not defined, as for a piece without
// notes. Where MusPy's text and its code differ, docs/evaluating.md says which is followed.

/// Groove is told on a grid of this many steps a quarter, which is MusPy's own resolution.
inline constexpr int kGrooveStepsPerQuarter = 24;

/// polyphonyRate() counts more than this many pitches, as MusPy's code does.
inline constexpr int kPolyphonyThreshold = 2;

/// The notes of all tracks that are not drums, in order of start.
std::vector<Note> pitchedNotes(const Score& score);

/// Highest pitch − lowest pitch, in semitones.
std::optional<double> pitchRange(std::span<const Note> notes);

/// Number of different pitches.
std::optional<double> pitchesUsed(std::span<const Note> notes);

/// Number of different pitch classes, 1..12.
std::optional<double> pitchClassesUsed(std::span<const Note> notes);

/// Mean number of different pitches that sound, over the time in which any does:
/// Σ_t k(t) / #{t: k(t) > 0} with k(t) the pitches sounding at tick t. At least 1.
std::optional<double> polyphony(std::span<const Note> notes);

/// Share of the time, from tick 0 to the end of the last note, in which more than `threshold`
/// different pitches sound: #{t: k(t) > threshold} / #{t}.
std::optional<double> polyphonyRate(std::span<const Note> notes,
                                    int threshold = kPolyphonyThreshold);

/// Share of the notes whose pitch class belongs to the key's scale (natural minor).
std::optional<double> pitchInScaleRate(std::span<const Note> notes, Key key);

/// The largest pitchInScaleRate() of all 24 keys.
std::optional<double> scaleConsistency(std::span<const Note> notes);

/// −Σ p·log2 p over the pitches, p the share of the notes that have it: bits, 0..7.
std::optional<double> pitchEntropy(std::span<const Note> notes);

/// The same over pitch classes: bits, 0..log2 12.
std::optional<double> pitchClassEntropy(std::span<const Note> notes);

/// Share of the beats (quarters from tick 0 up to the end of the last note) in which no note
/// sounds, drums included. A note sounds in the beat it begins in, even with length zero, and not
/// in the one it ends at. Nothing for scores in SMPTE time.
std::optional<double> emptyBeatRate(const Score& score);

/// The same over bars.
std::optional<double> emptyMeasureRate(const Score& score);

/// 1 − mean over neighbouring bars of d(g, g') / L, where g is the bar's vector of L steps
/// (kGrooveStepsPerQuarter) with a one wherever a note begins, drums included, and d counts the
/// places at which two vectors differ (Wu and Yang 2020). Bars run from the first to the one in
/// which the last note ends; neighbours of different length are not compared. Nothing without two
/// bars to compare, nor in SMPTE time.
std::optional<double> grooveConsistency(const Score& score);

} // namespace continuo
