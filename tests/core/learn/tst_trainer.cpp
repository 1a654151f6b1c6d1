// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/learner_p.h"
#include "core/learn/run_folder.h"
#include "core/learn/trainer.h"
#include "core/learn/windows.h"
#include "core/weights/safetensors.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <thread>

using namespace continuo;

namespace {

Vocabulary vocabulary()
{
    std::vector<Symbol> symbols;
    for (int pitch = 60; pitch < 72; ++pitch)
        symbols.push_back({pitchName(Pitch{std::uint8_t(pitch)}), SymbolKind::Pitch, Pitch{std::uint8_t(pitch)}});
    symbols.push_back({"hold", SymbolKind::Hold, {}});
    symbols.push_back({"end", SymbolKind::End, {}});
    return Vocabulary(std::move(symbols));
}

constexpr Token kHold = 12;
constexpr Token kEnd = 13;

/// Four bars of eighths that no table of pairs can learn: what follows depends on the bar.
TokenSequence fourBars()
{
    return {0, 4, 7, 4, 0, 4, 7, kHold, 2, 5, 9, 5, 2, 5, 9, kHold, 4, 7, 11, 7, 4, 7, 11, kHold, 0, kHold, 7, kHold, 0, kHold, kHold, kHold, kEnd};
}

TrainingSet smallSet(std::size_t pieces, bool withHeldOut)
{
    TrainingSet set;
    set.encoding = "grid";
    set.vocabulary = vocabulary();
    set.source = "test";
    for (std::size_t i = 0; i < pieces; ++i)
        set.train.push_back(fourBars());
    for (std::size_t i = 0; i < pieces; ++i)
        std::rotate(set.train[i].begin(), set.train[i].begin() + std::ptrdiff_t(i % 8), set.train[i].end() - 1);
    if (withHeldOut) {
        set.validation = {fourBars()};
        set.test = {fourBars()};
    }
    return set;
}

TrainJob smallJob()
{
    TrainJob job;
    job.preset = "small";
    job.network.hidden = 24;
    job.network.embedding = 8;
    job.training.epochs = 2;
    job.training.batch = 4;
    job.training.sequence = 8;
    job.training.learningRate = 0.01;
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

    std::vector<std::string> names() const
    {
        std::vector<std::string> names;
        for (const TrainEvent& event : events)
            names.emplace_back(eventName(event));
        return names;
    }
};

struct Run
{
    explicit Run(const char* name = "run")
        : path(std::filesystem::path(folder.path().toStdString()) / name)
    {
    }
    QTemporaryDir folder{};
    std::filesystem::path path;

    Result<TrainOutcome> train(const TrainJob& job, const TrainingSet& set, Story& story, const TrainControl& control = {},
                               const CancelToken& cancel = {}) const
    {
        TrainRequest request;
        request.job = job;
        request.set = set;
        request.run = path;
        return continuo::train(request, story, control, cancel);
    }
    std::map<std::string, Tensor> tensors(const char* file) const
    {
        const Result<TensorFile> read = readTensorFile(path / file);
        return read ? read->tensors : std::map<std::string, Tensor>{};
    }
};

/// Everything that an n-gram run has counted in sequences of that length.
std::int64_t allCounted(const Run& run, int length)
{
    const Tensor counts =
        run.tensors("last.safetensors")["ngram." + std::to_string(length) + ".counts"];
    std::int64_t sum = 0;
    for (std::size_t at = 0; at + 8 <= counts.bytes.size(); at += 8) {
        std::int64_t count = 0;
        std::memcpy(&count, counts.bytes.data() + at, 8);
        sum += count;
    }
    return sum;
}

} // namespace

class TestTrainer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fourBarsAreLearntByHeart_data();
    void fourBarsAreLearntByHeart();
    void sameSeedSameWeights();
    void resumingEqualsNotStopping_data();
    void resumingEqualsNotStopping();
    void weightsAreLeftOutWhileItLearnsOnly_data();
    void weightsAreLeftOutWhileItLearnsOnly();
    void scheduledSamplingReadsItsOwnSymbols();
    void countingIsTheBigramLine_data();
    void countingIsTheBigramLine();
    void countingGoesOnWhereItStopped_data();
    void countingGoesOnWhereItStopped();
    void extendingGoesOn();
    void eventsComeInOrder();
    void heldOutScoresDoNotDependOnTheOtherPieces();
    void whereNothingIsHeldOutTheTrainingLossDecides();
    void windowsMayCrossWhereExcerptsAreNoWholes_data();
    void windowsMayCrossWhereExcerptsAreNoWholes();
    void stopAnswersInAHundredMilliseconds();
    void pauseWaitsAndResumes();
    void theLearningRateCanBeSetOnTheWay();
    void aBlownUpTrainingKeepsItsLastGoodCheckpoint();
    void earlyStoppingEnds();
    void patienceCanBeSetOnTheWay();
    void microBatchesLearnTheSame();
    void aStepThatIsGivenUpLeavesNothing_data();
    void aStepThatIsGivenUpLeavesNothing();
    void clippingSmoothingAndDecayDoWhatTheySay();
    void startingFromAModelTakesItsWeights();
    void whatDoesNotFitIsNamed();
    void anotherVocabularyIsNoParent();
    void aRunIsNotOverwritten();
    void nothingToLearnIsSaid();
    void bfloat16ComesNear();
    void costsArePreviewed();
};

