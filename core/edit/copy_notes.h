// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <span>

namespace continuo {

/// Puts copies of notes into their own tracks, moved in time and pitch, under new ids. All or none, as moveNotes() does; a
/// copy onto the note itself is none. Where the score has two tracks, copies come in the order of tracks, then of notes.
ScorePatch copyNotes(const Score& score, std::span<const NoteId> ids, Tick by, int semitones);

} // namespace continuo
