// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/read_abc.h"
#include "core/music/score_patch.h"
#include "tests/core/abc/abc_text.h"

#include <QTest>

namespace continuo {

/// A score from one line of ABC in quarters, 4/4 and C major: "CDEF|G4".
inline Score scoreOf(const QString& music)
{
    const auto tunes = readAbc(("X:1\nL:1/4\nK:C\n" + music + "\n").toStdString(), "test");
    return tunes ? tunes->front().score : Score{};
}

/// The ids of the notes at these places of the first track; of all if there are none.
inline std::vector<NoteId> idsOf(const Score& score, const QList<int>& places)
{
    const std::vector<Note>& notes = score.tracks.front().notes;
    std::vector<NoteId> ids;
    for (const int place : places)
        ids.push_back(notes.at(static_cast<std::size_t>(place)).id);
    if (places.isEmpty()) {
        for (const Note& note : notes)
            ids.push_back(note.id);
    }
    return ids;
}

/// The first track's notes after the edit, as text, which must be `expected`; undoing it must
/// restore the score, and the track must end where its last note does or later.
inline void checkEdit(const Score& before, const ScorePatch& patch, const QString& expected)
{
    Score score = before;
    QVERIFY(applyPatch(score, patch));
    QCOMPARE(notesText(score.tracks.front().notes), expected);
    for (const Track& track : score.tracks) {
        QVERIFY(std::is_sorted(track.notes.begin(), track.notes.end(), noteBefore));
        for (const Note& note : track.notes) {
            QVERIFY(note.end() <= track.end);
            QVERIFY(note.id > 0 && note.id < score.nextId);
        }
    }
    if (score == before)
        QVERIFY(patch.isEmpty());
    QVERIFY(applyPatch(score, patch.inverted()));
    QVERIFY(score == before);
}

} // namespace continuo
