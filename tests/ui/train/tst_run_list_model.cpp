// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/train/story_lines.h"
#include "ui/train/run_list_model.h"
#include "ui/train/runs_panel.h"

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
    void theNameHasTheRoomBeforeTheRemark_data();
    void theNameHasTheRoomBeforeTheRemark();
    void theTooltipHoldsTheWhole();
    void runsComeGoAndMove();
    void figuresInWords();
    void whatCannotBeComparedSaysWhy();
    void anUnchangedListTellsNothing();
};

void TestRunListModel::theNameHasTheRoomBeforeTheRemark_data()
{
    QTest::addColumn<int>("name");
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("nameRoom");
    QTest::addColumn<int>("stateRoom");
    QTest::newRow("room for both") << 90 << 60 << 90 << 60;
    QTest::newRow("just") << 92 << 60 << 92 << 60;
    QTest::newRow("the remark is cut") << 110 << 90 << 110 << 42;
    QTest::newRow("its first letters stay") << 300 << 90 << 116 << 36;
    QTest::newRow("a short word stays whole") << 300 << 20 << 132 << 20;
}

void TestRunListModel::theNameHasTheRoomBeforeTheRemark()
{
    QFETCH(int, name);
    QFETCH(int, state);
    QFETCH(int, nameRoom);
    QFETCH(int, stateRoom);
    const CardHead head = cardHead(160, name, state);
    QCOMPARE(head.name, nameRoom);
    QCOMPARE(head.state, stateRoom);
    const CardHead none = cardHead(10, name, state);
    QVERIFY(none.name >= 0 && none.state >= 0);
}

void TestRunListModel::theTooltipHoldsTheWhole()
{
    RunListModel model;
    const RunFactsPointer chosen = run(QStringLiteral("first"), 2);
    model.setRuns({chosen, run(QStringLiteral("a long name, LSTM 256"), 2, RunState::Done, QStringLiteral("note"))});
    model.setDrawn(chosen->path, {});
    const QString tip = model.index(1).data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.contains(QLatin1String("a long name, LSTM 256")), qPrintable(tip));
    QVERIFY2(tip.contains(model.index(1).data(RunListModel::StateRole).toString()), qPrintable(tip));
    QVERIFY(model.index(1).data(RunListModel::StateRole).toString() != runStateInWords(RunState::Done));
    QVERIFY2(tip.endsWith(QLatin1String("/runs/a long name, LSTM 256")), qPrintable(tip));
}

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
