// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <cstdint>

namespace continuo {

/// Changes the tempo that holds at `at`: the tempo event that set it gets the new value, or where nothing set it, one is
/// added to the first track at the beginning. Empty where nothing changes, where the score has no track, and in SMPTE time,
/// which knows no tempo. `microsecondsPerQuarter` is 1..16,777,215.
ScorePatch setTempo(const Score& score, Tick at, std::uint32_t microsecondsPerQuarter);

} // namespace continuo
