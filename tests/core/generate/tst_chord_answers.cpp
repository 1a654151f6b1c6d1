// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/chord.h"
#include "core/generate/continuation.h"
#include "core/generate/seed_notes.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTest>

#include <algorithm>
#include <vector>

using namespace continuo;
using namespace continuo::tests;

namespace {

/// Single notes, then the triads on them.
Score pieceWithChords()
{
    Score score = parseSeedNotes("C4 D4 E4 F4 G4 A4 B4 C5").value();
    Tick now{std::int64_t{8} * 960};
    for (const int root : {60, 62, 64, 65, 67, 69}) {
        for (const int step : {0, 4, 7}) {
            Note note;
            note.start = now;
            note.length = Tick{480};
            note.pitch.value = static_cast<std::uint8_t>(root + step);
            score.addNote(score.tracks[0].id, note);
        }
        now += Tick{480};
    }
    return score;
}

GeneratingModel chordModel()
{
    const std::vector<Score> pieces{pieceWithChords()};
    const auto encoding = fitEncoding("chord", "{}", pieces).value();
    const NetworkShape shape = networkShape("lstm", 1, 24, 8, false, 0, 0);
    auto tensors = randomTensors(shape, encoding->vocabulary().size(), 3, 0.6);
    return modelFromTensors(modelFile(*encoding, shape, std::move(tensors)), "hand-made").value();
}

ContinuationRequest request(double length, LengthUnit unit)
{
    ContinuationRequest wanted;
    wanted.length = length;
    wanted.unit = unit;
    wanted.alternatives = 4;
    return wanted;
}

} // namespace

/// A model whose vocabulary came from its pieces answers in notes and chords.
class TestChordAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAreHalfABeatApart()
    {
        const GeneratingModel model = chordModel();
        const Score seed = parseSeedNotes("C4 E4 G4 C5").value();
        const auto prompt = preparePrompt(model, seed, {});
        QVERIFY(prompt);
        QCOMPARE(prompt->notes, std::size_t{4});
        QCOMPARE(prompt->answerStart.value, std::int64_t{3840});
        const auto found =
            continuePrompt(model, seed, *prompt, request(2, LengthUnit::Bars), {}, {});
        QVERIFY(found);
        QCOMPARE(found->end.value, std::int64_t{3840 * 3});
        bool hasChord = false;
        for (const Alternative& answer : found->alternatives) {
            QCOMPARE(answer.tokens.size(), std::size_t{16});
            hasChord = hasChord || answer.notes.size() > 16;
            for (const GeneratedNote& each : answer.notes) {
                QCOMPARE(each.note.start.value % 480, std::int64_t{0});
                QCOMPARE(each.note.length.value, std::int64_t{480});
                QVERIFY(each.probability > 0);
            }
        }
        QVERIFY(hasChord);
    }

    void notesAskedForAreCountedInChordsToo()
    {
        const GeneratingModel model = chordModel();
        const Score seed = parseSeedNotes("C4 E4").value();
        const auto prompt = preparePrompt(model, seed, {});
        const auto found =
            continuePrompt(model, seed, *prompt, request(5, LengthUnit::Notes), {}, {});
        QVERIFY(found);
        for (const Alternative& answer : found->alternatives) {
            QCOMPARE(answer.notes.size(), std::size_t{5});
            // All of them are in its symbols, and no symbol is too many.
            QVERIFY(model.encoding->decode(answer.tokens, {}).size() >= 5);
            QVERIFY(
                model.encoding->decode(std::span(answer.tokens).first(answer.tokens.size() - 1), {})
                    .size() < 5);
        }
    }

    void everyNoteOfAChordKeepsToRangeAndScale()
    {
        const GeneratingModel model = chordModel();
        const Score seed = parseSeedNotes("C4 E4").value();
        const auto prompt = preparePrompt(model, seed, {});
        ContinuationRequest wanted = request(4, LengthUnit::Bars);
        wanted.scale = parseKey("C major");
        wanted.range.emplace(Pitch{60}, Pitch{70});
        const auto found = continuePrompt(model, seed, *prompt, wanted, {}, {});
        QVERIFY(found);
        for (const Alternative& answer : found->alternatives) {
            for (const GeneratedNote& each : answer.notes) {
                QVERIFY(each.note.pitch.value >= 60 && each.note.pitch.value <= 70);
                QVERIFY((scaleMask(*wanted.scale) >> each.note.pitch.pitchClass() & 1U) != 0);
            }
        }
    }

    void aMelodyOfUnknownNotesIsRefused()
    {
        const GeneratingModel model = chordModel();
        const auto prompt = preparePrompt(model, parseSeedNotes("C#2 D#2").value(), {});
        QVERIFY(!prompt);
        QCOMPARE(prompt.error().id, std::string("encode.unknown-chords"));
    }
};

QTEST_APPLESS_MAIN(TestChordAnswers)
#include "tst_chord_answers.moc"
