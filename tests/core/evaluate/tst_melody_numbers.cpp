// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/melody_numbers.h"
#include "core/evaluate/piece_numbers.h"
#include "core/music/key.h"
#include "core/music/melody.h"
#include "tests/core/evaluate/abc_score.h"

#include <QTest>

#include <array>
#include <cmath>

using namespace continuo;
using namespace continuo::tests;

namespace {

constexpr std::array<std::uint8_t, 3> kTriad{36, 40, 43};

bool isNear(std::optional<double> number, double expected)
{
    return number && std::abs(*number - expected) < 1e-12;
}

} // namespace

class TestMelodyNumbers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void motion_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<double>("repeat");
        QTest::addColumn<double>("step");
        QTest::addColumn<double>("leap");
        QTest::newRow("one of each") << "C C D G" << 1.0 / 3 << 1.0 / 3 << 1.0 / 3;
        QTest::newRow("semitones and whole tones") << "E F G F" << 0.0 << 1.0 << 0.0;
        QTest::newRow("a minor third is a leap") << "A c A" << 0.0 << 0.0 << 1.0;
        QTest::newRow("five notes") << "C C C D A" << 2.0 / 4 << 1.0 / 4 << 1.0 / 4;
    }
    void motion()
    {
        QFETCH(const QString, music);
        const auto shares = motionShares(melodyOf(scoreOfAbc(music.toStdString())));
        QVERIFY(shares);
        QTEST(shares->repeat, "repeat");
        QTEST(shares->step, "step");
        QTEST(shares->leap, "leap");
    }

    void oneNoteDoesNotMove()
    {
        QVERIFY(!motionShares(melodyOf(scoreOfAbc("C"))));
        QVERIFY(!motionShares({}));
    }

    void selfSimilarityByHand_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<double>("expected");
        // Intervals +2 +2 −4 +2 +2 −4 +2 +2: of five passages of four, the first is the fourth and
        // the second the fifth.
        QTest::newRow("three times") << "C D E C|D E C D|E" << 4.0 / 5;
        QTest::newRow("nothing comes again") << "C D E F|G2 A2|c2 e2|" << 0.0;
        // +2 +2 +1 +2 from C, −5, +2 +2 +1 +2 from D: of six passages the first and the last are
        // equal.
        QTest::newRow("in another key") << "C D E F|G D E ^F|G A|" << 2.0 / 6;
        // The same pitches with a dotted rhythm are another passage.
        QTest::newRow("in another rhythm") << "C D E F|G D3/2E/2 ^F3/2|G/2A|" << 0.0;
    }
    void selfSimilarityByHand()
    {
        QFETCH(const QString, music);
        QFETCH(const double, expected);
        const auto found = selfSimilarity(melodyPrint(melodyOf(scoreOfAbc(music.toStdString()))));
        QVERIFY2(isNear(found, expected),
                 qPrintable(QString::number(found.value_or(-99), 'g', 17)));
    }

    void tooShortForTwoPassages()
    {
        QVERIFY(!selfSimilarity(melodyPrint(melodyOf(scoreOfAbc("C D E F G")))));
        QVERIFY(selfSimilarity(melodyPrint(melodyOf(scoreOfAbc("C D E F G A")))));
    }

    void chordTonesByHand()
    {
        // Bar 1: C E G c, chord I; C and G stand on strong beats: two of two.
        // Bar 2: D G B F, V and VII have three of four each, V is first; D and B: two of two.
        // Bar 3: F A c G, IV; F and c: two of two.
        // Bar 4: D C E G, I; D is no chord tone, E is: one of two.
        const Score score = scoreOfAbc("C E G c|D G B F|F A c G|D C E G|");
        QCOMPARE(keyName(estimateKey(pitchedNotes(score))->key), std::string("C major"));
        QVERIFY(isNear(chordToneRate(score), 7.0 / 8));
    }

    void theChordIsHeardFromTheAccompaniment()
    {
        // Alone, D F is II or a part of V and VII: D fits. Over a long C major triad it does not.
        Score score = scoreOfAbc("C E G c|D4|C E G c|");
        QVERIFY(isNear(chordToneRate(score), 1));
        Track& track = score.addTrack();
        const TrackId id = track.id;
        for (const std::uint8_t pitch : kTriad)
            score.addNote(id, {.start = {4 * 960}, .length = {4 * 960}, .pitch = {pitch}});
        QVERIFY(isNear(chordToneRate(score), 4.0 / 5)); // C G, D, C G
    }

    void aChordHeldOverTheBarLineCounts()
    {
        Score score = scoreOfAbc("C E G c|D4|C E G c|");
        const TrackId id = score.addTrack().id;
        for (const std::uint8_t pitch : kTriad)
            score.addNote(id, {.start = {0}, .length = {8 * 960}, .pitch = {pitch}});
        QVERIFY(isNear(chordToneRate(score), 4.0 / 5));
    }

    void oneStrongBeatInThree()
    {
        // In 3/4 only the first beat is strong: C and C of the chords I. In 4/4 the third would be,
        // too.
        QVERIFY(isNear(chordToneRate(scoreOfAbc("C E G|C E G|", "3/4")), 1));
        QVERIFY(isNear(chordToneRate(scoreOfAbc("C E D|G E D|C E D|", "3/4")), 1));
        QVERIFY(*chordToneRate(scoreOfAbc("C E D G|C E D G|C E G c|")) < 1);
    }

    void nothingStandsOnAStrongBeat()
    {
        QVERIFY(!chordToneRate(Score{}));
        QVERIFY(!chordToneRate(scoreOfAbc("z C z E|")));
    }
};

QTEST_APPLESS_MAIN(TestMelodyNumbers)
#include "tst_melody_numbers.moc"
