// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/resize_notes.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

class TestResizeNotes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void edgesMoveAsFarAsTheyCan_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<bool>("movesStart");
        QTest::addColumn<int>("by");
        QTest::addColumn<int>("shortest");
        QTest::addColumn<QString>("expected");
        QTest::newRow("longer") << "C2D" << false << 480 << 1 << "C4@0+2400 D4@1920+1440";
        QTest::newRow("shorter") << "C2D" << false << -480 << 1 << "C4@0+1440 D4@1920+480";
        QTest::newRow("no shorter than one tick")
            << "C2D" << false << -1000 << 1 << "C4@0+920 D4@1920+1";
        QTest::newRow("no shorter than asked")
            << "C2D" << false << -1900 << 240 << "C4@0+240 D4@1920+240";
        QTest::newRow("shorter already")
            << "C2D/8" << false << -100 << 240 << "C4@0+1820 D4@1920+120";
        QTest::newRow("start later") << "C2D" << true << 480 << 1 << "C4@480+1440 D4@2400+480";
        QTest::newRow("start earlier") << "zCD" << true << -480 << 1 << "C4@480+1440 D4@1440+1440";
        QTest::newRow("not before the score")
            << "CD" << true << -480 << 1 << "C4@0+960 D4@480+1440";
        QTest::newRow("start stops before the end")
            << "C2D" << true << 5000 << 100 << "C4@1820+100 D4@2780+100";
        QTest::newRow("not at all") << "C2D" << true << 0 << 1 << "C4@0+1920 D4@1920+960";
    }

    void edgesMoveAsFarAsTheyCan()
    {
        QFETCH(const QString, music);
        QFETCH(const bool, movesStart);
        QFETCH(const int, by);
        QFETCH(const int, shortest);
        QFETCH(const QString, expected);
        const Score score = scoreOf(music);
        checkEdit(score,
                  resizeNotes(score, idsOf(score, {}), movesStart ? NoteEdge::Start : NoteEdge::End,
                              {by}, {shortest}),
                  expected);
    }

    void emptyNotesStayUntilTheyAreLengthened()
    {
        Score score = scoreOf("C");
        const NoteId id =
            score.addNote(score.tracks.front().id, {.start = {100}, .length = {0}, .pitch = {62}});
        const std::vector<NoteId> ids{id};
        QVERIFY(resizeNotes(score, ids, NoteEdge::End, {-5}).isEmpty());
        checkEdit(score, resizeNotes(score, ids, NoteEdge::End, {5}), "C4@0+960 D4@100+5");
    }
};

QTEST_APPLESS_MAIN(TestResizeNotes)
#include "tst_resize_notes.moc"
