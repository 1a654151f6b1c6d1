// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/read_abc.h"
#include "core/abc/write_abc.h"
#include "core/music/pitch.h"

#include <QString>
#include <QStringList>

#include <algorithm>
#include <utility>
#include <vector>

namespace continuo {

/// The notes of a track as text, for comparing: "C4@0+480" is a middle C from tick 0 that lasts 480
/// ticks.
inline QString notesText(const std::vector<Note>& notes)
{
    QStringList text;
    for (const Note& note : notes)
        text.append(QString("%1@%2+%3")
                        .arg(QString::fromStdString(pitchName(note.pitch)))
                        .arg(note.start.value)
                        .arg(note.length.value));
    return text.join(' ');
}

/// The notes' names only: "C4 D4".
inline QString pitchesText(const std::vector<Note>& notes)
{
    QStringList text;
    for (const Note& note : notes)
        text.append(QString::fromStdString(pitchName(note.pitch)));
    return text.join(' ');
}

/// The notes of a written tune's voices as the score has them and as they were read again, a line
/// for each voice; the same if nothing was lost.
inline std::pair<QString, QString> voicesText(const Score& score, const AbcText& written,
                                              const Score& again)
{
    const auto sorted = [](std::vector<Note> notes, int ticksPerQuarter) {
        for (Note& note : notes) { // All tunes are read with 960 ticks a quarter.
            note.start.value = note.start.value * 960 / ticksPerQuarter;
            note.length.value = note.length.value * 960 / ticksPerQuarter;
        }
        std::sort(notes.begin(), notes.end(), [](const Note& a, const Note& b) {
            return a.start != b.start ? a.start < b.start : a.pitch < b.pitch;
        });
        return notesText(notes);
    };
    QStringList expected;
    for (const AbcText::Voice& voice : written.voices) {
        std::vector<Note> notes = score.tracks[voice.track].notes;
        std::erase_if(notes, [&](const Note& note) { return note.channel != voice.channel; });
        expected.append(sorted(notes, score.ticksPerQuarter));
    }
    QStringList found;
    for (const Track& track : again.tracks)
        found.append(sorted(track.notes, again.ticksPerQuarter));
    return {expected.join('\n'), found.join('\n')};
}

/// The ids of a tune's remarks, in order.
inline QString remarksText(const AbcTune& tune)
{
    QStringList text;
    for (const AbcRemark& remark : tune.remarks)
        text.append(QString("%1@%2:%3")
                        .arg(QString::fromStdString(remark.id))
                        .arg(remark.line)
                        .arg(remark.column));
    return text.join(' ');
}

} // namespace continuo
