// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <span>

namespace continuo {

/// Lets each note last until the next of these notes in its track begins; notes that begin together are a chord and last
/// alike. The last ones of a track keep their length.
ScorePatch legatoNotes(const Score& score, std::span<const NoteId> ids);

} // namespace continuo
