// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/quantise.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

class TestQuantise : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void notesMoveTowardsTheGrid_data()
    {
        QTest::addColumn<int>("start");
        QTest::addColumn<int>("length");
        QTest::addColumn<QString>("grid"); // "1/16 starts", "1/8 ends", "1/12 both"
        QTest::addColumn<double>("strength");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, int start, int length, const char* grid,
                            double strength, const char* expected) {
            QTest::newRow(name) << start << length << grid << strength << expected;
        };
        row("early", 230, 100, "1/16 starts", 1, "C4@240+100");
        row("late", 250, 100, "1/16 starts", 1, "C4@240+100");
        row("on it", 240, 100, "1/16 starts", 1, "C4@240+100");
        row("halfway goes on", 120, 100, "1/16 starts", 1, "C4@240+100");
        row("just before halfway", 119, 100, "1/16 starts", 1, "C4@0+100");
        row("half the way", 250, 100, "1/16 starts", 0.5, "C4@245+100");
        row("not at all", 250, 100, "1/16 starts", 0, "C4@250+100");
        row("triplets", 330, 100, "1/12 starts", 1, "C4@320+100");
        row("quintuplets", 190, 100, "1/20 starts", 1, "C4@192+100");
        row("three sixteenths", 700, 100, "3/16 starts", 1, "C4@720+100");
        row("last line of a bar", 3400, 100, "3/16 starts", 1, "C4@3600+100");
        row("a step does not cross the bar", 3750, 100, "3/16 starts", 1, "C4@3840+100");
        row("the second bar begins anew", 4500, 100, "3/16 starts", 1, "C4@4560+100");
        row("longer than the bar", 1000, 100, "2/1 starts", 1, "C4@0+100");
        row("ends", 10, 460, "1/8 ends", 1, "C4@10+470");
        row("an end before its start", 250, 100, "1/8 ends", 1, "C4@250+230");
        row("both", 10, 460, "1/8 both", 1, "C4@0+480");
        row("both onto one line", 470, 30, "1/8 both", 1, "C4@480+480");
        row("both, half the way", 20, 480, "1/8 both", 0.5, "C4@10+480");
        row("nothing to move", 13, 17, "1/8 none", 1, "C4@13+17");
    }

    void notesMoveTowardsTheGrid()
    {
        QFETCH(const int, start);
        QFETCH(const int, length);
        QFETCH(const QString, grid);
        QFETCH(const double, strength);
        QFETCH(const QString, expected);
        Score score;
        const TrackId track = score.addTrack().id;
        score.addNote(track, {.start = {start}, .length = {length}, .pitch = {60}});
        const QStringList words = grid.split(' ');
        const QuantiseOptions options{.numerator = words[0].split('/')[0].toInt(),
                                      .denominator = words[0].split('/')[1].toInt(),
                                      .strength = strength,
                                      .movesStarts = words[1] == "starts" || words[1] == "both",
                                      .movesEnds = words[1] == "ends" || words[1] == "both"};
        checkEdit(score, quantiseNotes(score, idsOf(score, {}), options), expected);
    }

    void barsOfEveryMeterAreCountedFromTheirBeginning()
    {
        // 3/8 bars of 1440 ticks: a grid of quarters has lines at 0 and 960 of each.
        Score score;
        const TrackId track = score.addTrack().id;
        score.addEvent(track, timeSignatureEvent({}, 3, 8));
        for (const int start : {1400, 2380, 2700})
            score.addNote(track, {.start = {start}, .length = {10}, .pitch = {60}});
        checkEdit(score, quantiseNotes(score, idsOf(score, {}), {.numerator = 1, .denominator = 4}),
                  "C4@1440+10 C4@2400+10 C4@2880+10");
    }

    void resolutionsThatTheGridDoesNotDivideAreRounded()
    {
        Score score;
        score.ticksPerQuarter = 1024;
        const TrackId track = score.addTrack().id;
        for (const int start : {300, 700, 1000})
            score.addNote(track, {.start = {start}, .length = {10}, .pitch = {60}});
        checkEdit(score,
                  quantiseNotes(score, idsOf(score, {}), {.numerator = 1, .denominator = 12}),
                  "C4@341+10 C4@683+10 C4@1024+10");
    }

    void quantisingTwiceChangesNothingMore()
    {
        Score score = scoreOf("(3CDE (5F/G/A/B/c/ d>>e (7C/D/E/F/G/A/B/|");
        for (const QuantiseOptions& options :
             {QuantiseOptions{.movesEnds = true},
              QuantiseOptions{.numerator = 1, .denominator = 12, .movesEnds = true},
              QuantiseOptions{.numerator = 1, .denominator = 7}}) {
            QVERIFY(applyPatch(score, quantiseNotes(score, idsOf(score, {}), options)));
            QVERIFY(quantiseNotes(score, idsOf(score, {}), options).isEmpty());
        }
    }

    void scoresInFramesStayAsTheyAre()
    {
        Score score = scoreOf("C>D");
        score.smpte = SmpteDivision{};
        QVERIFY(
            quantiseNotes(score, idsOf(score, {}), {.numerator = 1, .denominator = 4}).isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestQuantise)
#include "tst_quantise.moc"
