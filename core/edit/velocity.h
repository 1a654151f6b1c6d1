// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <span>

namespace continuo {

/// Gives each note the velocity, kept within 1..127.
ScorePatch setVelocity(const Score& score, std::span<const NoteId> ids, int velocity);

/// Multiplies each note's velocity, rounded and kept within 1..127. `factor` is finite and not
/// negative.
ScorePatch scaleVelocity(const Score& score, std::span<const NoteId> ids, double factor);

} // namespace continuo
