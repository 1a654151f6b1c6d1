// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/project_file.h"
#include "tests/full_disk.h"
#include "tests/ui/main_window/window_studio.h"
#include "ui/dataset/dataset_page.h"
#include "ui/document/file_path.h"
#include "ui/main_window/recovery_bar.h"

#include <QDir>

#include <optional>

using namespace continuo;
using namespace continuo::ui;

namespace {

Appearance* appearance = nullptr;

struct Studio : WindowStudio
{
    explicit Studio(const QString& folder)
        : WindowStudio(*appearance, folder)
    {
    }

    void trigger(const char* name)
    {
        action(QStringLiteral("File"), QString::fromLatin1(name))->trigger();
    }

    void saveAs(const QString& path)
    {
        trigger("Save as");
        QVERIFY(answerFileDialog(path));
        QTRY_COMPARE_WITH_TIMEOUT(window->session().path(), path, kWaitMs);
    }
};

} // namespace

/// What goes wrong outside is said in the window, and nothing that was made is lost.
class TestFailures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder.emplace(); }

    void aReadOnlyFileIsOpenedSaidAndSavedElsewhere()
    {
        const QString path = place("kept.continuo");
        {
            Studio studio(m_folder->path());
            studio.draw(60);
            studio.saveAs(path);
        }
        QVERIFY(QFile::setPermissions(path, QFileDevice::ReadOwner));
        const QByteArray before = contentOf(path);
        Studio studio(m_folder->path());
        studio.window->open({path});
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->session().path(), path, kWaitMs);
        QVERIFY(studio.window->windowTitle().contains(QStringLiteral("read-only")));
        QCOMPARE(studio.failed.size(), 1);
        QVERIFY2(studio.failed[0].contains(QStringLiteral("read-only")),
                 qPrintable(studio.failed[0]));
        studio.draw(64);
        studio.trigger("Save");
        // The dialog for another place comes by itself.
        QTRY_VERIFY_WITH_TIMEOUT(studio.dialog<QFileDialog>(), kWaitMs);
        QCOMPARE(studio.failed.size(), 2);
        QVERIFY2(studio.failed[1].contains(QStringLiteral("another name")),
                 qPrintable(studio.failed[1]));
        QVERIFY(studio.window->isWindowModified());
        QVERIFY(studio.answerFileDialog(place("mine.continuo")));
        QTRY_VERIFY_WITH_TIMEOUT(!studio.window->isWindowModified(), kWaitMs);
        QCOMPARE(readProject(filePath(place("mine.continuo")))->score, studio.document.score());
        QCOMPARE(contentOf(path), before);
    }

    void whatIsNoCompositionIsSaid_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("words") << QByteArray("Dear Anna,");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("another database")
            << QByteArray("SQLite format 3\0", 16) + QByteArray(4'080, '\1');
    }
    void whatIsNoCompositionIsSaid()
    {
        QFETCH(QByteArray, bytes);
        QFile file(place("strange.continuo"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        file.close();
        Studio studio(m_folder->path());
        studio.draw(60);
        studio.saveAs(place("mine.continuo"));
        const Score before = studio.document.score();
        studio.window->open({file.fileName()});
        QTRY_COMPARE_WITH_TIMEOUT(studio.failed.size(), 1, kWaitMs);
        QVERIFY2(studio.failed[0].contains(QStringLiteral("strange.continuo")),
                 qPrintable(studio.failed[0]));
        QCOMPARE(studio.document.score(), before);
        QCOMPARE(studio.window->session().path(), place("mine.continuo"));
    }

    void aFullDiskIsSaidAndTheNextSaveWorks()
    {
        Studio studio(m_folder->path());
        studio.draw(60);
        studio.saveAs(place("song.continuo"));
        const QByteArray before = contentOf(place("song.continuo"));
        studio.draw(62);
        {
            const FullDisk full(16'384);
            studio.trigger("Save");
            QTRY_COMPARE_WITH_TIMEOUT(studio.failed.size(), 1, kWaitMs);
        }
        QVERIFY2(studio.failed[0].contains(QStringLiteral("disk is full")) &&
                     studio.failed[0].contains(QStringLiteral("song.continuo")),
                 qPrintable(studio.failed[0]));
        QVERIFY(studio.window->isWindowModified());
        QCOMPARE(contentOf(place("song.continuo")), before);
        studio.trigger("Save");
        QTRY_VERIFY_WITH_TIMEOUT(!studio.window->isWindowModified(), kWaitMs);
    }

    void aRecoveryCanBeDeclined()
    {
        leaveSomethingBehind();
        QCOMPARE(recoveryFiles().size(), 1);
        {
            Studio studio(m_folder->path());
            auto* const bar = studio.window->findChild<RecoveryBar*>();
            QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), kWaitMs);
            const Score before = studio.document.score();
            press(*bar, QStringLiteral("Later"));
            QVERIFY(!bar->isVisible());
            QCOMPARE(studio.document.score(), before);
            QCOMPARE(recoveryFiles().size(), 1);
        }
        Studio studio(m_folder->path());
        auto* const bar = studio.window->findChild<RecoveryBar*>();
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), kWaitMs);
        const Score before = studio.document.score();
        press(*bar, QStringLiteral("Discard this copy"));
        QVERIFY(!bar->isVisible());
        QCOMPARE(studio.document.score(), before);
        QVERIFY(!studio.window->isWindowModified());
        QCOMPARE(recoveryFiles().size(), 0);
    }

    void aDroppedFolderIsADatasetWhateverIsShown()
    {
        const QString music = place("Old tunes");
        QVERIFY(QDir().mkpath(music));
        Studio studio(m_folder->path());
        studio.drop({music}); // Before the page was made.
        auto* const dataset = studio.window->findChild<DatasetPage*>();
        QVERIFY(dataset && dataset->isVisible());
        studio.window->show(MainWindow::Compose);
        QVERIFY(!dataset->isVisible());
        studio.drop({music});
        QVERIFY(dataset->isVisible());
        // There is no engine here to read it, which is said.
        QTRY_VERIFY_WITH_TIMEOUT(!studio.failed.isEmpty(), kWaitMs);
    }

private:
    QString place(const char* name) const { return m_folder->filePath(QString::fromLatin1(name)); }

    static QByteArray contentOf(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QStringList recoveryFiles() const
    {
        return QDir(place("state/recovery")).entryList({QStringLiteral("*.continuo")}, QDir::Files);
    }

    void leaveSomethingBehind()
    {
        Studio studio(m_folder->path());
        studio.window->session().setAutosaveDelay(1);
        QSignalSpy autosaves(&studio.window->session(), &Session::autosaved);
        studio.draw(61);
        QVERIFY(autosaves.wait(kWaitMs));
    } // Destroyed without being closed.

    std::optional<QTemporaryDir> m_folder{};
};

int main(int argc, char* argv[])
{
    QApplication application(argc, argv);
    Appearance made(application);
    appearance = &made;
    TestFailures test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_failures.moc"
