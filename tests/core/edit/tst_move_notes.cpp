// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/move_notes.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

class TestMoveNotes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void movesAllOrNone_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QList<int>>("places");
        QTest::addColumn<int>("by");
        QTest::addColumn<int>("semitones");
        QTest::addColumn<QString>("expected");
        QTest::newRow("later and up")
            << "CD" << QList<int>{0} << 960 << 2 << "D4@960+960 D4@960+960";
        QTest::newRow("past the end of the track")
            << "CD" << QList<int>{1} << 4000 << 0 << "C4@0+960 D4@4960+960";
        QTest::newRow("before another")
            << "CD" << QList<int>{1} << -960 << 0 << "C4@0+960 D4@0+960";
        QTest::newRow("to the beginning")
            << "zCD" << QList<int>{0, 1} << -960 << 0 << "C4@0+960 D4@960+960";
        QTest::newRow("one would begin too early")
            << "CD" << QList<int>{0, 1} << -1 << 0 << "C4@0+960 D4@960+960";
        QTest::newRow("an octave down")
            << "[CEG]" << QList<int>{} << 0 << -12 << "C3@0+960 E3@0+960 G3@0+960";
        QTest::newRow("onto the highest key")
            << "[c'''e'''g''']" << QList<int>{} << 0 << 12 << "C9@0+960 E9@0+960 G9@0+960";
        QTest::newRow("past the highest key")
            << "[c'''e'''g''']" << QList<int>{} << 0 << 13 << "C8@0+960 E8@0+960 G8@0+960";
        QTest::newRow("past the lowest key")
            << "[C,,,,E,,,,]" << QList<int>{} << 0 << -13 << "C0@0+960 E0@0+960";
        QTest::newRow("nowhere") << "CD" << QList<int>{0, 1} << 0 << 0 << "C4@0+960 D4@960+960";
        QTest::newRow("further than the keyboard")
            << "CD" << QList<int>{} << 0 << 2000000000 << "C4@0+960 D4@960+960";
    }

    void movesAllOrNone()
    {
        QFETCH(const QString, music);
        QFETCH(const QList<int>, places);
        QFETCH(const int, by);
        QFETCH(const int, semitones);
        QFETCH(const QString, expected);
        const Score score = scoreOf(music);
        checkEdit(score, moveNotes(score, idsOf(score, places), {by}, semitones), expected);
        if (by == 0)
            QVERIFY(transposeNotes(score, idsOf(score, places), semitones) ==
                    moveNotes(score, idsOf(score, places), {}, semitones));
    }

    void unknownIdsArePassedOver()
    {
        const Score score = scoreOf("CD");
        const std::vector<NoteId> ids{4711, score.tracks.front().notes.front().id};
        checkEdit(score, moveNotes(score, ids, {}, 1), "C#4@0+960 D4@960+960");
    }

    void notesKeepTheirIds()
    {
        const Score score = scoreOf("CD");
        const ScorePatch patch = moveNotes(score, idsOf(score, {0}), {5000}, 1);
        QCOMPARE(patch.addedNotes.at(0).note.id, patch.removedNotes.at(0).note.id);
        QCOMPARE(patch.nextIdBefore, 0U);
    }
};

QTEST_APPLESS_MAIN(TestMoveNotes)
#include "tst_move_notes.moc"