void TestTrainer::fourBarsAreLearntByHeart_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("embedding");
    QTest::addColumn<bool>("batchNorm");
    QTest::addColumn<int>("window");
    QTest::addColumn<QString>("optimizer");
    QTest::addColumn<double>("rate");
    QTest::newRow("lstm, embedding, adam") << "lstm" << 8 << false << 0 << "adam" << 0.02;
    QTest::newRow("lstm, one-hot, adamw") << "lstm" << 0 << false << 0 << "adamw" << 0.02;
    QTest::newRow("gru, rmsprop") << "gru" << 8 << false << 0 << "rmsprop" << 0.005;
    QTest::newRow("rnn, adam") << "rnn" << 0 << false << 0 << "adam" << 0.01;
    QTest::newRow("lstm, batch norm") << "lstm" << 8 << true << 0 << "adam" << 0.02;
    QTest::newRow("gru, last step") << "gru" << 8 << false << 12 << "adam" << 0.02;
    QTest::newRow("gru both ways") << "gru both ways" << 8 << false << 12 << "adam" << 0.02;
    QTest::newRow("lstm both ways, batch norm")
        << "lstm both ways" << 8 << true << 6 << "adam" << 0.02;
    QTest::newRow("transformer, adamw") << "transformer" << 0 << false << 0 << "adamw" << 0.005;
    QTest::newRow("lstm, dropped inside, two norms, across pieces")
        << "lstm inside" << 8 << true << 12 << "adam" << 0.02;
    QTest::newRow("lstm, sgd") << "lstm" << 8 << false << 0 << "sgd" << 1.0;
}

void TestTrainer::fourBarsAreLearntByHeart()
{
    QFETCH(QString, kind);
    QFETCH(int, embedding);
    QFETCH(bool, batchNorm);
    QFETCH(int, window);
    QFETCH(QString, optimizer);
    QFETCH(double, rate);
    TrainJob job = smallJob();
    job.network.kind = kind.section(' ', 0, 0).toStdString();
    job.network.bidirectional = kind.contains("both ways");
    job.network.hidden = 32;
    job.network.embedding = embedding;
    job.network.batchNorm = batchNorm;
    job.network.dense = batchNorm ? 24 : 0;
    if (kind.contains("inside")) {
        job.network.recurrentDropout = 0.1;
        job.network.denseBatchNorm = true;
        job.training.acrossPieces = true;
    }
    if (window > 0) {
        job.network.prediction = "last-step";
        job.network.window = window;
    }
    job.training.optimizer = optimizer.toStdString();
    job.training.learningRate = rate;
    job.training.sequence = 64;
    job.training.batch = 64;
    job.training.steps = 300;
    job.training.evaluateEvery = 100;
    job.training.samples = false;
    TrainingSet set = smallSet(0, true);
    set.train = {fourBars()};
    Run run;
    Story story;
    const Result<TrainOutcome> outcome = run.train(job, set, story);
    QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());
    QVERIFY2(outcome->validation->accuracy > 0.97, qPrintable(QString::number(outcome->validation->accuracy)));
    QVERIFY(outcome->validation->loss < outcome->references.bigram / 2);
    QCOMPARE(outcome->validation->steps, std::uint64_t(fourBars().size()));
    QCOMPARE(outcome->train->loss, outcome->test->loss);
}

void TestTrainer::sameSeedSameWeights()
{
    Run first;
    Run second;
    Run third;
    Story story;
    TrainJob job = smallJob();
    job.network.dropout = 0.3;
    job.network.layers = 2;
    QVERIFY(first.train(job, smallSet(6, true), story));
    QVERIFY(second.train(job, smallSet(6, true), story));
    job.training.seed = 2;
    QVERIFY(third.train(job, smallSet(6, true), story));
    QVERIFY(!first.tensors("last.safetensors").empty());
    QVERIFY(first.tensors("last.safetensors") == second.tensors("last.safetensors"));
    QVERIFY(first.tensors("last.safetensors") != third.tensors("last.safetensors"));
}

void TestTrainer::resumingEqualsNotStopping_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("stopAt");
    QTest::addColumn<QString>("schedule");
    QTest::addColumn<QString>("optimizer");
    QTest::addColumn<QString>("precision");
    QTest::newRow("first step") << "lstm" << 1 << "constant"
                                << "adam"
                                << "float32";
    QTest::newRow("in an epoch") << "lstm" << 9 << "plateau"
                                 << "adamw"
                                 << "float32";
    QTest::newRow("another epoch") << "lstm" << 17 << "cosine"
                                   << "rmsprop"
                                   << "float32";
    QTest::newRow("momentum") << "lstm" << 14 << "step"
                              << "sgd"
                              << "float32";
    QTest::newRow("bfloat16") << "lstm" << 9 << "constant"
                              << "adam"
                              << "bfloat16";
    QTest::newRow("both ways") << "gru both ways" << 9 << "cosine"
                               << "adamw"
                               << "float32";
    QTest::newRow("transformer") << "transformer" << 9 << "cosine"
                                 << "adamw"
                                 << "float32";
    QTest::newRow("dropped inside, two norms, across pieces") << "lstm inside" << 9 << "cosine"
                                                              << "rmsprop"
                                                              << "float32";
    QTest::newRow("gru dropped inside, in bfloat16") << "gru inside" << 17 << "constant"
                                                     << "adam"
                                                     << "bfloat16";
    QTest::newRow("dropped inside both ways") << "lstm both ways inside" << 9 << "cosine"
                                              << "adamw"
                                              << "float32";
    QTest::newRow("nothing held out") << "lstm unheld" << 9 << "plateau"
                                      << "adam"
                                      << "float32";
    QTest::newRow("scheduled sampling") << "gru forced" << 9 << "cosine"
                                        << "adam"
                                        << "float32";
    QTest::newRow("transformer, scheduled sampling") << "transformer forced" << 17 << "cosine"
                                                     << "adam"
                                                     << "float32";
    QTest::newRow("averaged") << "lstm averaged" << 9 << "cosine"
                              << "adamw"
                              << "bfloat16";
    QTest::newRow("dropped weights") << "lstm weights" << 9 << "cosine"
                                     << "adamw"
                                     << "bfloat16";
    QTest::newRow("transformer in bfloat16") << "transformer" << 17 << "cosine"
                                             << "adamw"
                                             << "bfloat16";
}

