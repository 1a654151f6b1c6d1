// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/dataset/facts.h"
#include "core/dataset/repair.h"
#include "core/midi/read_midi.h"
#include "core/midi/write_midi.h"
#include "core/music/tempo_map.h"
#include "tests/core/dataset/score_fixture.h"

#include <QtTest>

#include <functional>

using namespace continuo;

namespace {

using Repair = std::function<Repaired(Score)>;

} // namespace

Q_DECLARE_METATYPE(continuo::Score)
Q_DECLARE_METATYPE(Repair)

class TestRepair : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void notesAfter_data();
    void notesAfter();
    void theMelodyTrackStaysWithTheTempos();
    void transposingFollowsTheKeySignature();
    void transposingStaysOnTheKeyboard();
    void velocitiesMeetTheirMean();
    void silenceIsTrimmedByWholeBars();
    void oneTempoIsTheOneThatHoldsLongest();
    void meterChangesSplit();
    void tempoChangesSplitWithWhatHolds();
    void sectionsHoldAllNotesOnce();
    void repairsAreSoundAndIdempotentOnChance();
};

void TestRepair::notesAfter_data()
{
    QTest::addColumn<Score>("score");
    QTest::addColumn<Repair>("repair");
    QTest::addColumn<QString>("after");
    QTest::addColumn<std::size_t>("notes");
    const auto row = [](const char* name, const QList<QList<double>>& notes, Repair repair,
                        const char* after, std::size_t count) {
        QTest::newRow(name) << scoreOfNotes(notes) << repair << after << count;
    };
    const auto grid = [](std::vector<int> grids, double strength, bool ends) {
        return [=](Score score) { return quantiseScore(std::move(score), {grids, strength, ends}); };
    };
    row("on the grid", {{0, 1, 60}}, grid({16}, 1, true), "0 1 60", 0);
    row("off the grid", {{.05, 1, 60}, {1.1, .9, 62}}, grid({16}, 1, true), "0 1 60, 1 1 62", 2);
    row("half of the way", {{.1, 1, 60}}, grid({16}, .5, false), "0.05 1 60", 1);
    row("starts only", {{.05, 1.02, 60}}, grid({16}, 1, false), "0 1.02083 60", 1);
    row("a beat too fast stays",
        {{0, .2, 60}, {.2, .2, 62}, {.4, .2, 64}, {.6, .2, 65}, {.8, .2, 67}, {1.02, .98, 69}},
        grid({8}, 1, true),
        "0 0.2 60, 0.2 0.2 62, 0.4 0.2 64, 0.6 0.2 65, 0.8 0.2 67, 1 1 69", 1);
    row("a spread chord comes together", {{.02, 1, 60}, {.05, 1, 64}, {.09, 1, 67}},
        grid({16}, 1, true), "0 1 60, 0 1 64, 0 1 67", 3);
    row("a run over a held note stays", {{0, 2, 48}, {.1, .05, 72}, {.2, .1, 74}},
        grid({4}, 1, true), "0 2 48, 0.1 0.05 72, 0.2 0.1 74", 0);
    QTest::newRow("too fast, and asked for all the same")
        << scoreOfNotes({{0, .2, 60}, {.2, .2, 62}})
        << Repair([](Score score) { return quantiseScore(std::move(score), {{8}, 1, true, false}); })
        << "0 0.5 60, 0 0.5 62" << std::size_t{2};
    row("a short note stays", {{0, .02, 60}}, grid({16}, 1, true), "0 0.25 60", 1);
    row("triplets among sixteenths", {{.16, .1, 60}, {.26, .2, 62}, {.34, .1, 64}},
        grid({16, 24}, 1, false), "0.166667 0.1 60, 0.25 0.2 62, 0.333333 0.1 64", 3);
    row("overlap", {{0, 2, 60}, {1, 1, 60}}, closeOverlaps, "0 1 60, 1 1 60", 1);
    row("overlap of three", {{0, 4, 60}, {1, 3, 60}, {2, 1, 60}}, closeOverlaps,
        "0 1 60, 1 1 60, 2 1 60", 2);
    row("together", {{0, 1, 60}, {0, 2, 60}}, closeOverlaps, "0 2 60", 1);
    row("other keys overlap", {{0, 2, 60}, {1, 1, 61}}, closeOverlaps, "0 2 60, 1 1 61", 0);
    row("no length", {{0, 0, 60}, {0, 1, 62}}, dropZeroLengthNotes, "0 1 62", 1);
    row("drums", {{0, 1, 36, 9}, {0, 1, 62}}, dropDrums, "0 1 62", 1);
    row(
        "doubled", {{0, 1, 60}, {0, 2, 60}, {0, 1, 61}},
        [](Score score) { return dropDuplicateNotes(std::move(score), false); }, "0 2 60, 0 1 61",
        1);
    row(
        "highest line", {{0, 2, 60}, {0, 1, 67}, {0, 1, 36, 9}, {1, 1, 64}},
        [](Score score) { return keepSkyline(std::move(score), false); }, "0 1 67, 1 1 64, 0 1 36",
        1);
    row(
        "fold", {{0, 1, 10}, {1, 1, 127}, {2, 1, 0, 9}, {3, 1, 60}},
        [](Score score) { return foldRange(std::move(score), Pitch{48}, Pitch{59}); },
        "0 1 58, 1 1 55, 2 1 0, 3 1 48", 3);
    row(
        "range", {{0, 1, 10}, {1, 1, 60}, {2, 1, 5, 9}},
        [](Score score) { return dropOutsideRange(std::move(score), Pitch{48}, Pitch{72}); },
        "1 1 60, 2 1 5", 1);
    row(
        "rare", {{0, 1, 10}, {1, 1, 60}, {2, 1, 10, 9}},
        [](Score score) { return dropPitches(std::move(score), std::bitset<128>().set(10)); },
        "1 1 60, 2 1 10", 1);
    row(
        "stuck until the next", {{0, 64, 60}, {1, 1, 62}},
        [](Score score) { return endStuckNotes(std::move(score), std::vector<NoteId>{2}, 4); },
        "0 1 60, 1 1 62", 1);
    row(
        "stuck at the end", {{0, 1, 60}, {1, 64, 62}},
        [](Score score) { return endStuckNotes(std::move(score), std::vector<NoteId>{3}, 4); },
        "0 1 60, 1 4 62", 1);
    row(
        "stuck chord", {{0, 64, 60}, {0, 64, 64}, {2, 1, 62}},
        [](Score score) {
            return endStuckNotes(std::move(score), std::vector<NoteId>{2, 3}, 4);
        },
        "0 2 60, 0 2 64, 2 1 62", 2);
    row(
        "not stuck", {{0, 64, 60}},
        [](Score score) { return endStuckNotes(std::move(score), {}, 4); }, "0 64 60", 0);
}

