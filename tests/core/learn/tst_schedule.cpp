// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/learn/schedule.h"

using namespace continuo;

class TestSchedule final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ratesFollowTheSchedule_data();
    void ratesFollowTheSchedule();
    void plateauHalvesAfterPatience();
    void otherSchedulesIgnoreEvaluations();
    void teacherForcingFallsOverTheTraining();
};

void TestSchedule::ratesFollowTheSchedule_data()
{
    QTest::addColumn<QString>("schedule");
    QTest::addColumn<int>("warmup");
    QTest::addColumn<double>("minimum");
    QTest::addColumn<int>("step");
    QTest::addColumn<int>("epoch");
    QTest::addColumn<double>("progress");
    QTest::addColumn<double>("rate");
    QTest::newRow("constant") << "constant" << 0 << 0.0 << 500 << 7 << 0.9 << 0.01;
    QTest::newRow("first step of warm-up") << "constant" << 100 << 0.0 << 0 << 0 << 0.0 << 0.0001;
    QTest::newRow("half of warm-up") << "constant" << 100 << 0.0 << 49 << 0 << 0.0 << 0.005;
    QTest::newRow("after warm-up") << "constant" << 100 << 0.0 << 100 << 0 << 0.0 << 0.01;
    QTest::newRow("step before") << "step" << 0 << 0.0 << 0 << 9 << 0.0 << 0.01;
    QTest::newRow("step once") << "step" << 0 << 0.0 << 0 << 10 << 0.0 << 0.005;
    QTest::newRow("step twice") << "step" << 0 << 0.0 << 0 << 25 << 0.0 << 0.0025;
    QTest::newRow("step stops at the minimum") << "step" << 0 << 0.004 << 0 << 25 << 0.0 << 0.004;
    QTest::newRow("cosine begins") << "cosine" << 0 << 0.0 << 0 << 0 << 0.0 << 0.01;
    QTest::newRow("cosine in the middle") << "cosine" << 0 << 0.0 << 0 << 0 << 0.5 << 0.005;
    QTest::newRow("cosine ends") << "cosine" << 0 << 0.0 << 0 << 0 << 1.0 << 0.0;
    QTest::newRow("cosine past its end") << "cosine" << 0 << 0.001 << 0 << 0 << 1.5 << 0.001;
}

void TestSchedule::ratesFollowTheSchedule()
{
    QFETCH(QString, schedule);
    QFETCH(int, warmup);
    QFETCH(double, minimum);
    QFETCH(int, step);
    QFETCH(int, epoch);
    QFETCH(double, progress);
    QFETCH(double, rate);
    TrainSettings settings;
    settings.schedule = schedule.toStdString();
    settings.warmupSteps = warmup;
    settings.minimumLearningRate = minimum;
    Schedule value;
    value.base = 0.01;
    QVERIFY(std::abs(value.rate(settings, step, epoch, progress) - rate) < 1e-15);
}

void TestSchedule::plateauHalvesAfterPatience()
{
    TrainSettings settings;
    settings.schedule = "plateau";
    settings.plateauPatience = 2;
    Schedule value;
    value.base = 0.01;
    QVERIFY(!value.evaluated(settings, 2.0));
    QVERIFY(!value.evaluated(settings, 2.5));
    QVERIFY(!value.evaluated(settings, 1.9)); // a gain begins the wait anew
    QVERIFY(!value.evaluated(settings, 1.9));
    QVERIFY(value.evaluated(settings, 1.95));
    QCOMPARE(value.rate(settings, 0, 0, 0), 0.005);
    QVERIFY(!value.evaluated(settings, 2.0));
    QVERIFY(value.evaluated(settings, 2.0));
    QCOMPARE(value.rate(settings, 0, 0, 0), 0.0025);
}

void TestSchedule::otherSchedulesIgnoreEvaluations()
{
    Schedule value;
    for (int i = 0; i < 100; ++i)
        QVERIFY(!value.evaluated(TrainSettings{}, 5));
    QVERIFY(value == Schedule{});
}

void TestSchedule::teacherForcingFallsOverTheTraining()
{
    TrainSettings settings;
    QCOMPARE(teacherForcingAt(settings, 0.5), 1.0);
    settings.teacherForcing = 0.4;
    QCOMPARE(teacherForcingAt(settings, 0.0), 0.4);
    settings.forcingSchedule = "linear";
    QCOMPARE(teacherForcingAt(settings, 0.0), 1.0);
    QCOMPARE(teacherForcingAt(settings, 0.5), 0.7);
    QCOMPARE(teacherForcingAt(settings, 1.0), 0.4);
    QCOMPARE(teacherForcingAt(settings, 1.5), 0.4);
}

QTEST_APPLESS_MAIN(TestSchedule)
#include "tst_schedule.moc"
