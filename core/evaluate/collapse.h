// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/variety.h"
#include "core/music/score.h"

namespace continuo {

/// A melody as what each note adds: the interval from the note before and the time since it began,
/// in 24ths of a quarter (at most 4,095), as one number. One fewer than it has notes; repeated
/// notes count here.
using MotionSymbols = SymbolRow;
MotionSymbols motionSymbolsOf(const Score& score);

} // namespace continuo
