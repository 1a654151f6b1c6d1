// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/exact_math.h"
#include "core/generate/note_answers.h"
#include "core/generate/seed_notes.h"
#include "tests/core/generate/note_models.h"

#include <QTest>

#include <algorithm>
#include <string>
#include <vector>

using namespace continuo;
using namespace continuo::tests;

namespace {

ContinuationRequest request(double length, LengthUnit unit, std::size_t alternatives = 1)
{
    ContinuationRequest wanted;
    wanted.length = length;
    wanted.unit = unit;
    wanted.alternatives = alternatives;
    return wanted;
}

Continuation answer(const GeneratingModel& model, const Score& seed,
                    const ContinuationRequest& wanted, const PromptOptions& options = {})
{
    return continuePrompt(model, seed, preparePrompt(model, seed, options).value(), wanted, {}, {})
        .value();
}

/// "60@3840:960 …"
std::string textOf(const Alternative& alternative)
{
    std::string text;
    for (const GeneratedNote& each : alternative.notes)
        text += (text.empty() ? "" : " ") + std::to_string(each.note.pitch.value) + "@" +
                std::to_string(each.note.start.value) + ":" +
                std::to_string(each.note.length.value);
    return text;
}

std::string remarkOf(const PreparedPrompt& prompt, const char* id)
{
    const auto found = std::ranges::find(prompt.remarks, id, &PromptRemark::id);
    return found == prompt.remarks.end() ? std::string() : found->text;
}

/// `count` quarters on middle C.
Score quarters(int count)
{
    Score score = blankScore();
    for (int i = 0; i < count; ++i) {
        Note note;
        note.start = Tick{960 * i};
        note.length = Tick{960};
        note.pitch = {60};
        note.velocity = 70;
        score.addNote(score.tracks[0].id, note);
    }
    return score;
}

} // namespace

