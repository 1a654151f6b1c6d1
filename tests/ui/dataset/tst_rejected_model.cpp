// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/rejected_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

RejectedFile refused(std::int64_t id, const char* path, const char* reason, const char* text)
{
    return {id, path, {ErrorKind::Refused, reason, text, {}}};
}

ReadNotes twoNotes()
{
    ReadNotes notes;
    notes.files = 2;
    notes.notes = {{7, "/n/x.mid", {"midi.no-end-of-track", "Track 1 does not end.", {}}, 1},
                   {8, "/n/y.mid", {"midi.no-end-of-track", "Track 1 does not end.", {}}, 3}};
    return notes;
}

/// Group and entries, a line each: "not a MIDI file: 1 | a.mid".
QStringList treeOf(const RejectedModel& model)
{
    QStringList lines;
    for (int i = 0; i < model.rowCount(); ++i) {
        const QModelIndex group = model.index(i, 0);
        QStringList line{group.data().toString()};
        for (int j = 0; j < model.rowCount(group); ++j)
            line << model.index(j, 0, group).data().toString();
        lines << line.join(QStringLiteral(" | "));
    }
    return lines;
}

} // namespace

class TestRejectedModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reasonsThatReadAlikeAreOneGroup()
    {
        RejectedModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.replace({refused(1, "a.mid", "midi.no-header", "A says why."),
                       refused(2, "b.abc", "abc.empty-file", "B says why.")});
        model.append({refused(3, "c.mid", "midi.empty-file", "C says why.")});
        model.setNotes(twoNotes());
        QCOMPARE(model.fileCount(), std::size_t{3});
        QCOMPARE(model.groups().at(QStringLiteral("not a MIDI file")), std::size_t{1});
        QCOMPARE(model.groups().at(QStringLiteral("empty file")), std::size_t{2});
        QCOMPARE(treeOf(model),
                 QStringList({QStringLiteral("empty file: 2 | b.abc | c.mid"),
                              QStringLiteral("not a MIDI file: 1 | a.mid"),
                              QStringLiteral("tracks without an end: 2 | /n/x.mid | /n/y.mid")}));
        const QModelIndex group = model.index(0, 0);
        QCOMPARE(group.siblingAtColumn(1).data().toString(), QStringLiteral("2 files rejected"));
        QCOMPARE(model.index(1, 1, group).data().toString(), QStringLiteral("C says why."));
        QCOMPARE(model.index(1, 0, group).data(Qt::ToolTipRole).toString(),
                 QStringLiteral("c.mid\nC says why."));
        QCOMPARE(model.pathAt(model.index(1, 1, group)), std::string("c.mid"));
        QCOMPARE(model.pathAt(group), std::string());
        QCOMPARE(model.index(1, 1, model.index(2, 0)).data().toString(),
                 QStringLiteral("Track 1 does not end. (and 2 more like it)"));
    }

    void anotherSetHasNoOldNotes()
    {
        RejectedModel model;
        model.setNotes(twoNotes());
        model.replace({});
        QCOMPARE(model.rowCount(), 0);
    }

    void aReasonDoesNotRepeatThePath()
    {
        RejectedModel model;
        model.replace({refused(1, "/old/a b.mid", "midi.no-header",
                               "\"/old/a b.mid\" is not a MIDI file. Look at it.")});
        const QModelIndex group = model.index(0, 0);
        QCOMPARE(model.index(0, 0, group).data().toString(), QStringLiteral("/old/a b.mid"));
        QCOMPARE(model.index(0, 1, group).data().toString(),
                 QStringLiteral("\"a b.mid\" is not a MIDI file. Look at it."));
    }

    void wordsFindEntries_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QStringList>("found");
        QTest::newRow("path") << "B.ABC" << QStringList{QStringLiteral("empty file: 1 | b.abc")};
        QTest::newRow("group") << "empty"
                               << QStringList{QStringLiteral("empty file: 2 | b.abc | c.mid")};
        QTest::newRow("words and path")
            << "says mid"
            << QStringList{QStringLiteral("empty file: 1 | c.mid"),
                           QStringLiteral("not a MIDI file: 1 | a.mid")};
        QTest::newRow("a note") << "not end y."
                                << QStringList{
                                       QStringLiteral("tracks without an end: 1 | /n/y.mid")};
        QTest::newRow("nothing") << "zzz" << QStringList();
    }
    void wordsFindEntries()
    {
        QFETCH(QString, words);
        RejectedModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.replace({refused(1, "a.mid", "midi.no-header", "A says why."),
                       refused(2, "b.abc", "abc.empty-file", "B says why."),
                       refused(3, "c.mid", "midi.empty-file", "C says why.")});
        model.setNotes(twoNotes());
        model.setWords(words);
        QTEST(treeOf(model), "found");
        model.setWords({});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.fileCount(), std::size_t{3});
    }

    void aGroupIsFoundByItsWords()
    {
        RejectedModel model;
        model.replace(
            {refused(1, "a.mid", "midi.no-header", ""), refused(2, "b.abc", "abc.empty-file", "")});
        model.setNotes(twoNotes());
        const QSignalSpy changed(&model, &RejectedModel::groupChanged);
        model.setGroup(QStringLiteral("not a MIDI file"));
        QCOMPARE(model.groupIndexes(), QModelIndexList{model.index(1, 0)});
        model.setGroup(RejectedModel::notesGroup());
        QCOMPARE(model.groupIndexes(), QModelIndexList{model.index(2, 0)});
        model.setGroup({});
        QCOMPARE(model.groupIndexes(), QModelIndexList());
        QCOMPARE(changed.size(), 3);
    }

    void linesAreWhatIsShown()
    {
        RejectedModel model;
        model.replace({refused(1, "/x/a.mid", "midi.no-header", "\"/x/a.mid\" is none.")});
        model.setNotes(twoNotes());
        const std::vector<LogLine> lines = model.lines();
        QCOMPARE(lines.size(), std::size_t{3});
        QVERIFY(lines[0].isRejected && !lines[1].isRejected);
        QCOMPARE(lines[0].words, QStringLiteral("\"a.mid\" is none."));
        QCOMPARE(lines[0].id, std::string("midi.no-header"));
        model.setWords(QStringLiteral("x.mid"));
        QCOMPARE(model.lines().size(), std::size_t{1});
    }
};

QTEST_MAIN(TestRejectedModel)
#include "tst_rejected_model.moc"
