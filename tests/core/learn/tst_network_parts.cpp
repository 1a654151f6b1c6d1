// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/learn/network_case.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace continuo::test;

class TestNetworkParts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void dropoutLeavesOutItsShare_data()
    {
        QTest::addColumn<double>("share");
        QTest::addColumn<bool>("isBfloat16");
        for (const double share : {0.1, 0.25, 0.5, 0.9})
            for (const bool isBfloat16 : {false, true})
                QTest::addRow("%g, %s", share, isBfloat16 ? "bfloat16" : "float32")
                    << share << isBfloat16;
    }
    void dropoutLeavesOutItsShare()
    {
        QFETCH(double, share);
        QFETCH(bool, isBfloat16);
        constexpr std::int64_t kCount = 400'001;
        const std::vector<float> values = droppedOnes(share, kCount, isBfloat16, 2, 7);
        QCOMPARE(values.size(), std::size_t(kCount));
        const auto kept = static_cast<float>(1 / (1 - share));
        double zeros = 0;
        double pairs = 0; // of neighbours left out together
        for (std::size_t i = 0; i < values.size(); ++i) {
            QVERIFY(values[i] == 0.0F || std::abs(values[i] - kept) < 0.005F * kept);
            zeros += values[i] == 0.0F;
            pairs += i > 0 && values[i] == 0.0F && values[i - 1] == 0.0F;
        }
        // Five standard errors of independent draws.
        QVERIFY(std::abs(zeros / kCount - share) < 5 * std::sqrt(share * (1 - share) / kCount));
        const double both = share * share;
        QVERIFY(std::abs(pairs / kCount - both) < 5 * std::sqrt(2 * both / kCount));
    }

    void dropoutIsAFunctionOfTheSeedAlone()
    {
        for (const bool isBfloat16 : {false, true}) {
            const std::vector<float> one = droppedOnes(0.3, 10'007, isBfloat16, 1, 1);
            QCOMPARE(droppedOnes(0.3, 10'007, isBfloat16, 2, 1), one);
            QVERIFY(droppedOnes(0.3, 10'007, isBfloat16, 1, 2) != one);
        }
    }

    void rowsOfZerosChangeNoProduct()
    {
        for (const std::int64_t rows : {1, 511, 512, 513, 1500}) {
            const std::vector<float> even = linearOf(rows, true);
            const std::vector<float> plain = linearOf(rows, false);
            QCOMPARE(even.size(), plain.size());
            for (std::size_t i = 0; i < even.size(); ++i)
                QVERIFY2(std::abs(even[i] - plain[i]) <= 0.02F * std::max(1.0F, std::abs(plain[i])),
                         qPrintable(QString("%1 rows, value %2").arg(rows).arg(i)));
        }
    }
};

QTEST_GUILESS_MAIN(TestNetworkParts)
#include "tst_network_parts.moc"
