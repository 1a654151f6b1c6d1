// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/learner_p.h"
#include "core/learn/run_folder.h"
#include "core/learn/trainer.h"
#include "core/weights/safetensors.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <numbers>

using namespace continuo;

namespace {

constexpr Token kHold = 12;

Vocabulary vocabulary()
{
    std::vector<Symbol> symbols;
    for (int pitch = 60; pitch < 72; ++pitch)
        symbols.push_back(
            {pitchName(Pitch{std::uint8_t(pitch)}), SymbolKind::Pitch, Pitch{std::uint8_t(pitch)}});
    symbols.push_back({"hold", SymbolKind::Hold, {}});
    return Vocabulary(std::move(symbols));
}

/// Melodies that wander in different ways.
TrainingSet smallSet(std::size_t pieces)
{
    TrainingSet set;
    set.encoding = "grid";
    set.vocabulary = vocabulary();
    set.limits = {set.vocabulary.size()};
    set.source = "test";
    for (std::size_t p = 0; p < pieces; ++p) {
        TokenSequence piece;
        for (std::size_t i = 0; i < 40; ++i)
            piece.push_back(i % 4 == 3 ? kHold
                                       : static_cast<Token>((p * 5 + i * (1 + p % 4)) % 12));
        set.train.push_back(std::move(piece));
    }
    if (pieces > 0)
        set.validation = {set.train.front()};
    return set;
}

TrainJob smallJob()
{
    TrainJob job;
    job.preset = "small gan";
    job.network.kind = "gan";
    job.network.hidden = 16;
    job.network.noise = 8;
    job.training.epochs = 4;
    job.training.batch = 6;
    job.training.sequence = 12;
    job.training.learningRate = 2e-3;
    job.training.beta1 = 0.5;
    job.training.wrapAround = true;
    job.training.logEvery = 1;
    job.training.threads = 1;
    job.training.device = "cpu";
    job.training.precision = "float32";
    return job;
}

class Story final : public TrainObserver
{
public:
    std::vector<TrainEvent> events{};
    std::function<void(const TrainEvent&)> react{};

    void happened(const TrainEvent& event) override
    {
        events.push_back(event);
        if (react)
            react(event);
    }

    template <typename What>
    std::vector<What> all() const
    {
        std::vector<What> found;
        for (const TrainEvent& event : events)
            if (const auto* what = std::get_if<What>(&event.what))
                found.push_back(*what);
        return found;
    }
};

struct Run
{
    QTemporaryDir folder{};
    std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "run";

    Result<TrainOutcome> train(const TrainJob& job, const TrainingSet& set, Story& story,
                               const TrainControl& control = {}) const
    {
        TrainRequest request;
        request.job = job;
        request.set = set;
        request.run = path;
        return continuo::train(request, story, control, CancelToken{});
    }
    std::map<std::string, Tensor> tensors(const char* file) const
    {
        const Result<TensorFile> read = readTensorFile(path / file);
        return read ? read->tensors : std::map<std::string, Tensor>{};
    }
};

std::unique_ptr<Learner> learnerOf(const TrainJob& job, const TokenStream& stream)
{
    auto learner = Learner::make(job, vocabulary(), "cpu", "float32");
    if (!learner || !(*learner)->setStream(stream))
        return nullptr;
    return std::move(*learner);
}

} // namespace

class TestGan final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTrainingWithoutHeldOutLossIsWhole();
    void resumingEqualsNotStopping_data();
    void resumingEqualsNotStopping();
    void sameSeedSameWeights();
    void whatIsStoppedInsideAStepIsNotLearned();
    void microBatchesHaveTheScaleOfTheWhole();
    void aGeneratorLearnsWhatAllPiecesHave_data();
    void aGeneratorLearnsWhatAllPiecesHave();
    void collapseIsToldOnce();
    void onlyMelodiesOnAGridAreLearned();
};

