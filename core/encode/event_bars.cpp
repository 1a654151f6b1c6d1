// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/event_bars_p.h"

#include <algorithm>
#include <array>

namespace continuo {

namespace {

/// The listed meter whose bar has exactly this length; of several the one with this denominator.
std::optional<std::size_t> meterOfLength(const EventSymbols& symbols, Tick length, int denominator,
                                         int ticksPerQuarter)
{
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < symbols.meters.size(); ++i) {
        const Meter& meter = symbols.meters[i];
        if (std::int64_t{4} * ticksPerQuarter * meter.numerator != length.value * meter.denominator)
            continue;
        if (meter.denominator == denominator)
            return i;
        if (!found)
            found = i;
    }
    return found;
}

} // namespace

EventBar eventBar(const EventSymbols& symbols, std::size_t meter, Tick start, int ticksPerQuarter)
{
    return {start, symbols.meters[meter].barLength(ticksPerQuarter), meter,
            symbols.unitsPerBar(meter)};
}

EventBars::EventBars(const EventSymbols& symbols, const MeterMap& meters)
{
    const int ticksPerQuarter = meters.ticksPerQuarter();
    const auto& changes = meters.changes();
    Tick begin{};
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const bool isLast = i + 1 == changes.size();
        if (!isLast && changes[i + 1].time <= begin)
            continue; // a bar that was made whole has swallowed it
        const Meter written = changes[i].meter;
        const std::optional<std::size_t> like = symbols.meterLike(written);
        m_areAsWritten = m_areAsWritten && like && begin == changes[i].time;
        const EventBar bar =
            eventBar(symbols, like.value_or(*symbols.meterLike(Meter{})), begin, ticksPerQuarter);
        const std::int64_t span = isLast ? 0 : (changes[i + 1].time - begin).value;
        const std::int64_t whole = span / bar.length.value;
        const Tick rest{span % bar.length.value};
        const Tick last = begin + Tick{whole * bar.length.value};
        if (isLast || whole > 0)
            m_first.push_back(bar);
        if (isLast)
            break;
        begin = changes[i + 1].time;
        if (rest.value == 0)
            continue;
        if (const auto shorter =
                meterOfLength(symbols, rest, written.denominator, ticksPerQuarter)) {
            m_first.push_back(eventBar(symbols, *shorter, last, ticksPerQuarter));
        } else {
            if (whole == 0)
                m_first.push_back(bar);
            begin = last + bar.length;
            m_areAsWritten = false;
        }
    }
}

EventBar EventBars::at(Tick time) const
{
    const auto next =
        std::upper_bound(m_first.begin() + 1, m_first.end(), time,
                         [](Tick value, const EventBar& bar) { return value < bar.start; });
    EventBar bar = *(next - 1);
    bar.start += Tick{(time - bar.start).value / bar.length.value * bar.length.value};
    return bar;
}

} // namespace continuo