void TestTrainer::resumingEqualsNotStopping()
{
    QFETCH(QString, kind);
    QFETCH(int, stopAt);
    QFETCH(QString, schedule);
    QFETCH(QString, optimizer);
    QFETCH(QString, precision);
    TrainJob job = smallJob();
    job.training.precision = precision.toStdString();
    job.network.kind = kind.section(' ', 0, 0).toStdString();
    job.network.bidirectional = kind.contains("both ways");
    if (kind.contains("forced")) {
        job.training.teacherForcing = 0.3;
        job.training.forcingSchedule = "linear";
    }
    if (kind.contains("inside")) {
        job.network.recurrentDropout = 0.3;
        job.network.dense = 12;
        job.network.denseBatchNorm = true;
        job.training.acrossPieces = true;
    }
    job.training.holdOut = !kind.contains("unheld");
    job.training.average = kind.contains("averaged") ? 0.9 : 0;
    job.network.weightDropout = kind.contains("weights") ? 0.4 : 0;
    if (job.network.bidirectional) {
        job.network.prediction = "last-step";
        job.network.window = 6;
        job.training.windowStride = 4;
    }
    job.network.hidden = 32;
    job.training.epochs = 4;
    job.training.schedule = schedule.toStdString();
    job.training.decayEvery = 1;
    job.training.plateauPatience = 1;
    job.training.warmupSteps = 3;
    job.training.optimizer = optimizer.toStdString();
    job.training.transposeUp = 2;
    job.network.dropout = 0.3;
    job.network.layers = 2;
    job.network.batchNorm = true;
    const TrainingSet set = smallSet(6, true);
    Run whole;
    Story wholeStory;
    const Result<TrainOutcome> uninterrupted = whole.train(job, set, wholeStory);
    QVERIFY(uninterrupted);

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
    QCOMPARE(stopped->steps, std::int64_t(stopAt));
    Story rest;
    const Result<TrainOutcome> resumed = resumeTraining(broken.path, 0, {}, rest, {}, {});
    QVERIFY2(resumed, resumed ? "" : resumed.error().text.c_str());
    QCOMPARE(resumed->reason, std::string("done"));
    QCOMPARE(resumed->steps, uninterrupted->steps);
    QCOMPARE(resumed->bestStep, uninterrupted->bestStep);
    QVERIFY(resumed->test == uninterrupted->test && resumed->train == uninterrupted->train);
    for (const char* file : {"last.safetensors", "best.safetensors"}) {
        QVERIFY(!whole.tensors(file).empty());
        QVERIFY(whole.tensors(file) == broken.tensors(file));
    }

    // The story reads as one: running numbers, steps that never go back, the marker where it was resumed.
    const std::vector<TrainEvent> log = *readRunLog(RunFolder{broken.path});
    std::int64_t step = 0;
    for (std::size_t i = 0; i < log.size(); ++i) {
        QCOMPARE(log[i].seq, std::uint64_t(i + 1));
        QVERIFY(log[i].step >= step);
        step = log[i].step;
    }
    QVERIFY(std::ranges::any_of(log, [stopAt](const TrainEvent& event) {
        const auto* resume = std::get_if<TrainResumed>(&event.what);
        return resume != nullptr && resume->fromCheckpoint && event.step == stopAt;
    }));
}

void TestTrainer::weightsAreLeftOutWhileItLearnsOnly_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("hidden");
    QTest::newRow("lstm") << "lstm" << 24;
    QTest::newRow("lstm of our own layers") << "lstm" << 32;
    QTest::newRow("gru") << "gru" << 24;
    QTest::newRow("rnn") << "rnn" << 24;
}

void TestTrainer::weightsAreLeftOutWhileItLearnsOnly()
{
    QFETCH(QString, kind);
    QFETCH(int, hidden);
    const auto trained = [&](double share, double rate) {
        TrainJob job = smallJob();
        job.network.kind = kind.toStdString();
        job.network.hidden = hidden;
        job.network.weightDropout = share;
        job.training.learningRate = rate;
        job.training.steps = 2;
        Run run;
        Story story;
        const Result<TrainOutcome> outcome = run.train(job, smallSet(4, true), story);
        return std::pair{outcome ? outcome->test->loss : -1, run.tensors("last.safetensors")};
    };
    QVERIFY(trained(0.5, 0.01).second != trained(0, 0.01).second);
    QVERIFY(trained(0.5, 0.01).second == trained(0.5, 0.01).second);
    // With hardly a step both are judged alike: all weights are there then.
    const double without = trained(0, 1e-9).first;
    const double with = trained(0.9, 1e-9).first;
    QVERIFY2(without > 0 && std::abs(with - without) < 1e-5,
             qPrintable(QString("%1 %2").arg(with).arg(without)));
}

void TestTrainer::scheduledSamplingReadsItsOwnSymbols()
{
    const auto weightsOf = [](double teacherForcing, const char* schedule, const char* prediction) {
        TrainJob job = smallJob();
        job.training.teacherForcing = teacherForcing;
        job.training.forcingSchedule = schedule;
        job.training.steps = 3;
        job.network.prediction = prediction;
        job.network.window = 6;
        Run run;
        Story story;
        if (!run.train(job, smallSet(4, true), story))
            return std::map<std::string, Tensor>{};
        return run.tensors("last.safetensors");
    };
    const auto usual = weightsOf(1, "constant", "every-step");
    QVERIFY(!usual.empty());
    QVERIFY(weightsOf(1, "linear", "every-step") == usual);
    QVERIFY(weightsOf(0.5, "constant", "every-step") != usual);
    QVERIFY(weightsOf(0.5, "linear", "every-step") !=
            usual); // the first step is as usual, the others are not
    QVERIFY(weightsOf(0.5, "linear", "every-step") != weightsOf(0.5, "constant", "every-step"));
    // A window that foretells the symbol after it reads the piece's own.
    QVERIFY(weightsOf(0.5, "constant", "last-step") == weightsOf(1, "constant", "last-step"));
}

