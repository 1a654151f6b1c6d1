// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/meter.h"
#include "ui/dataset/piece_query.h"

#include <QString>

#include <bitset>
#include <cstdint>
#include <optional>
#include <utility>

namespace continuo::ui {

// What the values of a search's terms mean. Nothing, or no bit, where a value is not understood.

struct QueryNumber
{
    double value = 0;
    double tolerance =
        0; ///< Equal means nearer than this: equal to as many digits as were written.
};

/// "100", "1,5"; of a duration "1:30", of a pitch its name too, of a share "10%".
std::optional<QueryNumber> numberIn(PieceFact fact, const QString& text);
/// "D4-G5" of a range, "40-100" of velocities, the lower first.
std::optional<std::pair<int, int>> spanIn(PieceFact fact, const QString& value);
/// "6/8".
std::optional<Meter> meterIn(const QString& value);
/// Bits of a fact of FactKind::Choice, as choiceOf() has them.
std::uint64_t choicesIn(PieceFact fact, const QString& value);
/// Places in NoteKinds, as kindsOf() has them, of a fact of FactKind::Notes.
std::bitset<128> kindsIn(PieceFact fact, const QString& value);

/// What a value of this fact may be, in words.
QString allowedValues(PieceFact fact);

} // namespace continuo::ui
