// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/replace_range.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

class TestReplaceRange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyTheRangeChanges_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::addColumn<QString>("notes"); // What is put in, as ABC from the score's beginning.
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* music, int from, int to,
                            const char* notes, const char* expected) {
            QTest::newRow(name) << music << from << to << notes << expected;
        };
        row("whole notes of the range", "CDEF", 960, 2880, "zGA",
            "C4@0+960 G4@960+960 A4@1920+960 F4@2880+960");
        row("emptied", "CDEF", 960, 2880, "", "C4@0+960 F4@2880+960");
        row("reaching in", "C2EF", 960, 1920, "", "C4@0+960 E4@1920+960 F4@2880+960");
        row("reaching out", "CD2F", 960, 1920, "", "C4@0+960 D4@1920+960 F4@2880+960");
        row("spanning", "C4", 960, 1920, "zG", "C4@0+960 G4@960+960 C4@1920+1920");
        row("ending at the range", "CD", 960, 1920, "", "C4@0+960");
        row("beginning after the range", "zzD", 960, 1920, "", "D4@1920+960");
        row("chord at the border", "[C2E2]D", 960, 1920, "", "C4@0+960 E4@0+960 D4@1920+960");
        row("everything", "CDEF", 0, 100000, "G4", "G4@0+3840");
        row("an empty range only adds", "C2", 960, 960, "zG", "C4@0+1920 G4@960+960");
        row("longer than the track", "C", 960, 1920, "zG4", "C4@0+960 G4@960+3840");
    }

    void onlyTheRangeChanges()
    {
        QFETCH(const QString, music);
        QFETCH(const int, from);
        QFETCH(const int, to);
        QFETCH(const QString, notes);
        QFETCH(const QString, expected);
        const Score score = scoreOf(music);
        const Score phrase = scoreOf(notes);
        checkEdit(
            score,
            replaceRange(score, score.tracks.front().id, {from}, {to}, phrase.tracks.front().notes),
            expected);
    }

    void emptyNotesInsideGo()
    {
        Score score = scoreOf("C");
        score.addNote(score.tracks.front().id, {.start = {960}, .length = {0}, .pitch = {62}});
        checkEdit(score, replaceRange(score, score.tracks.front().id, {960}, {961}, {}),
                  "C4@0+960");
    }

    void otherTracksStay()
    {
        Score score = scoreOf("CD");
        const TrackId second = score.addTrack().id;
        score.addNote(second, {.start = {0}, .length = {960}, .pitch = {50}});
        const ScorePatch patch = replaceRange(score, second, {0}, {960}, {});
        QCOMPARE(patch.removedNotes.size(), std::size_t{1});
        QCOMPARE(patch.removedNotes[0].track, second);
        QVERIFY(replaceRange(score, 4711, {0}, {960}, {}) == ScorePatch{});
    }
};

QTEST_APPLESS_MAIN(TestReplaceRange)
#include "tst_replace_range.moc"