void TestTrainer::countingIsTheBigramLine_data()
{
    QTest::addColumn<int>("order");
    QTest::addColumn<int>("sequence");
    QTest::newRow("single symbols") << 1 << 8;
    QTest::newRow("pairs, in windows") << 2 << 8;
    QTest::newRow("pairs, whole pieces") << 2 << 64;
    QTest::newRow("longer ones know more") << 5 << 8;
}

void TestTrainer::countingIsTheBigramLine()
{
    QFETCH(int, order);
    QFETCH(int, sequence);
    TrainJob job = smallJob();
    job.network = {};
    job.network.kind = "ngram";
    job.network.order = order;
    job.training.epochs = 1;
    job.training.sequence = sequence;
    Run run;
    Story story;
    const Result<TrainOutcome> outcome = run.train(job, smallSet(6, true), story);
    QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());
    const double loss = outcome->validation->loss;
    if (order == 1)
        QVERIFY2(std::abs(loss - outcome->references.unigram) < 1e-12,
                 qPrintable(QString::number(loss)));
    else if (order == 2)
        QVERIFY2(std::abs(loss - outcome->references.bigram) < 1e-12,
                 qPrintable(QString::number(loss)));
    else
        QVERIFY2(loss < 0.7 * outcome->references.bigram, qPrintable(QString::number(loss)));
    QCOMPARE(outcome->validation->steps, std::uint64_t(fourBars().size()));
    QCOMPARE(outcome->validation->notes,
             std::uint64_t(
                 std::ranges::count_if(fourBars(), [](Token token) { return token < kHold; })));
    QVERIFY(outcome->validation->bitsPerNote > 0);
    QCOMPARE(outcome->device, std::string("cpu"));
    // However pieces are cut, every symbol is counted with what stands before it.
    QCOMPARE(allCounted(run, 1), std::int64_t(6 * fourBars().size()));
    const auto first = std::ranges::find_if(story.events, [](const TrainEvent& event) {
        return std::holds_alternative<TrainStep>(event.what);
    });
    QVERIFY(first != story.events.end());
    QVERIFY(std::abs(std::get<TrainStep>(first->what).loss - std::log(14.0)) <
            1e-12); // nothing is counted yet
}

void TestTrainer::countingGoesOnWhereItStopped_data()
{
    QTest::addColumn<bool>("wrapAround");
    QTest::addColumn<int>("transposeUp");
    QTest::newRow("as they are") << false << 0;
    QTest::newRow("looped") << true << 0;
    QTest::newRow("transposed") << false << 2;
}

void TestTrainer::countingGoesOnWhereItStopped()
{
    QFETCH(bool, wrapAround);
    QFETCH(int, transposeUp);
    TrainJob job = smallJob();
    job.network = {};
    job.network.kind = "ngram";
    job.network.order = 6;
    job.training.wrapAround = wrapAround;
    job.training.transposeUp = transposeUp;
    const TrainingSet set = smallSet(6, true);
    Run whole;
    Story story;
    QVERIFY(whole.train(job, set, story));
    Run broken;
    Story first;
    const TrainControl control;
    first.react = [&](const TrainEvent& event) {
        if (std::holds_alternative<TrainStep>(event.what) && event.step == 9)
            control.stop();
    };
    QVERIFY(broken.train(job, set, first, control));
    Story rest;
    const Result<TrainOutcome> resumed = resumeTraining(broken.path, 0, {}, rest, {}, {});
    QVERIFY2(resumed, resumed ? "" : resumed.error().text.c_str());
    for (const char* file : {"last.safetensors", "best.safetensors"}) {
        QVERIFY(!whole.tensors(file).empty());
        QVERIFY(whole.tensors(file) == broken.tensors(file));
    }
    // --from goes on counting.
    TrainJob more = job;
    more.from = (whole.path / "last.safetensors").string();
    Run child;
    Story grown;
    QVERIFY(child.train(more, set, grown));
    QCOMPARE(allCounted(child, 1), 2 * allCounted(whole, 1));
}

void TestTrainer::extendingGoesOn()
{
    Run run;
    Story story;
    const Result<TrainOutcome> first = run.train(smallJob(), smallSet(4, true), story);
    QVERIFY(first);
    Story more;
    const Result<TrainOutcome> second = resumeTraining(run.path, 3, {}, more, {}, {});
    QVERIFY2(second, second ? "" : second.error().text.c_str());
    QCOMPARE(second->epochs, 5.0);
    QVERIFY(second->steps > first->steps);
}

