// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/legato.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

class TestLegato : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lastsUntilTheNext_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QList<int>>("places");
        QTest::addColumn<QString>("expected");
        QTest::newRow("over rests") << "CzDzE" << QList<int>{} << "C4@0+1920 D4@1920+1920 E4@3840+960";
        QTest::newRow("chords") << "[CE]z[DF]z" << QList<int>{} << "C4@0+1920 E4@0+1920 D4@1920+960 F4@1920+960";
        QTest::newRow("shortens too") << "C4" << QList<int>{} << "C4@0+3840";
        QTest::newRow("only these") << "CDEF" << QList<int>{0, 2, 3} << "C4@0+1920 D4@960+960 E4@1920+960 F4@2880+960";
        QTest::newRow("one alone") << "CzD" << QList<int>{0} << "C4@0+960 D4@1920+960";
        QTest::newRow("joined already") << "CDEF" << QList<int>{} << "C4@0+960 D4@960+960 E4@1920+960 F4@2880+960";
    }

    void lastsUntilTheNext()
    {
        QFETCH(const QString, music);
        QFETCH(const QList<int>, places);
        QFETCH(const QString, expected);
        const Score score = scoreOf(music);
        checkEdit(score, legatoNotes(score, idsOf(score, places)), expected);
    }

    void longNotesAreCut()
    {
        Score score = scoreOf("CDE");
        score.tracks.front().notes.front().length = {5000};
        score.tracks.front().end = {5000};
        checkEdit(score, legatoNotes(score, idsOf(score, {})), "C4@0+960 D4@960+960 E4@1920+960");
    }
};

QTEST_APPLESS_MAIN(TestLegato)
#include "tst_legato.moc"