void TestGan::aTrainingWithoutHeldOutLossIsWhole()
{
    Run run;
    Story story;
    const Result<TrainOutcome> outcome = run.train(smallJob(), smallSet(8), story);
    QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());
    QCOMPARE(outcome->reason, std::string("done"));
    QVERIFY(!outcome->train && !outcome->validation && !outcome->test);
    QCOMPARE(outcome->references, ReferenceLines{});

    const auto steps = story.all<TrainStep>();
    QCOMPARE(static_cast<std::int64_t>(steps.size()), outcome->steps);
    for (const TrainStep& step : steps) {
        QCOMPARE(step.more.size(), std::size_t{2});
        QCOMPARE(step.loss, step.more.at("discriminatorLoss"));
        QVERIFY(step.gradientNorm > 0);
        QVERIFY(step.accuracy >= 0 && step.accuracy <= 1);
    }
    // Nobody knows anything yet: a coin's verdict costs ln 2.
    QVERIFY(std::abs(steps.front().more.at("discriminatorLoss") - 2 * std::numbers::ln2) < 0.2);
    QVERIFY(std::abs(steps.front().more.at("generatorLoss") - std::numbers::ln2) < 0.2);

    const auto judged = story.all<TrainEvaluated>();
    QCOMPARE(judged.size(), std::size_t{4});
    double least = 2;
    for (const TrainEvaluated& each : judged) {
        QVERIFY(!each.validation);
        for (const char* name : {"collapse", "pairDistance", "corpusPairDistance", "distinct4",
                                 "corpusDistinct4", "discriminatorLoss", "generatorLoss"})
            QVERIFY2(each.more.contains(name), name);
        QCOMPARE(each.isBest, each.more.at("pairDistance") < least);
        least = std::min(least, each.more.at("pairDistance"));
    }
    QCOMPARE(outcome->more.at("pairDistance"), least);
    QVERIFY(outcome->more.contains("discriminatorLoss"));

    const auto model = run.tensors("best.safetensors");
    QCOMPARE(model.at("generator.head.weight").shape, (std::vector<std::int64_t>{13, 16}));
    QCOMPARE(model.at("generator.rnn.weight_ih_l0").shape, (std::vector<std::int64_t>{16, 8}));
    QCOMPARE(model.at("discriminator.head.weight").shape, (std::vector<std::int64_t>{1, 16}));
    const auto last = run.tensors("last.safetensors");
    for (const char* name :
         {"optimizer.first.generator.head.bias", "optimizer.second.discriminator.rnn.weight_hh_l0"})
        QVERIFY2(last.contains(name), name);
    const auto refused = scoreModel(run.path / "best.safetensors", {{1, 2, 3}});
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::Usage);
}

void TestGan::resumingEqualsNotStopping_data()
{
    QTest::addColumn<int>("stopAt");
    QTest::addColumn<QString>("what");
    QTest::newRow("first step") << 1 << "";
    QTest::newRow("in an epoch, two layers, moved, in parts") << 9 << "two layers, moved, parts";
    QTest::newRow("another epoch, short windows") << 17 << "short";
    QTest::newRow("one vector out of noise, nothing drawn") << 9 << "last-step, soft";
    QTest::newRow("bfloat16") << 9 << "bfloat16";
}

