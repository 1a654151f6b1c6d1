// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/safetensors.h"
#include "tests/core/learn/small_learner.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace continuo;
using namespace continuo::tests;

namespace {

TrainJob averaging(const QString& kind, double share)
{
    TrainJob job = SmallLearner::job(kind.section(' ', 0, 0).toStdString());
    job.training.average = share;
    if (kind.contains("norm")) {
        job.network.batchNorm = true;
        job.network.dropout = 0.3;
    }
    return job;
}

} // namespace

class TestWeightAverage final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theModelIsTheMeanOfAllSteps_data() { kinds(); }
    void theModelIsTheMeanOfAllSteps();
    void learningGoesOnAsWithoutIt_data() { kinds(); }
    void learningGoesOnAsWithoutIt();
    void itIsWhatIsJudged();
    void aCheckpointBringsBackBoth_data() { kinds(); }
    void aCheckpointBringsBackBoth();
    void aModelIsWhatLearningGoesOnFrom();
    void aCheckpointWithoutItIsRefused();

private:
    static void kinds()
    {
        QTest::addColumn<QString>("kind");
        QTest::newRow("lstm, norm and dropout") << "lstm norm";
        QTest::newRow("transformer") << "transformer";
        QTest::newRow("two networks") << "gan";
    }
};

void TestWeightAverage::theModelIsTheMeanOfAllSteps()
{
    QFETCH(QString, kind);
    // A share of 0.35 counts from the fifth step on; before, (1 + step) / (10 + step) is smaller.
    SmallLearner learner(averaging(kind, 0.35));
    QVERIFY2(learner.learner, learner.error.text.c_str());
    std::map<std::string, std::vector<double>> expected;
    for (const auto& [name, tensor] : learner.tensors(false)) {
        const std::vector<float> values = floatValues(tensor);
        expected[name] = {values.begin(), values.end()};
    }
    const auto fresh = expected;
    for (std::int64_t step = 1; step <= 7; ++step) {
        QVERIFY2(learner.step(step) >= 0, learner.error.text.c_str());
        const double share =
            std::min(0.35, (1 + static_cast<double>(step)) / (10 + static_cast<double>(step)));
        const Tensors all = learner.tensors(true);
        for (auto& [name, values] : expected) {
            const std::vector<float> raw = floatValues(all.at("optimizer.raw." + name));
            QCOMPARE(raw.size(), values.size());
            for (std::size_t i = 0; i < values.size(); ++i)
                values[i] = share * values[i] + (1 - share) * static_cast<double>(raw[i]);
        }
    }
    QVERIFY(expected != fresh);
    const Tensors model = learner.tensors(false);
    QCOMPARE(model.size(), expected.size());
    for (const auto& [name, values] : expected) {
        const std::vector<float> told = floatValues(model.at(name));
        for (std::size_t i = 0; i < values.size(); ++i)
            QVERIFY2(std::abs(static_cast<double>(told[i]) - values[i]) <
                         1e-5 * (1 + std::abs(values[i])),
                     name.c_str());
    }
}

void TestWeightAverage::learningGoesOnAsWithoutIt()
{
    QFETCH(QString, kind);
    SmallLearner plain(averaging(kind, 0));
    SmallLearner averaged(averaging(kind, 0.99));
    QVERIFY(plain.learner && averaged.learner);
    for (std::int64_t step = 1; step <= 4; ++step)
        QCOMPARE(plain.step(step), averaged.step(step));
    const Tensors of = averaged.tensors(true);
    for (const auto& [name, tensor] : plain.tensors(true)) {
        QVERIFY(!name.starts_with("optimizer.raw."));
        QVERIFY2(of.at(name.starts_with("optimizer.") ? name : "optimizer.raw." + name) == tensor,
                 name.c_str());
    }
    QVERIFY(plain.tensors(false) != averaged.tensors(false));
}

void TestWeightAverage::itIsWhatIsJudged()
{
    SmallLearner averaged(averaging("gru", 0.9));
    SmallLearner plain(averaging("gru", 0));
    QVERIFY(averaged.learner && plain.learner);
    for (std::int64_t step = 1; step <= 6; ++step)
        QVERIFY(averaged.step(step) > 0 && plain.step(step) > 0);
    const double ofLearned = plain.loss();
    QVERIFY(plain.learner->load(averaged.tensors(false), false));
    QCOMPARE(averaged.loss(), plain.loss());
    QVERIFY(std::abs(plain.loss() - ofLearned) > 1e-4);
    // Judging leaves what learning goes on with alone.
    const Tensors before = averaged.tensors(true);
    QVERIFY(averaged.loss() > 0);
    QVERIFY(averaged.tensors(true) == before);
}

void TestWeightAverage::aCheckpointBringsBackBoth()
{
    QFETCH(QString, kind);
    SmallLearner whole(averaging(kind, 0.99));
    SmallLearner again(averaging(kind, 0.99));
    QVERIFY(whole.learner && again.learner);
    for (std::int64_t step = 1; step <= 3; ++step)
        QVERIFY(whole.step(step) >= 0);
    QVERIFY(again.learner->load(whole.tensors(true), true));
    for (std::int64_t step = 4; step <= 6; ++step)
        QCOMPARE(again.step(step), whole.step(step));
    QVERIFY(again.tensors(true) == whole.tensors(true));
}

void TestWeightAverage::aModelIsWhatLearningGoesOnFrom()
{
    SmallLearner parent(averaging("gru", 0.9));
    SmallLearner child(averaging("gru", 0.9));
    for (std::int64_t step = 1; step <= 3; ++step)
        QVERIFY(parent.step(step) > 0);
    const Tensors model = parent.tensors(false);
    QVERIFY(child.learner->load(model, false));
    QVERIFY(child.tensors(false) == model);
    QVERIFY(child.tensors(true).at("optimizer.raw.head.weight") == model.at("head.weight"));
}

void TestWeightAverage::aCheckpointWithoutItIsRefused()
{
    SmallLearner plain(averaging("gru", 0));
    SmallLearner averaged(averaging("gru", 0.9));
    const Status status = averaged.learner->load(plain.tensors(true), true);
    QVERIFY(!status);
    QCOMPARE(status.error().id, std::string("train.unfit-checkpoint"));
}

QTEST_APPLESS_MAIN(TestWeightAverage)
#include "tst_weight_average.moc"
