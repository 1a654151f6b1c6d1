// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/roll/roll_painter.h"
#include "ui/roll/roll_state.h"

namespace continuo::ui {

/// What the roll shows now. Points into the state and the score: for the time of painting.
RollPicture rollPicture(const RollState& state);

} // namespace continuo::ui
