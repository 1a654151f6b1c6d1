// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/meter.h"
#include "core/music/note.h"
#include "ui/document/note_origin.h"

#include <QString>

#include <cstddef>

namespace continuo::ui {

/// "1 note", "3 notes".
QString notesInWords(std::size_t count);
/// "quarter", "dotted eighth", "triplet eighth", or how many quarters it is where it has no name: "2.3 quarters".
QString lengthInWords(Tick length, int ticksPerQuarter);
/// "bar 2 beat 1", "bar 2 beat 1 + 120 ticks".
QString placeInWords(const MeterMap& meters, Tick time);
/// "C4, bar 2 beat 1, quarter, velocity 90".
QString noteInWords(const MeterMap& meters, const Note& note);
/// "31 %, 2nd likeliest" as part of a hint: "probability 31 %, number 2 of what the model expected".
QString originInWords(const NoteOrigin& origin);

} // namespace continuo::ui
