// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/generate/continuation.h"
#include "core/generate/seed_notes.h"
#include "core/music/meter.h"
#include "core/music/tempo_map.h"
#include "tests/core/generate/hand_made_model.h"

#include <algorithm>

using namespace continuo;
using namespace continuo::tests;

namespace {

/// 6/8 at 400,000 microseconds a quarter with an accompaniment; the melody, a flute on channel 4, ends inside the
/// second bar.
Score jig()
{
    Score score;
    score.ticksPerQuarter = 480;
    const TrackId conductor = score.addTrack().id;
    score.addEvent(conductor, tempoEvent(Tick{}, 400'000));
    score.addEvent(conductor, timeSignatureEvent(Tick{}, 6, 8));
    score.addEvent(conductor, tempoEvent(Tick{3600}, 500'000));
    const TrackId melody = score.addTrack().id;
    score.addEvent(melody, metaEvent(Tick{}, Meta::TrackName, "Flute melody"));
    score.addEvent(melody, programChange(Tick{}, 3, 73));
    const int pitches[] = {67, 69, 71, 72, 74, 76, 78, 79};
    for (int i = 0; i < 8; ++i) {
        Note note;
        note.start = Tick{std::int64_t{i} * 240};
        note.length = Tick{240};
        note.channel = 3;
        note.pitch.value = static_cast<std::uint8_t>(pitches[i]);
        score.addNote(melody, note);
    }
    const TrackId bass = score.addTrack().id;
    Note low;
    low.pitch.value = 43;
    low.length = Tick{2880};
    score.addNote(bass, low);
    return score;
}

Continuation answerTo(const GeneratingModel& model, const Score& score)
{
    ContinuationRequest request;
    request.alternatives = 2;
    request.length = 2;
    return continuePrompt(model, score, preparePrompt(model, score, {}).value(), request, {}, {}).value();
}

} // namespace

class TestAnswerScore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptingIsOnePatchThatCanBeUndone()
    {
        const Score score = jig();
        const Continuation continuation = answerTo(randomModel("{}", 1), score);
        for (std::size_t k = 0; k < 2; ++k) {
            const ScorePatch patch = acceptancePatch(score, continuation, k);
            Score edited = score;
            QVERIFY(applyPatch(edited, patch));
            QVERIFY(edited == scoreWithAnswer(score, continuation, k));
            const Track& melody = edited.tracks[1];
            QCOMPARE(melody.notes.size(), 8 + continuation.alternatives[k].notes.size());
            for (std::size_t i = 8; i < melody.notes.size(); ++i)
                QCOMPARE(int(melody.notes[i].channel), 3);
            QVERIFY(std::ranges::is_sorted(melody.notes, noteBefore));
            QVERIFY(melody.end >= continuation.end);
            QVERIFY(edited.tracks[0] == score.tracks[0] && edited.tracks[2] == score.tracks[2]);
            QVERIFY(applyPatch(edited, patch.inverted()));
            QVERIFY(edited == score);
        }
    }

    void theAnswerKeepsTheBarPhase()
    {
        const Score score = jig();
        const Continuation continuation = answerTo(randomModel("{}", 1), score);
        // The melody ends two eighths into the second bar; two full bars follow that one.
        QCOMPARE(continuation.prompt.answerStart.value, std::int64_t{1920});
        QCOMPARE(continuation.end.value, std::int64_t{4 * 1440});
    }

    void theAnswerAloneKeepsTempoMeterAndProgram()
    {
        const Score score = jig();
        const Continuation continuation = answerTo(randomModel("{}", 1), score);
        const Score alone = answerAlone(score, continuation, 0);
        const Tick origin = answerOrigin(score, continuation);
        QCOMPARE(origin.value, std::int64_t{1440});
        QCOMPARE(alone.tracks.size(), std::size_t{1});
        const Track& track = alone.tracks[0];
        QCOMPARE(trackName(track), std::string("Flute melody"));
        QCOMPARE(int(trackProgram(track).value()), 73);
        QVERIFY(MeterMap(alone).meterAt(Tick{}) == (Meter{6, 8}));
        const TempoMap tempo(alone);
        QCOMPARE(tempo.microsecondsPerQuarterAt(Tick{}), 400'000U);
        QCOMPARE(tempo.microsecondsPerQuarterAt(Tick{3600 - 1440}), 500'000U);
        QCOMPARE(track.notes.size(), continuation.alternatives[0].notes.size());
        for (std::size_t i = 0; i < track.notes.size(); ++i) {
            Note expected = continuation.alternatives[0].notes[i].note;
            expected.start = expected.start - origin;
            expected.id = track.notes[i].id;
            QVERIFY(track.notes[i] == expected);
        }
    }

    void withoutATrackTheAnswerBringsOne()
    {
        const GeneratingModel model = randomModel("{}", 1);
        Score score;
        const PreparedPrompt prompt = prepareEmptyPrompt(model, score, {}).value();
        const Continuation continuation = continuePrompt(model, score, prompt, {}, {}, {}).value();
        const ScorePatch patch = acceptancePatch(score, continuation, 0);
        Score edited = score;
        QVERIFY(applyPatch(edited, patch));
        QCOMPARE(edited.tracks.size(), std::size_t{1});
        QCOMPARE(edited.noteCount(), continuation.alternatives[0].notes.size());
        QVERIFY(applyPatch(edited, patch.inverted()));
        QVERIFY(edited == score);
    }
};

QTEST_APPLESS_MAIN(TestAnswerScore)
#include "tst_answer_score.moc"
