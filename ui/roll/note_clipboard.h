// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"

#include <QByteArray>

#include <optional>
#include <span>
#include <vector>

namespace continuo::ui {

inline constexpr char kNotesMime[] = "application/x-continuo-notes";

/// Notes as the clipboard holds them: a JSON object with the ticks a quarter and the notes, the earliest at 0.
QByteArray notesToClipboard(std::span<const Note> notes, int ticksPerQuarter);

/// What the clipboard holds, in ticks of `ticksPerQuarter` a quarter, the earliest at 0, in order of start, without ids.
/// Nothing where it is not of this form: another program may have put anything there.
std::optional<std::vector<Note>> notesFromClipboard(const QByteArray& data, int ticksPerQuarter);

} // namespace continuo::ui
