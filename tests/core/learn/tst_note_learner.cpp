// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/note_encoding.h"
#include "core/learn/run_folder.h"
#include "core/learn/trainer.h"
#include "core/weights/safetensors.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <functional>

using namespace continuo;

namespace {

/// Four bars for two hands: a bass note with a chord after it, in an order that pairs do not tell.
TokenSequence fourBars(int bars = 4)
{
    TokenSequence piece;
    for (int bar = 0; bar < bars; ++bar) {
        const int root = 36 + 5 * (bar % 3) + 2 * (bar % 2);
        for (const auto& [pitch, step, length] :
             {std::array{root, bar == 0 ? 0 : 48, 96}, std::array{root + 24, 96, 48},
              std::array{root + 28, 0, 48}, std::array{root + 31 + bar % 2, 0, 48},
              std::array{72, 48, 24}, std::array{71 + bar % 4, 24, 24}})
            piece.insert(piece.end(), {pitch, step, length});
    }
    return piece;
}

TrainingSet smallSet(const std::vector<TokenSequence>& train, const char* options = "{}")
{
    const auto encoding = makeEncoding("note", options).value();
    TrainingSet set = emptyTrainingSet(*encoding);
    set.source = "test";
    set.train = train;
    set.validation = {fourBars()};
    set.test = {fourBars(3)};
    return set;
}

TrainJob smallJob()
{
    TrainJob job;
    job.encoding = "note";
    job.network.head = "note";
    job.network.hidden = 32;
    job.network.prediction = "last-step";
    job.network.window = 8;
    job.training.epochs = 4;
    job.training.batch = 8;
    job.training.sequence = 64;
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

    template <typename What>
    std::vector<What> all() const
    {
        std::vector<What> found;
        for (const TrainEvent& event : events) {
            if (const auto* what = std::get_if<What>(&event.what))
                found.push_back(*what);
        }
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
        return continuo::train(request, story, control, {});
    }
    std::map<std::string, Tensor> tensors(const char* file) const
    {
        const Result<TensorFile> read = readTensorFile(path / file);
        return read ? read->tensors : std::map<std::string, Tensor>{};
    }
};

} // namespace