void TestTrainer::eventsComeInOrder()
{
    Run run;
    Story story;
    TrainRequest request;
    request.job = smallJob();
    request.set = smallSet(4, true);
    request.run = run.path;
    int samples = 0;
    request.sampleMaker = [&](const std::filesystem::path& model, const std::filesystem::path& stem) -> Result<std::vector<std::filesystem::path>> {
        ++samples;
        if (!readTensorFileHeader(model))
            return Error{ErrorKind::Failed, "x", "no model", {}};
        return std::vector<std::filesystem::path>{stem.string() + "-1.mid"};
    };
    QVERIFY(continuo::train(request, story, {}, {}));
    const std::vector<std::string> names = story.names();
    QCOMPARE(names.front(), std::string("started"));
    QCOMPARE(names[1], std::string("checkpoint"));
    QCOMPARE(names.back(), std::string("finished"));
    QCOMPARE(std::ranges::count(names, "evaluated"), 2);
    QVERIFY(samples > 0 && samples <= 12);
    QCOMPARE(std::ranges::count(names, "sample"), samples);
    const auto& started = std::get<TrainStarted>(story.events[0].what);
    QCOMPARE(std::ranges::count(names, "step"), 2 * started.stepsPerEpoch);
    QCOMPARE(started.trainSteps, std::int64_t(4 * fourBars().size()));
    QVERIFY(started.references.bigram < started.references.unigram && started.references.unigram < started.references.uniform);
    double seconds = 0;
    for (std::size_t i = 0; i < story.events.size(); ++i) {
        QCOMPARE(story.events[i].seq, std::uint64_t(i + 1));
        QVERIFY(story.events[i].seconds >= seconds);
        seconds = story.events[i].seconds;
    }
    // What was told is what the log holds.
    QVERIFY(*readRunLog(RunFolder{run.path}) == story.events);
    for (const char* file : {"config.json", "pieces.safetensors", "last.safetensors", "best.safetensors", "receipt.json"})
        QVERIFY2(std::filesystem::exists(run.path / file), file);
}

void TestTrainer::heldOutScoresDoNotDependOnTheOtherPieces()
{
    Run run;
    Story story;
    QVERIFY(run.train(smallJob(), smallSet(4, true), story));
    const TokenSequence longer = [] {
        TokenSequence piece;
        for (int i = 0; i < 300; ++i)
            piece.push_back(Token((i * 7) % 13));
        piece.push_back(kEnd);
        return piece;
    }();
    const std::filesystem::path model = run.path / "best.safetensors";
    const Result<PartScore> alone = scoreModel(model, {fourBars()});
    const Result<PartScore> other = scoreModel(model, {longer});
    const Result<PartScore> both = scoreModel(model, {fourBars(), longer});
    QVERIFY(alone && other && both);
    QCOMPARE(alone->steps, std::uint64_t(fourBars().size()));
    QCOMPARE(both->steps, alone->steps + other->steps);
    QCOMPARE(both->notes, alone->notes + other->notes);
    const double expected = (alone->loss * double(alone->steps) + other->loss * double(other->steps)) / double(both->steps);
    QVERIFY2(std::abs(both->loss - expected) < 1e-5, qPrintable(QString::number(both->loss - expected)));
    QVERIFY(alone->bitsPerNote > 0);
}

void TestTrainer::stopAnswersInAHundredMilliseconds()
{
    Run run;
    Story story;
    TrainJob job = smallJob();
    job.training.epochs = 1'000'000;
    const TrainControl control;
    QElapsedTimer timer;
    std::thread asker;
    story.react = [&](const TrainEvent& event) {
        if (event.step == 20 && !asker.joinable())
            asker = std::thread([&] {
                timer.start();
                control.stop();
            });
    };
    const Result<TrainOutcome> outcome = run.train(job, smallSet(6, true), story, control);
    const qint64 waited = timer.elapsed();
    asker.join();
    QVERIFY(outcome);
    QCOMPARE(outcome->reason, std::string("stopped"));
    // A bound on this program, not on a loaded machine: three seconds are the promise, a hundred milliseconds the rule.
    QVERIFY2(waited < 3000, qPrintable(QString::number(waited)));
}

void TestTrainer::pauseWaitsAndResumes()
{
    Run run;
    Story story;
    const TrainControl control;
    std::thread asker;
    story.react = [&](const TrainEvent& event) {
        if (std::holds_alternative<TrainStep>(event.what) && event.step == 5)
            control.pause();
        if (std::holds_alternative<TrainPaused>(event.what))
            asker = std::thread([&] { control.resume(); });
    };
    const Result<TrainOutcome> outcome = run.train(smallJob(), smallSet(6, true), story, control);
    asker.join();
    QVERIFY(outcome);
    QCOMPARE(outcome->reason, std::string("done"));
    const std::vector<std::string> names = story.names();
    const auto paused = std::ranges::find(names, "paused");
    QVERIFY(paused != names.end());
    QCOMPARE(*(paused - 1), std::string("checkpoint"));
    QCOMPARE(*(paused + 1), std::string("resumed"));
    // A pause changes nothing.
    Run whole;
    Story plain;
    QVERIFY(whole.train(smallJob(), smallSet(6, true), plain));
    QVERIFY(whole.tensors("last.safetensors") == run.tensors("last.safetensors"));
}

void TestTrainer::theLearningRateCanBeSetOnTheWay()
{
    Run run;
    Story story;
    const TrainControl control;
    story.react = [&](const TrainEvent& event) {
        if (std::holds_alternative<TrainStep>(event.what) && event.step == 3)
            control.setLearningRate(0.5);
    };
    QVERIFY(run.train(smallJob(), smallSet(6, true), story, control));
    for (const TrainEvent& event : story.events)
        if (const auto* step = std::get_if<TrainStep>(&event.what))
            QCOMPARE(step->learningRate, event.step <= 3 ? 0.01 : 0.5);
}