void TestGan::resumingEqualsNotStopping()
{
    QFETCH(int, stopAt);
    QFETCH(QString, what);
    TrainJob job = smallJob();
    if (what.contains("two layers"))
        job.network.layers = 2;
    if (what.contains("moved"))
        job.training.transposeUp = 2;
    if (what.contains("parts"))
        job.training.accumulation = 3;
    if (what.contains("short"))
        job.training.wrapAround = false;
    if (what.contains("last-step")) {
        job.network.prediction = "last-step";
        job.network.window = 2;
        job.training.windowStride = 7;
    }
    if (what.contains("soft"))
        job.training.gumbelTemperature = 0;
    if (what.contains("bfloat16"))
        job.training.precision = "bfloat16";
    const TrainingSet set = smallSet(8);
    Run whole;
    Story wholeStory;
    const Result<TrainOutcome> uninterrupted = whole.train(job, set, wholeStory);
    QVERIFY2(uninterrupted, uninterrupted ? "" : uninterrupted.error().text.c_str());
    QVERIFY(uninterrupted->steps > stopAt);

    Run broken;
    Story story;
    const TrainControl control;
    story.react = [&](const TrainEvent& event) {
        if (std::holds_alternative<TrainStep>(event.what) && event.step == stopAt)
            control.stop();
    };
    const Result<TrainOutcome> stopped = broken.train(job, set, story, control);
    QVERIFY(stopped);
    QCOMPARE(stopped->reason, std::string("stopped"));
    Story rest;
    const Result<TrainOutcome> resumed =
        resumeTraining(broken.path, 0, {}, rest, TrainControl{}, CancelToken{});
    QVERIFY2(resumed, resumed ? "" : resumed.error().text.c_str());
    QVERIFY(!whole.tensors("last.safetensors").empty());
    QVERIFY(broken.tensors("last.safetensors") == whole.tensors("last.safetensors"));
    QVERIFY(broken.tensors("best.safetensors") == whole.tensors("best.safetensors"));
    QCOMPARE(resumed->bestStep, uninterrupted->bestStep);
    QCOMPARE(resumed->more, uninterrupted->more);
}

void TestGan::sameSeedSameWeights()
{
    Run first;
    Run second;
    Run third;
    Story story;
    TrainJob job = smallJob();
    job.training.steps = 6;
    QVERIFY(first.train(job, smallSet(8), story));
    QVERIFY(second.train(job, smallSet(8), story));
    job.training.seed = 2;
    QVERIFY(third.train(job, smallSet(8), story));
    const auto weights = first.tensors("last.safetensors");
    QVERIFY(!weights.empty());
    QVERIFY(weights == second.tensors("last.safetensors"));
    QVERIFY(weights != third.tensors("last.safetensors"));
    // The two networks do not begin with the same draws.
    QVERIFY(std::memcmp(weights.at("generator.rnn.weight_hh_l0").bytes.data(),
                        weights.at("discriminator.rnn.weight_hh_l0").bytes.data(), 64) != 0);
}

void TestGan::whatIsStoppedInsideAStepIsNotLearned()
{
    const TrainJob job = smallJob();
    const TrainingSet set = smallSet(6);
    const TokenStream stream = makeTokenStream(set.train, set.vocabulary);
    const std::vector<Window> windows = windowsOfEpoch(stream, set.vocabulary, job, 0);
    const auto learner = learnerOf(job, stream);
    QVERIFY(learner);
    const auto never = [] { return false; };
    QVERIFY(learner->learn(std::span(windows).first(6), 3, 1, 0.01, 1, never));
    const auto before = learner->tensors(true).value();
    // Three questions while the discriminator learns, two while the generator does.
    for (int at = 0; at < 5; ++at) {
        int asked = 0;
        const auto learned = learner->learn(std::span(windows).first(6), 3, 2, 0.01, 1,
                                            [&] { return asked++ == at; });
        QVERIFY(learned);
        QVERIFY(!*learned);
        QVERIFY2(learner->tensors(true).value() == before, qPrintable(QString::number(at)));
    }
    // And nothing is left of it: the step is what it would have been.
    QVERIFY(*learner->learn(std::span(windows).first(6), 3, 2, 0.01, 1, never));
    const auto fresh = learnerOf(job, stream);
    QVERIFY(fresh->learn(std::span(windows).first(6), 3, 1, 0.01, 1, never));
    QVERIFY(fresh->learn(std::span(windows).first(6), 3, 2, 0.01, 1, never));
    QVERIFY(learner->tensors(true).value() == fresh->tensors(true).value());
}

