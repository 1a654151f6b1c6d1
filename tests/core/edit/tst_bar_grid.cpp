// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/bar_grid.h"

#include <QTest>

using namespace continuo;

class TestBarGrid : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsLines_data()
    {
        QTest::addColumn<int>("numerator");
        QTest::addColumn<int>("denominator");
        QTest::addColumn<int>("time");
        QTest::addColumn<int>("before"); // At or before,
        QTest::addColumn<int>("after");  // and after.
        QTest::addColumn<int>("nearest");
        QTest::newRow("on a line") << 1 << 8 << 480 << 480 << 960 << 480;
        QTest::newRow("before the middle") << 1 << 8 << 719 << 480 << 960 << 480;
        QTest::newRow("the middle goes to the later") << 1 << 8 << 720 << 480 << 960 << 960;
        QTest::newRow("triplets") << 1 << 12 << 500 << 320 << 640 << 640;
        QTest::newRow("dotted") << 3 << 16 << 1500 << 1440 << 2160 << 1440;
        QTest::newRow("dotted ends with the bar") << 3 << 16 << 3730 << 3600 << 3840 << 3840;
        QTest::newRow("dotted begins anew with the bar") << 3 << 16 << 3900 << 3840 << 4560 << 3840;
        QTest::newRow("longer than a bar") << 2 << 1 << 5000 << 3840 << 7680 << 3840;
        QTest::newRow("beginning") << 1 << 4 << 0 << 0 << 960 << 0;
    }

    void findsLines()
    {
        QFETCH(const int, numerator);
        QFETCH(const int, denominator);
        QFETCH(const int, time);
        QFETCH(const int, before);
        QFETCH(const int, after);
        QFETCH(const int, nearest);
        const BarGrid grid(MeterMap(960, Meter{4, 4}), numerator, denominator);
        QCOMPARE(grid.lineAtOrBefore({time}).value, before);
        QCOMPARE(grid.lineAfter({time}).value, after);
        QCOMPARE(grid.nearest({time}).value, nearest);
        QCOMPARE(grid.lineAtOrAfter({time}).value, time == before ? before : after);
        QCOMPARE(grid.lineAfter(grid.lineBefore({time})).value, time == 0 ? after : time == before ? time : after);
    }

    void stepsBackOverEveryLine()
    {
        // 100 ticks a quarter do not hold triplets: lines are rounded one by one.
        const BarGrid grid(MeterMap(100, Meter{3, 4}), 1, 12);
        QCOMPARE(grid.step().value, 33);
        std::vector<std::int64_t> lines{0};
        for (Tick time{}; time.value < 600;) {
            time = grid.lineAfter(time);
            lines.push_back(time.value);
        }
        QCOMPARE(lines, (std::vector<std::int64_t>{0, 33, 67, 100, 133, 167, 200, 233, 267, 300, 333, 367, 400, 433, 467, 500, 533, 567, 600}));
        for (std::size_t i = lines.size() - 1; i > 0; --i)
            QCOMPARE(grid.lineBefore({lines[i]}).value, lines[i - 1]);
        QCOMPARE(grid.lineBefore({0}).value, 0);
    }

    void linesNeverFallTogether()
    {
        const BarGrid grid(MeterMap(1, Meter{4, 4}), 1, 64); // Sixteen lines in a tick.
        QCOMPARE(grid.step().value, 1);
        QCOMPARE(grid.lineAfter({2}).value, 3);
        QCOMPARE(grid.lineAtOrBefore({2}).value, 2);
    }
};

QTEST_APPLESS_MAIN(TestBarGrid)
#include "tst_bar_grid.moc"
