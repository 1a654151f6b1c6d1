// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/card_facts_p.h"
#include "core/learn/device.h"
#include "core/weights/safetensors.h"
#include "tests/core/learn/loss_scale_case.h"
#include "tests/core/learn/small_learner.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace continuo;
using namespace continuo::test;
using namespace continuo::tests;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNotANumber = std::numeric_limits<float>::quiet_NaN();

} // namespace

class TestPrecision final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theProcessorTakes_data();
    void theProcessorTakes();
    void ofItselfTheProcessorTakesTheFasterOne();
    void whatACardHasFollowsFromItsGeneration_data();
    void whatACardHasFollowsFromItsGeneration();
    void theDriverIsAsked();
    void infiniteGradientsHalveTheScaleAndLeaveTheStepOut();
    void goodStepsDoubleTheScale();
    void atAScaleOfOneTheCauseLiesElsewhere();
    void float16ComesNear_data();
    void float16ComesNear();
    void float16GoesOnWhereItStopped();
    void aStepThatIsLeftOutChangesNothing();
    void twoNetworksAreRefusedInFloat16();
};

void TestPrecision::theProcessorTakes_data()
{
    QTest::addColumn<QString>("asked");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("float32") << "float32" << true;
    QTest::newRow("bfloat16") << "bfloat16" << true;
    QTest::newRow("tf32") << "tf32" << false;
    QTest::newRow("float16") << "float16" << false;
}

void TestPrecision::theProcessorTakes()
{
    QFETCH(QString, asked);
    QFETCH(bool, isTaken);
    const Result<std::string> precision = choosePrecision(asked.toStdString(), "cpu");
    QCOMPARE(bool(precision), isTaken);
    if (isTaken) {
        QCOMPARE(*precision, asked.toStdString());
        return;
    }
    QCOMPARE(precision.error().id, std::string("train.no-precision"));
    QVERIFY(precision.error().kind == ErrorKind::Usage);
    const QString words = QString::fromStdString(precision.error().text);
    QVERIFY2(words.contains(asked) && words.contains("cpu") && words.contains("bfloat16"),
             qPrintable(words));
    // What it has no instructions for is not listed either.
    const std::vector<std::string> listed = computeDevices().front().precisions;
    QVERIFY(std::ranges::find(listed, asked.toStdString()) == listed.end());
}

void TestPrecision::ofItselfTheProcessorTakesTheFasterOne()
{
    QFile info(QStringLiteral("/proc/cpuinfo"));
    if (!info.open(QIODevice::ReadOnly))
        QSKIP("What the processor can do is read from Linux.");
    const QByteArray processor = info.readAll();
    const bool isIntel = processor.contains("GenuineIntel");
    const bool hasTiles =
        processor.contains("amx_tile") && processor.contains("amx_bf16") && qgetenv("CONTINUO_AMX") != "0";
    const bool isFast = processor.contains("avx512_bf16") && (hasTiles || !isIntel);
    QCOMPARE(choosePrecision("auto", "cpu").value(), std::string(isFast ? "bfloat16" : "float32"));
}

void TestPrecision::whatACardHasFollowsFromItsGeneration_data()
{
    QTest::addColumn<int>("major");
    QTest::addColumn<QString>("precisions");
    QTest::newRow("no driver") << 0 << "float32";
    QTest::newRow("Pascal") << 6 << "float32";
    QTest::newRow("Volta, Turing") << 7 << "float32 float16";
    QTest::newRow("Ampere, Ada") << 8 << "float32 tf32 bfloat16 float16";
    QTest::newRow("Hopper") << 9 << "float32 tf32 bfloat16 float16";
}

void TestPrecision::whatACardHasFollowsFromItsGeneration()
{
    QFETCH(int, major);
    QFETCH(QString, precisions);
    QStringList told;
    for (const std::string& each : precisionsOf({"card", 1, major, 0}))
        told << QString::fromStdString(each);
    QCOMPARE(told.join(' '), precisions);
}

void TestPrecision::theDriverIsAsked()
{
    QVERIFY(!cardFacts(0, "libno-such-driver.so"));
#ifdef CONTINUO_DRIVER_STAND_IN
    const char* const driver = CONTINUO_DRIVER_STAND_IN;
    const std::optional<CardFacts> card = cardFacts(1, driver);
    QVERIFY(card);
    QCOMPARE(card->name, std::string("Card 1"));
    QCOMPARE(card->memoryBytes, std::uint64_t{6} << 30);
    QCOMPARE(card->major * 10 + card->minor, 86);
    QVERIFY(!cardFacts(2, driver));
    QVERIFY(!cardFacts(-1, driver));
#endif
}

