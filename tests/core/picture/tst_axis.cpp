// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/picture/axis.h"

#include <algorithm>
#include <cmath>

using namespace continuo;

class TestAxis final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ticksAreRoundAndHoldTheValues_data();
    void ticksAreRoundAndHoldTheValues();
    void aTightAxisEndsAtItsValues();
    void logTicksHoldTheValues_data();
    void logTicksHoldTheValues();
    void fractionsRunFromZeroToOne();
    void numbersAreReadable_data();
    void numbersAreReadable();
};

namespace {

std::string joined(const Axis& axis)
{
    std::string text;
    for (const double tick : axis.ticks)
        text += (text.empty() ? "" : " ") + axis.label(tick);
    return text;
}

} // namespace

void TestAxis::ticksAreRoundAndHoldTheValues_data()
{
    QTest::addColumn<double>("lowest");
    QTest::addColumn<double>("highest");
    QTest::addColumn<int>("ticks");
    QTest::addColumn<std::string>("labels");
    QTest::newRow("losses") << 0.93 << 3.66 << 6 << std::string("0.5 1.0 1.5 2.0 2.5 3.0 3.5 4.0");
    QTest::newRow("steps") << 0.0 << 9000.0 << 5 << std::string("0 2,000 4,000 6,000 8,000 10,000");
    QTest::newRow("quarters") << 0.0 << 1.0 << 4 << std::string("0.00 0.25 0.50 0.75 1.00");
    QTest::newRow("around zero") << -0.3 << 0.4 << 4 << std::string("-0.4 -0.2 0.0 0.2 0.4");
    QTest::newRow("millions") << 0.0 << 2e6 << 4 << std::string("0 500,000 1,000,000 1,500,000 2,000,000");
    QTest::newRow("one value") << 2.0 << 2.0 << 4 << std::string("1.8 1.9 2.0 2.1 2.2");
    QTest::newRow("nothing but zero") << 0.0 << 0.0 << 2 << std::string("-0.5 0.0 0.5");
}

void TestAxis::ticksAreRoundAndHoldTheValues()
{
    QFETCH(double, lowest);
    QFETCH(double, highest);
    QFETCH(int, ticks);
    QFETCH(std::string, labels);
    const Axis axis = axisFor(lowest, highest, ticks);
    QCOMPARE(joined(axis), labels);
    QVERIFY(axis.from <= lowest && axis.to >= highest && axis.from < axis.to);
}

void TestAxis::aTightAxisEndsAtItsValues()
{
    const Axis axis = tightAxisFor(13, 8990, 4);
    QCOMPARE(axis.from, 13.0);
    QCOMPARE(axis.to, 8990.0);
    QCOMPARE(joined(axis), std::string("2,500 5,000 7,500"));
}

void TestAxis::logTicksHoldTheValues_data()
{
    QTest::addColumn<double>("lowest");
    QTest::addColumn<double>("highest");
    QTest::addColumn<std::string>("labels");
    QTest::newRow("within a decade") << 0.9 << 3.6 << std::string("0.7 1 1.5 2 3 5");
    QTest::newRow("three decades") << 0.002 << 1.5 << std::string("0.001 0.003 0.01 0.03 0.1 0.3 1 3");
    QTest::newRow("eight decades") << 1e-4 << 2e3 << std::string("0.0001 0.001 0.01 0.1 1 10 100 1,000 10,000");
    QTest::newRow("one value") << 1.0 << 1.0 << std::string("1 1.5");
}

void TestAxis::logTicksHoldTheValues()
{
    QFETCH(double, lowest);
    QFETCH(double, highest);
    QFETCH(std::string, labels);
    const Axis axis = logAxisFor(lowest, highest);
    QCOMPARE(joined(axis), labels);
    QVERIFY(axis.from <= lowest && axis.to >= highest);
    QVERIFY(std::is_sorted(axis.ticks.begin(), axis.ticks.end()));
}

void TestAxis::fractionsRunFromZeroToOne()
{
    const Axis plain{.from = 2, .to = 6};
    QCOMPARE(plain.fraction(2), 0.0);
    QCOMPARE(plain.fraction(5), 0.75);
    QCOMPARE(plain.fraction(6), 1.0);
    const Axis log{.from = 0.1, .to = 10, .isLog = true};
    QVERIFY(std::abs(log.fraction(1) - 0.5) < 1e-12);
    QCOMPARE(log.fraction(10), 1.0);
}

void TestAxis::numbersAreReadable_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<std::string>("text");
    QTest::newRow("zero") << 0.0 << std::string("0");
    QTest::newRow("three digits") << 1.4349 << std::string("1.43");
    QTest::newRow("no zeros at the end") << 1.4 << std::string("1.4");
    QTest::newRow("small") << 0.00025 << std::string("0.00025");
    QTest::newRow("thousands") << 12345.6 << std::string("12,346");
    QTest::newRow("millions below zero") << -1234567.0 << std::string("-1,234,567");
    QTest::newRow("nan") << std::nan("") << std::string("nan");
    QTest::newRow("infinite") << -HUGE_VAL << std::string("-inf");
}

void TestAxis::numbersAreReadable()
{
    QFETCH(double, value);
    QFETCH(std::string, text);
    QCOMPARE(readableNumber(value), text);
    QCOMPARE(readableNumber(1.4, 3, true), std::string("1.40"));
}

QTEST_APPLESS_MAIN(TestAxis)
#include "tst_axis.moc"
