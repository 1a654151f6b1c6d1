// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/split_notes.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

class TestSplitNotes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cutsWhatSounds_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QList<int>>("places");
        QTest::addColumn<int>("at");
        QTest::addColumn<QString>("expected");
        QTest::newRow("inside") << "C2D2" << QList<int>{} << 700 << "C4@0+700 C4@700+1220 D4@1920+1920";
        QTest::newRow("a chord") << "[CE]2" << QList<int>{} << 960 << "C4@0+960 E4@0+960 C4@960+960 E4@960+960";
        QTest::newRow("one of a chord") << "[CE]2" << QList<int>{1} << 960 << "C4@0+1920 E4@0+960 E4@960+960";
        QTest::newRow("between two notes") << "C2D2" << QList<int>{} << 1920 << "C4@0+1920 D4@1920+1920";
        QTest::newRow("where nothing is") << "C2" << QList<int>{} << 9000 << "C4@0+1920";
    }

    void cutsWhatSounds()
    {
        QFETCH(const QString, music);
        QFETCH(const QList<int>, places);
        QFETCH(const int, at);
        QFETCH(const QString, expected);
        const Score score = scoreOf(music);
        checkEdit(score, splitNotes(score, idsOf(score, places), {at}), expected);
    }

    void joinsEqualPitches_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QList<int>>("places");
        QTest::addColumn<QString>("expected");
        QTest::newRow("neighbours") << "CCD" << QList<int>{} << "C4@0+1920 D4@1920+960";
        QTest::newRow("over a rest") << "CzC" << QList<int>{} << "C4@0+2880";
        QTest::newRow("two pitches") << "[CE][CE]" << QList<int>{} << "C4@0+1920 E4@0+1920";
        QTest::newRow("only these") << "CCC" << QList<int>{0, 1} << "C4@0+1920 C4@1920+960";
        QTest::newRow("one alone") << "CDE" << QList<int>{} << "C4@0+960 D4@960+960 E4@1920+960";
    }

    void joinsEqualPitches()
    {
        QFETCH(const QString, music);
        QFETCH(const QList<int>, places);
        QFETCH(const QString, expected);
        const Score score = scoreOf(music);
        checkEdit(score, joinNotes(score, idsOf(score, places)), expected);
    }

    void aNoteInsideAnotherDoesNotShortenIt()
    {
        Score score = scoreOf("C4");
        Note inside = score.tracks.front().notes.front();
        inside.start = {960};
        inside.length = {100};
        score.addNote(score.tracks.front().id, inside);
        checkEdit(score, joinNotes(score, idsOf(score, {})), "C4@0+3840");
    }

    void channelsStayApart()
    {
        Score score = scoreOf("CC");
        score.tracks.front().notes.back().channel = 1;
        checkEdit(score, joinNotes(score, idsOf(score, {})), "C4@0+960 C4@960+960");
    }
};

QTEST_APPLESS_MAIN(TestSplitNotes)
#include "tst_split_notes.moc"
