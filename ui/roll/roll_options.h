// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"

#include <QColor>
#include <QString>

#include <vector>

namespace continuo::ui {

/// What a press on the roll does.
enum class RollTool
{
    Select,
    Draw,
    Erase,
    Split
};

/// The grid that gestures keep to, as a fraction of a whole note: 1/8, triplet eighths 1/12, dotted 3/16.
struct Snap
{
    int numerator = 1;
    int denominator = 8; ///< 0: off.
    friend bool operator==(const Snap&, const Snap&) = default;
};

/// What the colour of a note says.
enum class NoteColouring
{
    Track,
    Velocity,
    PitchClass,
    Surprise ///< Of generated notes; the others keep their track's colour.
};

/// Notes that are offered, or another track's, drawn behind the score: not selectable, not edited.
struct GhostLayer
{
    std::vector<Note> notes{};
    QColor colour{};
    QString letter{}; ///< Written on each note that has room for it: "A".
};

} // namespace continuo::ui
