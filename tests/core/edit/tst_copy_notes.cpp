// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/copy_notes.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

class TestCopyNotes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void copiesAllOrNone_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QList<int>>("places");
        QTest::addColumn<int>("by");
        QTest::addColumn<int>("semitones");
        QTest::addColumn<QString>("expected");
        QTest::newRow("later") << "CD" << QList<int>{} << 1920 << 0 << "C4@0+960 D4@960+960 C4@1920+960 D4@2880+960";
        QTest::newRow("earlier and up") << "CD" << QList<int>{1} << -960 << 12 << "C4@0+960 D5@0+960 D4@960+960";
        QTest::newRow("onto itself") << "CD" << QList<int>{} << 0 << 0 << "C4@0+960 D4@960+960";
        QTest::newRow("one would begin too early") << "CD" << QList<int>{} << -960 << 0 << "C4@0+960 D4@960+960";
        QTest::newRow("past the highest key") << "Cg''''" << QList<int>{} << 0 << 20 << "C4@0+960 G9@960+960";
        QTest::newRow("further than the keyboard") << "C" << QList<int>{} << 0 << -2000000000 << "C4@0+960";
    }

    void copiesAllOrNone()
    {
        QFETCH(const QString, music);
        QFETCH(const QList<int>, places);
        QFETCH(const int, by);
        QFETCH(const int, semitones);
        QFETCH(const QString, expected);
        const Score score = scoreOf(music);
        checkEdit(score, copyNotes(score, idsOf(score, places), {by}, semitones), expected);
    }

    void keepsWhatANoteIs()
    {
        Score score = scoreOf("C");
        Note& note = score.tracks.front().notes.front();
        note.velocity = 33;
        note.channel = 5;
        const ScorePatch patch = copyNotes(score, idsOf(score, {}), {10}, 0);
        Note expected = note;
        expected.start = {10};
        expected.id = score.nextId;
        QCOMPARE(patch.addedNotes.size(), std::size_t{1});
        QVERIFY(patch.addedNotes.front().note == expected);
    }
};

QTEST_APPLESS_MAIN(TestCopyNotes)
#include "tst_copy_notes.moc"
