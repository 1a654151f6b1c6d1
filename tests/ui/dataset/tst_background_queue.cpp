// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/background_queue.h"

#include <QTest>
#include <QThread>

#include <atomic>

using namespace continuo::ui;

class TestBackgroundQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void workRunsElsewhereInOrderAndEndsHere()
    {
        QObject home;
        BackgroundQueue queue(&home);
        QList<int> order;
        QThread* const here = QThread::currentThread();
        bool isElsewhere = true;
        bool isHere = true;
        for (int i = 0; i < 20; ++i) {
            queue.run([i, here] { return std::pair(i, QThread::currentThread() != here); },
                      [&, here](std::pair<int, bool> outcome) {
                          order << outcome.first;
                          isElsewhere = isElsewhere && outcome.second;
                          isHere = isHere && QThread::currentThread() == here;
                      });
        }
        QTRY_COMPARE(order.size(), 20);
        QVERIFY(std::is_sorted(order.begin(), order.end()));
        QVERIFY(isElsewhere);
        QVERIFY(isHere);
    }

    void nothingIsHandedToWhoIsGone()
    {
        std::atomic<bool> hasBegun = false;
        bool isHanded = false;
        {
            QObject home;
            BackgroundQueue queue(&home);
            queue.run(
                [&] {
                    hasBegun = true;
                    return 0;
                },
                [&](int) { isHanded = true; });
            // Busy waiting instead of an event loop, so that what is handed over stays on its way.
            while (!hasBegun)
                QThread::yieldCurrentThread();
        }
        QCoreApplication::processEvents();
        QVERIFY(!isHanded);
    }
};

QTEST_MAIN(TestBackgroundQueue)
#include "tst_background_queue.moc"
