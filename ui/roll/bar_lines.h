// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/roll/roll_painter.h"

#include <vector>

namespace continuo::ui {

/// An upright line of the grid.
struct BarLine
{
    enum Kind
    {
        Subdivision,
        Beat,
        Bar
    };
    double x = 0;
    Kind kind = Subdivision;
    std::int64_t bar = 0; ///< From 0: the bar it begins or lies in.
};

/// The lines between the pixels `left` and `right` that stand at least a few pixels apart, by kind: the finest first, so
/// that bars are painted over beats.
std::vector<BarLine> barLines(const RollPicture& picture, double left, double right);

/// The bars that get a number where one needs `room` pixels: every one, or every second, fourth …
std::vector<BarLine> numberedBars(const RollPicture& picture, double left, double right, double room);

} // namespace continuo::ui
