// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/appearance.h"
#include "ui/dataset/piece_search.h"

#include <QApplication>
#include <QCompleter>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace continuo;
using namespace continuo::ui;

namespace {

QAction* entry(const QMenu& menu, const QString& words)
{
    for (QAction* each : menu.actions()) {
        if (each->text() == words)
            return each;
    }
    return nullptr;
}

} // namespace

class TestPieceSearch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_settings = std::make_unique<QSettings>(m_folder.filePath(QStringLiteral("s.ini")),
                                                 QSettings::IniFormat);
        m_settings->clear();
        m_search = std::make_unique<PieceSearch>(*m_settings);
        m_search->show();
    }
    void cleanup() { m_search.reset(); }

    void whatIsNotUnderstoodIsSaid()
    {
        QVERIFY(m_search->complaint()->isHidden());
        m_search->field()->setText(QStringLiteral("jig notes>many"));
        QVERIFY(!m_search->complaint()->isHidden());
        QVERIFY(m_search->complaint()->text().contains(QStringLiteral("takes a number")));
        QCOMPARE(m_search->field()->accessibleDescription(), m_search->complaint()->text());
        m_search->field()->setText(QStringLiteral("aa=1 bb=1 cc=1 dd=1"));
        QVERIFY(m_search->complaint()->text().endsWith(
            QStringLiteral("And 2 more terms are not understood.")));
        m_search->field()->setText(QStringLiteral("jig notes>100"));
        QVERIFY(m_search->complaint()->isHidden());
    }

    void filtersAreSavedChosenAndTicked()
    {
        QMenu menu;
        m_search->fillMenu(menu);
        QAction* save = entry(menu, QStringLiteral("Save this filter…"));
        QVERIFY(save && !save->isEnabled());
        QVERIFY(save->toolTip().startsWith(QStringLiteral("All pieces are shown")));
        PieceFilter slow;
        slow.group = PieceFilter::Group::NoProblems;
        slow.words = QStringLiteral("tempo<90");
        m_search->setFilter(slow);
        QCOMPARE(m_search->field()->text(), slow.words);
        m_search->save(QStringLiteral("slow & clean"));
        m_search->setFilter({});
        m_search->fillMenu(menu);
        QAction* saved = entry(menu, QStringLiteral("slow && clean"));
        QVERIFY(saved && saved->isCheckable() && !saved->isChecked());
        QSignalSpy chosen(m_search.get(), &PieceSearch::filterChosen);
        saved->trigger();
        QCOMPARE(chosen.size(), 1);
        QVERIFY(chosen.first().first().value<PieceFilter>() == slow);
        m_search->setFilter(slow);
        m_search->fillMenu(menu);
        QVERIFY(entry(menu, QStringLiteral("slow && clean"))->isChecked());
    }

    void filtersAreRenamedAndDeleted()
    {
        for (const char* words : {"a", "b", "c"}) {
            PieceFilter filter;
            filter.words = QString::fromLatin1(words);
            m_search->setFilter(filter);
            m_search->save(QString::fromLatin1(words));
        }
        m_search->rename(QStringLiteral("b"), QStringLiteral("new"));
        QMenu menu;
        m_search->fillMenu(menu);
        QVERIFY(entry(menu, QStringLiteral("new")));
        QVERIFY(!entry(menu, QStringLiteral("b")));
        QCOMPARE(menu.actions().indexOf(entry(menu, QStringLiteral("new"))), 1);
        m_search->rename(QStringLiteral("new"), QStringLiteral("a"));
        m_search->fillMenu(menu);
        QCOMPARE(entry(menu, QStringLiteral("a"))->toolTip(), QStringLiteral("b"));
        QMenu* deleting = entry(menu, QStringLiteral("Delete"))->menu();
        QVERIFY(deleting);
        QCOMPARE(deleting->actions().size(), 2);
        entry(*deleting, QStringLiteral("c"))->trigger();
        m_search->fillMenu(menu);
        QVERIFY(!entry(menu, QStringLiteral("c")));
    }

    void aNameIsAskedFor()
    {
        m_search->field()->setText(QStringLiteral("  bars>8 "));
        QMenu menu;
        m_search->fillMenu(menu);
        entry(menu, QStringLiteral("Save this filter…"))->trigger();
        auto* dialog = m_search->findChild<QInputDialog*>();
        QVERIFY(dialog);
        QCOMPARE(dialog->textValue(), QStringLiteral("bars>8"));
        dialog->setTextValue(QStringLiteral("long ones"));
        dialog->accept();
        m_search->fillMenu(menu);
        QVERIFY(entry(menu, QStringLiteral("long ones")));
        QVERIFY(entry(menu, QStringLiteral("long ones"))->isChecked());
    }

    void namesOfFactsAreOffered()
    {
        QCompleter* completer = m_search->field()->completer();
        QVERIFY(completer);
        m_search->field()->setText(QStringLiteral("jig -pol"));
        completer->setCompletionPrefix(m_search->field()->text());
        QCOMPARE(completer->completionCount(), 1);
        QCOMPARE(completer->currentCompletion(), QStringLiteral("jig -polyphony"));
        m_search->field()->setText(QStringLiteral("jig p"));
        completer->setCompletionPrefix(m_search->field()->text());
        QCOMPARE(completer->completionCount(), 0);
    }

    void helpTellsAllFactsAndCloses()
    {
        QToolButton* help = nullptr;
        for (QToolButton* each : m_search->findChildren<QToolButton*>()) {
            if (each->text() == QStringLiteral("?"))
                help = each;
        }
        QVERIFY(help);
        QVERIFY(!help->accessibleName().isEmpty());
        help->click();
        QWidget* popover = QApplication::activePopupWidget();
        QVERIFY(popover);
        QVERIFY(popover->accessibleDescription().contains(QStringLiteral("familysize>1")));
        QVERIFY(popover->height() < 700);
        QTest::keyClick(popover, Qt::Key_Escape);
        QVERIFY(!popover->isVisible());
    }

private:
    QTemporaryDir m_folder{};
    Appearance m_appearance{*qApp};
    std::unique_ptr<QSettings> m_settings{};
    std::unique_ptr<PieceSearch> m_search{};
};

QTEST_MAIN(TestPieceSearch)
#include "tst_piece_search.moc"
