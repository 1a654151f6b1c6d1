// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/dataset/note_kinds.h"
#include "core/music/melody.h"

#include <QTest>

using namespace continuo;

namespace {

NoteStatistics ofTune(const char* tune)
{
    NoteStatistics statistics;
    const auto read = readAbc(std::string("X:1\nM:4/4\nL:1/4\nK:C\n") + tune + "\n", "test");
    if (read)
        statistics.add(read->front().score);
    return statistics;
}

} // namespace

class TestNoteKinds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pitchClassesIntervalsAndDurations()
    {
        const NoteStatistics statistics = ofTune("C E G c | c/ B/ A2 z |");
        QCOMPARE(statistics.pieces, std::size_t{1});
        QCOMPARE(statistics.pitchClasses[0], 3);
        QCOMPARE(statistics.pitchClasses[4], 1);
        QCOMPARE(statistics.pitchClasses[9], 1);
        QCOMPARE(statistics.intervals[kWidestInterval + 4], 1);
        QCOMPARE(statistics.intervals[kWidestInterval + 3], 1);
        QCOMPARE(statistics.intervals[kWidestInterval + 5], 1);
        QCOMPARE(statistics.intervals[kWidestInterval], 1);
        QCOMPARE(statistics.intervals[kWidestInterval - 1], 1);
        QCOMPARE(statistics.intervals[kWidestInterval - 2], 1);
        QCOMPARE(statistics.durations[4], 4); // 1/4
        QCOMPARE(statistics.durations[2], 2); // 1/8
        QCOMPARE(statistics.durations[6], 1); // 1/2
    }

    void whatIsWiderThanAnOctaveCountsAsOne()
    {
        const NoteStatistics statistics = ofTune("C, c' C, |");
        QCOMPARE(statistics.intervals[2 * kWidestInterval], 1);
        QCOMPARE(statistics.intervals[0], 1);
    }

    void durationsGoToTheNearestValueByRatio_data()
    {
        QTest::addColumn<QByteArray>("note");
        QTest::addColumn<int>("value");
        QTest::newRow("dotted eighth") << QByteArray("C3/4") << 3;
        QTest::newRow("triplet eighth: a sixteenth is nearest") << QByteArray("C1/3") << 1;
        QTest::newRow("whole") << QByteArray("C4") << 8;
        QTest::newRow("longer than all") << QByteArray("C16") << 8;
        QTest::newRow("shorter than all") << QByteArray("C1/32") << 0;
    }
    void durationsGoToTheNearestValueByRatio()
    {
        QFETCH(QByteArray, note);
        QFETCH(int, value);
        const NoteStatistics statistics = ofTune((note + " |").constData());
        QCOMPARE(statistics.durations[static_cast<std::size_t>(value)], 1);
    }

    void pitchesAndOnsetsCount()
    {
        const NoteStatistics statistics = ofTune("C E z G | c/ B/ A3 |");
        QCOMPARE(statistics.pitches[60], 1);
        QCOMPARE(statistics.pitches[72], 1);
        QCOMPARE(statistics.onsets[0], 2);
        QCOMPARE(statistics.onsets[2], 1);
        QCOMPARE(statistics.onsets[4], 2);
        QCOMPARE(statistics.onsets[12], 1);
    }

    void onsetsGoToTheNearestSixteenthOfTheirBar_data()
    {
        QTest::addColumn<int>("start"); // Of 480 a quarter.
        QTest::addColumn<int>("meterUpper");
        QTest::addColumn<int>("place");
        QTest::newRow("a little late") << 30 << 4 << 0;
        QTest::newRow("nearer to the next") << 61 << 4 << 1;
        QTest::newRow("just before the next bar") << 4 * 480 - 10 << 4 << 0;
        QTest::newRow("second bar of three quarters") << 3 * 480 + 480 << 3 << 4;
        QTest::newRow("fifth quarter") << 4 * 480 << 5 << 16;
        QTest::newRow("sixth quarter") << 5 * 480 << 6 << 16;
    }
    void onsetsGoToTheNearestSixteenthOfTheirBar()
    {
        QFETCH(int, start);
        QFETCH(int, meterUpper);
        QFETCH(int, place);
        Score score;
        score.ticksPerQuarter = 480;
        Track& track = score.addTrack();
        Note note;
        note.start = {start};
        note.length = {100};
        score.addNote(track.id, note);
        score.addEvent(track.id, timeSignatureEvent({}, meterUpper, 4));
        NoteStatistics statistics;
        statistics.add(score);
        QCOMPARE(statistics.onsets[static_cast<std::size_t>(place)], 1);
    }

    void drumsDoNotCount()
    {
        Score score;
        Track& track = score.addTrack();
        Note note;
        note.length = {960};
        note.channel = kDrumChannel;
        score.addNote(track.id, note);
        NoteStatistics statistics;
        statistics.add(score);
        QCOMPARE(statistics.pitchClasses[0], 0);
        QCOMPARE(statistics.durations[4], 0);
        QCOMPARE(noteKinds(statistics).pitches.count(), std::size_t{0});
    }

    void kindsAreWhatIsCounted()
    {
        const auto read = readAbc("X:1\nM:4/4\nL:1/4\nK:C\nC E z G | c/ B/ A3 |\n", "test");
        QVERIFY(read);
        const Score& score = read->front().score;
        const NoteKinds kinds = noteKindsOf(score, melodyOf(score));
        NoteStatistics statistics;
        statistics.add(score);
        QCOMPARE(kinds.pitches.count(), std::size_t{6});
        QVERIFY(kinds.pitches[60] && kinds.pitches[64] && kinds.pitches[67] && kinds.pitches[69] &&
                kinds.pitches[71] && kinds.pitches[72]);
        for (std::size_t i = 0; i < kIntervalCount; ++i)
            QCOMPARE(kinds.intervals[i], statistics.intervals[i] > 0);
        for (std::size_t i = 0; i < kNoteValues.size(); ++i)
            QCOMPARE(kinds.durations[i], statistics.durations[i] > 0);
        for (std::size_t i = 0; i < kOnsetCount; ++i)
            QCOMPARE(kinds.onsets[i], statistics.onsets[i] > 0);
    }

    void kindsAsTextReadBack()
    {
        NoteKinds kinds;
        kinds.pitches.set(0).set(127).set(60);
        kinds.intervals.set(0).set(kIntervalCount - 1);
        kinds.durations.set(8);
        kinds.onsets.set(16).set(1);
        const std::string text = noteKindsToText(kinds);
        QCOMPARE(text, std::string("80000000000000001000000000000001:1000001:100:10002"));
        QVERIFY(noteKindsFromText(text) == kinds);
        QVERIFY(noteKindsFromText(noteKindsToText({})) == NoteKinds{});
    }

    void otherTextsAreNoKinds_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray pitches(32, '0');
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("a part is missing") << pitches + ":0000000:000";
        QTest::newRow("a part too many") << pitches + ":0000000:000:00000:0";
        QTest::newRow("too short") << pitches.mid(1) + ":0000000:000:00000";
        QTest::newRow("no digits") << pitches + ":000000g:000:00000";
        QTest::newRow("behind the last interval") << pitches + ":2000000:000:00000";
        QTest::newRow("behind the last value") << pitches + ":0000000:200:00000";
        QTest::newRow("behind the last onset") << pitches + ":0000000:000:20000";
    }
    void otherTextsAreNoKinds()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!noteKindsFromText(text.toStdString()));
    }
};

QTEST_MAIN(TestNoteKinds)
#include "tst_note_kinds.moc"
