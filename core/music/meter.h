// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"

#include <cstdint>
#include <string>
#include <vector>

namespace continuo {

struct Meter
{
    int numerator = 4;   ///< At least 1.
    int denominator = 4; ///< A power of two.

    /// Ticks of one bar, rounded up to at least 1.
    Tick barLength(int ticksPerQuarter) const;
    /// Ticks of the beat a listener taps: the denominator's note, or three of them in 6/8, 9/8 and 12/8.
    Tick beatLength(int ticksPerQuarter) const;
    friend bool operator==(const Meter&, const Meter&) = default;
};

std::string meterName(Meter meter); ///< "6/8".

/// Bars and beats of a score: 4/4 before the first time signature; a signature inside a bar begins a new bar.
class MeterMap
{
public:
    struct Change
    {
        Tick time{};
        Meter meter{};
        std::int64_t bar = 0; ///< Number of the bar that begins here; the first bar of the piece is 0.
        friend bool operator==(const Change&, const Change&) = default;
    };
    struct Position
    {
        std::int64_t bar = 0; ///< From 0.
        Tick inBar{};         ///< From the start of the bar.
        friend bool operator==(const Position&, const Position&) = default;
    };

    explicit MeterMap(const Score& score);
    MeterMap(int ticksPerQuarter, Meter meter);

    Position position(Tick time) const; ///< `time` is not negative.
    Tick barStart(std::int64_t bar) const;
    Meter meterAt(Tick time) const;
    const std::vector<Change>& changes() const { return m_changes; }
    int ticksPerQuarter() const { return m_ticksPerQuarter; }

private:
    std::vector<Change> m_changes;
    int m_ticksPerQuarter = kDefaultTicksPerQuarter;
};

} // namespace continuo
