// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/train/story_lines.h"
#include "ui/train/run_list_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

RunFactsPointer run(const QString& name, double loss, RunState state = RunState::Done, const QString& encoding = QStringLiteral("grid"))
{
    auto facts = std::make_shared<RunFacts>();
    facts->path = QStringLiteral("/runs/") + name;
    facts->name = name;
    facts->state = state;
    facts->encodingPrint = encoding;
    facts->story = storyOf({kStarted, judgedLine(2, 10, loss), judgedLine(3, 20, loss + 0.25)});
    return facts;
}

QStringList names(const RunListModel& model)
{
    QStringList list;
    for (int row = 0; row < model.rowCount(); ++row)
        list << model.index(row).data().toString();
    return list;
}

} // namespace

class TestRunListModel final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runsComeGoAndMove();
    void figuresInWords();
    void whatCannotBeComparedSaysWhy();
    void anUnchangedListTellsNothing();
};

void TestRunListModel::runsComeGoAndMove()
{
    RunListModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const RunFactsPointer a = run(QStringLiteral("a"), 2), b = run(QStringLiteral("b"), 2), c = run(QStringLiteral("c"), 2), d = run(QStringLiteral("d"), 2);
    const std::vector<std::vector<RunFactsPointer>> lists{{a}, {c, b, a}, {a, b, c}, {b, d}, {}, {d, a}};
    for (const std::vector<RunFactsPointer>& list : lists) {
        model.setRuns(list);
        QStringList expected;
        for (const RunFactsPointer& each : list)
            expected << each->name;
        QCOMPARE(names(model), expected);
    }
    QCOMPARE(model.rowOf(a->path), 1);
    QCOMPARE(model.rowOf(QStringLiteral("/elsewhere")), -1);
    QVERIFY(!model.run(7));
}

void TestRunListModel::figuresInWords()
{
    RunListModel model;
    model.setRuns({run(QStringLiteral("a"), 1.5, RunState::Training), run(QStringLiteral("b"), 2)});
    QCOMPARE(model.index(0).data(RunListModel::StateRole).toString(), QStringLiteral("training"));
    QCOMPARE(model.index(0).data(RunListModel::FiguresRole).toString(), QStringLiteral("best 1.50 · now 1.75 · 12,104 weights"));
    QCOMPARE(model.index(1).data(RunListModel::FiguresRole).toString(), QStringLiteral("best 2.00 · 12,104 weights"));
}

void TestRunListModel::whatCannotBeComparedSaysWhy()
{
    RunListModel model;
    const RunFactsPointer a = run(QStringLiteral("a"), 1.5), b = run(QStringLiteral("b"), 2), other = run(QStringLiteral("c"), 3, RunState::Done, QStringLiteral("else"));
    model.setRuns({a, b, other});
    model.setDrawn(a->path, {b});
    QCOMPARE(model.index(0).data(RunListModel::ColourRole).toInt(), 0);
    QCOMPARE(model.index(1).data(RunListModel::ColourRole).toInt(), 1);
    QCOMPARE(model.index(2).data(RunListModel::ColourRole).toInt(), -1);
    QCOMPARE(model.index(1).data(RunListModel::StateRole).toString(), QStringLiteral("done"));
    QCOMPARE(model.index(2).data(RunListModel::StateRole).toString(), QStringLiteral("other encoding"));
    QVERIFY(model.index(2).data(RunListModel::FiguresRole).toString().contains(QLatin1String("3.20 bits per note")));
    QCOMPARE(whyNotComparable(*a, *b), QString());
}

void TestRunListModel::anUnchangedListTellsNothing()
{
    RunListModel model;
    const std::vector<RunFactsPointer> runs{run(QStringLiteral("a"), 1.5)};
    model.setRuns(runs);
    const QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    model.setRuns(runs);
    QCOMPARE(changes.size(), 0);
    model.setRuns({run(QStringLiteral("a"), 1.25)});
    QCOMPARE(changes.size(), 1);
}

QTEST_GUILESS_MAIN(TestRunListModel)
#include "tst_run_list_model.moc"
