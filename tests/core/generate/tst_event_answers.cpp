// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/event.h"
#include "core/generate/continuation.h"
#include "core/generate/seed_notes.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

using namespace continuo;
using namespace continuo::tests;

namespace {

Note noteAt(std::int64_t start, std::int64_t length, int pitch, int channel)
{
    Note note;
    note.start = {start};
    note.length = {length};
    note.pitch = {static_cast<std::uint8_t>(pitch)};
    note.channel = static_cast<std::uint8_t>(channel);
    return note;
}

/// Two bars of 3/4: piano on channel 4, a bass on channel 2, drums.
Score trio()
{
    Score score;
    const TrackId piano = score.addTrack().id;
    score.addEvent(piano, timeSignatureEvent({}, 3, 4));
    score.addEvent(piano, metaEvent({}, Meta::TrackName, "Right"));
    const TrackId bass = score.addTrack().id;
    score.addEvent(bass, programChange({}, 1, 33));
    const TrackId drums = score.addTrack().id;
    for (std::int64_t beat = 0; beat < 6; ++beat) {
        score.addNote(piano, noteAt(beat * 960, 960, 60 + 2 * static_cast<int>(beat), 3));
        score.addNote(bass, noteAt(beat * 960, 480, 36, 1));
        score.addNote(drums, noteAt(beat * 960, 240, 42, kDrumChannel));
    }
    return score;
}

/// Random weights under a few instruments would name all 128, so the others are made unlikely.
GeneratingModel eventModel(const char* options, const std::set<int>& programs = {})
{
    const auto encoding = makeEncoding("event", options).value();
    const NetworkShape shape = networkShape("lstm", 1, 24, 8, false, 0, 0);
    auto tensors = randomTensors(shape, encoding->vocabulary().size(), 5, 0.6);
    auto& bias = tensors.at("head.bias");
    const auto& symbols = dynamic_cast<const EventEncoding&>(*encoding).symbols();
    for (int program = -1; program < 128 && !programs.empty(); ++program) {
        if (!programs.contains(program)) {
            const float low = -100;
            std::memcpy(bias.bytes.data() +
                            sizeof(float) * static_cast<std::size_t>(symbols.program(program)),
                        &low, sizeof low);
        }
    }
    return modelFromTensors(modelFile(*encoding, shape, std::move(tensors)), "hand-made").value();
}

ContinuationRequest request(double length, LengthUnit unit)
{
    ContinuationRequest wanted;
    wanted.length = length;
    wanted.unit = unit;
    wanted.alternatives = 3;
    return wanted;
}

constexpr const char* kCoarse = R"({"positionsPerBeat": 4, "velocities": 8})";

} // namespace

