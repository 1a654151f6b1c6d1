// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/time.h"

#include <QSizeF>

namespace continuo::ui {

inline constexpr int kKeysWidth = 58;
inline constexpr int kRulerHeight = 44;
inline constexpr int kLaneHeight = 86;
inline constexpr int kPitches = 128;

/// Where ticks and pitches lie in the pixels (device-independent) of the part of the roll that shows notes. Pure arithmetic.
struct RollGeometry
{
    double pixelsPerTick = 32.0 / kDefaultTicksPerQuarter;
    double rowHeight = 14;
    double firstTick = 0; ///< At the left edge; not negative.
    double top = 0;       ///< Pixels of the keyboard above the upper edge; not negative.
    QSizeF size{0, 0};    ///< Of the visible part.

    double x(Tick time) const { return (static_cast<double>(time.value) - firstTick) * pixelsPerTick; }
    double width(Tick length) const { return static_cast<double>(length.value) * pixelsPerTick; }
    /// The nearest tick, not negative.
    Tick tickAt(double x) const;
    /// A distance in ticks, of either sign.
    Tick ticksIn(double pixels) const;

    /// The upper edge of a pitch's row; the highest pitch is on top.
    double y(int pitch) const { return (kPitches - 1 - pitch) * rowHeight - top; }
    /// The row at `y`, 0..127 even above and below the keyboard.
    int pitchAt(double y) const;

    double keyboardHeight() const { return kPitches * rowHeight; }
    /// The first and the last tick that can be seen.
    Tick leftTick() const { return tickAt(0); }
    Tick rightTick() const { return tickAt(size.width()) + Tick{1}; }

    /// Scrolled by pixels, as far as the beginning of time and the ends of the keyboard allow.
    RollGeometry scrolled(double right, double down) const;
    /// `factor` times as wide, between `least` and kMostPixelsPerTick pixels a tick; the tick at pixel `x` stays there unless
    /// the beginning of time would come inside.
    RollGeometry zoomed(double x, double factor, double least) const;
    /// Rows `factor` times as high, between kLeastRowHeight and kMostRowHeight; the pitch at pixel `y` stays there.
    RollGeometry withRowsZoomed(double y, double factor) const;
    /// Nothing outside the keyboard or before the beginning of time.
    RollGeometry bounded() const;

    friend bool operator==(const RollGeometry&, const RollGeometry&) = default;
};

inline constexpr double kMostPixelsPerTick = 8;
inline constexpr double kLeastRowHeight = 8;
inline constexpr double kMostRowHeight = 32;

} // namespace continuo::ui
