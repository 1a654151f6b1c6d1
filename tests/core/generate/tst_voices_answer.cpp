// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/voices_answer.h"
#include "core/music/melody.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <set>
#include <string>
#include <vector>

using namespace continuo;
using namespace continuo::tests;

namespace {

constexpr std::int64_t kQuarter = kDefaultTicksPerQuarter;

void addNotes(Score& score, TrackId track, const std::vector<int>& keys, std::uint8_t channel = 0)
{
    for (std::size_t i = 0; i < keys.size(); ++i) {
        Note note;
        note.start = Tick{static_cast<std::int64_t>(i) * kQuarter};
        note.length = Tick{kQuarter};
        note.pitch.value = static_cast<std::uint8_t>(keys[i]);
        note.channel = channel;
        note.velocity = static_cast<std::uint8_t>(60 + i % 4 * 10);
        score.addNote(track, note);
    }
}

/// Two bars of quarters in C major.
Score melody(int shift = 0)
{
    Score score;
    const TrackId track = score.addTrack().id;
    score.addEvent(track, timeSignatureEvent(Tick{}, 4, 4));
    score.addEvent(track, programChange(Tick{}, 0, 52));
    std::vector<int> keys{72, 74, 76, 72, 67, 71, 72, 72};
    for (int& key : keys)
        key += shift;
    addNotes(score, track, keys);
    return score;
}

Score chorale()
{
    Score score;
    const std::vector<std::vector<int>> voices{{72, 74, 76, 72, 67, 71, 72, 72, 74, 74, 76, 76},
                                               {67, 67, 67, 67, 64, 67, 67, 67, 67, 67, 67, 67},
                                               {64, 59, 60, 64, 60, 62, 64, 64, 59, 59, 60, 60},
                                               {48, 43, 48, 48, 52, 43, 48, 48, 43, 43, 48, 48}};
    for (std::uint8_t v = 0; v < 4; ++v)
        addNotes(score, score.addTrack().id, voices[v], v);
    return score;
}

ContinuationRequest few(std::size_t alternatives = 1, std::size_t rounds = 6)
{
    ContinuationRequest request;
    request.alternatives = alternatives;
    request.rounds = rounds;
    request.seed = 5;
    request.threads = 1;
    return request;
}

PromptOptions mode(GenerateMode what, std::optional<BarRange> bars = {})
{
    PromptOptions options;
    options.mode = what;
    options.bars = bars;
    return options;
}

} // namespace

