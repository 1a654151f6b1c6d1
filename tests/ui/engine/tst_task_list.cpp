// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/task_list.h"

#include <QSignalSpy>
#include <QTest>

using namespace continuo::ui;

class TestTaskList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tasksComeChangeAndGo()
    {
        TaskList tasks;
        QSignalSpy changed(&tasks, &TaskList::changed);
        const int one = tasks.begin(QStringLiteral("Import"));
        const int two = tasks.begin(QStringLiteral("Train"));
        QVERIFY(one != two);
        tasks.update(one, [](Task& task) { task.share = 0.5; });
        QCOMPARE(tasks.tasks().front().share, std::optional(0.5));
        tasks.finish(one);
        QCOMPARE(tasks.tasks().size(), std::size_t{1});
        QCOMPARE(changed.size(), 4);
        tasks.finish(one);
        tasks.update(one, [](Task&) { QFAIL("that task is gone"); });
        QCOMPARE(changed.size(), 4);
    }
};

QTEST_GUILESS_MAIN(TestTaskList)
#include "tst_task_list.moc"
