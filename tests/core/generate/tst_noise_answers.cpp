// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/seed_melody.h"
#include "tests/core/generate/hand_made_model.h"

#include <QTest>

#include <algorithm>

using namespace continuo;
using namespace continuo::tests;

namespace {

GeneratingModel noiseModel(int window = 0)
{
    NetworkShape shape;
    shape.kind = "gan";
    shape.hidden = 24;
    shape.noise = 12;
    if (window > 0) {
        shape.prediction = "last-step";
        shape.window = window;
    }
    return randomModel(R"({"end": false})", 4, shape);
}

SeedMelody newMelody(const GeneratingModel& model, std::uint64_t seed)
{
    SeedMelodyRequest asked;
    asked.mode = "new";
    asked.seed = seed;
    return readSeedMelody(model, asked).value();
}

Continuation answer(const GeneratingModel& model, std::uint64_t seed, std::size_t alternatives,
                    double bars, std::optional<std::pair<Pitch, Pitch>> range = {})
{
    SeedMelody melody = newMelody(model, seed);
    melody.request.alternatives = alternatives;
    melody.request.length = bars;
    melody.request.range = range;
    return continuePrompt(model, melody.score, melody.prompt, melody.request, {}, {}).value();
}

} // namespace

class TestNoiseAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNoiseNumberIsAMelody()
    {
        for (const int window : {0, 2}) {
            const GeneratingModel model = noiseModel(window);
            QVERIFY(model.noise && !model.network);
            const Continuation three = answer(model, 100, 3, 4);
            for (std::uint64_t k = 0; k < 3; ++k) {
                const Continuation alone = answer(model, 100 + k, 1, 4);
                QCOMPARE(three.alternatives[k], alone.alternatives[0]);
                QCOMPARE(alone.alternatives[0].tokens.size(), std::size_t{64});
            }
            QVERIFY(three.alternatives[0].tokens != three.alternatives[1].tokens);
        }
    }

    void aLongerOneGoesOn()
    {
        const GeneratingModel model = noiseModel();
        const auto four = answer(model, 7, 1, 4).alternatives[0].tokens;
        const auto twenty = answer(model, 7, 1, 20).alternatives[0].tokens;
        QCOMPARE(twenty.size(), std::size_t{320});
        QVERIFY(std::equal(four.begin(), four.end(), twenty.begin()));
        // The state is carried: it does not begin anew after the 64 steps it learned from.
        QVERIFY(!std::equal(four.begin(), four.end(), twenty.begin() + 64));
    }

    void masksApply()
    {
        const GeneratingModel model = noiseModel();
        const auto made = answer(model, 3, 2, 8, std::pair(Pitch{60}, Pitch{67}));
        for (const Alternative& each : made.alternatives) {
            QVERIFY(!each.notes.empty());
            for (const GeneratedNote& note : each.notes)
                QVERIFY(note.note.pitch.value >= 60 && note.note.pitch.value <= 67);
            QVERIFY(each.maskedMass > 0);
        }
    }

    void itSaysWhereItStarts()
    {
        const auto remarks = newMelody(noiseModel(), 5).prompt.remarks;
        QVERIFY(std::ranges::find(remarks, "prompt.noise", &PromptRemark::id) != remarks.end());
        QVERIFY(std::ranges::find(remarks, "prompt.random-start", &PromptRemark::id) ==
                remarks.end());
    }

    void itCannotReadAMelody()
    {
        const GeneratingModel model = noiseModel();
        SeedMelodyRequest asked;
        asked.source = SeedWords{"C4 E4 G4"};
        const auto melody = readSeedMelody(model, asked);
        QVERIFY(!melody);
        QCOMPARE(melody.error().kind, ErrorKind::Usage);
        QVERIFY(melody.error().text.starts_with(
            "This model starts from noise and cannot read your melody."));
        const auto prompt = preparePrompt(model, blankScore(), {});
        QVERIFY(!prompt);
        QCOMPARE(prompt.error().id, std::string("generate.mode-not-possible"));

        const SeedMelody nothing = newMelody(model, 1);
        const auto prediction = predictNext(model, nothing.prompt, nothing.request, {});
        QVERIFY(!prediction);
        QCOMPARE(prediction.error().id, std::string("model.no-next-symbol"));
        QCOMPARE(prediction.error().kind, ErrorKind::Usage);
    }

    void itStops()
    {
        const GeneratingModel model = noiseModel();
        const SeedMelody melody = newMelody(model, 1);
        CancelToken cancel;
        cancel.cancel();
        const auto stopped =
            continuePrompt(model, melody.score, melody.prompt, melody.request, {}, cancel);
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().kind, ErrorKind::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestNoiseAnswers)
#include "tst_noise_answers.moc"
