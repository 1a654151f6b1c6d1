// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/read_abc.h"
#include "core/music/pitch.h"

#include <QString>
#include <QStringList>

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
