// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/bar_grid.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace continuo {

BarGrid::BarGrid(MeterMap meters, int numerator, int denominator)
    : m_meters(std::move(meters))
    , m_numerator(std::int64_t{4} * m_meters.ticksPerQuarter() * numerator)
    , m_denominator(denominator)
{
    assert(numerator >= 1 && denominator >= 1);
}

Tick BarGrid::nearest(Tick time) const
{
    const Tick before = lineAtOrBefore(time);
    const Tick after = lineAfter(time);
    return time - before < after - time ? before : after;
}

Tick BarGrid::lineAfter(Tick time) const
{
    const MeterMap::Position position = m_meters.position(time);
    const Tick begin = m_meters.barStart(position.bar);
    const Tick end = m_meters.barStart(position.bar + 1);
    std::int64_t line = position.inBar.value * m_denominator / m_numerator;
    while (begin + at(line) <= time)
        ++line;
    return std::min(begin + at(line), end);
}

Tick BarGrid::lineAtOrBefore(Tick time) const
{
    const MeterMap::Position position = m_meters.position(time);
    std::int64_t line = position.inBar.value * m_denominator / m_numerator + 1;
    while (line > 0 && at(line) > position.inBar)
        --line;
    return m_meters.barStart(position.bar) + at(line);
}

Tick BarGrid::lineAtOrAfter(Tick time) const
{
    const Tick before = lineAtOrBefore(time);
    return before == time ? time : lineAfter(time);
}

Tick BarGrid::lineBefore(Tick time) const
{
    return time.value > 0 ? lineAtOrBefore({time.value - 1}) : Tick{};
}

Tick BarGrid::step() const
{
    return std::max(at(1), Tick{1});
}

} // namespace continuo
