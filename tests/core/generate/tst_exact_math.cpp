// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/generate/exact_math.h"

#include <cmath>
#include <limits>

using namespace continuo;

class TestExactMath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exponentialIsExactToTwoUnits()
    {
        for (double x = -700; x < 700; x += 0.0371) {
            const double error = std::abs(exactExp(x) / std::exp(x) - 1);
            QVERIFY2(error < 4.5e-16, qPrintable(QString::number(x)));
        }
    }

    void logarithmIsExactToTwoUnits()
    {
        for (double x = 1e-300; x < 1e300; x *= 1.0371) {
            const double expected = std::log(x);
            const double error = std::abs(exactLog(x) - expected);
            QVERIFY2(error <= 4.5e-16 * std::max(1e-3, std::abs(expected)), qPrintable(QString::number(x)));
        }
        for (double x = 0.5; x < 2; x += 1e-4)
            QVERIFY(std::abs(exactLog(x) - std::log(x)) < 2e-16);
    }

    void edgesAreAsInTheLibrary()
    {
        const double infinity = std::numeric_limits<double>::infinity();
        QCOMPARE(exactExp(0), 1.0);
        QCOMPARE(exactExp(-infinity), 0.0);
        QCOMPARE(exactExp(-746), 0.0);
        QCOMPARE(exactExp(infinity), infinity);
        QVERIFY(std::isnan(exactExp(std::nan(""))));
        QCOMPARE(exactLog(1), 0.0);
        QCOMPARE(exactLog(0), -infinity);
        // The smallest numbers too.
        QCOMPARE(exactExp(-740), std::exp(-740.0));
    }
};

QTEST_APPLESS_MAIN(TestExactMath)
#include "tst_exact_math.moc"
