// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/dataset/made_pieces.h"
#include "ui/dataset/piece_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

std::vector<PieceRow> rows(std::int64_t first, std::int64_t count)
{
    std::vector<PieceRow> made;
    for (std::int64_t id = first; id < first + count; ++id)
        made.push_back(madeRow(id,
                               "/tunes/" + std::string(id % 2 == 0 ? "jig " : "reel ") +
                                   std::to_string(id) + ".mid",
                               static_cast<std::size_t>((id * 37) % 100)));
    return made;
}

PieceTable tableOf(std::vector<PieceRow> made)
{
    PieceTable table;
    table.append(std::move(made));
    return table;
}

QString nameAt(const PieceModel& model, int row)
{
    return model.index(row, 0).data().toString();
}

} // namespace

class TestPieceModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itKeepsTheRulesOfModels()
    {
        PieceModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.replace(tableOf(rows(1, 30)));
        model.append(rows(31, 10));
        model.sort(static_cast<int>(PieceColumn::Notes), Qt::DescendingOrder);
        PieceFilter filter;
        filter.words = QStringLiteral("jig");
        model.setFilter(filter);
        model.append(rows(41, 3));
        model.append({madeRow(99, "/tunes/nothing of the kind.mid")});
        model.sort(static_cast<int>(PieceColumn::Piece), Qt::AscendingOrder);
        model.replace({});
        QCOMPARE(model.rowCount(), 0);
    }

    void rowsThatDoNotPassAreNotToldAsInserted()
    {
        PieceModel model;
        PieceFilter filter;
        filter.words = QStringLiteral("jig");
        model.setFilter(filter);
        const QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        model.append(rows(1, 1));
        QCOMPARE(inserted.size(), 0);
        model.append(rows(2, 3));
        QCOMPARE(inserted.size(), 1);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.table().counts().pieces, std::size_t{4});
    }

    void sortingTakesIndexesAlong()
    {
        PieceModel model;
        model.replace(tableOf(rows(1, 50)));
        QList<QPersistentModelIndex> held;
        QStringList names;
        for (const int row : {0, 7, 49}) {
            held << QPersistentModelIndex(model.index(row, 3));
            names << nameAt(model, row);
        }
        model.sort(static_cast<int>(PieceColumn::Notes), Qt::AscendingOrder);
        for (qsizetype i = 0; i < held.size(); ++i) {
            QVERIFY(held[i].isValid());
            QCOMPARE(held[i].column(), 3);
            QCOMPARE(nameAt(model, held[i].row()), names[i]);
        }
    }

    void cellsAndToolTips()
    {
        PieceModel model;
        model.replace(tableOf({madeRow(1, "/tunes/a.mid", 1204)}));
        QCOMPARE(model.columnCount(), kPieceColumnCount);
        const auto heading = [&](PieceColumn column) {
            return model.headerData(static_cast<int>(column), Qt::Horizontal, Qt::DisplayRole)
                .toString();
        };
        QCOMPARE(heading(PieceColumn::Recipe), QStringLiteral("Recipe"));
        QCOMPARE(heading(PieceColumn::Notes), QStringLiteral("Notes"));
        model.sort(static_cast<int>(PieceColumn::Notes), Qt::AscendingOrder);
        QVERIFY(heading(PieceColumn::Notes) != QStringLiteral("Notes")); // Room for the arrow.
        QCOMPARE(heading(PieceColumn::Notes).trimmed(), QStringLiteral("Notes"));
        QCOMPARE(heading(PieceColumn::Use), QStringLiteral("Use"));
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("C major"));
        QCOMPARE(model.index(0, 3).data().toString(), QLocale().toString(1204));
        QVERIFY(model.index(0, 3).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        QVERIFY(model.index(0, 0)
                    .data(Qt::ToolTipRole)
                    .toString()
                    .startsWith(QStringLiteral("/tunes/a.mid")));
        QVERIFY(!model.index(0, 0).data(Qt::DecorationRole).isValid());
    }
};

QTEST_MAIN(TestPieceModel)
#include "tst_piece_model.moc"
