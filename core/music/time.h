// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>

namespace continuo {

/// Musical time, a position or a length, relative to the ticks per quarter of the score it belongs to. Whole numbers,
/// so that import, edit and export never drift; seconds exist only in TempoMap.
struct Tick
{
    std::int64_t value = 0;

    friend constexpr auto operator<=>(Tick, Tick) = default;
    friend constexpr Tick operator+(Tick a, Tick b) { return {a.value + b.value}; }
    friend constexpr Tick operator-(Tick a, Tick b) { return {a.value - b.value}; }
    constexpr Tick& operator+=(Tick other)
    {
        value += other.value;
        return *this;
    }
};

/// Ticks per quarter of scores that do not come from a file.
inline constexpr int kDefaultTicksPerQuarter = 960;

/// round(count * numerator / denominator), halves away from zero: the count-th line of a grid whose spacing is a
/// fraction of a tick. Exact for |count * numerator| < 2^63.
constexpr Tick gridLine(std::int64_t count, std::int64_t numerator, std::int64_t denominator)
{
    const std::int64_t product = count * numerator;
    const std::int64_t half = denominator / 2;
    return {product >= 0 ? (product + half) / denominator : -((-product + half) / denominator)};
}

} // namespace continuo
