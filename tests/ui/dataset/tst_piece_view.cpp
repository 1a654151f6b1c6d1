// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/dataset/made_pieces.h"
#include "ui/base/appearance.h"
#include "ui/dataset/piece_model.h"
#include "ui/dataset/piece_view.h"

#include <QApplication>
#include <QClipboard>
#include <QSignalSpy>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

PieceTable tunes(int count)
{
    std::vector<PieceRow> rows;
    for (int id = 1; id <= count; ++id)
        rows.push_back(madeRow(id, "/tunes/" + std::string(id % 2 == 0 ? "jig " : "reel ") +
                                       std::to_string(id) + ".mid"));
    PieceTable table;
    table.append(std::move(rows));
    return table;
}

PieceFilter with(const char* words)
{
    PieceFilter filter;
    filter.words = QString::fromLatin1(words);
    return filter;
}

} // namespace

class TestPieceView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_appearance = std::make_unique<Appearance>(*qApp);
        m_model = std::make_unique<PieceModel>();
        m_view = std::make_unique<PieceView>(*m_appearance, *m_model);
        m_model->replace(
            tunes(10)); // In the order of names: jig 2, 4, 6, 8, 10, reel 1, 3, 5, 7, 9.
        m_model->sort(0, Qt::AscendingOrder);
        m_view->resize(900, 400);
        m_view->show();
    }

    void chosenPiecesOutliveAFilter()
    {
        choose({0, 1, 5, 6});
        QCOMPARE(chosen(), QStringLiteral("jig 2, jig 4, reel 1, reel 3"));
        const QString current = nameAt(m_view->currentRow());
        m_model->setFilter(with("jig"));
        QCOMPARE(chosen(), QStringLiteral("jig 2, jig 4"));
        m_model->setFilter(with("no such thing"));
        QCOMPARE(chosen(), QString());
        m_model->setFilter({});
        QCOMPARE(chosen(), QStringLiteral("jig 2, jig 4, reel 1, reel 3"));
        QCOMPARE(nameAt(m_view->currentRow()), current);
    }

    void aChoiceUnderAFilterIsTheOneThatStays()
    {
        choose({0, 1, 5, 6});
        m_model->setFilter(with("reel"));
        choose({2, 3});
        QCOMPARE(chosen(), QStringLiteral("reel 5, reel 7"));
        m_model->setFilter({});
        QCOMPARE(chosen(), QStringLiteral("reel 5, reel 7"));
    }

    void chosenPiecesOutliveReadingAnew()
    {
        choose({4, 9});
        const QString before = chosen();
        QSignalSpy told(m_view.get(), &PieceView::chosenRowsChanged);
        m_model->replace(tunes(12));
        QVERIFY(told.size() > 0);
        m_model->sort(0, Qt::DescendingOrder);
        QCOMPARE(chosen(), QStringLiteral("reel 9, jig 10"));
        QCOMPARE(before, QStringLiteral("jig 10, reel 9"));
    }

    void anotherSetHasNothingChosen()
    {
        choose({0, 1, 2});
        m_model->replace({});
        m_model->replace(tunes(10));
        QCOMPARE(chosen(), QString());
        QCOMPARE(m_view->currentRow(), -1);
    }

    void pathsAreCopied()
    {
        choose({1, 5});
        QTest::keyClick(m_view.get(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QStringLiteral("/tunes/jig 4.mid\n/tunes/reel 1.mid"));
    }

private:
    void choose(const QList<int>& rows)
    {
        m_view->clearSelection();
        for (const int row : rows) {
            m_view->selectionModel()->setCurrentIndex(
                m_model->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        }
    }

    QString nameAt(int row) const { return m_model->index(row, 0).data().toString().chopped(4); }

    QString chosen() const
    {
        QStringList names;
        for (const int row : m_view->chosenRows())
            names << nameAt(row);
        return names.join(QStringLiteral(", "));
    }

    std::unique_ptr<Appearance> m_appearance{};
    std::unique_ptr<PieceModel> m_model{};
    std::unique_ptr<PieceView> m_view{};
};

QTEST_MAIN(TestPieceView)
#include "tst_piece_view.moc"
