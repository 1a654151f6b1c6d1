// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/continuation.h"
#include "core/generate/frame_model.h"
#include "core/generate/prompt.h"
#include "core/learn/trainer.h"
#include "core/music/key.h"
#include "tests/core/generate/frame_checks.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

using namespace continuo;
using namespace continuo::tests;

namespace {

/// A bass that is held, a line above it on another track, and a drum; two bars of 4/4.
Score seed()
{
    Score score;
    score.ticksPerQuarter = 480;
    const TrackId line = score.addTrack().id;
    const TrackId bass = score.addTrack().id;
    const TrackId drums = score.addTrack().id;
    const auto add = [&](TrackId track, int start, int length, int pitch, int velocity) {
        Note note;
        note.start = Tick{start};
        note.length = Tick{length};
        note.pitch = {static_cast<std::uint8_t>(pitch)};
        note.velocity = static_cast<std::uint8_t>(velocity);
        note.channel = track == drums ? kDrumChannel : 0;
        score.addNote(track, note);
    };
    for (int i = 0; i < 16; ++i)
        add(line, i * 240, 240, 72 + i % 5, 90);
    add(bass, 0, 1920, 48, 70);
    add(bass, 1920, 1920, 43, 70);
    add(drums, 0, 120, 38, 120);
    return score;
}

GeneratingModel frameModel(const char* head = "ordered-keys", std::uint64_t seedNumber = 3,
                           const LaneKernels& kernels = fastestKernels())
{
    return randomFrameModel(frameShape("lstm", head, 1, 24, 0), seedNumber, 0.6,
                            R"({"grid": "1/8"})", kernels);
}

ContinuationRequest request(double length, LengthUnit unit, std::size_t alternatives = 3)
{
    ContinuationRequest wanted;
    wanted.length = length;
    wanted.unit = unit;
    wanted.alternatives = alternatives;
    return wanted;
}

Continuation answersOf(const GeneratingModel& model, const ContinuationRequest& wanted,
                       const Score& score = seed())
{
    const auto prompt = preparePrompt(model, score, {});
    return continuePrompt(model, score, prompt.value(), wanted, {}, {}).value();
}

std::vector<FrameKeys> framesOf(const std::vector<Token>& tokens)
{
    std::vector<FrameKeys> frames;
    for (std::size_t i = 0; i < tokens.size(); i += kFrameNumbers)
        frames.push_back(frameKeys(std::span(tokens).subspan(i, kFrameNumbers)));
    return frames;
}

} // namespace

