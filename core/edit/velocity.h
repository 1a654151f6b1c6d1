// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <span>
#include <unordered_map>

namespace continuo {

/// Gives each note the velocity, kept within 1..127.
ScorePatch setVelocity(const Score& score, std::span<const NoteId> ids, int velocity);

/// Multiplies each note's velocity, rounded and kept within 1..127. `factor` is finite and not
/// negative.
ScorePatch scaleVelocity(const Score& score, std::span<const NoteId> ids, double factor);

/// Adds `by` to each note's velocity, kept within 1..127.
ScorePatch changeVelocity(const Score& score, std::span<const NoteId> ids, int by);

/// Gives each note a velocity of its own, kept within 1..127; ids that the score does not have are passed over.
ScorePatch setVelocities(const Score& score, const std::unordered_map<NoteId, int>& velocities);

} // namespace continuo
