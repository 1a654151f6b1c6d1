// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <QTest>

#include <atomic>
#include <mutex>
#include <set>
#include <vector>

using namespace continuo;

class TestParallel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void poolFinishesWhatItWasGiven()
    {
        std::atomic<int> count = 0;
        {
            ThreadPool pool(3);
            QCOMPARE(pool.threads(), 3U);
            for (int i = 0; i < 1000; ++i)
                pool.run([&] { ++count; });
        }
        QCOMPARE(count.load(), 1000);
    }

    void everyIndexIsWorkedOnOnce()
    {
        std::vector<std::atomic<int>> seen(5000);
        parallelFor(seen.size(), 4, CancelToken{}, [&](std::size_t i) { ++seen[i]; });
        for (const std::atomic<int>& count : seen)
            QCOMPARE(count.load(), 1);
    }

    void cancelBeginsNothingNew()
    {
        const CancelToken cancel;
        std::atomic<int> count = 0;
        parallelFor(1'000'000, 4, cancel, [&](std::size_t) {
            if (++count == 100)
                cancel.cancel();
        });
        QVERIFY(count.load() >= 100 && count.load() < 110);
    }

    void orderedMapKeepsOrderAndWindow_data()
    {
        QTest::addColumn<unsigned>("threads");
        QTest::addColumn<int>("window");
        for (const unsigned threads : {1U, 2U, 7U})
            for (const int window : {1, 2, 64})
                QTest::addRow("%u threads, window %d", threads, window) << threads << window;
    }

    void orderedMapKeepsOrderAndWindow()
    {
        QFETCH(const unsigned, threads);
        QFETCH(const int, window);
        std::atomic<int> alive = 0;
        std::atomic<int> most = 0;
        std::vector<std::size_t> order;
        parallelOrdered<std::size_t>(
            2000, threads, static_cast<std::size_t>(window), CancelToken{},
            [&](std::size_t i) {
                const int now = ++alive;
                int before = most.load();
                while (now > before && !most.compare_exchange_weak(before, now)) {
                }
                return i * i;
            },
            [&](std::size_t i, std::size_t square) {
                --alive;
                order.push_back(i);
                return square == i * i;
            });
        QCOMPARE(order.size(), std::size_t(2000));
        QVERIFY(std::is_sorted(order.begin(), order.end()));
        QVERIFY2(most.load() <= window + 1, "more values existed at once than the window allows");
    }

    void orderedMapEndsWhenTheReaderHadEnough()
    {
        std::size_t consumed = 0;
        parallelOrdered<int>(
            1'000'000, 3, 16, CancelToken{}, [](std::size_t) { return 1; },
            [&](std::size_t, int) { return ++consumed < 50; });
        QCOMPARE(consumed, std::size_t(50));
    }

    void orderedMapEndsOnCancelWithAWholeBeginning()
    {
        const CancelToken cancel;
        std::vector<std::size_t> order;
        parallelOrdered<std::size_t>(
            1'000'000, 3, 16, cancel, [](std::size_t i) { return i; },
            [&](std::size_t i, std::size_t) {
                order.push_back(i);
                if (i == 500)
                    cancel.cancel();
                return true;
            });
        QVERIFY(order.size() > 500 && order.size() < 600);
        for (std::size_t i = 0; i < order.size(); ++i)
            QCOMPARE(order[i], i);
    }

    void nothingToDoReturnsAtOnce()
    {
        parallelFor(0, 4, CancelToken{}, [](std::size_t) { QFAIL("called"); });
        parallelOrdered<int>(
            0, 4, 4, CancelToken{}, [](std::size_t) { return 0; }, [](std::size_t, int) { return true; });
    }
};

QTEST_APPLESS_MAIN(TestParallel)
#include "tst_parallel.moc"
