// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/encode/abc.h"
#include "core/generate/continuation.h"
#include "core/generate/seed_notes.h"
#include "core/music/meter.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTest>

#include <string>

using namespace continuo;
using namespace continuo::tests;

namespace {

GeneratingModel abcModel(const char* options = "{}", int window = 0)
{
    const auto encoding = makeEncoding("abc", options).value();
    const NetworkShape shape = networkShape("lstm", 1, 24, 8, false, 0, window);
    auto tensors = randomTensors(shape, encoding->vocabulary().size(), 3, 0.6);
    return modelFromTensors(modelFile(*encoding, shape, std::move(tensors)), "hand-made").value();
}

std::string textOf(const GeneratingModel& model, std::span<const Token> tokens)
{
    return dynamic_cast<const AbcEncoding&>(*model.encoding).textOf(tokens);
}

ContinuationRequest request(double length, LengthUnit unit, std::size_t alternatives = 3)
{
    ContinuationRequest wanted;
    wanted.length = length;
    wanted.unit = unit;
    wanted.alternatives = alternatives;
    wanted.seed = 4;
    return wanted;
}

Score tune()
{
    return readAbc("X:1\nM:6/8\nL:1/8\nK:Ador\nEAA ABc|Bee e3|d2A ABc|BAG", "test")
        .value()
        .front()
        .score;
}

} // namespace

