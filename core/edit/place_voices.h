// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// The notes of one voice and where they go.
struct VoiceNotes
{
    std::optional<TrackId> track{}; ///< Nothing, or one that is not there: a new track.
    std::string name{};             ///< Of a new track, UTF-8.
    std::uint8_t program = 0;       ///< Of a new track.
    std::vector<Note> notes{};      ///< On a new track they get its channel.
};

/// Several voices as one edit. In tracks that are there they take the place of what stands in
/// [from, to), as replaceRange() does, several voices of one track together; the others get new
/// tracks behind all tracks, each on a channel of its own as long as there are free ones. Voices
/// without notes get no new track. The ids of the new notes rise voice by voice within a track and
/// from one track to the next, tracks that are there first.
ScorePatch placeVoices(const Score& score, std::span<const VoiceNotes> voices, Tick from, Tick to);

} // namespace continuo