void TestGan::microBatchesHaveTheScaleOfTheWhole()
{
    const TrainJob job = smallJob();
    const TrainingSet set = smallSet(6);
    const TokenStream stream = makeTokenStream(set.train, set.vocabulary);
    const std::vector<Window> windows = windowsOfEpoch(stream, set.vocabulary, job, 0);
    const auto never = [] { return false; };
    const auto figuresWith = [&](std::int64_t parts) {
        return learnerOf(job, stream)->learn(std::span(windows).first(6), parts, 1, 0.01, 1, never);
    };
    const auto whole = figuresWith(1);
    const auto inParts = figuresWith(3);
    QVERIFY(whole && *whole && inParts && *inParts);
    QCOMPARE((*inParts)->targets, (*whole)->targets);
    // The noise of the parts is other noise, so it is the scale that must be the same.
    for (const char* name : {"discriminatorLoss", "generatorLoss"}) {
        const auto targets = static_cast<double>((*whole)->targets);
        QVERIFY(std::abs((*inParts)->more.at(name) - (*whole)->more.at(name)) / targets < 0.1);
    }
    QVERIFY((*inParts)->gradientNorm < 2 * (*whole)->gradientNorm);
    QVERIFY((*inParts)->gradientNorm > (*whole)->gradientNorm / 2);
}

void TestGan::aGeneratorLearnsWhatAllPiecesHave_data()
{
    QTest::addColumn<bool>("isLastStep");
    QTest::newRow("melodies") << false;
    QTest::newRow("single notes") << true;
}

void TestGan::aGeneratorLearnsWhatAllPiecesHave()
{
    QFETCH(bool, isLastStep);
    // One of two notes everywhere, in any order: gradients must pass the notes that are drawn.
    TrainingSet set = smallSet(0);
    set.validation.clear();
    for (std::uint32_t p = 0; p < 8; ++p) {
        TokenSequence piece;
        for (std::uint32_t i = 0; i < 40; ++i)
            piece.push_back((p * 7 + i * i + i * p / 3) % 2 == 0 ? 3 : 8);
        set.train.push_back(std::move(piece));
    }
    TrainJob job = smallJob();
    job.network.hidden = 24;
    job.training.learningRate = 5e-3;
    job.training.batch = 16;
    job.training.steps = 160;
    job.training.epochs = 1000;
    job.training.evaluateEvery = 50;
    job.training.logEvery = 50;
    if (isLastStep) {
        job.network.prediction = "last-step";
        job.network.window = 1;
    }
    Run run;
    Story story;
    const Result<TrainOutcome> outcome = run.train(job, set, story);
    QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());
    QVERIFY2(outcome->more.at("pairDistance") < 0.25,
             qPrintable(QString::number(outcome->more.at("pairDistance"))));
}

void TestGan::collapseIsToldOnce()
{
    Run first;
    Story story;
    TrainJob job = smallJob();
    job.training.steps = 1;
    QVERIFY(first.train(job, smallSet(8), story));
    // A generator that says one note whatever the noise.
    Result<TensorFile> model = readTensorFile(first.path / "best.safetensors");
    QVERIFY(model);
    std::vector<float> bias(13, 0.0F);
    bias[4] = 60;
    model->tensors["generator.head.bias"] = floatTensor(bias, {13});
    const std::filesystem::path parent = first.path / "parent.safetensors";
    QVERIFY(writeTensorFile(parent, *model, Overwrite::Refuse));

    Run second;
    Story told;
    job.from = parent.string();
    job.training.steps = 0;
    job.training.learningRate = 1e-9;
    const auto outcome = second.train(job, smallSet(8), told);
    QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());
    QCOMPARE(told.all<TrainEvaluated>().size(), std::size_t{4});
    QCOMPARE(told.all<TrainEvaluated>().back().more.at("collapse"), 1.0);
    const auto notices = told.all<TrainNotice>();
    QCOMPARE(std::ranges::count(notices, "train.collapsed", &TrainNotice::id), 1);
    QVERIFY(notices.front().text.starts_with(
        "The generator plays nearly the same melody for every noise"));
}

void TestGan::onlyMelodiesOnAGridAreLearned()
{
    Run run;
    Story story;
    TrainingSet set = smallSet(4);
    set.encoding = "abc";
    const auto refused = run.train(smallJob(), set, story);
    QVERIFY(!refused);
    QCOMPARE(refused.error().id, std::string("network.does-not-fit"));
    QVERIFY(refused.error().text.find("grid") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestGan)
#include "tst_gan.moc"