/// A model of many tracks reads them all and answers on the right ones.
class TestEventAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTrackIsReadAndTold()
    {
        const GeneratingModel model = eventModel(kCoarse);
        const Score score = trio();
        const auto prompt = preparePrompt(model, score, {});
        QVERIFY(prompt);
        QCOMPARE(prompt->notes, std::size_t{18});
        QCOMPARE(prompt->read, std::size_t{18});
        QCOMPARE(prompt->answerStart, Tick{6 * 960});
        const std::vector<PromptVoice> voices{
            {0, score.tracks[0].id, 3}, {33, score.tracks[1].id, 1}, {-1, score.tracks[2].id, 9}};
        QCOMPARE(prompt->voices, voices);
        const auto told = std::ranges::find(prompt->remarks, "prompt.tracks", &PromptRemark::id);
        QVERIFY(told != prompt->remarks.end());
        QCOMPARE(told->text, std::string("All 3 tracks of the seed melody are read: program 1 "
                                         "(\"Right\"), 6 notes; program 34, 6 notes; drums, 6 "
                                         "notes."));
        QVERIFY(std::ranges::find(prompt->remarks, "prompt.line", &PromptRemark::id) ==
                prompt->remarks.end());
    }

    void everyInstrumentAnswersOnItsTrack()
    {
        const GeneratingModel model = eventModel(kCoarse, {0, 33, -1, 40});
        const Score score = trio();
        const auto prompt = preparePrompt(model, score, {}).value();
        const auto found =
            continuePrompt(model, score, prompt, request(8, LengthUnit::Bars), {}, {}).value();
        QCOMPARE(found.end, Tick{(2 + 8) * 3 * 960});
        QVERIFY(found.velocitiesFromModel && !found.velocitiesFollowPrompt);
        const std::map<int, int> channels{{0, 3}, {33, 1}, {-1, 9}, {40, 0}};
        std::set<int> programs;
        for (std::size_t k = 0; k < found.alternatives.size(); ++k) {
            Score whole = scoreWithAnswer(score, found, k);
            std::map<int, std::size_t> counts;
            for (const GeneratedNote& each : found.alternatives[k].notes) {
                const int program = each.program.value();
                programs.insert(program);
                ++counts[program];
                QCOMPARE(int{each.note.channel}, channels.at(program));
                QVERIFY(each.note.start >= prompt.answerStart && each.note.end() <= found.end);
                QCOMPARE(each.note.start.value % 240, std::int64_t{0});
                const std::set<int> loud{15, 31, 47, 63, 79, 95, 111, 127};
                QVERIFY(loud.contains(each.note.velocity));
                QVERIFY(each.probability > 0 && each.rank > 0);
            }
            QCOMPARE(whole.tracks.size(), std::size_t{3} + counts.count(40));
            QCOMPARE(whole.tracks[0].notes.size(), 6 + counts[0]);
            QCOMPARE(whole.tracks[1].notes.size(), 6 + counts[33]);
            QCOMPARE(whole.tracks[2].notes.size(), 6 + counts[-1]);
            if (counts.contains(40)) {
                QCOMPARE(whole.tracks[3].notes.size(), counts[40]);
                QCOMPARE(trackProgram(whole.tracks[3]), std::optional<std::uint8_t>(40));
            }
            QVERIFY(applyPatch(whole, acceptancePatch(score, found, k).inverted()));
            QCOMPARE(whole, score);

            const Score alone = answerAlone(score, found, k);
            QCOMPARE(alone.noteCount(), found.alternatives[k].notes.size());
            std::size_t tempos = 0;
            for (const Track& track : alone.tracks)
                tempos += static_cast<std::size_t>(std::ranges::count_if(
                    track.events, [](const Event& event) { return event.isMeta(Meta::Tempo); }));
            QCOMPARE(tempos, std::size_t{1});
        }
        QCOMPARE(programs, (std::set<int>{-1, 0, 33, 40}));
    }

    void aMelodyForOneInstrumentStaysOnItsTrack()
    {
        const GeneratingModel model =
            eventModel(R"({"positionsPerBeat": 4, "velocities": 0, "programs": false})");
        Score score = parseSeedNotes("C4 E4 G4").value();
        for (Note& note : score.tracks[0].notes)
            note.velocity = 70;
        const auto prompt = preparePrompt(model, score, {}).value();
        const auto found =
            continuePrompt(model, score, prompt, request(4, LengthUnit::Bars), {}, {}).value();
        QVERIFY(found.velocitiesFollowPrompt && !found.velocitiesFromModel);
        for (std::size_t k = 0; k < found.alternatives.size(); ++k) {
            QVERIFY(!found.alternatives[k].notes.empty());
            for (const GeneratedNote& each : found.alternatives[k].notes) {
                QCOMPARE(each.note.velocity, std::uint8_t{70});
                QVERIFY(!each.program);
            }
            QCOMPARE(scoreWithAnswer(score, found, k).tracks.size(), std::size_t{1});
        }
    }

    void notesAskedForAreWhole()
    {
        const GeneratingModel model = eventModel(kCoarse, {0});
        const Score score = trio();
        const auto prompt = preparePrompt(model, score, {}).value();
        const auto found =
            continuePrompt(model, score, prompt, request(7, LengthUnit::Notes), {}, {}).value();
        for (const Alternative& answer : found.alternatives) {
            QCOMPARE(answer.notes.size(), std::size_t{7});
            ReaderOptions options;
            options.decode.origin = prompt.answerStart;
            options.beforeStart = prompt.writtenStart;
            const auto reader = model.encoding->reader(prompt.written, options);
            std::vector<Note> notes;
            for (const Token token : answer.tokens) {
                QCOMPARE(reader->mayFollow()[static_cast<std::size_t>(token)], std::uint8_t{1});
                for (const ReadNote& read : reader->read(token))
                    notes.push_back(read.note);
            }
            QCOMPARE(notes.size(), std::size_t{7});
            for (std::size_t i = 0; i < notes.size(); ++i) {
                QCOMPARE(notes[i].start, answer.notes[i].note.start);
                QCOMPARE(notes[i].pitch, answer.notes[i].note.pitch);
            }
        }
    }

    void anAnswerMayBeginInTheMiddleOfABar()
    {
        const GeneratingModel model = eventModel(kCoarse, {0});
        const Score score = trio();
        PromptOptions options;
        options.position = Tick{4 * 960 + 480};
        const auto prompt = preparePrompt(model, score, options).value();
        QCOMPARE(prompt.answerStart, Tick{4 * 960 + 480});
        const auto found =
            continuePrompt(model, score, prompt, request(1, LengthUnit::Bars), {}, {}).value();
        QCOMPARE(found.end, Tick{9 * 960});
        for (const Alternative& answer : found.alternatives) {
            for (const GeneratedNote& each : answer.notes)
                QVERIFY(each.note.start >= prompt.answerStart);
        }
    }

    void fromNothingTheFirstBarSounds()
    {
        const GeneratingModel model = eventModel(kCoarse, {0, 33});
        Score score = blankScore();
        const auto prompt = prepareEmptyPrompt(model, score, {}).value();
        const auto found =
            continuePrompt(model, score, prompt, request(2, LengthUnit::Bars), {}, {}).value();
        for (std::size_t k = 0; k < found.alternatives.size(); ++k) {
            const auto& notes = found.alternatives[k].notes;
            QVERIFY(!notes.empty());
            QVERIFY(notes.front().note.start < Tick{4 * 960});
            const Score whole = scoreWithAnswer(score, found, k);
            for (const GeneratedNote& each : notes)
                QVERIFY(*each.program == 0 || *each.program == 33);
            const auto onFirst = std::ranges::count(
                notes, 0, [](const GeneratedNote& each) { return each.program.value(); });
            QCOMPARE(static_cast<std::ptrdiff_t>(whole.tracks[0].notes.size()), onFirst);
        }
    }

    void rangeAndScaleHoldForAllButDrums()
    {
        const GeneratingModel model = eventModel(kCoarse, {0, -1});
        const Score score = trio();
        const auto prompt = preparePrompt(model, score, {}).value();
        ContinuationRequest wanted = request(6, LengthUnit::Bars);
        wanted.scale = parseKey("D major");
        wanted.range.emplace(Pitch{60}, Pitch{84});
        const auto found = continuePrompt(model, score, prompt, wanted, {}, {}).value();
        std::size_t drums = 0;
        for (const Alternative& answer : found.alternatives) {
            for (const GeneratedNote& each : answer.notes) {
                if (*each.program < 0) {
                    ++drums;
                    continue;
                }
                if (each.isFallback)
                    continue;
                QVERIFY(each.note.pitch.value >= 60 && each.note.pitch.value <= 84);
                QVERIFY((scaleMask(*wanted.scale) >> each.note.pitch.pitchClass() & 1U) != 0);
            }
        }
        QVERIFY(drums > 0);
    }

    void longPromptsAreReadFromABar()
    {
        const auto encoding = makeEncoding("event", kCoarse).value();
        const NetworkShape shape = transformerShape(1, 8, 2, 64);
        auto tensors = randomTensors(shape, encoding->vocabulary().size(), 5, 0.6);
        const GeneratingModel model =
            modelFromTensors(modelFile(*encoding, shape, std::move(tensors)), "hand-made").value();
        const auto prompt = preparePrompt(model, trio(), {}).value();
        QVERIFY(prompt.tokens.size() <= 64 && prompt.tokens.size() >= 32);
        QCOMPARE(model.encoding->vocabulary().symbol(prompt.tokens.front()).kind, SymbolKind::Bar);
        QCOMPARE(prompt.read, std::size_t{9}); // the last bar
    }
};

QTEST_APPLESS_MAIN(TestEventAnswers)
#include "tst_event_answers.moc"
