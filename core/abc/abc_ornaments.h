// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_music.h"

#include <cstdint>
#include <vector>

namespace continuo {

/// One stroke of an ornament.
struct AbcStroke
{
    AbcTime length = 0;
    int steps = 0; ///< 0: the note itself; 1 and −1: the steps above and below.
    friend bool operator==(const AbcStroke&, const AbcStroke&) = default;
};

/// An ornament on a note of `length` as strokes that fill it: trills in 32nds from the note on;
/// rolls as five equal strokes (note, above, note, below, note); mordents as two 32nds, or quarters
/// of a note shorter than an eighth, and the rest; turns as four equal strokes from the step above,
/// or below where they are inverted.
std::vector<AbcStroke> abcOrnament(AbcOrnament ornament, AbcTime length);

/// What each of `count` grace notes takes from a note of `length`: a 32nd, a 64th where they are
/// short (written {/…}), but no more than half the note together.
AbcTime abcGraceLength(std::size_t count, AbcTime length, bool isShort);

} // namespace continuo
