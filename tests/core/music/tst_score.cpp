// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/score.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace continuo;

class TestScore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void notesAndEventsFindTheirPlace()
    {
        Score score;
        const TrackId track = score.addTrack().id;
        const NoteId late = score.addNote(track, {.start = {100}, .length = {10}});
        const NoteId early = score.addNote(track, {.start = {50}, .length = {500}});
        const NoteId same = score.addNote(track, {.start = {100}, .length = {1}});
        const std::vector<Note>& notes = score.tracks.front().notes;
        QCOMPARE(notes[0].id, early);
        QCOMPARE(notes[1].id, late);
        QCOMPARE(notes[2].id, same);
        score.addEvent(track, metaEvent({900}, Meta::Text, "b"));
        score.addEvent(track, metaEvent({0}, Meta::TrackName, "Caf\xe9"));
        QCOMPARE(score.tracks.front().events.front().time.value, std::int64_t{0});
        QCOMPARE(score.tracks.front().end.value, std::int64_t{900});
        QCOMPARE(score.end().value, std::int64_t{900});
        QCOMPARE(score.noteCount(), std::size_t{3});
        QCOMPARE(QString::fromStdString(trackName(score.tracks.front())),
                 QString::fromUtf8("Caf\xc3\xa9"));
    }

    void idsAreNeverUsedTwice()
    {
        Score score;
        std::set<std::uint32_t> ids;
        for (int i = 0; i < 3; ++i) {
            const TrackId track = score.addTrack().id;
            ids.insert(track);
            ids.insert(score.addNote(track, {}));
            ids.insert(score.addEvent(track, metaEvent({}, Meta::Text, "x")));
        }
        QCOMPARE(ids.size(), std::size_t{9});
        QCOMPARE(score.nextId, 10U);
    }

    void programIsThatOfTheNotes()
    {
        Score score;
        const TrackId track = score.addTrack().id;
        QVERIFY(!trackProgram(score.tracks.front()));
        score.addEvent(track, programChange({}, 0, 10));
        score.addEvent(track, programChange({}, 3, 40));
        QCOMPARE(trackProgram(score.tracks.front()).value_or(0), std::uint8_t{10});
        score.addNote(track, {.length = {1}, .channel = 3});
        QCOMPARE(trackProgram(score.tracks.front()).value_or(0), std::uint8_t{40});
    }

    void drumTracksAreTold()
    {
        Score score;
        const TrackId track = score.addTrack().id;
        QVERIFY(!isDrumTrack(score.tracks.front()));
        score.addNote(track, {.length = {1}, .channel = kDrumChannel});
        QVERIFY(isDrumTrack(score.tracks.front()));
        score.addNote(track, {.length = {1}, .channel = 0});
        QVERIFY(!isDrumTrack(score.tracks.front()));
    }

    void allNotesAreInOrder()
    {
        Score score;
        const TrackId first = score.addTrack().id;
        const TrackId second = score.addTrack().id;
        score.addNote(first, {.start = {10}, .length = {1}});
        score.addNote(second, {.start = {5}, .length = {1}});
        score.addNote(first, {.start = {1}, .length = {1}});
        const std::vector<Note> notes = allNotes(score);
        QVERIFY(std::is_sorted(notes.begin(), notes.end(), noteBefore));
        QCOMPARE(notes.size(), std::size_t{3});
    }
};

QTEST_APPLESS_MAIN(TestScore)
#include "tst_score.moc"