class TestNoteLearner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fourBarsAreLearntByHeart_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("head");
        QTest::addColumn<QString>("loss");
        QTest::addColumn<int>("window");
        QTest::addColumn<QString>("precision");
        QTest::addColumn<double>("accuracy");
        // Pitches whose ReLU is shut from the start stay unsaid.
        QTest::newRow("the README's") << "lstm"
                                      << "note-relu"
                                      << "cross-entropy-mse" << 8 << "float32" << 0.2;
        QTest::newRow("the code's") << "lstm"
                                    << "note-relu"
                                    << "bce-l1" << 8 << "float32" << 0.2;
        QTest::newRow("its loss without ReLU") << "lstm"
                                               << "note"
                                               << "bce-l1" << 8 << "float32" << 0.7;
        QTest::newRow("corrected") << "lstm"
                                   << "note"
                                   << "cross-entropy-l1" << 8 << "float32" << 0.95;
        QTest::newRow("at every step") << "gru"
                                       << "note"
                                       << "cross-entropy-mse" << 0 << "float32" << 0.95;
    }

    void fourBarsAreLearntByHeart()
    {
        QFETCH(QString, kind);
        QFETCH(QString, head);
        QFETCH(QString, loss);
        QFETCH(int, window);
        QFETCH(QString, precision);
        QFETCH(double, accuracy);
        TrainJob job = smallJob();
        job.network.kind = kind.toStdString();
        job.network.head = head.toStdString();
        job.network.hidden = 48;
        if (window == 0) {
            job.network.prediction = "every-step";
            job.network.window = 0;
        }
        job.training.noteLoss = loss.toStdString();
        job.training.precision = precision.toStdString();
        job.training.batch = 32;
        job.training.steps = 180;
        job.training.evaluateEvery = 90;
        Run run;
        Story story;
        const auto outcome = run.train(job, smallSet({fourBars()}), story);
        QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());
        QCOMPARE(outcome->train->steps, std::uint64_t{23});
        QVERIFY2(outcome->train->accuracy > accuracy,
                 qPrintable(QString::number(outcome->train->accuracy)));
        // The best point is that of the best pitches; the last has learned times and lengths too.
        const TrainEvaluated last = story.all<TrainEvaluated>().back();
        QVERIFY(last.more.at("pitchAccuracy") > accuracy - 0.2); // on the way there
        const double small = loss == QLatin1String("cross-entropy-mse") ? 0.01 : 0.1;
        for (const char* name : {"stepLoss", "durationLoss"})
            QVERIFY2(last.validation->more.at(name) < small,
                     qPrintable(QString::number(last.validation->more.at(name))));
        if (head == QLatin1String("note"))
            QVERIFY(outcome->train->loss < outcome->references.bigram);
    }

    void resumingEqualsNotStopping_data()
    {
        QTest::addColumn<QString>("prediction");
        QTest::addColumn<int>("stopAt");
        QTest::addColumn<double>("forcing");
        QTest::newRow("windows") << "last-step" << 5 << 1.0;
        QTest::newRow("every step, its own notes among what is read") << "every-step" << 3 << 0.4;
    }

    void resumingEqualsNotStopping()
    {
        QFETCH(QString, prediction);
        QFETCH(int, stopAt);
        QFETCH(double, forcing);
        TrainJob job = smallJob();
        job.network.prediction = prediction.toStdString();
        job.network.layers = 2;
        job.network.dropout = 0.3;
        job.training.teacherForcing = forcing;
        job.training.transposeUp = 24;
        job.training.transposeDown = 24;
        job.training.batch = prediction == QLatin1String("last-step") ? 8 : 1;
        job.training.sequence = 12;
        const TrainingSet set = smallSet({fourBars(), fourBars(3)});
        Run whole;
        Story story;
        const auto uninterrupted = whole.train(job, set, story);
        QVERIFY2(uninterrupted, uninterrupted ? "" : uninterrupted.error().text.c_str());
        Run broken;
        Story begun;
        const TrainControl control;
        begun.react = [&](const TrainEvent& event) {
            if (std::holds_alternative<TrainStep>(event.what) && event.step == stopAt)
                control.stop();
        };
        QCOMPARE(broken.train(job, set, begun, control)->reason, std::string("stopped"));
        Story rest;
        const auto resumed = resumeTraining(broken.path, 0, {}, rest, {}, {});
        QVERIFY2(resumed, resumed ? "" : resumed.error().text.c_str());
        QCOMPARE(resumed->steps, uninterrupted->steps);
        QVERIFY(*resumed->test == *uninterrupted->test);
        for (const char* file : {"last.safetensors", "best.safetensors"}) {
            QVERIFY(!whole.tensors(file).empty());
            QVERIFY(whole.tensors(file) == broken.tensors(file));
        }
        QVERIFY(rest.all<TrainEvaluated>().back().more == story.all<TrainEvaluated>().back().more);
    }

    /// One step from a network that always says the same: pitch 60 with logit 2, the others 0, time
    /// 0.5 and length 2 beats. What comes is C4 or D4, after a beat, one beat long.
    void lossesAreWhatTheyAreCalled_data()
    {
        QTest::addColumn<QString>("loss");
        QTest::addColumn<double>("step");
        QTest::addColumn<double>("duration");
        QTest::addColumn<double>("objective");
        const double all = std::exp(2.0) + 127;
        const double likely = std::exp(2.0) / all;
        const double other = 1 / all;
        const double entropy = -(std::log(likely) + std::log(other)) / 2;
        QTest::newRow("cross-entropy-mse") << "cross-entropy-mse" << 0.25 << 1.0 << entropy + 1.25;
        QTest::newRow("cross-entropy-l1") << "cross-entropy-l1" << 0.5 << 1.0 << entropy + 1.5;
        // Every pitch a question of its own: 126 rightly denied, one rightly or wrongly asserted.
        const double right = -std::log(likely) - 127 * std::log(1 - other);
        const double wrong = -std::log(other) - std::log(1 - likely) - 126 * std::log(1 - other);
        QTest::newRow("bce-l1") << "bce-l1" << 0.5 << 1.0
                                << 20 * (right + wrong) / 2 / 128 + 10 * 0.5 + 10 * 1.0;
    }

    void lossesAreWhatTheyAreCalled()
    {
        QFETCH(QString, loss);
        QFETCH(double, step);
        QFETCH(double, duration);
        QFETCH(double, objective);
        TrainJob job = smallJob();
        job.training.noteLoss = loss.toStdString();
        job.training.steps = 1;
        job.training.learningRate = 1e-9;
        const TrainingSet set = smallSet({{62, 0, 96, 60, 96, 96, 62, 96, 96}});
        Run parent;
        Story first;
        QVERIFY(parent.train(job, set, first));
        TensorFile file = readTensorFile(parent.path / "best.safetensors").value();
        for (auto& [name, tensor] : file.tensors)
            std::ranges::fill(tensor.bytes, std::byte{0});
        std::vector<float> bias(130);
        bias[60] = 2;
        bias[128] = 0.5F;
        bias[129] = 2;
        file.tensors["head.bias"] = floatTensor(bias, {130});
        const std::filesystem::path steady = parent.path / "steady.safetensors";
        QVERIFY(writeTensorFile(steady, file, Overwrite::Refuse));
        job.from = steady.string();
        Run run;
        Story story;
        const auto outcome = run.train(job, set, story);
        QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());
        const TrainStep point = story.all<TrainStep>().front();
        const auto near = [](double a, double b) {
            return std::abs(a - b) < 1e-5 * std::max(1.0, b);
        };
        QVERIFY(near(point.loss, (2 * std::log(std::exp(2.0) + 127) - 2) / 2));
        QCOMPARE(point.accuracy, 0.5);
        QCOMPARE(point.more.at("pitchAccuracy"), 0.5);
        QVERIFY(near(point.more.at("stepLoss"), step));
        QVERIFY(near(point.more.at("durationLoss"), duration));
        QVERIFY2(near(point.more.at("objective"), objective),
                 qPrintable(QString::number(point.more.at("objective"))));
        QVERIFY(!point.more.contains("velocityLoss"));
    }

    void velocityIsLearnedWhereItIsKept()
    {
        TokenSequence piece;
        for (int i = 0; i < 20; ++i)
            piece.insert(piece.end(), {60 + i % 5, 48, 48, i % 5 == 0 ? 100 : 40});
        TrainingSet set = smallSet({piece}, R"({"velocity": "kept"})");
        set.validation = {piece};
        set.test.clear();
        TrainJob job = smallJob();
        job.encodingOptionsJson = R"({"velocity": "kept"})";
        job.training.steps = 200;
        job.training.evaluateEvery = 200;
        Run run;
        Story story;
        QVERIFY(run.train(job, set, story));
        const TrainEvaluated last = story.all<TrainEvaluated>().back();
        QVERIFY2(last.validation->more.at("velocityLoss") < 0.01,
                 qPrintable(QString::number(last.validation->more.at("velocityLoss"))));
        QCOMPARE(run.tensors("last.safetensors")["head.bias"].shape,
                 (std::vector<std::int64_t>{131}));
    }

    void referenceLinesAreThoseOfThePitches()
    {
        TrainJob job = smallJob();
        job.training.steps = 1;
        Run run;
        Story story;
        // C4 D4 C4 D4: two targets are D4, one C4, and pairs tell which.
        TrainingSet set = smallSet({{60, 0, 9, 62, 7, 9, 60, 8, 9, 62, 9, 9}});
        set.validation = set.train;
        QVERIFY(run.train(job, set, story));
        const ReferenceLines lines = story.all<TrainStarted>().front().references;
        QCOMPARE(lines.uniform, std::log(128.0));
        QVERIFY(std::abs(lines.unigram + (2 * std::log(3.0 / 131) + std::log(2.0 / 131)) / 3) <
                1e-9);
        QVERIFY(lines.bigram < lines.unigram);
    }

    void costsArePreviewed()
    {
        const auto cost = previewCost(smallJob(), smallSet({fourBars()}));
        QVERIFY2(cost, cost ? "" : cost.error().text.c_str());
        QCOMPARE(cost->parameters, std::int64_t{4 * 32 * (130 + 32 + 2) + 130 * 33});
        QCOMPARE(cost->stepsPerEpoch, std::int64_t{3});
    }

    void symbolsAreNoNotes()
    {
        TrainJob job = smallJob();
        job.network.head = "softmax";
        Run run;
        Story story;
        const auto outcome = run.train(job, smallSet({fourBars()}), story);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().id, std::string("network.does-not-fit"));
    }
};

QTEST_APPLESS_MAIN(TestNoteLearner)
#include "tst_note_learner.moc"
