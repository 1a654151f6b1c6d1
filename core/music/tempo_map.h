// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"

#include <cstdint>
#include <vector>

namespace continuo {

/// The one place where ticks meet seconds. Tempo events of all tracks merged, 500,000 microseconds a quarter before the
/// first; of two at one tick the one of the later track, later in the file, holds. SMPTE scores ignore tempo events.
class TempoMap
{
public:
    struct Change
    {
        Tick time{};
        std::uint32_t microsecondsPerQuarter = 500'000;
        double seconds = 0; ///< Of `time`, from the start.
        friend bool operator==(const Change&, const Change&) = default;
    };

    explicit TempoMap(const Score& score);
    /// A constant tempo.
    TempoMap(int ticksPerQuarter, std::uint32_t microsecondsPerQuarter);

    double ticksToSeconds(Tick time) const;
    /// The nearest tick; negative seconds give tick 0.
    Tick secondsToTicks(double seconds) const;
    std::uint32_t microsecondsPerQuarterAt(Tick time) const;
    /// In order of time; the first stands at tick 0.
    const std::vector<Change>& changes() const { return m_changes; }

private:
    double secondsPerTick(const Change& change) const;

    std::vector<Change> m_changes;
    int m_ticksPerQuarter = kDefaultTicksPerQuarter;
    double m_smpteSecondsPerTick = 0; ///< 0: tempo events apply.
};

} // namespace continuo
