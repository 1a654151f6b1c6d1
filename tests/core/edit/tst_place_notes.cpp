// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/place_notes.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

class TestPlaceNotes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addedNotesGetNewIds()
    {
        const Score score = scoreOf("CD");
        const std::vector<Note> notes{{.start = {5000}, .length = {100}, .id = 1, .pitch = {70}},
                                      {.start = {480}, .length = {0}, .id = 1, .pitch = {71}}};
        const ScorePatch patch = addNotes(score, score.tracks.front().id, notes);
        QCOMPARE(patch.nextIdBefore, score.nextId);
        QCOMPARE(patch.nextIdAfter, score.nextId + 2);
        QCOMPARE(patch.addedNotes.at(0).note.id, score.nextId);
        checkEdit(score, patch, "C4@0+960 B4@480+0 D4@960+960 A#4@5000+100");
    }

    void nothingIsAddedToATrackThatIsNotThere()
    {
        const Score score = scoreOf("CD");
        const std::vector<Note> notes{{.start = {0}, .length = {1}}};
        QVERIFY(addNotes(score, 4711, notes) == ScorePatch{});
    }

    void removedNotesAreGone_data()
    {
        QTest::addColumn<QList<int>>("places");
        QTest::addColumn<QString>("expected");
        QTest::newRow("one") << QList<int>{1} << "C4@0+960 E4@1920+960";
        QTest::newRow("all") << QList<int>{0, 1, 2} << "";
        QTest::newRow("twice the same") << QList<int>{2, 2} << "C4@0+960 D4@960+960";
    }

    void removedNotesAreGone()
    {
        QFETCH(const QList<int>, places);
        QFETCH(const QString, expected);
        const Score score = scoreOf("CDE");
        checkEdit(score, removeNotes(score, idsOf(score, places)), expected);
    }

    void unknownIdsArePassedOver()
    {
        const Score score = scoreOf("CDE");
        const std::vector<NoteId> ids{0, 4711};
        QVERIFY(removeNotes(score, ids) == ScorePatch{});
    }

    void notesOfEveryTrackAreFound()
    {
        Score score = scoreOf("CD");
        const TrackId second = score.addTrack().id;
        const NoteId id = score.addNote(second, {.start = {0}, .length = {10}, .pitch = {50}});
        const Score before = score;
        const ScorePatch patch =
            removeNotes(score, std::vector<NoteId>{id, score.tracks[0].notes[0].id});
        QVERIFY(applyPatch(score, patch));
        QCOMPARE(score.noteCount(), std::size_t{1});
        QVERIFY(applyPatch(score, patch.inverted()));
        QVERIFY(score == before);
    }

    void aTrackOfItsOwn()
    {
        Score score;
        const Score before = score;
        const std::vector<Note> notes = scoreOf("CDE").tracks.front().notes;
        const ScorePatch patch = addTrackOf(score, notes);
        QVERIFY(applyPatch(score, patch));
        QCOMPARE(notesText(score.tracks.front().notes), QString("C4@0+960 D4@960+960 E4@1920+960"));
        QCOMPARE(score.tracks.front().end.value, 2880);
        QCOMPARE(score.nextId, before.nextId + 4);
        QVERIFY(applyPatch(score, patch.inverted()));
        QVERIFY(score == before);
    }
};

QTEST_APPLESS_MAIN(TestPlaceNotes)
#include "tst_place_notes.moc"
