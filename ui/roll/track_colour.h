// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"
#include "ui/base/theme.h"

#include <cstddef>

namespace continuo::ui {

/// The colour of the track at this place of the score: the accent for the first, which is the user's melody.
QColor trackColour(const Palette& palette, std::size_t index);

/// From soft to loud: between the muted colour and `loud`.
QColor velocityColour(const Palette& palette, const QColor& loud, int velocity);

/// Twelve hues, as strong and as bright as the accent.
QColor pitchClassColour(const Palette& palette, int pitchClass);

/// From familiar (0 bits) to daring (6 bits and more): one scale through three of the palette's colours.
QColor surpriseColour(const Palette& palette, double probability);

/// `a` with `share` (0..1) of `b`.
QColor mixed(const QColor& a, const QColor& b, double share);

} // namespace continuo::ui
