// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/appearance.h"
#include "ui/dataset/rejected_model.h"
#include "ui/dataset/rejected_view.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QMainWindow>
#include <QSignalSpy>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

RejectedFile refused(std::int64_t id, const char* path)
{
    return {id, path, {ErrorKind::Refused, "midi.no-header", "It says why.", {}}};
}

} // namespace

class TestRejectedView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QGuiApplication::clipboard()->clear();
        m_model.replace(
            {refused(1, "/old/a.mid"), refused(2, "/old/ä b.mid"), refused(3, "/c.mid")});
    }

    void theKeyCopiesPathsWhereverTheCellIs()
    {
        QMainWindow window;
        auto* copiesNotes = new QAction(&window);
        copiesNotes->setShortcut(QKeySequence::Copy);
        window.addAction(copiesNotes);
        const QSignalSpy notes(copiesNotes, &QAction::triggered);
        auto* view = new RejectedView(m_appearance, m_model);
        window.setCentralWidget(view);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        view->setFocus();
        view->setCurrentIndex(m_model.index(2, 1)); // On the reason.
        view->selectionModel()->select(m_model.index(1, 0),
                                       QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QTest::keyClick(view, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("/old/ä b.mid\n/c.mid"));
        QCOMPARE(notes.size(), 0);
    }

    void theMenuCopiesToo()
    {
        RejectedView view(m_appearance, m_model);
        view.selectRow(0);
        QCOMPARE(view.actions().size(), 1);
        QVERIFY(view.actions().front()->text().startsWith(QStringLiteral("Copy path")));
        view.actions().front()->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("/old/a.mid"));
    }

    void nothingChosenLeavesTheClipboard()
    {
        QGuiApplication::clipboard()->setText(QStringLiteral("mine"));
        RejectedView view(m_appearance, m_model);
        view.copyPaths();
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("mine"));
    }

private:
    Appearance m_appearance{*qApp};
    RejectedModel m_model{};
};

QTEST_MAIN(TestRejectedView)
#include "tst_rejected_view.moc"
