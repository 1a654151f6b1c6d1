// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/time.h"

#include <QTest>

using namespace continuo;

class TestTime : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gridLinesAreRounded_data()
    {
        QTest::addColumn<qint64>("count");
        QTest::addColumn<qint64>("numerator");
        QTest::addColumn<qint64>("denominator");
        QTest::addColumn<qint64>("tick");
        QTest::newRow("origin") << qint64{0} << qint64{1024} << qint64{3} << qint64{0};
        QTest::newRow("first triplet eighth")
            << qint64{1} << qint64{1024} << qint64{3} << qint64{341};
        QTest::newRow("second triplet eighth")
            << qint64{2} << qint64{1024} << qint64{3} << qint64{683};
        QTest::newRow("third is exact") << qint64{3} << qint64{1024} << qint64{3} << qint64{1024};
        QTest::newRow("half goes up") << qint64{1} << qint64{5} << qint64{2} << qint64{3};
        QTest::newRow("half goes away from zero")
            << qint64{-1} << qint64{5} << qint64{2} << qint64{-3};
        QTest::newRow("before the origin")
            << qint64{-1} << qint64{1024} << qint64{3} << qint64{-341};
    }

    void gridLinesAreRounded()
    {
        QFETCH(const qint64, count);
        QFETCH(const qint64, numerator);
        QFETCH(const qint64, denominator);
        QFETCH(const qint64, tick);
        QCOMPARE(qint64{gridLine(count, numerator, denominator).value}, tick);
    }

    void gridNeverDrifts()
    {
        // A million triplet sixteenths at 1024 ticks end where they should, and no line is further
        // than half a tick off.
        for (qint64 line = 0; line <= 1'000'000; line += 997) {
            const qint64 found = gridLine(line, 1024, 6).value;
            QVERIFY(qAbs(6 * found - 1024 * line) <= 3);
        }
        QCOMPARE(qint64{gridLine(6'000'000, 1024, 6).value}, qint64{1'024'000'000});
    }

    void ticksAddAndCompare()
    {
        static_assert(Tick{2} + Tick{3} == Tick{5});
        static_assert(Tick{2} - Tick{3} == Tick{-1});
        static_assert(Tick{-1} < Tick{});
        Tick time{1};
        time += {4};
        QCOMPARE(qint64{time.value}, qint64{5});
    }
};

QTEST_APPLESS_MAIN(TestTime)
#include "tst_time.moc"
