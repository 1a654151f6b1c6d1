// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/continuation.h"
#include "core/generate/seed_notes.h"
#include "core/music/meter.h"
#include "tests/core/generate/hand_made_model.h"
#include "tests/cpu_time.h"

#include <QTest>

#include <algorithm>
#include <set>
#include <string>
#include <thread>

using namespace continuo;
using namespace continuo::tests;

namespace {

constexpr const char* kTune =
    "G4:1/8 A4:1/8 B4 D5 B4:1/8 A4:1/8 G4 E4 D4:1/2 G4:1/8 A4:1/8 B4 D5 G5 D5 B4 G4:1/2";

Score tune()
{
    return parseSeedNotes(kTune).value();
}

Result<Continuation> answer(const GeneratingModel& model, const Score& score,
                            const ContinuationRequest& request, const PromptOptions& options = {},
                            const NoteObserver& observer = {})
{
    auto prompt = preparePrompt(model, score, options);
    if (!prompt)
        return prompt.error();
    return continuePrompt(model, score, *prompt, request, observer, {});
}

ContinuationRequest alternatives(std::size_t count, std::uint64_t seed = 7)
{
    ContinuationRequest request;
    request.alternatives = count;
    request.seed = seed;
    return request;
}

/// A model that always says the same: the logits are its head's bias.
GeneratingModel constantModel(const std::string& options,
                              const std::vector<std::pair<std::string, float>>& favourites)
{
    const auto encoding = makeEncoding("grid", options).value();
    NetworkShape shape;
    shape.hidden = 4;
    const Token vocabulary = encoding->vocabulary().size();
    auto tensors = randomTensors(shape, vocabulary, 1, 0.0);
    std::vector<float> bias(static_cast<std::size_t>(vocabulary), -100.0F);
    for (const auto& [name, logit] : favourites)
        bias[static_cast<std::size_t>(
            encoding->vocabulary().find(std::string_view(name)).value())] = logit;
    tensors["head.bias"] = floatTensor(bias, {vocabulary});
    return modelFromTensors(modelFile(*encoding, shape, std::move(tensors)), "constant").value();
}

std::string notesText(const Alternative& alternative)
{
    std::string text;
    for (const GeneratedNote& generated : alternative.notes)
        text += pitchName(generated.note.pitch) + "@" + std::to_string(generated.note.start.value) +
                "+" + std::to_string(generated.note.length.value) + " ";
    return text;
}

} // namespace

