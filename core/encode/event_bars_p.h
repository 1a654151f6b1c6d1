// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/event.h"
#include "core/music/meter.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace continuo {

/// One bar as the `event` encoding writes it, in ticks of some score.
struct EventBar
{
    Tick start{};
    Tick length{};
    std::size_t meter = 0; ///< Index into EventSymbols::meters.
    int units = 0;         ///< Positions in it.

    Tick end() const { return start + length; }
    /// Beyond the bar's last position too: as if the bar were longer.
    Tick time(std::int64_t unit) const { return start + gridLine(unit, length.value, units); }
    /// The nearest position; `units` for the beginning of the next bar.
    std::int64_t nearest(Tick time) const { return toUnits(time - start); }
    /// A length in units, rounded.
    std::int64_t toUnits(Tick span) const
    {
        return (2 * span.value * units + length.value) / (2 * length.value);
    }
};

EventBar eventBar(const EventSymbols& symbols, std::size_t meter, Tick start, int ticksPerQuarter);

/// The bars of a score in order, each with a meter that has a symbol. A short bar is written with
/// the meter of its length; where none has it, it is taken for a whole one and what follows is
/// shifted against the bar lines.
class EventBars
{
public:
    EventBars(const EventSymbols& symbols, const MeterMap& meters);

    /// The bar in which `time` lies; not negative.
    EventBar at(Tick time) const;
    /// The bar that begins where this one ends.
    EventBar after(const EventBar& bar) const { return at(bar.end()); }
    /// Whether every bar line is one of the score's.
    bool areAsWritten() const { return m_areAsWritten; }

private:
    std::vector<EventBar> m_first; ///< Of each run of equal bars.
    bool m_areAsWritten = true;
};

} // namespace continuo
