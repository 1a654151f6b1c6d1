// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/rejected_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

RejectedFile refused(std::int64_t id, const char* path, const char* reason, const char* text)
{
    return {id, path, {ErrorKind::Refused, reason, text, {}}};
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
        QCOMPARE(model.fileCount(), std::size_t{3});
        QCOMPARE(model.groups().at(QStringLiteral("not a MIDI file")), std::size_t{1});
        QCOMPARE(model.groups().at(QStringLiteral("empty file")), std::size_t{2});
        model.setGroup(QStringLiteral("empty file"));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("b.abc"));
        QCOMPARE(model.index(1, 1).data().toString(), QStringLiteral("C says why."));
        QCOMPARE(model.index(1, 0).data(Qt::ToolTipRole).toString(),
                 QStringLiteral("c.mid\nC says why."));
        model.setGroup({});
        QCOMPARE(model.rowCount(), 3);
    }

    void aReasonDoesNotRepeatThePath()
    {
        RejectedModel model;
        model.replace({refused(1, "/old/a b.mid", "midi.no-header",
                               "\"/old/a b.mid\" is not a MIDI file. Look at it.")});
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("/old/a b.mid"));
        QCOMPARE(model.index(0, 1).data().toString(),
                 QStringLiteral("\"a b.mid\" is not a MIDI file. Look at it."));
    }
};

QTEST_MAIN(TestRejectedModel)
#include "tst_rejected_model.moc"
