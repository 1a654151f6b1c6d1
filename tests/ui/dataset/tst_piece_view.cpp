// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/dataset/made_pieces.h"
#include "ui/base/appearance.h"
#include "ui/dataset/column_choice.h"
#include "ui/dataset/piece_columns.h"
#include "ui/dataset/piece_model.h"
#include "ui/dataset/piece_view.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
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

    void aNewOrderOrFilterBeginsAtTheTop()
    {
        m_model->replace(tunes(200));
        const auto top = [&] { return m_view->rowAt(0); };
        m_view->scrollToBottom();
        QVERIFY(top() > 100);
        m_view->sortByColumn(static_cast<int>(PieceColumn::Notes), Qt::DescendingOrder);
        QCOMPARE(top(), 0);
        m_model->setFilter(with("jig"));
        m_view->scrollToBottom();
        QVERIFY(top() > 50);
        m_model->setFilter({});
        QCOMPARE(top(), 0);
        // Read anew it stays where it is.
        m_view->scrollToBottom();
        m_model->replace(tunes(200));
        QVERIFY(top() > 100);
    }

    void aNewOrderOrFilterKeepsTheCurrentPieceInView()
    {
        m_model->replace(tunes(200));
        choose({150});
        const QString current = nameAt(150);
        const auto isInView = [&] {
            return nameAt(m_view->currentRow()) == current &&
                   m_view->viewport()->rect().contains(m_view->visualRect(m_view->currentIndex()));
        };
        m_view->scrollToTop();
        m_view->sortByColumn(0, Qt::DescendingOrder);
        QVERIFY(isInView());
        m_view->scrollToBottom();
        m_model->setFilter(with("reel"));
        QVERIFY(isInView());
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

    void theMenuHasWhatCanBeDone()
    {
        choose({1});
        const QSignalSpy heard(m_view.get(), &PieceView::auditionRequested);
        const QSignalSpy seeded(m_view.get(), &PieceView::seedRequested);
        std::vector<int> asked;
        connect(m_view.get(), &PieceView::menuAboutToShow, this,
                [&](QMenu* menu, const std::vector<int>& rows) {
                    asked = rows;
                    menu->addAction(QStringLiteral("Mine"));
                });
        QMenu* menu = m_view->makeMenu(m_view.get());
        QCOMPARE(asked, std::vector<int>{1});
        QVERIFY(entry(*menu, "Mine"));
        entry(*menu, "Hear")->trigger();
        entry(*menu, "Use as seed melody")->trigger();
        QCOMPARE(heard.size(), 1);
        QCOMPARE(seeded.size(), 1);
        entry(*menu, "Copy path")->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("/tunes/jig 4.mid"));
        QAction* show = entry(*menu, "Show in file manager");
        QVERIFY(!show->isEnabled());
        QVERIFY(show->toolTip().contains(QStringLiteral("/tunes/jig 4.mid")));
        QVERIFY(!entry(*menu, "Show its family")->isEnabled());
        QVERIFY(entry(*menu, "Columns")->menu());
    }

    void withoutAPieceTheMenuSaysWhatItNeeds()
    {
        m_model->replace({});
        QMenu* menu = m_view->makeMenu(m_view.get());
        for (const char* words : {"Hear", "Use as seed melody", "Copy path", "Show in file manager",
                                  "Show its family"}) {
            QVERIFY(!entry(*menu, words)->isEnabled());
            QCOMPARE(entry(*menu, words)->toolTip(),
                     QStringLiteral("Needs a piece: choose one in the table."));
        }
        QVERIFY(entry(*menu, "Columns")->isEnabled());
    }

    void keysOpenTheMenu()
    {
        choose({1});
        m_view->activateWindow();
        m_view->setFocus();
        QTest::keyClick(m_view.get(), Qt::Key_F10, Qt::ShiftModifier);
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu && entry(*menu, "Hear"));
        menu->close();
        QContextMenuEvent asked(QContextMenuEvent::Keyboard, QPoint(5, 5), QPoint(5, 5));
        QApplication::sendEvent(m_view.get(), &asked);
        menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu && entry(*menu, "Hear"));
        menu->close();
    }

    void aFamilyIsAskedFor()
    {
        std::vector<PieceRow> rows{madeRow(1, "a.mid"), madeRow(2, "b.mid"), madeRow(3, "c.mid")};
        rows[0].family = rows[2].family = 9;
        rows[1].family = 8;
        PieceTable table;
        table.append(rows);
        m_model->replace(std::move(table));
        m_view->setCurrentIndex(m_model->index(2, 0));
        QSignalSpy asked(m_view.get(), &PieceView::familyRequested);
        entry(*m_view->makeMenu(m_view.get()), "Show its family of 2")->trigger();
        QCOMPARE(asked.first().first().toLongLong(), 9);
        m_view->setCurrentIndex(m_model->index(1, 0));
        QCOMPARE(entry(*m_view->makeMenu(m_view.get()), "Show its family")->toolTip(),
                 QStringLiteral("No other piece of the set is a relative of it."));
    }

    void columnsAreChosenAndKept()
    {
        const QTemporaryDir folder;
        QSettings settings(folder.filePath(QStringLiteral("c.ini")), QSettings::IniFormat);
        m_view->columns().keepIn(settings);
        QVERIFY(!m_view->columns().isShown(PieceColumn::Tempo));
        QMenu* menu = m_view->columns().makeMenu(m_view.get());
        entry(*menu, "Tempo")->trigger();
        entry(*menu, "Meter")->trigger();
        QVERIFY(m_view->columns().isShown(PieceColumn::Tempo));
        QVERIFY(!m_view->columns().isShown(PieceColumn::Meter));
        QCOMPARE(m_model->index(0, static_cast<int>(PieceColumn::Tempo)).data().toString(),
                 QStringLiteral("120"));
        m_view->horizontalHeader()->resizeSection(static_cast<int>(PieceColumn::Key), 133);
        {
            PieceView other(*m_appearance, *m_model);
            other.columns().keepIn(settings);
            QVERIFY(other.columns().isShown(PieceColumn::Tempo));
            QVERIFY(!other.columns().isShown(PieceColumn::Meter));
            QCOMPARE(other.columnWidth(static_cast<int>(PieceColumn::Key)), 133);
        }
        entry(*menu, "Reset columns")->trigger();
        QVERIFY(!m_view->columns().isShown(PieceColumn::Tempo));
        QVERIFY(m_view->columns().isShown(PieceColumn::Meter));
        QCOMPARE(m_view->columnWidth(static_cast<int>(PieceColumn::Key)), 92);
        QVERIFY(settings.allKeys().isEmpty());
    }

    void theLastColumnStays()
    {
        ColumnChoice& columns = m_view->columns();
        for (int i = 0; i < kPieceColumnCount; ++i)
            columns.setShown(static_cast<PieceColumn>(i), false);
        QCOMPARE(m_view->horizontalHeader()->count() -
                     m_view->horizontalHeader()->hiddenSectionCount(),
                 1);
    }

    void columnsFillTheRoomThereIs()
    {
        const auto sum = [&] {
            int width = 0;
            for (int i = 0; i < kPieceColumnCount; ++i)
                width += m_view->columnWidth(i);
            return width;
        };
        QCOMPARE(sum(), m_view->viewport()->width());
        m_view->resize(1200, 400);
        QCOMPARE(sum(), m_view->viewport()->width());
        for (int i = 0; i < kPieceColumnCount; ++i)
            m_view->columns().setShown(static_cast<PieceColumn>(i), true);
        QVERIFY(sum() > m_view->viewport()->width());
        QCOMPARE(m_view->columnWidth(0), lookOf(PieceColumn::Piece).width);
    }

private:
    static QAction* entry(const QMenu& menu, const char* words)
    {
        for (QAction* each : menu.actions()) {
            if (each->text().startsWith(QLatin1String(words)))
                return each;
        }
        return nullptr;
    }

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