void TestTrainer::aBlownUpTrainingKeepsItsLastGoodCheckpoint()
{
    Run run;
    Story story;
    TrainJob job = smallJob();
    job.training.optimizer = "sgd";
    job.training.learningRate = 10;
    job.training.momentum = 0.999;
    job.training.clipNorm = 0;
    job.training.weightDecay = 1; // 10 · 1 overshoots: the weights grow without end
    job.training.epochs = 10000;
    const Result<TrainOutcome> outcome = run.train(job, smallSet(6, true), story);
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().id, std::string("train.not-finite"));
    QVERIFY(QString::fromStdString(outcome.error().text).contains("half the learning rate"));
    QCOMPARE(story.names().back(), std::string("failed"));
    const auto tensors = run.tensors("last.safetensors");
    QVERIFY(!tensors.empty());
    for (const auto& [name, tensor] : tensors)
        for (const float value : floatValues(tensor))
            QVERIFY2(std::isfinite(value), name.c_str());
    QCOMPARE(summarizeRun(RunFolder{run.path})->state, std::string("failed"));
}

void TestTrainer::earlyStoppingEnds()
{
    Run run;
    Story story;
    TrainJob job = smallJob();
    job.training.epochs = 1000;
    job.training.patience = 2;
    job.training.learningRate = 0.05;
    TrainingSet set = smallSet(3, true);
    std::ranges::reverse(set.validation[0]); // can only get worse after a while
    const Result<TrainOutcome> outcome = run.train(job, set, story);
    QVERIFY(outcome);
    QCOMPARE(outcome->reason, std::string("early-stop"));
    QVERIFY(outcome->bestStep < outcome->steps);
}

void TestTrainer::patienceCanBeSetOnTheWay()
{
    Run run;
    Story story;
    const TrainControl control;
    story.react = [&](const TrainEvent& event) {
        if (std::holds_alternative<TrainEvaluated>(event.what) && event.epoch == 1)
            control.setPatience(2);
    };
    TrainJob job = smallJob();
    job.training.epochs = 1000;
    job.training.learningRate = 0.05;
    TrainingSet set = smallSet(3, true);
    std::ranges::reverse(set.validation[0]); // can only get worse after a while
    const Result<TrainOutcome> outcome = run.train(job, set, story, control);
    QVERIFY(outcome);
    QCOMPARE(outcome->reason, std::string("early-stop"));
    QCOMPARE(std::get<TrainStarted>(story.events.front().what).patience, std::int64_t{0});
    QVERIFY(std::ranges::any_of(story.events, [](const TrainEvent& event) {
        const auto* notice = std::get_if<TrainNotice>(&event.what);
        return notice && notice->id == "train.patience-set" && notice->text.find(" 2 ") != std::string::npos;
    }));
    // It is kept with the run.
    Story after;
    const Result<TrainOutcome> again = resumeTraining(run.path, 0, {}, after, {}, {});
    QVERIFY(again);
    QCOMPARE(again->reason, std::string("early-stop"));
    QCOMPARE(std::get<TrainStarted>(after.events[1].what).patience, std::int64_t{2});
}

void TestTrainer::microBatchesLearnTheSame()
{
    Run whole;
    Run parts;
    Story story;
    TrainJob job = smallJob();
    job.training.steps = 5;
    job.training.accumulation = 1;
    QVERIFY(whole.train(job, smallSet(6, true), story));
    job.training.accumulation = 4;
    QVERIFY(parts.train(job, smallSet(6, true), story));
    const auto one = whole.tensors("last.safetensors");
    const auto four = parts.tensors("last.safetensors");
    for (const auto& [name, tensor] : one) {
        const std::vector<float> a = floatValues(tensor);
        const std::vector<float> b = floatValues(four.at(name));
        for (std::size_t i = 0; i < a.size(); ++i)
            QVERIFY2(std::abs(a[i] - b[i]) < 2e-3F, name.c_str());
    }
}

void TestTrainer::aStepThatIsGivenUpLeavesNothing_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("gru, two norms") << "gru";
    QTest::newRow("transformer") << "transformer";
}

void TestTrainer::aStepThatIsGivenUpLeavesNothing()
{
    QFETCH(QString, kind);
    TrainJob job = smallJob();
    job.network.kind = kind.toStdString();
    job.network.dropout = 0.3;
    if (kind == "gru") {
        job.network.batchNorm = true;
        job.network.dense = 12;
        job.network.denseBatchNorm = true;
    }
    const TrainingSet set = smallSet(6, false);
    const TokenStream stream = windowStream(set, job.training);
    const std::vector<Window> windows = windowsOfEpoch(stream, set.vocabulary, job, 0);
    const auto learnerOf = [&] {
        Result<std::unique_ptr<Learner>> made =
            Learner::make(job, set.vocabulary, "cpu", "float32");
        return made && (*made)->setStream(stream) ? std::move(*made) : nullptr;
    };
    const auto stepped = [&](Learner& learner, int partsBeforeTheStop) {
        const auto figures = learner.learn(std::span(windows).first(8), 4, 1, 0.01, 1,
                                           [&] { return partsBeforeTheStop-- == 0; });
        return figures && *figures;
    };
    const std::unique_ptr<Learner> stopped = learnerOf();
    const std::unique_ptr<Learner> whole = learnerOf();
    QVERIFY(stopped && whole);
    const auto before = *stopped->tensors(true);
    QVERIFY(!stepped(*stopped, 3));
    QVERIFY(*stopped->tensors(true) == before);
    // The step made again is the step that was never given up.
    QVERIFY(stepped(*stopped, -1) && stepped(*whole, -1));
    QVERIFY(*stopped->tensors(true) == *whole->tensors(true));
    QVERIFY(*stopped->tensors(true) != before);
}

