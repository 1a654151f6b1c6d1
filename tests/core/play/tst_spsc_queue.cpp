// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/spsc_queue.h"

#include <QTest>

#include <memory>
#include <thread>

using namespace continuo;

class TestSpscQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsOrderAndRefusesWhenFull()
    {
        SpscQueue<int, 3> queue;
        for (int i = 0; i < 3; ++i)
            QVERIFY(queue.push(int{i}));
        QVERIFY(!queue.push(3));
        for (int i = 0; i < 3; ++i)
            QCOMPARE(queue.pop(), std::optional<int>(i));
        QCOMPARE(queue.pop(), std::nullopt);
        QVERIFY(queue.push(4));
        QCOMPARE(queue.pop(), std::optional<int>(4));
    }

    void aValueTakenWhereItStandsLeavesItsPlace()
    {
        SpscQueue<std::unique_ptr<int>, 1> queue;
        for (int i = 0; i < 3; ++i) {
            QVERIFY(queue.push(std::make_unique<int>(i)));
            std::unique_ptr<int> taken;
            QVERIFY(queue.take([&](std::unique_ptr<int>& value) { taken = std::move(value); }));
            QCOMPARE(*taken, i);
            QVERIFY(!queue.take([](std::unique_ptr<int>&) {}));
        }
    }

    void aRefusedValueStaysWithTheCaller()
    {
        SpscQueue<std::unique_ptr<int>, 1> queue;
        QVERIFY(queue.push(std::make_unique<int>(1)));
        auto second = std::make_unique<int>(2);
        QVERIFY(!queue.push(std::move(second)));
        QCOMPARE(*second, 2);
    }

    void losesAndInventsNothingBetweenTwoThreads()
    {
        SpscQueue<int, 16> queue;
        constexpr int count = 20'000;
        std::thread writer([&] {
            for (int i = 0; i < count; ++i)
                while (!queue.push(int{i}))
                    std::this_thread::yield();
        });
        int expected = 0;
        bool isInOrder = true;
        while (expected < count) {
            if (const auto value = queue.pop())
                isInOrder = isInOrder && *value == expected++;
            else
                std::this_thread::yield();
        }
        writer.join();
        QVERIFY(isInOrder);
    }
};

QTEST_APPLESS_MAIN(TestSpscQueue)
#include "tst_spsc_queue.moc"
