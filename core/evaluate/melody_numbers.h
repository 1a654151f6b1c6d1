// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/family.h"
#include "core/music/score.h"

#include <cstddef>
#include <optional>
#include <span>

namespace continuo {

/// Self-similarity is told by passages of this many (interval, duration ratio) steps: five notes.
inline constexpr std::size_t kSelfSimilaritySteps = 4;

/// An interval of this many semitones is still a step; a larger one is a leap.
inline constexpr int kLargestStep = 2;

/// How a melody moves: shares of its intervals that are a repeated pitch, a step (1 or 2 semitones)
/// or a leap. They add up to 1.
struct MotionShares
{
    double repeat = 0;
    double step = 0;
    double leap = 0;
};

/// Nothing for fewer than two notes. `melody` is a single line, as melodyOf() gives it.
std::optional<MotionShares> motionShares(std::span<const Note> melody);

/// Share of the passages of `steps` consecutive steps that stand more than once in the melody, in
/// whatever key and tempo: #{i: passage i equals another passage of the piece} / #{i}. Nothing
/// where it is too short for two passages.
std::optional<double> selfSimilarity(const MelodyPrint& melody,
                                     std::size_t steps = kSelfSimilaritySteps);

/// Share of the melody's notes on strong beats that belong to the chord of their bar.
///
/// Strong are the first beat of a bar and, where it has four tapped beats or another even number
/// above, the one in its middle; a note stands on it if it begins there on a grid of 24 steps a
/// quarter. The chord of a bar is the triad on a degree of the heard key (core/music/key.h; in
/// minor the dominant is major, too) whose three pitch classes sound longest in the bar, over all
/// tracks but drums; of equal ones the first of I, V, IV, VI, II, III, VII. Without accompaniment
/// it is heard from the melody alone.
///
/// Nothing where no note stands on a strong beat, nor in SMPTE time.
std::optional<double> chordToneRate(const Score& score);

} // namespace continuo