/// A model of frames goes on with all that sounds.
class TestFrameAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPromptIsReadWithAllItsTracks()
    {
        const GeneratingModel model = frameModel();
        QVERIFY(model.frames && !model.network);
        const auto prompt = preparePrompt(model, seed(), {});
        QVERIFY(prompt);
        const auto frames = framesOf(prompt->tokens);
        QCOMPARE(frames.size(), std::size_t{16});
        QVERIFY(frames[0][48 - 21] && frames[0][72 - 21] && !frames[0][38 - 21]);
        QVERIFY(frames[15][43 - 21] && !frames[15][48 - 21]);
        QCOMPARE(prompt->answerStart.value, std::int64_t{3840});
        QCOMPARE(prompt->notes, std::size_t{18});
        QCOMPARE(prompt->read, std::size_t{18});
    }

    void answersAreBarsOfChords_data()
    {
        QTest::addColumn<QString>("head");
        QTest::newRow("keys") << "keys";
        QTest::newRow("ordered-keys") << "ordered-keys";
    }
    void answersAreBarsOfChords()
    {
        QFETCH(QString, head);
        const GeneratingModel model = frameModel(head.toUtf8().constData());
        const Continuation found = answersOf(model, request(2, LengthUnit::Bars));
        QCOMPARE(found.end.value, std::int64_t{4 * 1920});
        QVERIFY(found.velocitiesFollowPrompt);
        QCOMPARE(found.alternatives.size(), std::size_t{3});
        for (const Alternative& answer : found.alternatives) {
            const auto frames = framesOf(answer.tokens);
            QCOMPARE(frames.size(), std::size_t{16});
            std::size_t most = 0;
            for (const FrameKeys& frame : frames)
                most = std::max(most, frame.count());
            QVERIFY(most > 1);
            QVERIFY(answer.logProbability < 0 && std::isfinite(answer.logProbability));
            Tick last{};
            for (const GeneratedNote& each : answer.notes) {
                QVERIFY(each.note.start >= last);
                last = each.note.start;
                QVERIFY(each.note.start.value >= 3840 && each.note.end().value <= 7680);
                QVERIFY(each.probability > 0 && each.probability <= 1);
                QCOMPARE(each.rank, each.probability >= 0.5 ? 1 : 2);
            }
            // Notes and frames are the same music.
            const auto encoded = model.encoding->encode(
                answerAlone(seed(), found,
                            static_cast<std::size_t>(&answer - found.alternatives.data())),
                {});
            QVERIFY(encoded);
        }
        QVERIFY(found.alternatives[0].tokens != found.alternatives[1].tokens);
    }

    /// What the network says of the frames that were drawn, summed by hand.
    void probabilitiesAreTheNetworks()
    {
        const GeneratingModel model = frameModel();
        const Continuation found = answersOf(model, request(6, LengthUnit::Steps, 1));
        const Alternative& answer = found.alternatives[0];
        ModelState state = model.frames->start(1);
        std::vector<float> said(model.frames->outputs());
        QVERIFY(model.frames->read(state, framesOf(found.prompt.tokens), said, {}));
        double sum = 0;
        for (const FrameKeys& frame : framesOf(answer.tokens)) {
            const std::vector<float> logits = logitsOf(*model.frames, said, frame);
            for (std::size_t key = 0; key < kFrameKeys; ++key)
                sum -= std::log1p(std::exp(frame[key] ? -logits[key] : logits[key]));
            QVERIFY(model.frames->read(state, std::span(&frame, 1), said, {}));
        }
        QVERIFY(std::abs(sum - answer.logProbability) < 1e-3);
    }

    void theSameRequestGivesTheSameNotes()
    {
        const ContinuationRequest wanted = request(3, LengthUnit::Bars, 4);
        const Continuation first = answersOf(frameModel(), wanted);
        for (const LaneKernels* kernels : availableKernels()) {
            const Continuation again = answersOf(frameModel("ordered-keys", 3, *kernels), wanted);
            QVERIFY2(again.alternatives == first.alternatives, kernels->name);
        }
        // An alternative does not depend on how many there are.
        const Continuation two = answersOf(frameModel(), request(3, LengthUnit::Bars, 2));
        QVERIFY(two.alternatives[1] == first.alternatives[1]);
        ContinuationRequest other = wanted;
        other.seed = 2;
        QVERIFY(answersOf(frameModel(), other).alternatives != first.alternatives);
    }

    void theTemperatureIsThatOfEveryKey()
    {
        ContinuationRequest wanted = request(4, LengthUnit::Bars, 2);
        wanted.sampler.temperature = 0;
        const Continuation coldest = answersOf(frameModel(), wanted);
        QVERIFY(coldest.alternatives[0].tokens == coldest.alternatives[1].tokens);
        for (const GeneratedNote& each : coldest.alternatives[0].notes)
            QVERIFY(each.probability >= 0.5);
        const auto keysAt = [](double temperature) {
            ContinuationRequest at = request(8, LengthUnit::Bars, 4);
            at.sampler.temperature = temperature;
            std::size_t count = 0;
            for (const Alternative& answer : answersOf(frameModel(), at).alternatives) {
                for (const FrameKeys& frame : framesOf(answer.tokens))
                    count += frame.count();
            }
            return count;
        };
        QVERIFY(keysAt(2) > 2 * keysAt(0.5)); // keys are rather off than on
    }

    void everyKeyKeepsToRangeAndScale()
    {
        ContinuationRequest wanted = request(4, LengthUnit::Bars);
        wanted.scale = parseKey("D major");
        wanted.range.emplace(Pitch{50}, Pitch{70});
        const Continuation found = answersOf(frameModel(), wanted);
        for (const Alternative& answer : found.alternatives) {
            QVERIFY(!answer.notes.empty());
            QVERIFY(answer.maskedMass > 0 && answer.maskedMass <= 1);
            for (const GeneratedNote& each : answer.notes) {
                QVERIFY(each.note.pitch.value >= 50 && each.note.pitch.value <= 70);
                QVERIFY((scaleMask(*wanted.scale) >> each.note.pitch.pitchClass() & 1U) != 0);
            }
        }
        QCOMPARE(answersOf(frameModel(), request(4, LengthUnit::Bars)).alternatives[0].maskedMass,
                 0.0);
        wanted.range.emplace(Pitch{1}, Pitch{5});
        const auto prompt = preparePrompt(frameModel(), seed(), {});
        const auto none = continuePrompt(frameModel(), seed(), *prompt, wanted, {}, {});
        QVERIFY(!none);
        QCOMPARE(none.error().id, std::string("generate.nothing-allowed"));
    }

    void asManyNotesAsWereAskedFor()
    {
        const Continuation found = answersOf(frameModel(), request(7, LengthUnit::Notes));
        for (const Alternative& answer : found.alternatives)
            QCOMPARE(answer.notes.size(), std::size_t{7});
    }

    void notesAreToldAsTheyComplete()
    {
        const GeneratingModel model = frameModel();
        const auto prompt = preparePrompt(model, seed(), {});
        std::vector<std::vector<GeneratedNote>> told(2);
        const auto found = continuePrompt(model, seed(), *prompt, request(2, LengthUnit::Bars, 2),
                                          [&](std::size_t alternative, const GeneratedNote& note) {
                                              told[alternative].push_back(note);
                                          },
                                          {});
        QVERIFY(found);
        for (std::size_t k = 0; k < 2; ++k)
            QVERIFY(told[k] == found->alternatives[k].notes);
        CancelToken cancel;
        cancel.cancel();
        const auto stopped =
            continuePrompt(model, seed(), *prompt, request(2, LengthUnit::Bars), {}, cancel);
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().id, std::string("base.cancelled"));
    }

    void fromNothingItBeginsWithNotes()
    {
        const GeneratingModel model = frameModel();
        const Score blank = blankScore();
        const auto prompt = prepareEmptyPrompt(model, blank, {});
        QVERIFY(prompt);
        QVERIFY(prompt->tokens.empty());
        const auto found =
            continuePrompt(model, blank, *prompt, request(2, LengthUnit::Bars), {}, {});
        QVERIFY(found);
        for (const Alternative& answer : found->alternatives) {
            QCOMPARE(answer.tokens.size(), 16 * kFrameNumbers);
            QVERIFY(framesOf(answer.tokens)[0].any());
            QVERIFY(!answer.notes.empty());
            QCOMPARE(answer.notes.front().note.start.value, std::int64_t{0});
        }
    }

    void overflowingNumbersAreToldSo()
    {
        auto file =
            modelFile(*makeEncoding("frame", "{}").value(), frameShape("lstm", "keys", 1, 16, 0),
                      frameTensors(frameShape("lstm", "keys", 1, 16, 0), 3, 0.5));
        std::vector<float> huge(kFrameKeys * 16, 3e38F);
        file.tensors["head.weight"] = floatTensor(huge, {88, 16});
        const GeneratingModel model = modelFromTensors(file, "huge").value();
        const auto prompt = preparePrompt(model, seed(), {});
        const auto found =
            continuePrompt(model, seed(), *prompt, request(1, LengthUnit::Bars), {}, {});
        QVERIFY(!found);
        QCOMPARE(found.error().id, std::string("generate.not-finite"));
    }

    /// What trains and judges with libtorch and what generates are two programs for one thing.
    void everyFrameIsAsLikelyToLibtorch_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("head");
        QTest::addColumn<int>("embedding");
        QTest::newRow("LSTM") << "lstm"
                              << "keys" << 0;
        QTest::newRow("LSTM, ordered") << "lstm"
                                       << "ordered-keys" << 0;
        QTest::newRow("LSTM, ordered, laid out") << "lstm"
                                                 << "ordered-keys" << 11;
        QTest::newRow("GRU, ordered") << "gru"
                                      << "ordered-keys" << 0;
        QTest::newRow("RNN") << "rnn"
                             << "keys" << 5;
    }
    void everyFrameIsAsLikelyToLibtorch()
    {
        QFETCH(QString, kind);
        QFETCH(QString, head);
        QFETCH(int, embedding);
        const NetworkShape shape =
            frameShape(kind.toUtf8().constData(), head.toUtf8().constData(), 2, 33, embedding, 13);
        const auto encoding = makeEncoding("frame", "{}").value();
        const TensorFile file = modelFile(*encoding, shape, frameTensors(shape, 9, 0.3));
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "m.safetensors";
        QVERIFY(writeTensorFile(path, file, Overwrite::Refuse));
        const GeneratingModel model = modelFromTensors(file, "test").value();
        for (std::uint32_t which = 0; which < 3; ++which) {
            const std::vector<FrameKeys> frames = someFrames(9 + 70 * which, which);
            std::vector<Token> tokens;
            for (const FrameKeys& frame : frames) {
                const auto numbers = frameNumbers(frame);
                tokens.insert(tokens.end(), numbers.begin(), numbers.end());
            }
            const auto score = scoreModel(path, {tokens});
            QVERIFY(score);
            QCOMPARE(score->steps, std::uint64_t{frames.size() - 1});
            ModelState state = model.frames->start(1);
            std::vector<float> said(model.frames->outputs());
            double nats = 0;
            for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
                QVERIFY(model.frames->read(state, std::span(&frames[i], 1), said, {}));
                const std::vector<float> logits = logitsOf(*model.frames, said, frames[i + 1]);
                for (std::size_t key = 0; key < kFrameKeys; ++key)
                    nats += std::log1p(
                        std::exp(frames[i + 1][key] ? -double{logits[key]} : double{logits[key]}));
            }
            nats /= static_cast<double>(frames.size() - 1);
            QVERIFY2(std::abs(nats - score->loss) < 1e-5 * std::max(1.0, nats),
                     qPrintable(QString::number(nats - score->loss)));
        }
    }
};

QTEST_APPLESS_MAIN(TestFrameAnswers)
#include "tst_frame_answers.moc"