/// Models of notes answer with a pitch, a time and a length at once.
class TestNoteAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// A model that always says C5, half a beat on, a quarter of a beat long.
    void whereNotesStand_data()
    {
        QTest::addColumn<QString>("options");
        QTest::addColumn<double>("step");
        QTest::addColumn<double>("length");
        QTest::addColumn<int>("quarterMs");
        QTest::addColumn<QString>("expected");
        QTest::newRow("beats") << "{}" << 0.5 << 0.25 << 500
                               << "72@3840:240 72@4320:240 72@4800:240";
        QTest::newRow("not before the answer")
            << "{}" << 0.25 << 0.5 << 500 << "72@3840:480 72@4080:480 72@4320:480";
        QTest::newRow("after a rest")
            << "{}" << 2.0 << 1.0 << 500 << "72@4800:960 72@6720:960 72@8640:960";
        QTest::newRow("rounded to the division")
            << R"({"division": 4})" << 1.1 << 0.3 << 500 << "72@3840:240 72@4800:240 72@5760:240";
        QTest::newRow("never no length, never back")
            << "{}" << -3.0 << -1.0 << 500 << "72@3840:10 0@3840:10 1@3840:10";
        QTest::newRow("no longer than the longest") << R"({"longest": 2})" << 1.0 << 99.0 << 500
                                                    << "72@3840:1920 72@4800:1920 72@5760:1920";
        QTest::newRow("seconds at 60 beats a minute")
            << R"({"unit": "seconds", "division": 100})" << 1.0 << 0.25 << 1000
            << "72@3840:240 72@4800:240 72@5760:240";
    }

    void whereNotesStand()
    {
        QFETCH(QString, options);
        QFETCH(double, step);
        QFETCH(double, length);
        QFETCH(int, quarterMs);
        QFETCH(QString, expected);
        const GeneratingModel model =
            noteModel(steadyFile(options.toStdString(), {{72, 50.0F}},
                                 {static_cast<float>(step), static_cast<float>(length)}));
        Score seed = quarters(4);
        seed.addEvent(seed.tracks[0].id,
                      tempoEvent(Tick{}, static_cast<std::uint32_t>(quarterMs) * 1000));
        ContinuationRequest wanted = request(3, LengthUnit::Notes);
        wanted.sampler.temperature = 0;
        const Continuation found = answer(model, seed, wanted);
        QCOMPARE(QString::fromStdString(textOf(found.alternatives[0])), expected);
        QCOMPARE(found.alternatives[0].tokens.size(), std::size_t{9});
    }

    void barsEndWhatIsLonger()
    {
        const GeneratingModel model = noteModel(steadyFile("{}", {{72, 50.0F}}, {1.5F, 2.0F}));
        const Continuation found = answer(model, quarters(4), request(1, LengthUnit::Bars));
        QCOMPARE(found.end, Tick{7680});
        QCOMPARE(textOf(found.alternatives[0]),
                 std::string("72@4320:1920 72@5760:1920 72@7200:480"));
    }

    void aKeyIsNotStruckTwiceAtOnce()
    {
        const GeneratingModel model = noteModel(steadyFile("{}", {{60, 3.0F}}, {0.0F, 1.0F}));
        ContinuationRequest wanted = request(130, LengthUnit::Notes);
        const Continuation found = answer(model, quarters(1), wanted);
        std::vector<int> keys;
        for (std::size_t i = 0; i < 128; ++i) {
            QCOMPARE(found.alternatives[0].notes[i].note.start, Tick{960});
            keys.push_back(found.alternatives[0].notes[i].note.pitch.value);
        }
        std::ranges::sort(keys);
        QVERIFY(std::ranges::adjacent_find(keys) == keys.end());
        // All keys are down: it goes on with the next step.
        QCOMPARE(found.alternatives[0].notes[128].note.start, Tick{970});
    }

    void velocities_data()
    {
        QTest::addColumn<QString>("velocity");
        QTest::addColumn<int>("expected");
        QTest::newRow("the seed melody's") << "prompt" << 70;
        QTest::newRow("always 100") << "fixed" << 100;
        QTest::newRow("said by the model") << "kept" << 64;
    }

    void velocities()
    {
        QFETCH(QString, velocity);
        QFETCH(int, expected);
        std::vector<float> values{1.0F, 1.0F};
        if (velocity == QLatin1String("kept"))
            values.push_back(64.2F / 127);
        const GeneratingModel model = noteModel(steadyFile(
            QStringLiteral(R"({"velocity": "%1"})").arg(velocity).toStdString(), {}, values));
        const Continuation found = answer(model, quarters(4), request(4, LengthUnit::Notes));
        for (const GeneratedNote& each : found.alternatives[0].notes)
            QCOMPARE(int{each.note.velocity}, expected);
        QCOMPARE(found.velocitiesFollowPrompt, velocity == QLatin1String("prompt"));
        QCOMPARE(found.velocitiesFromModel, velocity != QLatin1String("prompt"));
    }

    void whatIsReadIsSaid_data()
    {
        QTest::addColumn<int>("notes");
        QTest::addColumn<QString>("words");
        QTest::newRow("fewer") << 12 << "Reads your 12 notes, padded to 50 notes.";
        QTest::newRow("one") << 1 << "Reads your 1 note, padded to 50 notes.";
        QTest::newRow("as many") << 50 << "Reads your 50 notes: its window holds 50 notes.";
        QTest::newRow("more") << 80
                              << "Reads the last 50 of your 80 notes: its window holds 50 notes.";
    }

    void whatIsReadIsSaid()
    {
        QFETCH(int, notes);
        QFETCH(QString, words);
        const GeneratingModel model = noteModel(steadyFile("{}", {}, {1.0F, 1.0F}, "note", 50));
        const auto prompt = preparePrompt(model, quarters(notes), {});
        QVERIFY(prompt);
        QCOMPARE(QString::fromStdString(remarkOf(*prompt, "prompt.context")), words);
        QCOMPARE(prompt->notes, static_cast<std::size_t>(notes));
        QCOMPARE(prompt->tokens.size(), static_cast<std::size_t>(3 * std::min(notes, 50)));
    }

    /// Both hands are read, and nothing of them is brought anywhere.
    void allTracksAreRead()
    {
        Score seed = quarters(2);
        const TrackId low = seed.addTrack().id;
        Note bass;
        bass.pitch = {36};
        bass.length = Tick{1920};
        seed.addNote(low, bass);
        const GeneratingModel model =
            noteModel(steadyFile(R"({"tracks": "all"})", {}, {1.0F, 1.0F}));
        const auto prompt = preparePrompt(model, seed, {});
        QCOMPARE(prompt->notes, std::size_t{3});
        QCOMPARE(prompt->written, (std::vector<Token>{36, 0, 192, 60, 0, 96, 60, 96, 96}));
        QCOMPARE(prompt->semitones, 0);
        QCOMPARE(remarkOf(*prompt, "prompt.line"), std::string());
    }

    /// What was drawn is read as the next note, and so on: by hand, with the network alone.
    void whatIsDrawnIsReadNext_data()
    {
        QTest::addColumn<bool>("isSoft");
        QTest::newRow("the note") << false;
        QTest::newRow("the whole vector") << true;
    }

    void whatIsDrawnIsReadNext()
    {
        QFETCH(bool, isSoft);
        TensorFile file = noteModelFile("{}", noteShape("lstm", 1, 24, 4), 7, 0.8);
        const GeneratingModel model = noteModel(file);
        const Score seed = quarters(3);
        ContinuationRequest wanted = request(6, LengthUnit::Notes);
        wanted.sampler.soft = isSoft;
        wanted.sampler.temperature = isSoft ? 1 : 0;
        const Continuation found = answer(model, seed, wanted);

        std::vector<float> notes = vectorsOf({60, 0, 96, 60, 96, 96, 60, 96, 96}, 3);
        std::int64_t now = -96; // steps from the answer's beginning
        for (const GeneratedNote& each : found.alternatives[0].notes) {
            NoteState state = model.notes->start(1);
            std::vector<float> said(130);
            QVERIFY(model.notes->read(state, notes, said, {}));
            const auto largest = std::max_element(said.begin(), said.begin() + 128) - said.begin();
            const auto steps = std::max<std::int64_t>(0, std::lround(said[128] * 96));
            const auto begin = std::max<std::int64_t>(0, now + steps);
            if (begin != now)
                QCOMPARE(int{each.note.pitch.value}, static_cast<int>(largest));
            QCOMPARE(each.note.start, Tick{3 * 960 + begin * 10});
            const auto length = std::max<std::int64_t>(1, std::lround(said[129] * 96));
            QCOMPARE(each.note.length, Tick{length * 10});
            std::vector<float> next =
                vectorsOf({each.note.pitch.value, static_cast<Token>(begin - now),
                           static_cast<Token>(length)},
                          3);
            if (isSoft) {
                double sum = 0;
                for (std::size_t i = 0; i < 128; ++i)
                    sum += exactExp(double{said[i]} - said[static_cast<std::size_t>(largest)]);
                for (std::size_t i = 0; i < 128; ++i)
                    next[i] = static_cast<float>(
                        exactExp(double{said[i]} - said[static_cast<std::size_t>(largest)]) / sum);
                next[128] = said[128];
                next[129] = said[129];
            }
            now = begin;
            notes.insert(notes.end(), next.begin(), next.end());
        }
    }

    void softDrawsNothing()
    {
        const GeneratingModel model =
            noteModel(noteModelFile("{}", noteShape("lstm", 1, 24, 4, "note-relu"), 7, 0.8));
        ContinuationRequest wanted = request(12, LengthUnit::Notes, 3);
        wanted.sampler.soft = true;
        const Continuation found = answer(model, quarters(3), wanted);
        wanted.seed = 99;
        const Continuation again = answer(model, quarters(3), wanted);
        QVERIFY(found.alternatives[0] == found.alternatives[2]);
        QVERIFY(found.alternatives[0] == again.alternatives[1]);
        wanted.sampler.soft = false;
        const Continuation drawn = answer(model, quarters(3), wanted);
        QVERIFY(!(drawn.alternatives[0] == drawn.alternatives[2]));
    }

    void softIsForNotesOnly()
    {
        const GeneratingModel model = randomModel("{}", 1);
        const Score seed = quarters(2);
        ContinuationRequest wanted = request(2, LengthUnit::Bars);
        wanted.sampler.soft = true;
        const auto found =
            continuePrompt(model, seed, preparePrompt(model, seed, {}).value(), wanted, {}, {});
        QVERIFY(!found);
        QCOMPARE(found.error().id, std::string("generate.soft-not-possible"));
    }

    void theSameNotesWhateverIsAskedForBeside()
    {
        const TensorFile file = noteModelFile("{}", noteShape("gru", 2, 24, 5), 7, 0.8);
        const ContinuationRequest one = request(20, LengthUnit::Notes, 1);
        const ContinuationRequest many = request(20, LengthUnit::Notes, 5);
        const Continuation expected = answer(noteModel(file), quarters(3), many);
        QVERIFY(answer(noteModel(file), quarters(3), one).alternatives[0] ==
                expected.alternatives[0]);
        QVERIFY(!(expected.alternatives[0] == expected.alternatives[1]));
        for (const LaneKernels* const kernels : availableKernels())
            QVERIFY(answer(noteModel(file, *kernels), quarters(3), many).alternatives ==
                    expected.alternatives);
    }

    void rangeAndScaleHold()
    {
        const GeneratingModel model =
            noteModel(noteModelFile("{}", noteShape("lstm", 1, 24, 4), 7, 0.8));
        ContinuationRequest wanted = request(40, LengthUnit::Notes);
        wanted.range.emplace(Pitch{60}, Pitch{72});
        wanted.scale = parseKey("D major");
        const Continuation found = answer(model, quarters(3), wanted);
        for (const GeneratedNote& each : found.alternatives[0].notes) {
            if (each.isFallback)
                continue; // all the wished keys begin at that moment
            QVERIFY(each.note.pitch.value >= 60 && each.note.pitch.value <= 72);
            QVERIFY((scaleMask(*wanted.scale) >> each.note.pitch.pitchClass() & 1U) != 0);
        }
        wanted.range.emplace(Pitch{60}, Pitch{60});
        const auto nothing = continuePrompt(
            model, quarters(3), preparePrompt(model, quarters(3), {}).value(), wanted, {}, {});
        QVERIFY(!nothing);
        QCOMPARE(nothing.error().id, std::string("generate.nothing-allowed"));
    }

    void fromNothing()
    {
        const GeneratingModel model = noteModel(steadyFile("{}", {{72, 50.0F}}, {1.0F, 1.0F}));
        const Score blank = blankScore();
        const auto prompt = prepareEmptyPrompt(model, blank, {});
        QVERIFY(prompt);
        ContinuationRequest wanted = request(3, LengthUnit::Notes, 8);
        const auto found = continuePrompt(model, blank, *prompt, wanted, {}, {});
        QVERIFY(found);
        for (const Alternative& alternative : found->alternatives) {
            QVERIFY(alternative.notes[0].note.pitch.value >= 48 &&
                    alternative.notes[0].note.pitch.value <= 84);
            QCOMPARE(alternative.notes[0].note.start, Tick{});
            QCOMPARE(alternative.notes[0].note.length, Tick{480});
            QCOMPARE(int{alternative.notes[1].note.pitch.value}, 72);
            QCOMPARE(alternative.notes[1].note.start, Tick{960});
        }
    }

    void atAPlaceOfTheMelody()
    {
        const GeneratingModel model = noteModel(steadyFile("{}", {{72, 50.0F}}, {0.5F, 0.5F}));
        PromptOptions options;
        options.position = Tick{2000};
        const Continuation found =
            answer(model, quarters(8), request(2, LengthUnit::Notes), options);
        QCOMPARE(found.prompt.notes, std::size_t{3});
        // The third note begins at 1920: half a beat later is 2400.
        QCOMPARE(textOf(found.alternatives[0]), std::string("72@2400:480 72@2880:480"));
    }

    void whatComesNextIsShown()
    {
        const GeneratingModel model =
            noteModel(steadyFile("{}", {{60, static_cast<float>(exactLog(3))}}, {1.0F, 1.0F}));
        const auto prompt = preparePrompt(model, quarters(2), {});
        ContinuationRequest wanted = request(1, LengthUnit::Notes);
        wanted.scale = parseKey("C major");
        const auto found = predictNext(model, *prompt, wanted, {});
        QVERIFY(found);
        QCOMPARE(found->symbols.size(), std::size_t{128});
        QCOMPARE(found->symbols[60].name, std::string("C4"));
        QVERIFY(std::abs(found->symbols[60].probability - 3.0 / 130) < 1e-6);
        QCOMPARE(found->symbols[61].after, 0.0);
        QVERIFY(found->maskedMass > 0.3 && found->maskedMass < 0.5);
    }
};

QTEST_APPLESS_MAIN(TestNoteAnswers)
#include "tst_note_answers.moc"
