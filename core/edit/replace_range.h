// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <span>

namespace continuo {

/// Empties [from, to) of a track and puts copies of `notes` into the track under new ids, where
/// they stand. Nothing outside the range moves: a note that reaches into it is cut at `from`, one
/// that reaches out of it keeps what lies after `to`, and one that spans it is cut into two. The
/// cut pieces keep their id; the second of two gets a new one. Empty where the track does not
/// exist. `from` is not negative and not after `to`.
ScorePatch replaceRange(const Score& score, TrackId track, Tick from, Tick to,
                        std::span<const Note> notes);

} // namespace continuo