class TestVoicesAnswer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void harmonising()
    {
        const GeneratingModel model = randomVoicesModel("{}", 2);
        const Score score = melody();
        const auto prompt = preparePrompt(model, score, mode(GenerateMode::Harmonise));
        QVERIFY2(prompt, prompt ? "" : prompt.error().text.c_str());
        QCOMPARE(prompt->notes, std::size_t{8});
        QCOMPARE(prompt->answerStart, Tick{});
        QVERIFY(prompt->plan);
        // The soprano is given, everything else is to be found.
        for (std::size_t i = 0; i < prompt->plan->cells.size(); ++i)
            QCOMPARE(prompt->plan->cells[i] == kHiddenCell, i % kVoices != 0);
        const auto made = continuePrompt(model, score, *prompt, few(3), {}, {});
        QVERIFY(made);
        QCOMPARE(made->alternatives.size(), std::size_t{3});
        QVERIFY(!(made->alternatives[0] == made->alternatives[1]));
        QVERIFY(made->velocitiesFollowPrompt);
        const Tick end{8 * kQuarter};
        QCOMPARE(made->end, end);
        for (const Alternative& answer : made->alternatives) {
            QVERIFY(!answer.notes.empty());
            for (const GeneratedNote& each : answer.notes) {
                QVERIFY(each.voice >= 1 && each.voice <= 3);
                QVERIFY(each.note.end() <= end);
                QVERIFY(each.probability > 0 && each.rank >= 1);
            }
            QVERIFY(answer.logProbability < 0);
        }

        Score after = score;
        const ScorePatch patch = acceptancePatch(score, *made, 1);
        QVERIFY(applyPatch(after, patch));
        QVERIFY(after.tracks.front() == score.tracks.front());
        std::set<std::uint8_t> channels;
        for (std::size_t i = 1; i < after.tracks.size(); ++i) {
            QVERIFY(trackProgram(after.tracks[i]) == std::uint8_t{52});
            channels.insert(after.tracks[i].notes.front().channel);
        }
        QCOMPARE(channels.size(), after.tracks.size() - 1);
        QVERIFY(!channels.contains(0));
        QVERIFY(applyPatch(after, patch.inverted()));
        QVERIFY(after == score);

        const Score alone = answerAlone(score, *made, 1);
        QCOMPARE(alone.noteCount(), made->alternatives[1].notes.size());
    }

    void movedMelodiesGetMovedVoices()
    {
        const GeneratingModel model = randomVoicesModel("{}", 2);
        std::vector<GeneratedNote> first;
        for (const int shift : {0, -14, -3, 1, 5}) {
            const Score score = melody(shift);
            const auto made = continuePrompt(
                model, score, preparePrompt(model, score, mode(GenerateMode::Harmonise)).value(),
                few(), {}, {});
            QVERIFY(made);
            std::vector<GeneratedNote> notes = made->alternatives.front().notes;
            for (GeneratedNote& each : notes)
                each.note.pitch.value = static_cast<std::uint8_t>(each.note.pitch.value - shift);
            if (first.empty())
                first = notes;
            QVERIFY(notes == first);
        }
    }

    void onlySomeBarsAreHarmonised()
    {
        const GeneratingModel model = randomVoicesModel("{}", 2);
        const Score score = melody();
        const auto prompt =
            preparePrompt(model, score, mode(GenerateMode::Harmonise, BarRange{2, 2}));
        QVERIFY(prompt);
        QCOMPARE(prompt->notes, std::size_t{4});
        QCOMPARE(prompt->answerStart, Tick{4 * kQuarter});
        const auto made = continuePrompt(model, score, *prompt, few(), {}, {});
        for (const GeneratedNote& each : made->alternatives.front().notes)
            QVERIFY(each.note.start >= Tick{4 * kQuarter} && each.note.end() <= Tick{8 * kQuarter});
    }

    void infilling()
    {
        const GeneratingModel model = randomVoicesModel("{}", 4);
        const Score score = chorale();
        const auto prompt = preparePrompt(model, score, mode(GenerateMode::Infill, BarRange{2, 2}));
        QVERIFY2(prompt, prompt ? "" : prompt.error().text.c_str());
        const VoicePlan& plan = *prompt->plan;
        QCOMPARE(plan.cells.size(), std::size_t{48 * kVoices});
        for (std::size_t i = 0; i < plan.cells.size(); ++i)
            QCOMPARE(plan.cells[i] == kHiddenCell, i >= 16 * kVoices && i < 32 * kVoices);
        const auto made = continuePrompt(model, score, *prompt, few(), {}, {});
        QVERIFY(made);
        Score after = score;
        const ScorePatch patch = acceptancePatch(score, *made, 0);
        QVERIFY(applyPatch(after, patch));
        QCOMPARE(after.tracks.size(), std::size_t{4});
        std::size_t inside = 0;
        for (std::size_t t = 0; t < 4; ++t) {
            std::vector<Note> outside;
            for (const Note& note : after.tracks[t].notes) {
                if (note.start >= Tick{4 * kQuarter} && note.start < Tick{8 * kQuarter}) {
                    ++inside;
                    QVERIFY(note.end() <= Tick{8 * kQuarter});
                    QCOMPARE(int(note.channel), int(t));
                } else {
                    outside.push_back(note);
                }
            }
            QCOMPARE(outside.size(), std::size_t{8});
            for (const Note& note : outside)
                QVERIFY(std::ranges::find(score.tracks[t].notes, note) !=
                        score.tracks[t].notes.end());
        }
        QCOMPARE(inside, made->alternatives.front().notes.size());
        QVERIFY(applyPatch(after, patch.inverted()));
        QVERIFY(after == score);
    }

    void newPieces()
    {
        const GeneratingModel model = randomVoicesModel("{}", 4);
        const Score blank = blankScore();
        PromptOptions options;
        options.key = Key{7, Mode::Major};
        auto prompt = prepareEmptyPrompt(model, blank, options);
        QVERIFY(prompt);
        QCOMPARE(prompt->semitones, semitonesToCommonKey(*options.key));
        ContinuationRequest request = few();
        request.mode = GenerateMode::New;
        request.length = 2;
        const auto made = continuePrompt(model, blank, *prompt, request, {}, {});
        QVERIFY(made);
        QCOMPARE(made->end, Tick{8 * kQuarter});
        QCOMPARE(made->alternatives.front().tokens.size(), std::size_t{32 * kVoices});
        std::set<std::size_t> voices;
        for (const GeneratedNote& each : made->alternatives.front().notes)
            voices.insert(each.voice);
        QCOMPARE(voices.size(), std::size_t{4});
        const Score after = scoreWithAnswer(blank, *made, 0);
        QCOMPARE(after.tracks.size(), std::size_t{5});
        QVERIFY(trackName(after.tracks[1]) == "Soprano" && trackName(after.tracks[4]) == "Bass");
        request.unit = LengthUnit::Notes;
        const auto refused = continuePrompt(model, blank, *prompt, request, {}, {});
        QVERIFY(!refused && refused.error().id == "generate.bad-length");
        request.unit = LengthUnit::Steps;
        request.length = 5000;
        const auto tooLong = continuePrompt(model, blank, *prompt, request, {}, {});
        QVERIFY(!tooLong && tooLong.error().id == "generate.bad-length");
    }

    void theSameNotesForAnyNumberOfThreads()
    {
        const GeneratingModel model = randomVoicesModel("{}", 4);
        const Score score = melody();
        const PreparedPrompt prompt =
            preparePrompt(model, score, mode(GenerateMode::Harmonise)).value();
        ContinuationRequest request = few(4);
        const auto one = continuePrompt(model, score, prompt, request, {}, {}).value();
        for (const unsigned threads : {2U, 3U, 8U}) {
            request.threads = threads;
            const auto several = continuePrompt(model, score, prompt, request, {}, {}).value();
            QVERIFY(several.alternatives == one.alternatives);
        }
        request.alternatives = 2;
        const auto fewer = continuePrompt(model, score, prompt, request, {}, {}).value();
        QVERIFY(fewer.alternatives[1] == one.alternatives[1]);
    }

    void everyRoundIsTold()
    {
        const GeneratingModel model = randomVoicesModel("{}", 4);
        const Score score = melody();
        const PreparedPrompt prompt =
            preparePrompt(model, score, mode(GenerateMode::Harmonise)).value();
        std::vector<std::size_t> rounds;
        std::vector<GeneratedNote> last;
        std::size_t notes = 0;
        const auto made = continuePrompt(
            model, score, prompt, few(1, 9), [&](std::size_t, const GeneratedNote&) { ++notes; },
            {},
            [&](const Draft& draft) {
                rounds.push_back(draft.round);
                QCOMPARE(draft.rounds, std::size_t{9});
                last = draft.notes;
            });
        QVERIFY(made);
        QCOMPARE(rounds, (std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
        QVERIFY(last == made->alternatives.front().notes);
        QCOMPARE(notes, last.size());
    }

    void cancelEndsIt()
    {
        const GeneratingModel model = randomVoicesModel("{}", 4);
        const Score score = melody();
        const PreparedPrompt prompt =
            preparePrompt(model, score, mode(GenerateMode::Harmonise)).value();
        const CancelToken cancel;
        std::size_t told = 0;
        const auto made =
            continuePrompt(model, score, prompt, few(1, 4096), {}, cancel, [&](const Draft&) {
                if (++told == 3)
                    cancel.cancel();
            });
        QVERIFY(!made && made.error().kind == ErrorKind::Cancelled);
        QCOMPARE(told, std::size_t{3});
    }

    void wishesHold()
    {
        const GeneratingModel model = randomVoicesModel("{}", 4);
        const Score score = melody();
        ContinuationRequest request = few();
        request.range = {Pitch{48}, Pitch{64}};
        request.scale = Key{0, Mode::Major};
        const auto made = continuePrompt(
            model, score, preparePrompt(model, score, mode(GenerateMode::Harmonise)).value(),
            request, {}, {});
        QVERIFY(made);
        for (const GeneratedNote& each : made->alternatives.front().notes) {
            QVERIFY(each.note.pitch.value >= 48 && each.note.pitch.value <= 64);
            QVERIFY((scaleMask(*request.scale) >> each.note.pitch.pitchClass() & 1U) != 0);
            QVERIFY(each.maskedMass > 0);
        }
        request.range = {Pitch{0}, Pitch{1}};
        const auto nothing = continuePrompt(
            model, score, preparePrompt(model, score, mode(GenerateMode::Harmonise)).value(),
            request, {}, {});
        QVERIFY(!nothing && nothing.error().id == "generate.nothing-allowed");
    }

    void whatCannotBeIsSaid()
    {
        const GeneratingModel model = randomVoicesModel("{}", 4);
        const auto error = [&](const Score& score, const PromptOptions& options) {
            const auto prompt = preparePrompt(model, score, options);
            return prompt ? std::string() : prompt.error().id;
        };
        QCOMPARE(error(melody(), mode(GenerateMode::Infill)), std::string("generate.no-bars"));
        QCOMPARE(error(melody(), mode(GenerateMode::Infill, BarRange{3, 3})),
                 std::string("generate.bad-bars"));
        QCOMPARE(error(melody(), mode(GenerateMode::Infill, BarRange{2, 1})),
                 std::string("generate.bad-bars"));
        QCOMPARE(error(blankScore(), mode(GenerateMode::Harmonise)),
                 std::string("generate.empty-prompt"));
        Score longer = melody();
        longer.tracks[0].notes.back().start = Tick{1000 * 4 * kQuarter};
        longer.tracks[0].end = longer.tracks[0].notes.back().end();
        QCOMPARE(error(longer, mode(GenerateMode::Harmonise)), std::string("generate.too-long"));
        const Score score = melody();
        const auto next = predictNext(
            model, preparePrompt(model, score, mode(GenerateMode::Harmonise)).value(), {}, {});
        QVERIFY(!next && next.error().id == "model.no-next-symbol");
    }
};

QTEST_APPLESS_MAIN(TestVoicesAnswer)
#include "tst_voices_answer.moc"
