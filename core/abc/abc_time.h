// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/time.h"

#include <cstdint>

namespace continuo {

/// Musical time while ABC is read, in parts of a tick fine enough that every length a tune can
/// write, divided by the usual tuplets, is a whole number: positions are sums without rounding, and
/// are rounded to ticks once.
using AbcTime = std::int64_t;

/// One tick at 960 ticks a quarter: 8 · 5 · 7 · 9 · 11 · 13 parts.
inline constexpr AbcTime kAbcTick = 360'360;
inline constexpr AbcTime kAbcQuarter = kDefaultTicksPerQuarter * kAbcTick;
inline constexpr AbcTime kAbcWhole = 4 * kAbcQuarter;

constexpr Tick abcToTicks(AbcTime time)
{
    return gridLine(time, 1, kAbcTick);
}

} // namespace continuo
