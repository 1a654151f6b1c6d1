// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <span>

namespace continuo {

/// Cuts the notes that sound at `at` in two: the first part keeps the id, the second gets a new one. Notes that only
/// begin or end there stay whole.
ScorePatch splitNotes(const Score& score, std::span<const NoteId> ids, Tick at);

/// Makes one note of all these notes that share track, channel and pitch: the earliest, which lasts until the last one
/// ends. A note alone stays as it is.
ScorePatch joinNotes(const Score& score, std::span<const NoteId> ids);

} // namespace continuo