class TestContinuation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSameNotesForAnyNumberOfAlternativesAndInstructionSet()
    {
        for (const char* options :
             {"{}", R"({"hold": false})", R"({"equalDurations": true, "grid": "1/8"})"}) {
            std::vector<Alternative> expected;
            for (const LaneKernels* kernels : availableKernels()) {
                const GeneratingModel model = randomModel(options, 3, {}, *kernels);
                const auto six = answer(model, tune(), alternatives(6));
                QVERIFY(six);
                if (expected.empty())
                    expected = six->alternatives;
                QVERIFY2(six->alternatives == expected, kernels->name);
                for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{5}}) {
                    const auto fewer = answer(model, tune(), alternatives(count));
                    QVERIFY(fewer);
                    for (std::size_t k = 0; k < count; ++k)
                        QVERIFY(fewer->alternatives[k] == expected[k]);
                }
            }
            for (std::size_t a = 0; a < expected.size(); ++a) {
                for (std::size_t b = 0; b < a; ++b)
                    QVERIFY(expected[a].tokens != expected[b].tokens);
            }
        }
    }

    /// Written down once: any compiler, processor and library must draw these.
    void theNotesAreTheseNotes()
    {
        const GeneratingModel model = randomModel("{}", 3);
        ContinuationRequest request = alternatives(2);
        request.length = 1;
        const auto found = answer(model, tune(), request);
        QVERIFY(found);
        const QByteArray notes =
            "G#5@15360+240 G3@15600+240 F3@15840+240 C#3@16080+240 G#5@16320+240 D#3@16560+240 "
            "B5@16800+240 B5@17040+240 D#4@17280+240 D4@17520+240 B3@17760+240 F5@18000+240 "
            "D3@18240+240 A#3@18480+240 F3@18720+240 D#4@18960+240 ";
        QCOMPARE(QByteArray::fromStdString(notesText(found->alternatives[0])), notes);
        QCOMPARE(QByteArray::number(found->alternatives[0].logProbability, 'g', 17),
                 QByteArray("-56.501149997870215"));
    }

    void anotherSeedGivesOtherNotes()
    {
        const GeneratingModel model = randomModel("{}", 3);
        const auto first = answer(model, tune(), alternatives(1, 1));
        const auto second = answer(model, tune(), alternatives(1, 2));
        QVERIFY(first && second);
        QVERIFY(first->alternatives[0].tokens != second->alternatives[0].tokens);
    }

    void aMovedPromptGivesTheMovedAnswer()
    {
        const GeneratingModel model = randomModel("{}", 5);
        const auto first = answer(model, tune(), alternatives(3));
        QVERIFY(first);
        for (int move = -20; move <= 20; ++move) {
            Score moved = tune();
            for (Note& note : moved.tracks[0].notes)
                note.pitch.value = static_cast<std::uint8_t>(note.pitch.value + move);
            const auto found = answer(model, moved, alternatives(3));
            QVERIFY(found);
            for (std::size_t k = 0; k < 3; ++k) {
                const auto& expected = first->alternatives[k].notes;
                const auto& notes = found->alternatives[k].notes;
                QCOMPARE(notes.size(), expected.size());
                for (std::size_t i = 0; i < notes.size(); ++i) {
                    QCOMPARE(int(notes[i].note.pitch.value), expected[i].note.pitch.value + move);
                    QVERIFY(notes[i].note.start == expected[i].note.start);
                    QVERIFY(notes[i].note.length == expected[i].note.length);
                    QCOMPARE(notes[i].probability, expected[i].probability);
                }
            }
        }
    }

    void barsEndAtABarLineOfTheMelodysMeter_data()
    {
        QTest::addColumn<int>("numerator");
        QTest::addColumn<int>("denominator");
        QTest::addColumn<int>("extra"); // ticks the melody is longer than a bar
        QTest::addColumn<int>("bars");
        QTest::addColumn<int>("endBar");
        QTest::newRow("4/4 from a bar line") << 4 << 4 << 0 << 2 << 3;
        QTest::newRow("4/4 inside a bar: the bar and two more") << 4 << 4 << 960 << 2 << 4;
        QTest::newRow("3/4") << 3 << 4 << 0 << 8 << 9;
        QTest::newRow("6/8 with a pickup left") << 6 << 8 << 2400 << 4 << 6;
        QTest::newRow("7/8") << 7 << 8 << 0 << 3 << 4;
        QTest::newRow("5/16 inside a bar") << 5 << 16 << 240 << 1 << 3;
    }
    void barsEndAtABarLineOfTheMelodysMeter()
    {
        QFETCH(int, numerator);
        QFETCH(int, denominator);
        QFETCH(int, extra);
        QFETCH(int, bars);
        QFETCH(int, endBar);
        Score score;
        const TrackId track = score.addTrack().id;
        score.addEvent(track, timeSignatureEvent(Tick{}, numerator, denominator));
        const Tick bar = Meter{numerator, denominator}.barLength(score.ticksPerQuarter);
        Note note;
        note.pitch.value = 72;
        note.length = bar + Tick{extra};
        score.addNote(track, note);
        ContinuationRequest request;
        request.length = bars;
        const GeneratingModel model =
            constantModel("{}", {{"C5", 0.0F}, {"hold", 1.0F}, {"end", 5.0F}});
        const auto found = answer(model, score, request);
        QVERIFY(found);
        const Tick end{bar.value * endBar};
        QCOMPARE(found->end.value, end.value);
        const auto& notes = found->alternatives[0].notes;
        QVERIFY(!notes.empty());
        // What begins is never a hold: the prompt's last note stays as it was.
        QCOMPARE(notes.front().note.start.value, (bar + Tick{extra}).value);
        QCOMPARE(notes.back().note.end().value, end.value);
    }

    void otherLengthsAreKept()
    {
        const GeneratingModel model = randomModel("{}", 8);
        ContinuationRequest request = alternatives(4);
        request.length = 13;
        request.unit = LengthUnit::Notes;
        const auto notes = answer(model, tune(), request);
        QVERIFY(notes);
        for (const Alternative& alternative : notes->alternatives) {
            QCOMPARE(alternative.notes.size(), std::size_t{13});
            // The last note lasts as long as the model holds it, and no symbol of what would follow
            // is kept.
            QVERIFY(alternative.notes.back().note.end() <= notes->end);
        }
        request.unit = LengthUnit::Steps;
        const auto steps = answer(model, tune(), request);
        QVERIFY(steps);
        for (const Alternative& alternative : steps->alternatives)
            QCOMPARE(alternative.tokens.size(), std::size_t{13});
        QCOMPARE((steps->end - steps->prompt.answerStart).value, std::int64_t{13 * 240});
        request.unit = LengthUnit::Seconds;
        request.length = 1.3;
        const auto seconds = answer(model, tune(), request);
        QVERIFY(seconds);
        QCOMPARE((seconds->end - seconds->prompt.answerStart).value, std::int64_t{2496});
        for (const Alternative& alternative : seconds->alternatives) {
            for (const GeneratedNote& generated : alternative.notes)
                QVERIFY(generated.note.end() <= seconds->end);
        }
    }

    void silenceLastsABarAtTheMost()
    {
        const GeneratingModel model = constantModel("{}", {{"rest", 0.0F}});
        ContinuationRequest request;
        request.length = 3;
        request.unit = LengthUnit::Notes;
        const auto found = answer(model, tune(), request);
        QVERIFY(found);
        const std::vector<GeneratedNote>& notes = found->alternatives[0].notes;
        QCOMPARE(notes.size(), std::size_t{3});
        QVERIFY((notes[0].note.start - found->prompt.answerStart).value <= std::int64_t{4} * 960);
        for (std::size_t i = 1; i < notes.size(); ++i)
            QVERIFY((notes[i].note.start - notes[i - 1].note.end()).value <= std::int64_t{4} * 960);
    }

    void aNoteLastsTwoBarsAtTheMost()
    {
        const GeneratingModel model = constantModel("{}", {{"hold", 0.0F}});
        ContinuationRequest request;
        request.length = 8;
        const auto found = answer(model, tune(), request);
        QVERIFY(found);
        QVERIFY(found->alternatives[0].notes.size() >= 4);
        for (const GeneratedNote& generated : found->alternatives[0].notes)
            QVERIFY(generated.note.length.value <= std::int64_t{8} * 960);
    }

    void holdsLengthenAndRepeatsDependOnTheEncoding()
    {
        ContinuationRequest request;
        request.length = 6;
        request.unit = LengthUnit::Steps;
        request.sampler.temperature = 0;
        const Score score = parseSeedNotes("C5:1/8").value();
        const auto held = answer(
            constantModel(R"({"grid": "1/8"})", {{"C5", 0.0F}, {"hold", 1.0F}}), score, request);
        QCOMPARE(notesText(held->alternatives[0]), std::string("C5@480+2880 "));
        const auto repeated =
            answer(constantModel(R"({"grid": "1/8"})", {{"C5", 0.0F}}), score, request);
        QCOMPARE(repeated->alternatives[0].notes.size(), std::size_t{6});
        const auto joined = answer(
            constantModel(R"({"grid": "1/8", "hold": false})", {{"C5", 0.0F}}), score, request);
        QCOMPARE(notesText(joined->alternatives[0]), std::string("C5@480+2880 "));
        const auto equal =
            answer(constantModel(R"({"grid": "1/8", "equalDurations": true})", {{"C5", 0.0F}}),
                   score, request);
        QCOMPARE(equal->alternatives[0].notes.size(), std::size_t{6});
    }

    void probabilitiesRanksAndMassesAreTold()
    {
        // C5 .5, D5 .25, rest .125, end .125.
        const auto logit = [](double p) { return static_cast<float>(std::log(p)); };
        const GeneratingModel model = constantModel(
            "{}",
            {{"C5", logit(.5)}, {"D5", logit(.25)}, {"rest", logit(.125)}, {"end", logit(.125)}});
        ContinuationRequest request = alternatives(3);
        const auto found = answer(model, parseSeedNotes("C5 E5 G5 C5").value(), request);
        QVERIFY(found);
        for (const Alternative& alternative : found->alternatives) {
            double logProbability = 0;
            for (const Token token : alternative.tokens) {
                const std::string& name = model.encoding->vocabulary().symbol(token).name;
                logProbability += std::log(name == "C5" ? .5 : name == "D5" ? .25 : .125);
            }
            QVERIFY(std::abs(alternative.logProbability - logProbability) < 1e-5);
            QVERIFY(std::abs(alternative.maskedMass - 0.125) < 1e-6);
            QCOMPARE(alternative.fallbacks, std::size_t{0});
            for (const GeneratedNote& generated : alternative.notes) {
                const bool isFirst = generated.note.pitch.pitchClass() == 0;
                QVERIFY(std::abs(generated.probability - (isFirst ? .5 : .25)) < 1e-6);
                QCOMPARE(generated.rank, isFirst ? 1 : 2);
                QVERIFY(std::abs(generated.maskedMass - 0.125) < 1e-6);
            }
        }
    }

    void rangeAndScaleHoldInTheMelodysOwnKey()
    {
        const GeneratingModel model = randomModel("{}", 9);
        ContinuationRequest request = alternatives(8);
        request.range = {parsePitch("D4").value(), parsePitch("B4").value()};
        request.scale = parseKey("A minor");
        const auto found = answer(model, tune(), request);
        QVERIFY(found);
        std::set<int> pitches;
        for (const Alternative& alternative : found->alternatives) {
            QVERIFY(alternative.maskedMass > 0.1);
            for (const GeneratedNote& generated : alternative.notes)
                pitches.insert(generated.note.pitch.value);
        }
        const std::set<int> expected{62, 64, 65, 67, 69, 71};
        QVERIFY(std::ranges::includes(expected, pitches));
        QVERIFY(pitches.size() > 3);
    }

    void impossibleWishesAreRefused()
    {
        const GeneratingModel model = randomModel("{}", 9);
        ContinuationRequest request;
        request.range = {Pitch{0}, Pitch{5}};
        const auto found = answer(model, tune(), request);
        QVERIFY(!found);
        QCOMPARE(found.error().id, std::string("generate.nothing-allowed"));
        QCOMPARE(found.error().kind, ErrorKind::Usage);
    }

    void badRequestsAreRefused_data()
    {
        QTest::addColumn<double>("length");
        QTest::addColumn<int>("unit");
        QTest::addColumn<int>("count");
        QTest::addColumn<double>("temperature");
        QTest::addColumn<QByteArray>("id");
        QTest::newRow("no bars") << 0.0 << 0 << 1 << 1.0 << QByteArray("generate.bad-length");
        QTest::newRow("half a bar") << 1.5 << 0 << 1 << 1.0 << QByteArray("generate.bad-length");
        QTest::newRow("endless") << 1e300 << 3 << 1 << 1.0 << QByteArray("generate.bad-length");
        QTest::newRow("nan") << std::nan("") << 3 << 1 << 1.0 << QByteArray("generate.bad-length");
        QTest::newRow("too many steps")
            << 16385.0 << 2 << 1 << 1.0 << QByteArray("generate.bad-length");
        QTest::newRow("bars of too many steps") << 1024.0 << 0 << 1 << 1.0 << QByteArray();
        QTest::newRow("no alternatives")
            << 1.0 << 0 << 0 << 1.0 << QByteArray("generate.bad-alternatives");
        QTest::newRow("too many alternatives")
            << 1.0 << 0 << 257 << 1.0 << QByteArray("generate.bad-alternatives");
        QTest::newRow("temperature") << 1.0 << 0 << 1 << -1.0 << QByteArray("sampler.bad-value");
    }
    void badRequestsAreRefused()
    {
        QFETCH(double, length);
        QFETCH(int, unit);
        QFETCH(int, count);
        QFETCH(double, temperature);
        QFETCH(QByteArray, id);
        const GeneratingModel model = constantModel("{}", {{"C5", 0.0F}});
        ContinuationRequest request;
        request.length = length;
        request.unit = static_cast<LengthUnit>(unit);
        request.alternatives = static_cast<std::size_t>(count);
        request.sampler.temperature = temperature;
        const auto found = answer(model, tune(), request);
        if (id.isEmpty()) { // 1024 bars of 4/4 are just within the limit
            QVERIFY(found);
            return;
        }
        QVERIFY(!found);
        QCOMPARE(found.error().id, id.toStdString());
        QCOMPARE(found.error().kind, ErrorKind::Usage);
    }

    void notesArriveInOrderAsTheyAreDrawn()
    {
        const GeneratingModel model = randomModel("{}", 4);
        std::vector<std::vector<GeneratedNote>> seen(5);
        Tick latest{};
        bool isTogether = true;
        const auto found = answer(
            model, tune(), alternatives(5), {}, [&](std::size_t k, const GeneratedNote& note) {
                seen[k].push_back(note);
                // Alternatives go on side by side, so no note ends more than a step before the
                // latest that was told.
                isTogether = isTogether && note.note.end() + Tick{240} >= latest;
                latest = std::max(latest, note.note.end());
            });
        QVERIFY(found);
        QVERIFY(isTogether);
        for (std::size_t k = 0; k < seen.size(); ++k)
            QVERIFY(seen[k] == found->alternatives[k].notes);
    }

    void cancelStopsWithinATenthOfASecond()
    {
        // Large enough to take many seconds.
        NetworkShape shape;
        shape.hidden = 512;
        shape.layers = 2;
        shape.prediction = "last-step";
        shape.window = 50;
        const GeneratingModel model = randomModel("{}", 4, shape);
        ContinuationRequest request = alternatives(4);
        request.length = 1000;
        const auto prompt = preparePrompt(model, tune(), {});
        QVERIFY(prompt);
        const CancelToken cancel;
        std::vector<std::size_t> told;
        double asked = 0;
        const auto found = continuePrompt(
            model, tune(), *prompt, request,
            [&](std::size_t alternative, const GeneratedNote&) {
                told.push_back(alternative);
                if (told.size() != 8)
                    return;
                asked = threadCpuSeconds();
                cancel.cancel();
            },
            cancel);
        const double seconds = threadCpuSeconds() - asked;
        QVERIFY(!found);
        QCOMPARE(found.error().kind, ErrorKind::Cancelled);
        // The other alternatives may end a note in the same step; no further step is begun.
        std::sort(told.begin() + 7, told.end());
        QVERIFY(std::adjacent_find(told.begin() + 7, told.end()) == told.end());
        qInfo("stopped after %.1f ms of the processor", 1000 * seconds);
        // Of the processor, ten times the goal for sanitizers.
        QVERIFY2(seconds < 1, qPrintable(QString::number(seconds)));
    }

    void velocitiesFollowTheSeedMelody()
    {
        Score score = tune();
        for (Note& note : score.tracks[0].notes)
            note.velocity = 64;
        const GeneratingModel model = randomModel("{}", 4);
        const auto found = answer(model, score, alternatives(1));
        QVERIFY(found);
        QVERIFY(found->velocitiesFollowPrompt);
        for (const GeneratedNote& generated : found->alternatives[0].notes)
            QCOMPARE(int(generated.note.velocity), 64);
    }

    void startingFromNothingBeginsWithANote()
    {
        for (const char* options : {"{}", R"({"end": false})"}) {
            const GeneratingModel model = randomModel(options, 2);
            const Score score = blankScore();
            PromptOptions promptOptions;
            promptOptions.key = parseKey("D major");
            const auto prompt = prepareEmptyPrompt(model, score, promptOptions);
            QVERIFY(prompt);
            const auto found = continuePrompt(model, score, *prompt, alternatives(20), {}, {});
            QVERIFY(found);
            QVERIFY(!found->velocitiesFollowPrompt);
            for (const Alternative& alternative : found->alternatives) {
                QCOMPARE(alternative.notes.front().note.start.value, std::int64_t{0});
                QVERIFY(alternative.notes.front().note.velocity == 100);
            }
        }
    }

    void overflowingWeightsAreSaid()
    {
        GeneratingModel model = constantModel("{}", {{"C5", 0.0F}});
        const auto encoding = model.encoding;
        NetworkShape shape;
        shape.hidden = 4;
        auto tensors = randomTensors(shape, encoding->vocabulary().size(), 1, 3e38);
        model = modelFromTensors(modelFile(*encoding, shape, std::move(tensors)), "huge").value();
        const auto found = answer(model, tune(), {});
        QVERIFY(!found);
        QCOMPARE(found.error().id, std::string("generate.not-finite"));
    }

    void predictionIsWhatTheFirstNoteIsDrawnFrom()
    {
        const GeneratingModel model = randomModel("{}", 6);
        const auto prompt = preparePrompt(model, tune(), {});
        QVERIFY(prompt);
        ContinuationRequest request = alternatives(256);
        request.length = 1;
        request.unit = LengthUnit::Steps;
        request.sampler.temperature = 0.7;
        request.scale = parseKey("G major");
        const auto prediction = predictNext(model, *prompt, request, {});
        QVERIFY(prediction);
        QCOMPARE(prediction->symbols.size(), std::size_t{40});
        double network = 0;
        double after = 0;
        for (const auto& entry : prediction->symbols) {
            network += entry.probability;
            after += entry.after;
            if (entry.name == "hold" || entry.name == "end")
                QCOMPARE(entry.after, 0.0);
            if (const auto pitch = parsePitch(entry.name); pitch && entry.after > 0)
                QVERIFY(scaleMask(*request.scale) >> pitch->pitchClass() & 1U);
        }
        QVERIFY(std::abs(network - 1) < 1e-9 && std::abs(after - 1) < 1e-9);
        const auto found = continuePrompt(model, tune(), *prompt, request, {}, {});
        QVERIFY(found);
        std::vector<double> share(40, 0.0);
        for (const Alternative& alternative : found->alternatives)
            share[static_cast<std::size_t>(alternative.tokens.at(0))] += 1.0 / 256;
        for (std::size_t i = 0; i < 40; ++i)
            QVERIFY(std::abs(share[i] - prediction->symbols[i].after) < 0.1);
    }
};

QTEST_APPLESS_MAIN(TestContinuation)
#include "tst_continuation.moc"