void TestTrainer::clippingSmoothingAndDecayDoWhatTheySay()
{
    const auto headAfter = [](const std::function<void(TrainSettings&)>& change) {
        TrainJob job = smallJob();
        job.training.optimizer = "sgd";
        job.training.momentum = 0;
        job.training.clipNorm = 0;
        job.training.learningRate = 0.5;
        job.training.steps = 1;
        change(job.training);
        Run run;
        Story story;
        if (!run.train(job, smallSet(4, false), story))
            return std::vector<float>{};
        return floatValues(run.tensors("last.safetensors").at("head.weight"));
    };
    const auto norm = [](const std::vector<float>& a, const std::vector<float>& b, double factor) {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            sum += (a[i] - factor * b[i]) * (a[i] - factor * b[i]);
        return std::sqrt(sum);
    };
    const std::vector<float> fresh = headAfter([](TrainSettings& s) { s.learningRate = 1e-9; });
    const std::vector<float> plain = headAfter([](TrainSettings&) {});
    QVERIFY(!fresh.empty() && norm(plain, fresh, 1) > 0.01);
    // The whole gradient has the norm 0.01 at most, and the step is half of it.
    const double clipped = norm(headAfter([](TrainSettings& s) { s.clipNorm = 0.01; }), fresh, 1);
    QVERIFY2(clipped > 0 && clipped <= 0.00501, qPrintable(QString::number(clipped)));
    // Decay takes half of a tenth of each weight beside what is learned.
    const std::vector<float> decayed = headAfter([](TrainSettings& s) { s.weightDecay = 0.1; });
    std::vector<float> expected = plain;
    for (std::size_t i = 0; i < expected.size(); ++i)
        expected[i] -= 0.05F * fresh[i];
    QVERIFY2(norm(decayed, expected, 1) < 1e-5,
             qPrintable(QString::number(norm(decayed, expected, 1))));
    const std::vector<float> smoothed = headAfter([](TrainSettings& s) { s.labelSmoothing = 0.5; });
    QVERIFY(norm(smoothed, plain, 1) > 1e-3 && norm(smoothed, fresh, 1) < norm(plain, fresh, 1));
}

void TestTrainer::startingFromAModelTakesItsWeights()
{
    Run parent;
    Story story;
    QVERIFY(parent.train(smallJob(), smallSet(6, true), story));
    Run child;
    TrainRequest request;
    request.job = smallJob();
    request.job.training.learningRate = 1e-9;
    request.job.training.steps = 1;
    request.set = smallSet(6, true);
    request.run = child.path;
    request.job.from = (parent.path / "best.safetensors").string();
    QVERIFY(continuo::train(request, story, {}, {}));
    const std::vector<float> before = floatValues(parent.tensors("best.safetensors").at("head.weight"));
    const std::vector<float> after = floatValues(child.tensors("last.safetensors").at("head.weight"));
    for (std::size_t i = 0; i < before.size(); ++i)
        QVERIFY(std::abs(before[i] - after[i]) < 1e-6F);
    // The run says what it was made from, and so does its model, with how that one was made.
    const Result<TrainJob> job = readRunJob(RunFolder{child.path});
    QVERIFY(job);
    QCOMPARE(job->from, request.job.from);
    const Result<TensorFile> model = readTensorFileHeader(child.path / "best.safetensors");
    QVERIFY(model);
    const QJsonObject told = QJsonDocument::fromJson(QByteArray::fromStdString(model->metadata.at("continuo.receipt")))["parent"].toObject();
    QCOMPARE(told["file"].toString().toStdString(), request.job.from);
    QCOMPARE(told["receipt"]["job"]["training"]["learningRate"].toDouble(), smallJob().training.learningRate);
    QVERIFY(told["receipt"].toObject().contains("parent") && told["receipt"]["parent"].isNull());
}

void TestTrainer::whereNothingIsHeldOutTheTrainingLossDecides()
{
    TrainJob job = smallJob();
    job.training.holdOut = false;
    job.training.epochs = 12;
    job.training.patience = 1;
    job.training.learningRate = 5; // the loss falls at first, and goes up again
    job.training.warmupSteps = 100;
    Run run;
    Story story;
    const Result<TrainOutcome> outcome = run.train(job, smallSet(6, false), story);
    QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());
    QCOMPARE(outcome->reason, std::string("done"));
    QVERIFY(!outcome->validation && !outcome->test && outcome->train);
    double lowest = std::numeric_limits<double>::infinity();
    std::int64_t best = 0;
    std::int64_t worse = 0;
    for (const TrainEvent& event : story.events) {
        if (const auto* started = std::get_if<TrainStarted>(&event.what)) {
            QCOMPARE(started->patience, std::int64_t{0});
            QCOMPARE(started->validationPieces + started->testPieces, std::int64_t{0});
        }
        const auto* evaluated = std::get_if<TrainEvaluated>(&event.what);
        if (evaluated == nullptr)
            continue;
        QVERIFY(!evaluated->validation);
        QCOMPARE(evaluated->isBest, evaluated->trainLoss < lowest);
        worse += evaluated->isBest ? 0 : 1;
        best = evaluated->isBest ? event.step : best;
        lowest = std::min(lowest, evaluated->trainLoss);
    }
    QVERIFY(worse > 0); // what would have ended it
    QCOMPARE(outcome->bestStep, best);
    const Result<TensorFile> model = readTensorFile(run.path / "best.safetensors");
    QVERIFY(model);
    const QJsonObject receipt =
        QJsonDocument::fromJson(QByteArray::fromStdString(model->metadata.at("continuo.receipt")))
            .object();
    QCOMPARE(receipt["bestBy"].toString(), QStringLiteral("trainLoss"));
    QVERIFY(receipt["validation"].isNull());
    QCOMPARE(receipt["job"]["training"]["holdOut"].toBool(true), false);
    // A set that was divided all the same is not judged by its parts.
    Run divided;
    const Result<TrainOutcome> other = divided.train(job, smallSet(6, true), story);
    QVERIFY(other && !other->validation && !other->test);
    QVERIFY(run.tensors("best.safetensors") == divided.tensors("best.safetensors"));
}

