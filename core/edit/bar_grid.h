// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/meter.h"

namespace continuo {

/// Lines at a fixed distance that begin anew with each bar, so that every bar's start is a line. A distance of more than
/// a bar leaves the bars' starts. Times are not negative.
class BarGrid
{
public:
    /// The distance as a fraction of a whole note, both at least 1: 1/16, triplet eighths 1/12.
    BarGrid(MeterMap meters, int numerator, int denominator);

    /// The line nearest to `time`; halfway, the later one.
    Tick nearest(Tick time) const;
    Tick lineAtOrBefore(Tick time) const;
    Tick lineAtOrAfter(Tick time) const;
    Tick lineBefore(Tick time) const; ///< 0 where there is none.
    Tick lineAfter(Tick time) const;
    /// The distance of two lines, rounded, at least 1.
    Tick step() const;
    const MeterMap& meters() const { return m_meters; }

private:
    /// A line of the bar, from the bar's start.
    Tick at(std::int64_t line) const { return gridLine(line, m_numerator, m_denominator); }

    MeterMap m_meters;
    std::int64_t m_numerator; ///< Ticks between two lines, as a fraction.
    std::int64_t m_denominator;
};

} // namespace continuo
