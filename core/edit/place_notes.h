// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <span>

namespace continuo {

/// Puts copies of `notes` into a track under new ids, in the order given. Empty where the track
/// does not exist. Starts and lengths must not be negative.
ScorePatch addNotes(const Score& score, TrackId track, std::span<const Note> notes);

/// Adds a track at the end that holds copies of `notes`, under new ids.
ScorePatch addTrackOf(const Score& score, std::span<const Note> notes);

/// Takes the notes with these ids out, from whatever track; ids that the score does not have are
/// passed over.
ScorePatch removeNotes(const Score& score, std::span<const NoteId> ids);

} // namespace continuo
