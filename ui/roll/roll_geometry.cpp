// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/roll_geometry.h"

#include <algorithm>
#include <cmath>

namespace continuo::ui {

Tick RollGeometry::tickAt(double x) const
{
    return {std::max<std::int64_t>(0, std::llround(firstTick + x / pixelsPerTick))};
}

Tick RollGeometry::ticksIn(double pixels) const
{
    return {std::llround(pixels / pixelsPerTick)};
}

int RollGeometry::pitchAt(double y) const
{
    const double row = std::floor((y + top) / rowHeight);
    return kPitches - 1 - static_cast<int>(std::clamp(row, 0.0, kPitches - 1.0));
}

RollGeometry RollGeometry::scrolled(double right, double down) const
{
    RollGeometry moved = *this;
    moved.firstTick += right / pixelsPerTick;
    moved.top += down;
    return moved.bounded();
}

RollGeometry RollGeometry::zoomed(double x, double factor, double least) const
{
    RollGeometry made = *this;
    made.pixelsPerTick = std::clamp(pixelsPerTick * factor, std::min(least, kMostPixelsPerTick), kMostPixelsPerTick);
    made.firstTick = firstTick + x / pixelsPerTick - x / made.pixelsPerTick;
    return made.bounded();
}

RollGeometry RollGeometry::withRowsZoomed(double y, double factor) const
{
    RollGeometry made = *this;
    made.rowHeight = std::clamp(rowHeight * factor, kLeastRowHeight, kMostRowHeight);
    made.top = (y + top) / rowHeight * made.rowHeight - y;
    return made.bounded();
}

RollGeometry RollGeometry::bounded() const
{
    RollGeometry made = *this;
    made.firstTick = std::max(0.0, firstTick);
    made.top = std::clamp(top, 0.0, std::max(0.0, keyboardHeight() - size.height()));
    return made;
}

} // namespace continuo::ui