void TestPrecision::infiniteGradientsHalveTheScaleAndLeaveTheStepOut()
{
    const LossScaleResult result =
        lossScaleOf({1024, 7, {{512, -1024}, {kInfinity, 1}, {1, kNotANumber}, {256, 0}}});
    QCOMPARE(result.isStep, (std::vector<bool>{true, false, false, true}));
    QCOMPARE(result.scales, (std::vector<double>{1024, 512, 256, 256}));
    QCOMPARE(result.goodSteps, (std::vector<std::int64_t>{8, 0, 0, 1}));
    QCOMPARE(result.unscaled, (std::vector<std::vector<float>>{{0.5F, -1}, {}, {}, {1, 0}}));
}

void TestPrecision::goodStepsDoubleTheScale()
{
    const LossScaleResult grown = lossScaleOf({1024, 998, {{1}, {1}, {1}}});
    QCOMPARE(grown.scales, (std::vector<double>{1024, 2048, 2048}));
    QCOMPARE(grown.goodSteps, (std::vector<std::int64_t>{999, 0, 1}));
    QCOMPARE(lossScaleOf({16777216, 999, {{1}}}).scales, std::vector<double>{16777216});
}

void TestPrecision::atAScaleOfOneTheCauseLiesElsewhere()
{
    const LossScaleResult result = lossScaleOf({1, 3, {{kInfinity, 2}}});
    QCOMPARE(result.isStep, std::vector<bool>{true});
    QCOMPARE(result.scales, std::vector<double>{1});
    QCOMPARE(result.unscaled.front().front(), kInfinity);
}

void TestPrecision::float16ComesNear_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("gru") << "gru";
    QTest::newRow("transformer") << "transformer";
}

void TestPrecision::float16ComesNear()
{
    QFETCH(QString, kind);
    const TrainJob job = SmallLearner::job(kind.toStdString());
    SmallLearner exact(job);
    SmallLearner half(job, "float16");
    QVERIFY2(half.learner, half.error.text.c_str());
    // A scale at which no step is left out.
    Tensors begin = half.tensors(true);
    begin["optimizer.lossScale"] = floatTensor(std::vector<float>{256, 0}, {2});
    QVERIFY(half.learner->load(begin, true));
    const double fresh = exact.loss();
    for (std::int64_t step = 1; step <= 20; ++step) {
        QVERIFY(exact.step(step) > 0);
        QVERIFY2(half.step(step) > 0, half.error.text.c_str());
    }
    QVERIFY(exact.loss() < 0.9 * fresh);
    QVERIFY2(std::abs(half.loss() - exact.loss()) < 0.05 * exact.loss(),
             qPrintable(QString("%1 %2").arg(half.loss()).arg(exact.loss())));
    QVERIFY(half.tensors(false) != exact.tensors(false));
}

void TestPrecision::float16GoesOnWhereItStopped()
{
    TrainJob job = SmallLearner::job("gru");
    job.network.dropout = 0.3;
    job.network.layers = 2;
    SmallLearner whole(job, "float16");
    SmallLearner again(job, "float16");
    for (std::int64_t step = 1; step <= 3; ++step)
        QVERIFY(whole.step(step) >= 0);
    const Tensors checkpoint = whole.tensors(true);
    QVERIFY(again.learner->load(checkpoint, true));
    for (std::int64_t step = 4; step <= 6; ++step)
        QCOMPARE(again.step(step), whole.step(step));
    QVERIFY(again.tensors(true) == whole.tensors(true));
    QCOMPARE(floatValues(checkpoint.at("optimizer.lossScale")).size(), std::size_t{2});
    // A model is without it.
    QVERIFY(!whole.tensors(false).contains("optimizer.lossScale"));
}

void TestPrecision::aStepThatIsLeftOutChangesNothing()
{
    SmallLearner half(SmallLearner::job("gru"), "float16");
    Tensors begin = half.tensors(true);
    begin["optimizer.lossScale"] = floatTensor(std::vector<float>{16777216, 5}, {2});
    QVERIFY(half.learner->load(begin, true));
    QCOMPARE(half.step(1), 0.0);
    const std::vector<float> scale = floatValues(half.tensors(true).at("optimizer.lossScale"));
    QCOMPARE(scale, (std::vector<float>{8388608, 0}));
    Tensors after = half.tensors(true);
    after["optimizer.lossScale"] = begin["optimizer.lossScale"];
    QVERIFY(after == begin);
}

void TestPrecision::twoNetworksAreRefusedInFloat16()
{
    const SmallLearner refused(SmallLearner::job("gan"), "float16");
    QVERIFY(!refused.learner);
    QCOMPARE(refused.error.id, std::string("train.no-precision"));
}

QTEST_APPLESS_MAIN(TestPrecision)
#include "tst_precision.moc"
