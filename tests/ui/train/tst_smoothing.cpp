// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/smoothing.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace continuo::ui;

class TestSmoothing final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFormulaByHand();
    void withoutWeightNothingChanges();
    void aLevelStaysWhereItIs();
    void gapsKeepTheValueBefore();
};

void TestSmoothing::theFormulaByHand()
{
    const std::vector<double> calm = smoothed(std::vector<double>{4, 2, 3}, 0.5);
    // m: 2, 2, 2.5; 1 − w^t: 0.5, 0.75, 0.875
    QCOMPARE(calm.size(), 3U);
    QCOMPARE(calm[0], 4.0);
    QCOMPARE(calm[1], 2 / 0.75);
    QCOMPARE(calm[2], 2.5 / 0.875);
}

void TestSmoothing::withoutWeightNothingChanges()
{
    const std::vector<double> values{3, -1, 7.5};
    QCOMPARE(smoothed(values, 0), values);
    QVERIFY(smoothed({}, 0.9).empty());
}

void TestSmoothing::aLevelStaysWhereItIs()
{
    for (const double value : smoothed(std::vector<double>(50, 2.5), 0.99))
        QVERIFY(std::abs(value - 2.5) < 1e-12);
}

void TestSmoothing::gapsKeepTheValueBefore()
{
    const double none = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> calm = smoothed(std::vector<double>{none, 4, none, 2}, 0.5);
    QVERIFY(std::isnan(calm[0]));
    QCOMPARE(calm[1], 4.0);
    QCOMPARE(calm[2], 4.0);
    QCOMPARE(calm[3], 2 / 0.75);
}

QTEST_GUILESS_MAIN(TestSmoothing)
#include "tst_smoothing.moc"
