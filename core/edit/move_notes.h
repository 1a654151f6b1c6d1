// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <span>

namespace continuo {

/// Moves notes in time and pitch. If one of them would begin before the score or leave the
/// keyboard, none moves, so that a chord at the edge keeps its shape; the patch is then empty.
ScorePatch moveNotes(const Score& score, std::span<const NoteId> ids, Tick by, int semitones);

/// Moves notes by `semitones`, all or none, as moveNotes() does.
ScorePatch transposeNotes(const Score& score, std::span<const NoteId> ids, int semitones);

} // namespace continuo
