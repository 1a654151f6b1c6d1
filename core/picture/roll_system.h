// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/key.h"
#include "core/music/meter.h"
#include "core/picture/picture.h"

#include <optional>
#include <string>
#include <vector>

namespace continuo {

/// A note with the colour it is drawn in.
struct ColouredNote
{
    Note note{};
    Colour colour{};
};

/// What the lines of a roll have in common.
struct RollLayout
{
    double left = 24;
    double width = 1152; ///< From the left edge of the keys to the right edge of the rows.
    double rowHeight = 9;
    int lowest = 60;  ///< Key numbers of the rows, both included.
    int highest = 72;
    std::optional<Key> key{};

    static constexpr double kKeys = 46;  ///< Width of the piano keys.
    static constexpr double kRuler = 20; ///< Height of the bar numbers over the rows.

    double rowsHeight() const { return rowHeight * (highest - lowest + 1); }
    double height() const { return kRuler + rowsHeight(); }
};

/// One line of a roll: a run of bars.
struct RollSystem
{
    double top = 0;
    std::int64_t firstBar = 0;
    std::int64_t bars = 4;             ///< Bars of its full width.
    std::int64_t filledBars = 4;       ///< Bars the piece has here; the rest of the line stays empty.
    std::optional<Tick> seedEnd{};
};

/// Draws rows, keys, grid, the notes that sound in its bars and the end of the seed melody. `notes` are in order of start.
void drawRollSystem(Picture& picture, const RollLayout& layout, const RollSystem& system, const MeterMap& meters,
                    const std::vector<ColouredNote>& notes);

} // namespace continuo
