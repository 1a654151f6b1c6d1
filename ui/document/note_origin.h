// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/note_origin.h"

namespace continuo::ui {

using continuo::NoteOrigin;
using continuo::NoteOrigins;

} // namespace continuo::ui