/// A model that writes characters answers as any other does: the notes come out of its text.
class TestAbcAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thePromptIsTheMelodyAsText()
    {
        const GeneratingModel model = abcModel();
        const auto prompt = preparePrompt(model, tune(), {});
        QVERIFY(prompt);
        QCOMPARE(QByteArray::fromStdString(textOf(model, prompt->written)),
                 QByteArray("M:6/8\nK:Ador\nEAA ABc|Bee e3|d2A ABc|BAG "));
        QCOMPARE(prompt->tokens.size(), prompt->written.size() + 1);
        QCOMPARE(prompt->notes, std::size_t{18});
        QCOMPARE(prompt->read, std::size_t{18});
        QCOMPARE(prompt->answerStart.value, std::int64_t{10080});
        QVERIFY(!prompt->key && prompt->semitones == 0);
        const auto last = preparePrompt(abcModel("{}", 12), tune(), {});
        QVERIFY(last);
        QCOMPARE(last->tokens.size(), std::size_t{12});
        QCOMPARE(last->read, std::size_t{8}); // of "d2A ABc|BAG "
    }

    void answersFillTheBarsAskedFor()
    {
        const GeneratingModel model = abcModel();
        const auto prompt = preparePrompt(model, tune(), {});
        QVERIFY(prompt);
        std::vector<std::pair<std::size_t, Note>> told;
        const auto found = continuePrompt(
            model, tune(), *prompt, request(3, LengthUnit::Bars),
            [&](std::size_t k, const GeneratedNote& note) { told.emplace_back(k, note.note); }, {});
        QVERIFY(found);
        QCOMPARE(found->end.value, std::int64_t{7 * 2880});
        std::size_t notes = 0;
        for (const Alternative& answer : found->alternatives) {
            QVERIFY(!answer.notes.empty());
            notes += answer.notes.size();
            Tick last = prompt->answerStart;
            for (const GeneratedNote& each : answer.notes) {
                QVERIFY(each.note.start >= last && each.note.end() <= found->end &&
                        each.note.length.value > 0);
                QVERIFY(each.probability > 0 && each.rank >= 1);
                last = each.note.start;
            }
            QCOMPARE(answer.fallbacks, std::size_t{0});
        }
        QCOMPARE(told.size(), notes);
        // The notes are those of prompt and answer as one text.
        const Alternative& answer = found->alternatives[0];
        std::vector<Token> whole = prompt->written;
        whole.insert(whole.end(), answer.tokens.begin(), answer.tokens.end());
        const std::vector<Note> all = model.encoding->decode(whole, {});
        QVERIFY(all.size() >= 18 + answer.notes.size());
        for (std::size_t i = 0; i < answer.notes.size(); ++i) {
            const Note& note = answer.notes[i].note;
            QCOMPARE(all[18 + i].start.value, note.start.value);
            QCOMPARE(int(all[18 + i].pitch.value), int(note.pitch.value));
            QVERIFY(all[18 + i].length == note.length || note.end() == found->end);
        }
    }

    void theSameForAnyNumberOfAlternatives()
    {
        const GeneratingModel model = abcModel();
        const auto prompt = preparePrompt(model, tune(), {});
        const auto five =
            continuePrompt(model, tune(), *prompt, request(2, LengthUnit::Bars, 5), {}, {});
        const auto two =
            continuePrompt(model, tune(), *prompt, request(2, LengthUnit::Bars, 2), {}, {});
        QVERIFY(five && two);
        QVERIFY(five->alternatives[0] == two->alternatives[0] &&
                five->alternatives[1] == two->alternatives[1]);
        QVERIFY(five->alternatives[0].tokens != five->alternatives[1].tokens);
    }

    void lengthsInNotesStepsAndSeconds()
    {
        const GeneratingModel model = abcModel();
        const auto prompt = preparePrompt(model, tune(), {});
        const auto notes =
            continuePrompt(model, tune(), *prompt, request(7, LengthUnit::Notes), {}, {});
        QVERIFY(notes);
        for (const Alternative& answer : notes->alternatives) {
            QCOMPARE(answer.notes.size(), std::size_t{7});
            QVERIFY(answer.notes.back().note.end() <= notes->end);
        }
        const auto steps =
            continuePrompt(model, tune(), *prompt, request(30, LengthUnit::Steps), {}, {});
        QVERIFY(steps);
        for (const Alternative& answer : steps->alternatives)
            QCOMPARE(answer.tokens.size(), std::size_t{30});
        const auto seconds =
            continuePrompt(model, tune(), *prompt, request(2, LengthUnit::Seconds), {}, {});
        QVERIFY(seconds);
        QVERIFY(!seconds->alternatives[0].notes.empty());
    }

    void fromNothingTheTuneBeginsWithItsMeterAndKey()
    {
        const GeneratingModel model = abcModel();
        const Score blank = blankScore();
        const auto any = prepareEmptyPrompt(model, blank, {});
        QVERIFY(any);
        QCOMPARE(QByteArray::fromStdString(textOf(model, any->written)), QByteArray("M:4/4\nK:"));
        PromptOptions inG;
        inG.key = parseKey("G major");
        const auto chosen = prepareEmptyPrompt(model, blank, inG);
        QVERIFY(chosen);
        QCOMPARE(QByteArray::fromStdString(textOf(model, chosen->written)),
                 QByteArray("M:4/4\nK:G\n"));
        QCOMPARE(chosen->semitones, 0);
        for (const auto& prompt : {any, chosen}) {
            const auto found =
                continuePrompt(model, blank, *prompt, request(2, LengthUnit::Bars), {}, {});
            QVERIFY(found);
            QCOMPARE(found->end.value, std::int64_t{7680});
            for (const Alternative& answer : found->alternatives) {
                QVERIFY(!answer.notes.empty());
                QCOMPARE(answer.notes.front().note.start.value, std::int64_t{0});
            }
        }
        // With a melody the key is the melody's own.
        const auto melody = preparePrompt(model, tune(), inG);
        QVERIFY(!melody);
        QCOMPARE(melody.error().id, std::string("generate.key-not-used"));
    }

    void aPositionBehindTheMelodyIsReachedInSilence()
    {
        const GeneratingModel model = abcModel();
        PromptOptions options;
        options.position = Tick{6 * 2880};
        const auto prompt = preparePrompt(model, tune(), options);
        QVERIFY(prompt);
        QCOMPARE(prompt->answerStart.value, std::int64_t{6 * 2880});
        QVERIFY(textOf(model, prompt->written).ends_with("BAG z3|\nZ2|"));
        const auto found =
            continuePrompt(model, tune(), *prompt, request(1, LengthUnit::Bars), {}, {});
        QVERIFY(found);
        QVERIFY(found->alternatives[0].notes.front().note.start >= prompt->answerStart);
    }

    void rangeAndScaleCannotBeAskedOfCharacters()
    {
        const GeneratingModel model = abcModel();
        const auto prompt = preparePrompt(model, tune(), {});
        ContinuationRequest scaled = request(1, LengthUnit::Bars);
        scaled.scale = parseKey("G major");
        const auto found = continuePrompt(model, tune(), *prompt, scaled, {}, {});
        QVERIFY(!found);
        QCOMPARE(found.error().id, std::string("generate.pitches-not-known"));
        QCOMPARE(found.error().kind, ErrorKind::Usage);
    }

    void whatMayComeNext()
    {
        const GeneratingModel model = abcModel();
        const auto prompt = preparePrompt(model, tune(), {});
        const auto prediction = predictNext(model, *prompt, request(1, LengthUnit::Bars), {});
        QVERIFY(prediction);
        QCOMPARE(prediction->symbols.size(), std::size_t{54});
        QCOMPARE(prediction->symbols[1].name, std::string("space"));
        QCOMPARE(prediction->symbols[1].after, 0.0); // there is one already
        QCOMPARE(prediction->symbols.back().after, 0.0);
        double sum = 0;
        for (const Prediction::Entry& entry : prediction->symbols)
            sum += entry.after;
        QVERIFY(std::abs(sum - 1) < 1e-9);
    }
};

QTEST_APPLESS_MAIN(TestAbcAnswers)
#include "tst_abc_answers.moc"
