// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/generate/prompt.h"
#include "core/generate/seed_notes.h"
#include "tests/core/generate/hand_made_model.h"

#include <algorithm>
#include <string>

using namespace continuo;
using namespace continuo::tests;

namespace {

const PromptRemark* remark(const PreparedPrompt& prompt, const std::string& id)
{
    const auto found = std::ranges::find(prompt.remarks, id, &PromptRemark::id);
    return found == prompt.remarks.end() ? nullptr : &*found;
}

std::string textOf(const Vocabulary& vocabulary, const std::vector<Token>& tokens)
{
    std::string text;
    for (const Token token : tokens)
        text += (text.empty() ? "" : " ") + vocabulary.symbol(token).name;
    return text;
}

constexpr const char* kEighths = R"({"grid": "1/8"})";

NetworkShape windowOf(int window)
{
    NetworkShape shape;
    shape.hidden = 16;
    shape.prediction = "last-step";
    shape.window = window;
    return shape;
}

} // namespace

class TestPrompt : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theMelodyIsBroughtIntoTheModelsKey()
    {
        const GeneratingModel model = randomModel(kEighths, 1);
        const Score score = parseSeedNotes("G4:1/8 A4:1/8 B4:1/8 C5:1/8 D5:1/4 G4:1/4").value();
        const auto prompt = preparePrompt(model, score, {});
        QVERIFY(prompt);
        QVERIFY(prompt->key == parseKey("G major"));
        QCOMPARE(prompt->transposed, 5);
        QCOMPARE(prompt->octaves, 0);
        QCOMPARE(prompt->semitones, 5);
        // Behind the symbol that training puts in front of every piece.
        QCOMPARE(textOf(model.encoding->vocabulary(), prompt->tokens),
                 std::string("end C5 D5 E5 F5 G5 hold C5 hold"));
        QCOMPARE(prompt->notes, std::size_t{6});
        QCOMPARE(prompt->read, std::size_t{6});
        QCOMPARE(prompt->padded, std::size_t{0});
        QCOMPARE(prompt->answerStart.value, std::int64_t{4 * 960});
        QCOMPARE(remark(*prompt, "prompt.key")->text,
                 std::string("Heard as G major: read 5 semitones up, the answer is brought back."));
        QVERIFY(!remark(*prompt, "prompt.line"));
        QVERIFY(!remark(*prompt, "prompt.losses"));
    }

    void theKeyCanBeChosen()
    {
        const GeneratingModel model = randomModel(kEighths, 1);
        PromptOptions options;
        options.key = parseKey("E minor");
        const auto prompt = preparePrompt(model, parseSeedNotes("G4 A4 B4").value(), options);
        QVERIFY(prompt);
        QCOMPARE(prompt->transposed, 5);
        QVERIFY(remark(*prompt, "prompt.key")->text.starts_with("Taken as E minor: "));
    }

    void aKeyForAModelWithoutOneIsRefused()
    {
        const GeneratingModel model = randomModel(R"({"transpose": false})", 1);
        PromptOptions options;
        options.key = parseKey("E minor");
        const auto prompt = preparePrompt(model, parseSeedNotes("G4").value(), options);
        QVERIFY(!prompt);
        QCOMPARE(prompt.error().id, std::string("generate.key-not-used"));
        QCOMPARE(prompt.error().kind, ErrorKind::Usage);
        const auto without = preparePrompt(model, parseSeedNotes("G4").value(), {});
        QVERIFY(without && !without->key && without->semitones == 0);
    }

    void aLowMelodyIsReadInTheModelsOctave()
    {
        const GeneratingModel model = randomModel(kEighths, 1);
        const auto prompt = preparePrompt(model, parseSeedNotes("C2 D2 E2 C2").value(), {});
        QVERIFY(prompt);
        QCOMPARE(prompt->octaves, 3);
        QVERIFY(remark(*prompt, "prompt.key")->text.find("3 octaves up") != std::string::npos);
    }

    void notesThatDoNotFitAreFoldedAndNamed()
    {
        const GeneratingModel model = randomModel(R"({"grid": "1/8", "low": 60, "high": 72})", 1);
        const auto prompt = preparePrompt(model, parseSeedNotes("C4 E4 G4 C4 G2 C4 E6 C4").value(), {});
        QVERIFY(prompt);
        QCOMPARE(prompt->notes, std::size_t{8});
        const auto* losses = remark(*prompt, "prompt.losses");
        QVERIFY(losses);
        QVERIFY2(losses->text.find("2 moved by octaves into C4–C5 (G2, E6)") != std::string::npos,
                 losses->text.c_str());
    }

    void chordsAreReadFromTheTopAndSaid()
    {
        const GeneratingModel model = randomModel(kEighths, 1);
        Score score = parseSeedNotes("C5 E5 G5").value();
        for (const Note& note : std::vector<Note>(score.tracks[0].notes)) {
            Note lower = note;
            lower.pitch.value = static_cast<std::uint8_t>(note.pitch.value - 7);
            score.addNote(score.tracks[0].id, lower);
        }
        score.addEvent(score.tracks[0].id, metaEvent(Tick{}, Meta::TrackName, "Piano"));
        const auto prompt = preparePrompt(model, score, {});
        QVERIFY(prompt);
        QCOMPARE(prompt->notes, std::size_t{3});
        QCOMPARE(remark(*prompt, "prompt.line")->text,
                 std::string("The seed melody has several lines: the highest line of track 1 (\"Piano\") is read, 3 of "
                             "its 6 notes are left out."));
    }

    void windowsTellHowMuchTheyHold()
    {
        const GeneratingModel model = randomModel(kEighths, 1, windowOf(50));
        const auto prompt = preparePrompt(model, parseSeedNotes("C5 D5 E5 F5 G5").value(), {});
        QVERIFY(prompt);
        QCOMPARE(prompt->padded, std::size_t{50 - 11});
        QCOMPARE(remark(*prompt, "prompt.context")->text, std::string("Reads your 5 notes, padded to 50 steps."));

        const GeneratingModel narrow = randomModel(kEighths, 1, windowOf(5));
        const auto last = preparePrompt(narrow, parseSeedNotes("C5 D5 E5 F5 G5").value(), {});
        QVERIFY(last);
        QCOMPARE(last->tokens.size(), std::size_t{5});
        QCOMPARE(last->read, std::size_t{2});
        QCOMPARE(last->padded, std::size_t{0});
        QCOMPARE(remark(*last, "prompt.context")->text,
                 std::string("Reads the last 2 of your 5 notes: its window holds 5 steps."));

        // A transformer looks back as far as there is something.
        const GeneratingModel wide = randomModel(kEighths, 1, transformerShape(1, 16, 2, 50));
        const Score score = parseSeedNotes("C5 D5 E5 F5 G5").value();
        const auto whole = preparePrompt(wide, score, {});
        QCOMPARE(whole->padded, std::size_t{0});
        QCOMPARE(remark(*whole, "prompt.context")->text,
                 std::string("Reads your 5 notes, all of them."));
        const auto few =
            preparePrompt(randomModel(kEighths, 1, transformerShape(1, 16, 2, 5)), score, {});
        QCOMPARE(remark(*few, "prompt.context")->text,
                 std::string("Reads the last 2 of your 5 notes: its window holds 5 steps."));
        QCOMPARE(prepareEmptyPrompt(wide, blankScore(), {})->padded, std::size_t{0});
    }

    void veryLongPromptsAreReadFromTheEnd()
    {
        const GeneratingModel model = randomModel(kEighths, 1);
        Score score = blankScore();
        for (int i = 0; i < 6000; ++i) {
            Note note;
            note.id = score.nextId++;
            note.start = Tick{std::int64_t{i} * 480};
            note.length = Tick{480};
            note.pitch.value = static_cast<std::uint8_t>(60 + i % 12);
            score.tracks[0].notes.push_back(note);
        }
        const auto prompt = preparePrompt(model, score, {});
        QVERIFY(prompt);
        QCOMPARE(prompt->tokens.size(), kMostPromptSymbols);
        QCOMPARE(remark(*prompt, "prompt.context")->text,
                 std::string("Reads the last 4096 of your 6000 notes."));
    }

    void theAnswerStartsOnTheGridAtTheChosenPosition()
    {
        const GeneratingModel model = randomModel(kEighths, 1);
        const Score score = parseSeedNotes("C5 D5 E5 F5").value();
        PromptOptions options;
        options.position = Tick{5 * 960 + 100};
        const auto later = preparePrompt(model, score, options);
        QVERIFY(later);
        QCOMPARE(later->answerStart.value, std::int64_t{5 * 960 + 480});
        QCOMPARE(textOf(model.encoding->vocabulary(), later->tokens),
                 std::string("end C5 hold D5 hold E5 hold F5 hold rest rest rest"));

        options.position = Tick{2 * 960};
        const auto earlier = preparePrompt(model, score, options);
        QVERIFY(earlier);
        QCOMPARE(earlier->answerStart.value, std::int64_t{2 * 960});
        QCOMPARE(earlier->notes, std::size_t{2});
    }

    void positionsFarAwayTakeNoTime()
    {
        const GeneratingModel model = randomModel(R"({"grid": "1/12"})", 1);
        PromptOptions options;
        options.position = Tick{std::int64_t{1} << 50};
        const auto prompt = preparePrompt(model, parseSeedNotes("C5").value(), options);
        QVERIFY(prompt);
        QVERIFY(prompt->answerStart >= *options.position);
        QVERIFY(prompt->answerStart.value - options.position->value < 320);
    }

    void whatCannotBeContinuedSaysWhy_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QByteArray>("id");
        QTest::newRow("empty") << 0 << QByteArray("generate.empty-prompt");
        QTest::newRow("only drums") << 1 << QByteArray("generate.empty-prompt");
        QTest::newRow("SMPTE") << 2 << QByteArray("generate.prompt-without-beats");
        QTest::newRow("one tick per quarter") << 3 << QByteArray("generate.coarse-time");
        QTest::newRow("nothing before the position") << 4 << QByteArray("generate.empty-prompt");
        QTest::newRow("out of a narrow range") << 5 << QByteArray("generate.prompt-out-of-range");
    }
    void whatCannotBeContinuedSaysWhy()
    {
        QFETCH(int, which);
        QFETCH(QByteArray, id);
        const GeneratingModel model = randomModel(
            which == 5 ? R"({"low": 60, "high": 61, "transpose": false})" : R"({"grid": "1/32"})", 1);
        Score score = which == 0 ? blankScore() : parseSeedNotes("E4 F4 G4").value();
        PromptOptions options;
        if (which == 1) {
            for (Note& note : score.tracks[0].notes)
                note.channel = kDrumChannel;
        } else if (which == 2) {
            score.smpte = SmpteDivision{};
        } else if (which == 3) {
            score.ticksPerQuarter = 1;
        } else if (which == 4) {
            options.position = Tick{0};
        }
        const auto prompt = preparePrompt(model, score, options);
        QVERIFY(!prompt);
        QCOMPARE(prompt.error().id, id.toStdString());
        QCOMPARE(prompt.error().kind, ErrorKind::Refused);
    }

    void startingFromNothingReadsTheBeginningOfAPiece()
    {
        const GeneratingModel model = randomModel(kEighths, 1);
        PromptOptions options;
        options.key = parseKey("D major");
        const auto prompt = prepareEmptyPrompt(model, blankScore(), options);
        QVERIFY(prompt);
        QCOMPARE(textOf(model.encoding->vocabulary(), prompt->tokens), std::string("end"));
        QCOMPARE(prompt->semitones, -2);
        QCOMPARE(prompt->answerStart.value, std::int64_t{0});

        const GeneratingModel endless = randomModel(R"({"end": false})", 1);
        const auto random = prepareEmptyPrompt(endless, blankScore(), {});
        QVERIFY(random && random->tokens.empty());
        QVERIFY(remark(*random, "prompt.random-start"));
    }
};

QTEST_APPLESS_MAIN(TestPrompt)
#include "tst_prompt.moc"
