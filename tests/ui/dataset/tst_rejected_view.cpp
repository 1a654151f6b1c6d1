// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/appearance.h"
#include "ui/dataset/rejected_model.h"
#include "ui/dataset/rejected_view.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QFile>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>
#include <QUrl>

using namespace continuo;
using namespace continuo::ui;

namespace {

RejectedFile refused(std::int64_t id, const std::string& path,
                     const char* reason = "midi.no-header")
{
    return {id, path, {ErrorKind::Refused, reason, "It says why.", {}}};
}

QAction* entry(const QMenu& menu, const char* words)
{
    for (QAction* each : menu.actions()) {
        if (each->text().startsWith(QLatin1String(words)))
            return each;
    }
    return nullptr;
}

} // namespace

class TestRejectedView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QGuiApplication::clipboard()->clear();
        m_model.setWords({});
        m_model.replace({refused(1, "/old/a.mid"), refused(2, "/old/ä b.mid"), refused(3, "/c.mid"),
                         refused(4, "/d.abc", "abc.empty-file")});
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
        QTreeView* tree = view->tree();
        tree->setFocus();
        const QModelIndex group = m_model.index(1, 0);
        tree->expand(group);
        tree->setCurrentIndex(m_model.index(2, 1, group)); // On the reason.
        tree->selectionModel()->select(m_model.index(1, 0, group),
                                       QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QTest::keyClick(tree, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("/old/ä b.mid\n/c.mid"));
        QCOMPARE(notes.size(), 0);
    }

    void aChosenReasonCopiesAllItsFiles()
    {
        RejectedView view(m_appearance, m_model);
        view.tree()->setCurrentIndex(m_model.index(1, 0));
        view.copyPaths();
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QStringLiteral("/old/a.mid\n/old/ä b.mid\n/c.mid"));
    }

    void nothingChosenLeavesTheClipboard()
    {
        QGuiApplication::clipboard()->setText(QStringLiteral("mine"));
        const RejectedView view(m_appearance, m_model);
        view.copyPaths();
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("mine"));
    }

    void theMenuLeadsToTheFile()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("here.mid")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        m_model.replace({refused(1, file.fileName().toStdString()), refused(2, "/gone.mid")});
        RejectedView view(m_appearance, m_model);
        QMenu* menu = view.makeMenu(&view);
        QVERIFY(!entry(*menu, "Show in file manager")->isEnabled());
        const QModelIndex group = m_model.index(0, 0);
        view.tree()->expand(group);
        view.tree()->setCurrentIndex(m_model.index(1, 0, group));
        menu = view.makeMenu(&view);
        QVERIFY(!entry(*menu, "Show in file manager")->isEnabled());
        QCOMPARE(entry(*menu, "Show in file manager")->toolTip(),
                 QStringLiteral("The file is no longer there: /gone.mid"));
        view.tree()->setCurrentIndex(m_model.index(0, 0, group));
        QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "open");
        menu = view.makeMenu(&view);
        entry(*menu, "Show in file manager")->trigger();
        QCOMPARE(m_opened, QUrl::fromLocalFile(folder.path()));
        entry(*menu, "Open the file")->trigger();
        QCOMPARE(m_opened, QUrl::fromLocalFile(file.fileName()));
        m_opened.clear();
        view.show();
        QTest::keyClick(view.tree(), Qt::Key_Return);
        QCOMPARE(m_opened, QUrl::fromLocalFile(folder.path()));
        QDesktopServices::unsetUrlHandler(QStringLiteral("file"));
    }

    void aGroupIsOpenedAndStaysSoWhileFilesCome()
    {
        RejectedView view(m_appearance, m_model);
        m_model.setGroup(QStringLiteral("not a MIDI file"));
        QVERIFY(view.tree()->isExpanded(m_model.index(1, 0)));
        QVERIFY(!view.tree()->isExpanded(m_model.index(0, 0)));
        view.tree()->setCurrentIndex(m_model.index(2, 0, m_model.index(1, 0)));
        m_model.append({refused(5, "/e.mid", "midi.bad-division"), refused(6, "/f.mid")});
        QCOMPARE(m_model.rowCount(), 3);
        QVERIFY(view.tree()->isExpanded(m_model.index(2, 0)));
        QVERIFY(!view.tree()->isExpanded(m_model.index(1, 0)));
        QCOMPARE(view.tree()->currentIndex().data().toString(), QStringLiteral("/c.mid"));
    }

    void theSearchOpensWhatItFinds()
    {
        RejectedView view(m_appearance, m_model);
        view.findChild<QLineEdit*>()->setText(QStringLiteral("old"));
        QTRY_COMPARE(m_model.rowCount(), 1);
        QVERIFY(view.tree()->isExpanded(m_model.index(0, 0)));
        QCOMPARE(m_model.rowCount(m_model.index(0, 0)), 2);
    }

    void theLogIsWritten()
    {
        const RejectedView view(m_appearance, m_model);
        const QTemporaryDir folder;
        const auto read = [](const QString& name) {
            QFile file(name);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const QString table = folder.filePath(QStringLiteral("log.CSV"));
        QVERIFY(view.write(table));
        QCOMPARE(read(table), logAsCsv(m_model.lines()));
        QCOMPARE(read(table).count("\r\n"), 5);
        const QString text = folder.filePath(QStringLiteral("log.txt"));
        QVERIFY(view.write(text));
        QCOMPARE(read(text), logAsText(m_model.lines()));
        QVERIFY(!view.write(folder.filePath(QStringLiteral("no/such/folder.txt"))));
    }

    void tenThousandEntriesAreShown()
    {
        std::vector<RejectedFile> files;
        for (int i = 0; i < 10'000; ++i)
            files.push_back(refused(i, "/many/" + std::to_string(i) + ".mid",
                                    i % 3 == 0 ? "abc.empty-file" : "midi.no-header"));
        RejectedView view(m_appearance, m_model);
        view.resize(900, 500);
        view.show();
        m_model.replace(std::move(files));
        view.tree()->expandAll();
        const QModelIndex last = m_model.index(6'665, 0, m_model.index(1, 0));
        QVERIFY(last.isValid());
        view.tree()->scrollTo(last);
        QVERIFY(view.tree()->visualRect(last).isValid());
        m_model.setWords(QStringLiteral("9999"));
        QCOMPARE(m_model.rowCount(), 1);
    }

public Q_SLOTS:
    void open(const QUrl& url) { m_opened = url; }

private:
    Appearance m_appearance{*qApp};
    RejectedModel m_model{};
    QUrl m_opened{};
};

QTEST_MAIN(TestRejectedView)
#include "tst_rejected_view.moc"
