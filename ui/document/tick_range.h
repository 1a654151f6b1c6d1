// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/time.h"

namespace continuo::ui {

/// Part of a score: [start, end).
struct TickRange
{
    Tick start{};
    Tick end{};
    friend bool operator==(const TickRange&, const TickRange&) = default;
};

} // namespace continuo::ui
