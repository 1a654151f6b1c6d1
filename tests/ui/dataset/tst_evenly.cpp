// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/evenly.h"

#include <QTest>

#include <numeric>

using namespace continuo::ui;

class TestEvenly : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void someLieEvenlyAmongAll_data()
    {
        QTest::addColumn<int>("all");
        QTest::addColumn<int>("wanted");
        QTest::addColumn<QList<int>>("some");
        QTest::newRow("none there") << 0 << 3 << QList<int>{};
        QTest::newRow("fewer than wanted") << 2 << 3 << QList<int>{0, 1};
        QTest::newRow("just as many") << 3 << 3 << QList<int>{0, 1, 2};
        QTest::newRow("every second") << 6 << 3 << QList<int>{0, 2, 4};
        QTest::newRow("no whole ratio") << 10 << 4 << QList<int>{0, 2, 5, 7};
        QTest::newRow("none wanted") << 5 << 0 << QList<int>{};
    }
    void someLieEvenlyAmongAll()
    {
        QFETCH(int, all);
        QFETCH(int, wanted);
        std::vector<int> numbers(static_cast<std::size_t>(all));
        std::iota(numbers.begin(), numbers.end(), 0);
        const std::vector<int> some = evenly(numbers, static_cast<std::size_t>(wanted));
        QTEST(QList<int>(some.begin(), some.end()), "some");
    }
};

QTEST_GUILESS_MAIN(TestEvenly)
#include "tst_evenly.moc"
