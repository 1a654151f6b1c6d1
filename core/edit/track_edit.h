// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <cstdint>
#include <string_view>

namespace continuo {

/// The channel most notes of a track use; without notes that of its first program change, else 0.
std::uint8_t trackChannel(const Track& track);

/// The lowest channel that nothing of the score uses, the drum channel left out; 0 where all are in
/// use.
std::uint8_t freeChannel(const Score& score);

/// Adds `track`, with all it holds under new ids, behind the others. A score of format 0, which
/// holds one track, becomes one of format 1.
ScorePatch addTrack(const Score& score, Track track);

/// An empty track with a name (UTF-8), a channel (0..15) and a program (0..127).
Track namedTrack(std::string_view name, std::uint8_t channel, std::uint8_t program);

/// Takes a track out with all it holds. Its tempos, time and key signatures hold for all tracks and
/// go to the first one that stays, but for format 2, whose tracks are pieces of their own. Empty
/// where the track does not exist.
ScorePatch removeTrack(const Score& score, TrackId track);

/// Gives a track another name (UTF-8); an empty one takes its name away. Empty where nothing
/// changes.
ScorePatch renameTrack(const Score& score, TrackId track, std::string_view name);

/// Changes the program trackProgram() tells, or adds one at the beginning. Empty where nothing
/// changes.
ScorePatch setTrackProgram(const Score& score, TrackId track, std::uint8_t program);

/// Puts every note and every channel message of a track onto one channel. Empty where nothing
/// changes.
ScorePatch setTrackChannel(const Score& score, TrackId track, std::uint8_t channel);

} // namespace continuo