void TestTrainer::windowsMayCrossWhereExcerptsAreNoWholes_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<bool>("mayCross");
    QTest::newRow("lstm") << "lstm" << true;
    QTest::newRow("transformer") << "transformer" << true;
    QTest::newRow("ngram") << "ngram" << true;
    QTest::newRow("gan") << "gan" << false;
}

void TestTrainer::windowsMayCrossWhereExcerptsAreNoWholes()
{
    QFETCH(QString, kind);
    QFETCH(bool, mayCross);
    TrainJob job = smallJob();
    job.network.kind = kind.toStdString();
    job.training.epochs = 1;
    const auto trained = [&job](bool acrossPieces) {
        job.training.acrossPieces = acrossPieces;
        Run run;
        Story story;
        Result<TrainOutcome> outcome = run.train(job, smallSet(4, true), story);
        return std::pair{std::move(outcome), run.tensors("last.safetensors")};
    };
    const auto [outcome, weights] = trained(true);
    if (!mayCross) {
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().id, std::string("train.cannot-cross"));
        QVERIFY(QString::fromStdString(outcome.error().text).contains("acrossPieces"));
        QVERIFY(weights.empty());
        return;
    }
    QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());
    // The same pieces are judged, in the same way; what was learned is something else.
    const auto [usual, others] = trained(false);
    QCOMPARE(outcome->validation->steps, usual->validation->steps);
    QCOMPARE(outcome->train->steps, usual->train->steps);
    QCOMPARE(outcome->references.bigram, usual->references.bigram);
    QVERIFY(weights != others);
}

void TestTrainer::whatDoesNotFitIsNamed()
{
    Run parent;
    Story story;
    QVERIFY(parent.train(smallJob(), smallSet(2, true), story));
    TrainJob job = smallJob();
    job.from = (parent.path / "best.safetensors").string();
    job.network.dropout = 0.5;
    job.network.recurrentDropout = 0.2;
    QVERIFY(previewCost(job, smallSet(2, true)));
    job.network.hidden = 32;
    const Result<TrainCost> cost = previewCost(job, smallSet(2, true));
    QVERIFY(!cost);
    QCOMPARE(cost.error().id, std::string("train.unfit-parent"));
    const QString words = QString::fromStdString(cost.error().text);
    QVERIFY2(words.contains(QStringLiteral("hidden %1 instead of 32").arg(smallJob().network.hidden)), qPrintable(words));
    QVERIFY2(!words.contains("dropout") && !words.contains("layers"), qPrintable(words));
    job.from = (parent.path / "nothing.safetensors").string();
    QVERIFY(!previewCost(job, smallSet(2, true)));
}

void TestTrainer::anotherVocabularyIsNoParent()
{
    Run parent;
    Story story;
    QVERIFY(parent.train(smallJob(), smallSet(2, true), story));
    Run child;
    TrainRequest request;
    request.job = smallJob();
    request.set = smallSet(2, true);
    std::vector<Symbol> symbols(request.set.vocabulary.symbols().begin(), request.set.vocabulary.symbols().end());
    std::swap(symbols[0], symbols[1]);
    request.set.vocabulary = Vocabulary(symbols);
    request.run = child.path;
    request.job.from = (parent.path / "best.safetensors").string();
    const Result<TrainOutcome> outcome = continuo::train(request, story, {}, {});
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().id, std::string("train.unfit-parent"));
    QVERIFY(!std::filesystem::exists(child.path / "config.json"));
}

void TestTrainer::aRunIsNotOverwritten()
{
    Run run;
    Story story;
    QVERIFY(run.train(smallJob(), smallSet(2, true), story));
    const auto before = run.tensors("last.safetensors");
    QCOMPARE(run.train(smallJob(), smallSet(3, true), story).error().id, std::string("train.run-exists"));
    QVERIFY(run.tensors("last.safetensors") == before);
}

void TestTrainer::nothingToLearnIsSaid()
{
    Run run;
    Story story;
    QCOMPARE(run.train(smallJob(), smallSet(0, true), story).error().id, std::string("train.nothing-to-learn"));
    QVERIFY(!std::filesystem::exists(run.path));
    QCOMPARE(resumeTraining(run.path, 0, {}, story, {}, {}).error().id, std::string("train.no-run"));
}

void TestTrainer::bfloat16ComesNear()
{
    TrainJob job = smallJob();
    job.training.steps = 40;
    job.network.hidden = 32;
    job.network.layers = 2;
    Run exact;
    Run fast;
    Story story;
    const Result<TrainOutcome> single = exact.train(job, smallSet(8, true), story);
    job.training.precision = "bfloat16";
    const Result<TrainOutcome> half = fast.train(job, smallSet(8, true), story);
    QVERIFY2(single && half, half ? "" : half.error().text.c_str());
    QCOMPARE(half->precision, std::string("bfloat16"));
    QVERIFY2(std::abs(single->validation->loss - half->validation->loss) < 0.1 * single->validation->loss,
             qPrintable(QString("%1 %2").arg(single->validation->loss).arg(half->validation->loss)));
}

void TestTrainer::costsArePreviewed()
{
    const Result<TrainCost> cost = previewCost(smallJob(), smallSet(6, true));
    QVERIFY(cost);
    // embedding 14·8, lstm 96·8 + 96·24 + 2·96, head 14·24 + 14
    QCOMPARE(cost->parameters, std::int64_t(112 + 768 + 2304 + 192 + 336 + 14));
    QVERIFY(cost->secondsPerEpoch > 0 && cost->seconds > cost->secondsPerEpoch);
    QVERIFY(cost->diskBytes > 12 * cost->parameters * 4);
}

QTEST_APPLESS_MAIN(TestTrainer)
#include "tst_trainer.moc"
