// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/trainer.h"
#include "core/weights/safetensors.h"
#include "tests/core/learn/frame_pieces.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <numbers>
#include <string>
#include <vector>

using namespace continuo;
using namespace continuo::tests;

namespace {

TrainJob smallJob(const char* head)
{
    TrainJob job;
    job.preset = "small";
    job.encoding = "frame";
    job.network.hidden = 16;
    job.network.head = head;
    job.network.rank = 6;
    job.training.epochs = 4;
    job.training.batch = 4;
    job.training.sequence = 16;
    job.training.learningRate = 0.02;
    job.training.logEvery = 1;
    job.training.threads = 1;
    job.training.samples = false;
    job.training.device = "cpu";
    job.training.precision = "float32";
    return job;
}

TrainingSet coinSet()
{
    TrainingSet set = frameSet();
    for (std::uint32_t i = 0; i < 12; ++i)
        set.train.push_back(coinPiece(i, 33 + i % 3));
    set.validation = {coinPiece(100, 65), coinPiece(101, 20)};
    return set;
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
    std::map<std::string, Tensor> tensors() const
    {
        return readTensorFile(path / "last.safetensors").value().tensors;
    }
};

} // namespace

class TestFrameLearner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What ordered keys are for: the chord is one choice, not four.
    void keysThatKnowOfEachOtherSayWhatIndependentOnesCannot()
    {
        for (const char* head : {"keys", "ordered-keys"}) {
            TrainJob job = smallJob(head);
            job.training.epochs = 20;
            Run run;
            Story story;
            const auto outcome = run.train(job, coinSet(), story);
            QVERIFY2(outcome, outcome ? "" : outcome.error().text.c_str());
            QVERIFY(outcome->validation);
            QCOMPARE(outcome->validation->steps, std::uint64_t{64 + 19});
            if (std::string(head) == "keys") {
                QVERIFY(outcome->validation->loss > 4 * std::numbers::ln2 - 0.05);
                QVERIFY(outcome->validation->loss < 3.3);
            } else {
                QVERIFY2(outcome->validation->loss < 1.0,
                         qPrintable(QString::number(outcome->validation->loss)));
            }
        }
    }

    void whatTheNetworkReadsDecides()
    {
        // A key that climbs: the frame before says which is next.
        TrainingSet set = frameSet();
        for (int start = 0; start < 12; ++start) {
            TokenSequence piece;
            for (int i = 0; i < 24; ++i)
                addFrame(piece, {60 + (start + i) % 4});
            set.train.push_back(piece);
        }
        TrainJob job = smallJob("keys");
        job.training.epochs = 100;
        job.training.learningRate = 0.05;
        Run run;
        Story story;
        const auto outcome = run.train(job, set, story);
        QVERIFY(outcome && outcome->train);
        QVERIFY2(outcome->train->loss < 0.2, qPrintable(QString::number(outcome->train->loss)));
        QVERIFY(outcome->train->accuracy > 0.98);
        QVERIFY(outcome->train->noteAccuracy > 0.98);
    }

    void transposedPiecesAreLearnedToo()
    {
        TrainingSet set = frameSet();
        TokenSequence low;
        TokenSequence high;
        for (int i = 0; i < 40; ++i) {
            addFrame(low, {50 + i % 4});
            addFrame(high, {53 + i % 4});
        }
        set.train = {low, low, low, low};
        set.validation = {high};
        std::vector<double> losses;
        for (const std::int64_t up : {0, 3}) {
            TrainJob job = smallJob("ordered-keys");
            job.training.epochs = 40;
            job.training.transposeUp = up;
            Run run;
            Story story;
            const auto outcome = run.train(job, set, story);
            QVERIFY(outcome && outcome->validation);
            // Of the last step: the best one by validation is chosen by this very piece.
            const auto score = scoreModel(run.path / "last.safetensors", set.validation);
            QVERIFY(score);
            losses.push_back(score->loss);
        }
        QVERIFY2(losses[1] < losses[0] / 4, qPrintable(QString::number(losses[1])));
    }

    void keysAtTheEndsOfThePianoStayOnIt()
    {
        // Nothing can be moved: a piece that uses both ends is the same in every "key".
        TrainingSet set = frameSet();
        TokenSequence piece;
        for (int i = 0; i < 20; ++i)
            addFrame(piece, {21, 108, 60 + i % 2});
        set.train = {piece, piece, piece, piece};
        std::vector<std::map<std::string, Tensor>> results;
        for (const std::int64_t reach : {0, 7}) {
            TrainJob job = smallJob("keys");
            job.training.transposeUp = reach;
            job.training.transposeDown = reach;
            Run run;
            Story story;
            QVERIFY(run.train(job, set, story));
            results.push_back(run.tensors());
        }
        QVERIFY(results[0].at("head.weight") == results[1].at("head.weight"));
    }

    void aStoppedTrainingGoesOnBitForBit_data()
    {
        QTest::addColumn<QString>("head");
        QTest::newRow("keys") << "keys";
        QTest::newRow("ordered-keys") << "ordered-keys";
    }
    void aStoppedTrainingGoesOnBitForBit()
    {
        QFETCH(QString, head);
        TrainJob job = smallJob(head.toUtf8().constData());
        job.network.dropout = 0.4;
        job.network.embedding = 7;
        job.training.transposeUp = 4;
        job.training.teacherForcing = 0.8;
        job.training.labelSmoothing = 0.02;
        Run whole;
        Story story;
        QVERIFY(whole.train(job, coinSet(), story));
        Run broken;
        Story first;
        TrainControl control;
        first.react = [&](const TrainEvent& event) {
            if (event.step == 5)
                control.stop();
        };
        const auto stopped = broken.train(job, coinSet(), first, control);
        QVERIFY(stopped);
        QCOMPARE(stopped->reason, std::string("stopped"));
        Story second;
        QVERIFY(resumeTraining(broken.path, 0, {}, second, TrainControl{}, {}));
        QVERIFY(whole.tensors() == broken.tensors());
    }

    void microBatchesLearnTheSame()
    {
        std::vector<double> losses;
        for (const std::int64_t parts : {1, 2}) {
            TrainJob job = smallJob("ordered-keys");
            job.training.accumulation = parts;
            Run run;
            Story story;
            const auto outcome = run.train(job, coinSet(), story);
            QVERIFY(outcome && outcome->train);
            losses.push_back(outcome->train->loss);
        }
        QVERIFY(std::abs(losses[0] - losses[1]) < 1e-3);
    }

    void networksThatCannotReadFramesAreRefused_data()
    {
        QTest::addColumn<QString>("encoding");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("head");
        QTest::newRow("symbols of frames") << "frame"
                                           << "lstm"
                                           << "softmax";
        QTest::newRow("counted") << "frame"
                                 << "ngram"
                                 << "softmax";
        QTest::newRow("transformer") << "frame"
                                     << "transformer"
                                     << "softmax";
        QTest::newRow("keys of a melody") << "grid"
                                          << "lstm"
                                          << "keys";
        QTest::newRow("ordered keys of text") << "abc"
                                              << "gru"
                                              << "ordered-keys";
    }
    void networksThatCannotReadFramesAreRefused()
    {
        QFETCH(QString, encoding);
        QFETCH(QString, kind);
        QFETCH(QString, head);
        NetworkShape shape;
        shape.kind = kind.toStdString();
        shape.head = head.toStdString();
        const Status fits = checkNetworkFits(encoding.toStdString(), shape);
        QVERIFY(!fits);
        QCOMPARE(fits.error().id, std::string("network.does-not-fit"));
        shape.kind = "gru";
        shape.head = "ordered-keys";
        QVERIFY(checkNetworkFits("frame", shape));
    }
};

QTEST_APPLESS_MAIN(TestFrameLearner)
#include "tst_frame_learner.moc"
