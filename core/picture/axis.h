// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace continuo {

/// A scale of round numbers that holds a range of values.
struct Axis
{
    double from = 0; ///< The lower end, itself a round number.
    double to = 1;
    bool isLog = false;
    std::vector<double> ticks{}; ///< Ascending, within from..to.
    double step = 0.25;          ///< Between ticks; 0 on a logarithmic axis.

    /// 0 at the lower end, 1 at the upper; values beyond the ends go beyond.
    double fraction(double value) const;
    /// A tick as text with as many digits as tell ticks apart: "0.25", "12,000".
    std::string label(double tick) const;
};

/// An axis for the values lowest..highest (finite) with about `ticks` round numbers. Logarithmic ones need lowest > 0.
Axis axisFor(double lowest, double highest, int ticks);
Axis logAxisFor(double lowest, double highest);

/// An axis that begins and ends at the values themselves, with round ticks between.
Axis tightAxisFor(double lowest, double highest, int ticks);

/// "12,000", "1.43", "0.00025": as many decimals as `digits` significant digits need, without zeros at the end unless
/// they are kept.
std::string readableNumber(double value, int digits = 3, bool keepsZeros = false);

} // namespace continuo