void TestRepair::notesAfter()
{
    QFETCH(Score, score);
    QFETCH(Repair, repair);
    QFETCH(QString, after);
    QFETCH(std::size_t, notes);
    const Repaired repaired = repair(score);
    QVERIFY(isSound(repaired.score));
    // notesText() is in the order of starts; rows are written in the order of ids.
    QStringList expected = after.split(", ");
    QStringList found = notesText(repaired.score).split(", ");
    expected.sort();
    found.sort();
    QCOMPARE(found, expected);
    QCOMPARE(repaired.notes, notes);
    QCOMPARE(repaired.isChanged, notes > 0);
    QCOMPARE(repaired.words.empty(), notes == 0);
    if (notes == 0)
        QVERIFY(repaired.score == score);
}

void TestRepair::theMelodyTrackStaysWithTheTempos()
{
    Score score;
    const TrackId conductor = score.addTrack().id;
    const TrackId flute = addTrackOfNotes(score, {{0, 1, 72}, {1, 1, 74}}).id;
    addTrackOfNotes(score, {{0, 2, 40}, {0, 2, 47}});
    score.addEvent(conductor, tempoEvent({}, 400'000));
    score.addEvent(conductor, metaEvent({}, Meta::Text, "hello"));
    score.addEvent(flute, metaEvent({}, Meta::TrackName, "Flute"));
    for (Track& track : score.tracks)
        track.end = Tick{960};
    const Repaired repaired = keepTrack(score, {});
    QCOMPARE(notesText(repaired.score), QString("0 1 72, 1 1 74"));
    QCOMPARE(repaired.notes, std::size_t{2});
    QCOMPARE(repaired.words, std::string("track 2 (Flute) kept"));
    QCOMPARE(TempoMap(repaired.score).microsecondsPerQuarterAt({}), 400'000U);
    QVERIFY(isSound(repaired.score));

    QCOMPARE(notesText(keepTrack(score, {TrackChoice::By::Number, {}, 2}).score),
             QString("0 2 40, 0 2 47"));
    QCOMPARE(notesText(keepTrack(score, {TrackChoice::By::Name, "FLU", 1}).score),
             QString("0 1 72, 1 1 74"));
    QVERIFY(!keepTrack(score, {TrackChoice::By::Name, "oboe", 1}).isChanged);
    QVERIFY(!keepTrack(repaired.score, {}).isChanged);
}

void TestRepair::transposingFollowsTheKeySignature()
{
    for (const char* key : {"G", "F#", "Bb", "D", "Eb", "Am", "F#m", "Gm"}) {
        const QByteArray tune = QByteArray("X:1\nM:4/4\nL:1/4\nK:") + key +
                                (QByteArray(key).endsWith('m') ? "\n" : "\n");
        Score score = scoreOf(tune + "CDEF|GABc|cBAG|FEDC|CEGc|GECC|\n");
        const Repaired repaired = transposeToCommonKey(score);
        const auto facts = factsOf(repaired.score);
        QVERIFY(facts.key);
        QCOMPARE(keyName(facts.key->key),
                 std::string(facts.key->key.mode == Mode::Major ? "C major" : "A minor"));
        QVERIFY(isSound(repaired.score));
        QVERIFY(!transposeToCommonKey(repaired.score).isChanged);
        const Event* signature = nullptr;
        for (const Event& event : repaired.score.tracks[0].events)
            signature = event.isMeta(Meta::KeySignature) ? &event : signature;
        // Where the key that is heard is the one that is written, the signature has no accidentals
        // afterwards.
        const auto written = parseKey(key);
        const auto heard = factsOf(score).key;
        if (signature && written && heard && *written == heard->key)
            QCOMPARE(int(static_cast<std::int8_t>(signature->payload[0])), 0);
    }
}

void TestRepair::transposingStaysOnTheKeyboard()
{
    // B major at the lower end: up a semitone is nearest and possible; at the upper end only down
    // is.
    QList<QList<double>> notes;
    double time = 0;
    for (const int pitch : {119, 121, 123, 124, 126, 119, 126, 123, 119, 119})
        notes += QList<double>{time++, 1, double(pitch)};
    notes += QList<double>{time++, 1, 127};
    const Score score = scoreOfNotes(notes);
    const auto key = factsOf(score).key;
    QVERIFY(key);
    const int nearest = semitonesToCommonKey(key->key);
    QVERIFY2(nearest > 0, qPrintable(QString::number(nearest)));
    const Repaired repaired = transposeToCommonKey(score);
    QVERIFY(repaired.isChanged && isSound(repaired.score));
    QCOMPARE(repaired.score.tracks[0].notes[0].pitch.value, std::uint8_t(119 + nearest - 12));
}

void TestRepair::velocitiesMeetTheirMean()
{
    const Score score = scoreOfNotes({{0, 1, 60, 0, 20}, {1, 1, 60, 0, 40}, {2, 1, 60, 0, 60}});
    const auto velocities = [](const Repaired& repaired) {
        QList<int> list;
        for (const Note& note : repaired.score.tracks[0].notes)
            list += note.velocity;
        return list;
    };
    QCOMPARE(velocities(normaliseVelocity(score, 80, 1)), (QList<int>{60, 80, 100}));
    QCOMPARE(velocities(normaliseVelocity(score, 80, .5)), (QList<int>{70, 80, 90}));
    QCOMPARE(velocities(normaliseVelocity(score, 80, 0)), (QList<int>{80, 80, 80}));
    QCOMPARE(velocities(normaliseVelocity(score, 127, 1)), (QList<int>{107, 127, 127}));
    QVERIFY(!normaliseVelocity(score, 40, 1).isChanged);
}

void TestRepair::silenceIsTrimmedByWholeBars()
{
    // A pick-up in bar 3, a rest of six bars inside, two silent bars at the end.
    Score score = scoreOfNotes({{11, 1, 60}, {12, 4, 62}, {40, 2, 64}});
    score.tracks[0].end = Tick{52 * 480};
    score.addEvent(score.tracks[0].id, tempoEvent(Tick{20 * 480}, 300'000));
    const Repaired repaired = trimSilence(score, 1);
    QCOMPARE(notesText(repaired.score), QString("3 1 60, 4 4 62, 12 2 64"));
    QCOMPARE(repaired.score.tracks[0].end, Tick{16 * 480});
    QCOMPARE(repaired.words, std::string("9 silent bars removed"));
    QCOMPARE(TempoMap(repaired.score).microsecondsPerQuarterAt(Tick{13 * 480}), 300'000U);
    QVERIFY(isSound(repaired.score));
    QVERIFY(factsOf(score).longestSilence >= kLongSilenceBars);
    QVERIFY(factsOf(repaired.score).longestSilence < kLongSilenceBars);
    QVERIFY(!trimSilence(repaired.score, 1).isChanged);
    QVERIFY(!trimSilence(scoreOfNotes({{0, 1, 60}, {3, 1, 60}}), 1).isChanged);
}

void TestRepair::oneTempoIsTheOneThatHoldsLongest()
{
    Score score = scoreOfNotes({{0, 1, 60}, {20, 1, 60}});
    const TrackId track = score.tracks[0].id;
    score.addEvent(track, tempoEvent({}, 400'000));
    score.addEvent(track, tempoEvent(Tick{480}, 600'000));
    const Repaired repaired = oneTempo(score, 0);
    QCOMPARE(factsOf(repaired.score).tempoCount, std::size_t{1});
    QCOMPARE(TempoMap(repaired.score).microsecondsPerQuarterAt({}), 600'000U);
    QCOMPARE(notesText(repaired.score), notesText(score));
    QVERIFY(!oneTempo(repaired.score, 0).isChanged);
    QCOMPARE(TempoMap(oneTempo(score, 90).score).microsecondsPerQuarterAt({}), 666'667U);
}

void TestRepair::meterChangesSplit()
{
    Score score = scoreOfNotes({{0, 1, 60}, {3, 2, 62}, {5, 1, 64}, {6, 1, 65}});
    const TrackId track = score.tracks[0].id;
    score.addEvent(track, timeSignatureEvent({}, 4, 4));
    score.addEvent(track, timeSignatureEvent(Tick{4 * 480}, 3, 4));
    const std::vector<Score> sections = splitScore(score, {}, 1);
    QCOMPARE(sections.size(), std::size_t{2});
    QCOMPARE(notesText(sections[0]), QString("0 1 60, 3 1 62")); // cut at the border
    QCOMPARE(notesText(sections[1]), QString("1 1 64, 2 1 65"));
    QCOMPARE(factsOf(sections[1]).meters.front().meter, (Meter{3, 4}));
    for (const Score& section : sections)
        QVERIFY(isSound(section) && factsOf(section).meterCount == 1);
    QCOMPARE(splitScore(score, {}, 3).size(), std::size_t{0});
    QVERIFY(splitScore(sections[0], {}, 1) == std::vector<Score>{sections[0]});
}

void TestRepair::tempoChangesSplitWithWhatHolds()
{
    Score score = scoreOfNotes({{0, 1, 60}, {1, 1, 62}, {4, 1, 64}, {5, 1, 65}});
    const TrackId track = score.tracks[0].id;
    score.addEvent(track, programChange({}, 0, 73));
    score.addEvent(track, metaEvent({}, Meta::TrackName, "Flute"));
    score.addEvent(track, tempoEvent(Tick{2 * 480}, 510'000)); // two percent
    score.addEvent(track, tempoEvent(Tick{4 * 480}, 700'000));
    const std::vector<Score> sections = splitScore(score, 0.05, 1);
    QCOMPARE(sections.size(), std::size_t{2});
    QCOMPARE(notesText(sections[1]), QString("0 1 64, 1 1 65"));
    QCOMPARE(trackProgram(sections[1].tracks[0]), std::optional<std::uint8_t>(73));
    QCOMPARE(trackName(sections[1].tracks[0]), std::string("Flute"));
    QCOMPARE(TempoMap(sections[1]).microsecondsPerQuarterAt({}), 700'000U);
    QVERIFY(isSound(sections[0]) && isSound(sections[1]));
}

void TestRepair::sectionsHoldAllNotesOnce()
{
    const CounterRandom random(3, CounterRandom::Domain::Test);
    Score score;
    QList<QList<double>> notes;
    double time = 0;
    for (std::uint32_t i = 0; i < 200; ++i) {
        notes += QList<double>{time, 1.0 + double(random.below(4, i)),
                               double(40 + random.below(40, i, 1))};
        time += double(random.below(3, i, 2)) / 2;
    }
    addTrackOfNotes(score, notes);
    for (std::uint32_t i = 0; i < 6; ++i)
        score.addEvent(score.tracks[0].id,
                       timeSignatureEvent(Tick{std::int64_t(i) * 12 * 480}, i % 2 ? 3 : 4, 4));
    std::size_t sum = 0;
    const std::vector<Score> sections = splitScore(score, {}, 1);
    QVERIFY(sections.size() >= 5);
    for (const Score& section : sections) {
        QVERIFY(isSound(section));
        sum += section.noteCount();
    }
    QCOMPARE(sum, score.noteCount());
}

void TestRepair::repairsAreSoundAndIdempotentOnChance()
{
    const std::vector<std::pair<const char*, Repair>> repairs{
        {"overlaps", closeOverlaps},
        {"zero length", dropZeroLengthNotes},
        {"doubled", [](Score score) { return dropDuplicateNotes(std::move(score), true); }},
        {"quantise",
         [](Score score) { return quantiseScore(std::move(score), {}); }},
        {"two grids",
         [](Score score) {
             return quantiseScore(std::move(score), {{16, 24}, 1, false});
         }},
        {"skyline", [](Score score) { return keepSkyline(std::move(score), false); }},
        {"trim", [](Score score) { return trimSilence(std::move(score), 1); }},
        {"fold", [](Score score) { return foldRange(std::move(score), Pitch{50}, Pitch{61}); }},
        {"tempo", [](Score score) { return oneTempo(std::move(score), 0); }},
        {"track", [](Score score) { return keepTrack(std::move(score), {}); }},
        {"drums", dropDrums},
        {"transpose", transposeToCommonKey},
    };
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
        const CounterRandom random(seed, CounterRandom::Domain::Test);
        Score score;
        for (std::uint32_t track = 0; track < 3; ++track) {
            QList<QList<double>> notes;
            double time = double(random.below(20, track, 999));
            for (std::uint32_t i = 0; i < 60; ++i) {
                time += double(random.below(5, track, i, 0)) / 7 +
                        (random.below(20, track, i, 4) == 0 ? 30 : 0);
                notes += QList<double>{time, double(random.below(8, track, i, 1)) / 5,
                                       double(random.below(128, track, i, 2)),
                                       track == 2 ? 9.0 : double(random.below(3, track, i, 3)),
                                       1.0 + double(random.below(127, track, i, 5))};
            }
            addTrackOfNotes(score, notes);
        }
        score.addEvent(score.tracks[0].id, timeSignatureEvent(Tick{5000}, 3, 8));
        score.addEvent(score.tracks[1].id, tempoEvent(Tick{3000}, 250'000));
        for (const auto& [name, repair] : repairs) {
            const Repaired once = repair(score);
            QVERIFY2(isSound(once.score), name);
            QVERIFY2(once.isChanged || once.score == score, name);
            if (std::string_view(name) != "transpose" && std::string_view(name) != "skyline")
                QVERIFY2(!repair(once.score).isChanged, name);
            const auto midi = writeMidi(once.score);
            QVERIFY2(midi && readMidi(midi->bytes, "x"), name);
        }
    }
}

QTEST_APPLESS_MAIN(TestRepair)
#include "tst_repair.moc"
