// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <span>

namespace continuo {

enum class NoteEdge
{
    Start,
    End
};

/// Moves one edge of each note and leaves the other where it is. A note becomes no shorter than
/// `shortest` (or than it is, if it is shorter already), and no start moves before the beginning of
/// the score; such notes go as far as they can. `shortest` is at least 1.
ScorePatch resizeNotes(const Score& score, std::span<const NoteId> ids, NoteEdge edge, Tick by,
                       Tick shortest = {1});

} // namespace continuo
