// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/note_words.h"

#include "ui/base/words.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

namespace continuo::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("NoteWords", text);
}

} // namespace

QString notesInWords(std::size_t count)
{
    return count == 1 ? tr("1 note") : tr("%1 notes").arg(countInWords(static_cast<std::int64_t>(count)));
}

QString lengthInWords(Tick length, int ticksPerQuarter)
{
    const std::pair<int, const char*> names[] = {{1, QT_TRANSLATE_NOOP("NoteWords", "whole")},          {2, QT_TRANSLATE_NOOP("NoteWords", "half")},
                                                 {4, QT_TRANSLATE_NOOP("NoteWords", "quarter")},        {8, QT_TRANSLATE_NOOP("NoteWords", "eighth")},
                                                 {16, QT_TRANSLATE_NOOP("NoteWords", "sixteenth")},     {32, QT_TRANSLATE_NOOP("NoteWords", "thirty-second")},
                                                 {64, QT_TRANSLATE_NOOP("NoteWords", "sixty-fourth")}};
    const std::int64_t whole = std::int64_t{4} * ticksPerQuarter;
    for (const auto& [parts, name] : names) {
        if (length.value * parts == whole)
            return tr(name);
        if (length.value * parts * 2 == whole * 3)
            return tr("dotted %1").arg(tr(name));
        if (length.value * parts * 3 == whole * 2)
            return tr("triplet %1").arg(tr(name));
    }
    const double quarters = static_cast<double>(length.value) / ticksPerQuarter;
    return tr("%1 quarters").arg(QLocale().toString(quarters, 'g', 3));
}

QString placeInWords(const MeterMap& meters, Tick time)
{
    const MeterMap::Position place = meters.position(time);
    const Tick beat = meters.meterAt(time).beatLength(meters.ticksPerQuarter());
    const QString words = tr("bar %1 beat %2").arg(place.bar + 1).arg(place.inBar.value / beat.value + 1);
    const std::int64_t rest = place.inBar.value % beat.value;
    return rest == 0 ? words : tr("%1 + %2 ticks").arg(words).arg(rest);
}

QString noteInWords(const MeterMap& meters, const Note& note)
{
    return tr("%1, %2, %3, velocity %4")
        .arg(pitchInWords(note.pitch.value), placeInWords(meters, note.start), lengthInWords(note.length, meters.ticksPerQuarter()))
        .arg(note.velocity);
}

QString originInWords(const NoteOrigin& origin)
{
    const QString percent = QLocale().toString(origin.probability * 100, 'f', origin.probability < 0.1 ? 1 : 0);
    const QString words = tr("probability %1 %").arg(percent);
    return origin.rank > 0 ? tr("%1, choice %2 of the model").arg(words).arg(origin.rank) : words;
}

} // namespace continuo::ui
