// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/piece_numbers.h"
#include "tests/core/evaluate/abc_score.h"

#include <QTest>

#include <cmath>

using namespace continuo;
using namespace continuo::tests;

namespace {

/// The numbers by name, so that a row of a table can ask for one.
std::optional<double> numberOf(const QString& name, const Score& score)
{
    const std::vector<Note> notes = pitchedNotes(score);
    if (name == "range")
        return pitchRange(notes);
    if (name == "pitches")
        return pitchesUsed(notes);
    if (name == "classes")
        return pitchClassesUsed(notes);
    if (name == "polyphony")
        return polyphony(notes);
    if (name == "polyphony rate")
        return polyphonyRate(notes);
    if (name == "sounding")
        return polyphonyRate(notes, 0);
    if (name == "in C major")
        return pitchInScaleRate(notes, {0, Mode::Major});
    if (name == "in G major")
        return pitchInScaleRate(notes, {7, Mode::Major});
    if (name == "in A minor")
        return pitchInScaleRate(notes, {9, Mode::Minor});
    if (name == "consistency")
        return scaleConsistency(notes);
    if (name == "entropy")
        return pitchEntropy(notes);
    if (name == "class entropy")
        return pitchClassEntropy(notes);
    if (name == "empty beats")
        return emptyBeatRate(score);
    if (name == "empty bars")
        return emptyMeasureRate(score);
    if (name == "groove")
        return grooveConsistency(score);
    qFatal("no number %s", qPrintable(name));
}

const QStringList kAll{"range",          "pitches",     "classes",     "polyphony",
                       "polyphony rate", "in C major",  "consistency", "entropy",
                       "class entropy",  "empty beats", "empty bars",  "groove"};

bool isNear(std::optional<double> number, double expected)
{
    return number && std::abs(*number - expected) < 1e-12;
}

} // namespace

class TestPieceNumbers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void byHand_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<QString>("number");
        QTest::addColumn<double>("expected");
        const auto add = [](const char* music, const char* number, double expected) {
            QTest::addRow("%s of %s", number, music)
                << QString(music) << QString(number) << expected;
        };
        // Eight quarters from C4 to C5: eight pitches once each, seven classes, C twice.
        const char* const scale = "C D E F|G A B c|";
        add(scale, "range", 12);
        add(scale, "pitches", 8);
        add(scale, "classes", 7);
        add(scale, "polyphony", 1);
        add(scale, "polyphony rate", 0);
        add(scale, "in C major", 1);
        add(scale, "in A minor", 1);
        add(scale, "in G major", 7.0 / 8); // all but F
        add(scale, "consistency", 1);
        add(scale, "entropy", 3);          // log2 8
        add(scale, "class entropy", 2.75); // 6 · 1/8 · 3 + 2/8 · 2
        add(scale, "empty beats", 0);
        add(scale, "empty bars", 0);
        add(scale, "groove", 1); // both bars begin a note at 0, 24, 48, 72

        // A triad of two quarters, two quarters of silence, one pitch of four.
        const char* const triad = "[CEG]2 z2|C4|";
        add(triad, "polyphony", 10.0 / 6);     // (2·3 + 4·1) / (2 + 4)
        add(triad, "polyphony rate", 2.0 / 8); // three pitches in two of eight quarters
        add(triad, "sounding", 6.0 / 8);
        add(triad, "entropy", 1.5); // C 2/4, E and G 1/4
        add(triad, "empty beats", 2.0 / 8);
        add(triad, "empty bars", 0);
        add(triad, "groove", 1);

        // Two pitches are not more than two.
        add("[CE]4|", "polyphony rate", 0);
        add("[CE]4|", "polyphony", 2);
        // One pitch held by two notes is one pitch: C4 twice for four quarters.
        add("[CC]4|", "polyphony", 1);

        // C sharp is in no scale with C, D, E, F and G that holds all six: five of six at best.
        add("C ^C D E|F G z2|", "consistency", 5.0 / 6);
        add("C ^C D E|F G z2|", "in C major", 5.0 / 6);

        // Onsets at 0 24 48 72 against 0 48: two of 96 places differ.
        add("C D E F|C2 E2|", "groove", 1 - 2.0 / 96);
        // With an empty bar between: 4/96 and 2/96, mean 3/96; one bar of three, four beats of
        // twelve.
        const char* const gap = "C D E F|z4|C2 E2|";
        add(gap, "groove", 1 - 3.0 / 96);
        add(gap, "empty bars", 1.0 / 3);
        add(gap, "empty beats", 4.0 / 12);
        // Bars of different length are not compared: what is left are two bars of three quarters.
        add("C D E F|[M:3/4]C D E|C2 E|", "groove", 1 - 1.0 / 72);
        // A note that ends on a bar line does not sound behind it.
        add("C4|z4|C4|", "empty bars", 1.0 / 3);
    }
    void byHand()
    {
        QFETCH(const QString, music);
        QFETCH(const QString, number);
        QFETCH(const double, expected);
        const Score score = scoreOfAbc(music.toStdString());
        QVERIFY(score.hasNotes());
        const std::optional<double> found = numberOf(number, score);
        QVERIFY2(isNear(found, expected),
                 qPrintable(QString::number(found.value_or(-99), 'g', 17)));
    }

    void nothingIsSaidOfNothing()
    {
        for (const QString& number : kAll)
            QVERIFY2(!numberOf(number, Score{}), qPrintable(number));
    }

    void drumsCountInRhythmOnly()
    {
        Score score = scoreOfAbc("C4|z4|C4|");
        const TrackId track = score.tracks.front().id;
        // A stroke in the second bar, on its second beat.
        score.addNote(track,
                      {.start = {5 * 960}, .length = {0}, .pitch = {40}, .channel = kDrumChannel});
        QVERIFY(isNear(numberOf("range", score), 0));
        QVERIFY(isNear(numberOf("polyphony", score), 1));
        QVERIFY(isNear(numberOf("empty bars", score), 0));
        QVERIFY(isNear(numberOf("empty beats", score), 3.0 / 12));
        QVERIFY(isNear(numberOf("groove", score), 1 - 2.0 / 96)); // {0} {24} {0}
    }

    void aNoteJustBeforeTheBarBelongsToTheBar()
    {
        Score score = scoreOfAbc("C4|C4|C4|");
        score.tracks.front().notes[1].start.value -= 10; // of 40 ticks a step
        QVERIFY(isNear(numberOf("groove", score), 1));
    }

    void timesBeyondAllMeasureCostNothing()
    {
        Score score = scoreOfAbc("C D E F|");
        score.addNote(
            score.tracks.front().id,
            {.start = {std::int64_t{1} << 44}, .length = {std::int64_t{1} << 43}, .pitch = {60}});
        for (const QString& number : kAll)
            QVERIFY(numberOf(number, score));
    }

    void filmTimeHasNoBeats()
    {
        Score score = scoreOfAbc("C D E F|G4|");
        score.smpte = SmpteDivision{};
        for (const char* number : {"empty beats", "empty bars", "groove"})
            QVERIFY(!numberOf(number, score));
        QVERIFY(isNear(numberOf("range", score), 7));
    }
};

QTEST_APPLESS_MAIN(TestPieceNumbers)
#include "tst_piece_numbers.moc"
