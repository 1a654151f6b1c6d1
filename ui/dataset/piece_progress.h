// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"

#include <cstddef>

namespace continuo::ui {

class TaskList;

/// Tells how many pieces a task has done: "2,140 of 3,310 pieces". `all` may turn out too small.
void tellPieces(TaskList& tasks, int task, std::size_t done, std::size_t all);
/// The same from the engine's news with "done" and "total".
void tellPieces(TaskList& tasks, int task, const Json& news);

} // namespace continuo::ui
