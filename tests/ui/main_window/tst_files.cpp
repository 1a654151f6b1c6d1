// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/read_midi.h"
#include "core/midi/write_midi.h"
#include "core/project/project_file.h"
#include "tests/ui/main_window/window_studio.h"
#include "ui/base/appearance.h"
#include "ui/compose/compose_page.h"
#include "ui/compose/sample_score.h"
#include "ui/document/file_path.h"
#include "ui/document/score_document.h"
#include "ui/document/session.h"
#include "ui/main_window/file_menu.h"
#include "ui/main_window/help_menu.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/recovery_bar.h"
#include "ui/main_window/save_question.h"
#include "ui/play/player.h"

#include <QApplication>
#include <QFileDialog>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QtTest>

#include <memory>
#include <optional>
#include <set>

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
};

} // namespace

class TestFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder.emplace(); }

    void firstStartShowsTheSample()
    {
        Studio studio(m_folder->path());
        QCOMPARE(studio.document.score(), sampleScore(studio.paths));
        QVERIFY(studio.document.score().hasNotes());
        QVERIFY(!studio.window->isWindowModified());
        QVERIFY(studio.window->windowTitle().contains(sampleTitle()));
        QVERIFY(studio.window->close());
        Studio second(m_folder->path());
        QVERIFY(!second.document.score().hasNotes());
    }

    void aDroppedTuneIsTheDocument()
    {
        Studio studio(m_folder->path());
        const Score score = sampleScore(studio.paths);
        QVERIFY(writeMidiFile(filePath(place("my tune.mid")), score, Overwrite::Replace));
        studio.drop({place("my tune.mid")});
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->session().title(), QStringLiteral("my tune"),
                                  kWaitMs);
        QCOMPARE(studio.document.score().noteCount(), score.noteCount());
        QVERIFY(studio.failed.isEmpty());
    }

    void whatCannotBeReadIsSaidAndChangesNothing()
    {
        Studio studio(m_folder->path());
        const Score before = studio.document.score();
        QFile junk(place("junk.mid"));
        QVERIFY(junk.open(QIODevice::WriteOnly) && junk.write("hello") > 0);
        junk.close();
        studio.drop({junk.fileName()});
        QTRY_COMPARE_WITH_TIMEOUT(studio.failed.size(), 1, kWaitMs);
        QVERIFY(studio.failed[0].contains(QStringLiteral("junk.mid")));
        QCOMPARE(studio.document.score(), before);
    }

    void savingAsksForANameOnce()
    {
        Studio studio(m_folder->path());
        studio.draw(60);
        QVERIFY(studio.window->isWindowModified());
        studio.action(QStringLiteral("File"), QStringLiteral("Save"))->trigger();
        QVERIFY(studio.answerFileDialog(place("song.continuo")));
        QTRY_VERIFY_WITH_TIMEOUT(!studio.window->isWindowModified(), kWaitMs);
        QVERIFY(studio.window->windowTitle().startsWith(QStringLiteral("song")));
        studio.draw(62);
        QVERIFY(studio.window->isWindowModified());
        studio.action(QStringLiteral("File"), QStringLiteral("Save"))->trigger();
        QVERIFY(!studio.dialog<QFileDialog>());
        QTRY_VERIFY_WITH_TIMEOUT(!studio.window->isWindowModified(), kWaitMs);
        QCOMPARE(readProject(filePath(place("song.continuo")))->score, studio.document.score());
    }

    void closingAsksInWords_data()
    {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<bool>("closes");
        QTest::addRow("cancel") << "Cancel" << false;
        QTest::addRow("don't save") << "Don't save" << true;
    }
    void closingAsksInWords()
    {
        QFETCH(QString, answer);
        QFETCH(bool, closes);
        Studio studio(m_folder->path());
        studio.draw(60);
        QVERIFY(!studio.window->close());
        auto* const question = studio.dialog<SaveQuestion>();
        QVERIFY(question);
        press(*question, answer);
        QCOMPARE(studio.window->isVisible(), !closes);
        QCOMPARE(studio.window->isWindowModified(), true);
    }

    void closingCanSaveFirst()
    {
        Studio studio(m_folder->path());
        studio.draw(60);
        QVERIFY(!studio.window->close());
        press(*studio.dialog<SaveQuestion>(), QStringLiteral("Save"));
        QVERIFY(studio.answerFileDialog(place("last.continuo")));
        QTRY_VERIFY_WITH_TIMEOUT(!studio.window->isVisible(), kWaitMs);
        QVERIFY(readProject(filePath(place("last.continuo"))));
    }

    void aFailedSaveKeepsTheWindowOpen()
    {
        Studio studio(m_folder->path());
        studio.draw(60);
        QVERIFY(!studio.window->close());
        press(*studio.dialog<SaveQuestion>(), QStringLiteral("Save"));
        QVERIFY(studio.answerFileDialog(place("nowhere/last.continuo")));
        QTRY_COMPARE_WITH_TIMEOUT(studio.failed.size(), 1, kWaitMs);
        QVERIFY(studio.window->isVisible());
        QVERIFY(studio.window->isWindowModified());
    }

    void openingAnotherAsksFirst()
    {
        Studio studio(m_folder->path());
        QVERIFY(
            writeMidiFile(filePath(place("a.mid")), sampleScore(studio.paths), Overwrite::Replace));
        studio.draw(60);
        const Score before = studio.document.score();
        studio.window->open({place("a.mid")});
        auto* const question = studio.dialog<SaveQuestion>();
        QVERIFY(question);
        question->reject();
        QTest::qWait(50);
        QCOMPARE(studio.document.score(), before);
        studio.window->open({place("a.mid")});
        press(*studio.dialog<SaveQuestion>(), QStringLiteral("Don't save"));
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->session().title(), QStringLiteral("a"), kWaitMs);
    }

    void exportMidiIsReadBack()
    {
        Studio studio(m_folder->path());
        Q_EMIT studio.window->compose().exportMidiRequested();
        QVERIFY(studio.answerFileDialog(place("out.mid")));
        QTRY_COMPARE_WITH_TIMEOUT(studio.told.size(), 1, kWaitMs);
        QVERIFY(studio.told[0].contains(QStringLiteral("out.mid")));
        const auto back = readMidiFile(filePath(place("out.mid")));
        QVERIFY(back);
        QCOMPARE(back->score.noteCount(), studio.document.score().noteCount());
    }

    void theWindowStandsAsItWasSaved()
    {
        const QString path = place("view.continuo");
        TrackId muted = 0;
        {
            Studio studio(m_folder->path());
            muted = studio.document.score().tracks.front().id;
            studio.player.setLoop(TickRange{{960}, {3840}});
            studio.player.setMuted(muted, true);
            studio.action(QStringLiteral("File"), QStringLiteral("Save"))->trigger();
            QVERIFY(studio.answerFileDialog(path));
            QTRY_COMPARE_WITH_TIMEOUT(studio.window->session().path(), path, kWaitMs);
            studio.action(QStringLiteral("File"), QStringLiteral("New"))->trigger();
            QVERIFY(!studio.player.loop());
        }
        Studio studio(m_folder->path());
        studio.window->open({path});
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->session().path(), path, kWaitMs);
        QCOMPARE(studio.player.loop(), (std::optional(TickRange{{960}, {3840}})));
        QVERIFY(studio.player.isMuted(muted));
    }

    void whatAKilledWindowLeftIsOffered()
    {
        Score edited;
        {
            Studio studio(m_folder->path());
            studio.window->session().setAutosaveDelay(1);
            QSignalSpy autosaves(&studio.window->session(), &Session::autosaved);
            studio.draw(61);
            QVERIFY(autosaves.wait(kWaitMs));
            edited = studio.document.score();
        } // Destroyed without being closed.
        Studio studio(m_folder->path());
        auto* const bar = studio.window->findChild<RecoveryBar*>();
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), kWaitMs);
        keepPicture(studio, "recovery.png");
        press(*bar, QStringLiteral("Recover"));
        QVERIFY(!bar->isVisible());
        QCOMPARE(studio.document.score(), edited);
        QVERIFY(studio.window->isWindowModified());
    }

    void recentFilesStandInTheMenu()
    {
        Studio studio(m_folder->path());
        QAction* const recent =
            studio.action(QStringLiteral("File"), QStringLiteral("Open recent"));
        QVERIFY(!recent->menu()->isEnabled());
        studio.action(QStringLiteral("File"), QStringLiteral("Save"))->trigger();
        QVERIFY(studio.answerFileDialog(place("a & b.continuo")));
        QTRY_VERIFY_WITH_TIMEOUT(recent->menu()->isEnabled(), kWaitMs);
        QVERIFY(recent->menu()->actions().front()->text().startsWith(QStringLiteral("a && b")));
        studio.action(QStringLiteral("File"), QStringLiteral("New"))->trigger();
        recent->menu()->actions().front()->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->session().path(), place("a & b.continuo"),
                                  kWaitMs);
    }

    void undoIsNamed()
    {
        Studio studio(m_folder->path());
        studio.draw(60);
        QVERIFY(studio.action(QStringLiteral("Edit"), QStringLiteral("Undo draw a note")));
        studio.action(QStringLiteral("Edit"), QStringLiteral("Undo"))->trigger();
        QVERIFY(studio.action(QStringLiteral("Edit"), QStringLiteral("Redo draw a note")));
        QVERIFY(!studio.window->isWindowModified());
    }

    void everyShortcutStandsOnTheSheetOnce()
    {
        Studio studio(m_folder->path());
        const std::vector<ShortcutLine> lines = shortcutsOf(*studio.window);
        QVERIFY(lines.size() > 25);
        std::set<QString> actions;
        for (const ShortcutLine& line : lines) {
            QVERIFY(!line.action.isEmpty() && !line.keys.isEmpty());
            QVERIFY2(actions.insert(line.group + line.action).second, qPrintable(line.action));
        }
        for (const QString& name :
             {QStringLiteral("FileSave"), QStringLiteral("FileExport MIDI…"),
              QStringLiteral("PlayPlay or stop"), QStringLiteral("WindowCompose")})
            QVERIFY2(actions.contains(name), qPrintable(name));
        studio.action(QStringLiteral("Help"), QStringLiteral("Keyboard shortcuts"))->trigger();
        QVERIFY(studio.dialog<ShortcutSheet>());
        keepPicture(studio, "sheet.png", studio.dialog<ShortcutSheet>());
    }

    void aboutHoldsTheLicence()
    {
        Studio studio(m_folder->path());
        studio.action(QStringLiteral("Help"), QStringLiteral("About"))->trigger();
        auto* const about = studio.dialog<AboutDialog>();
        QVERIFY(about);
        QVERIFY(about->findChild<QPlainTextEdit*>()->toPlainText().contains(
            QStringLiteral("GNU GENERAL PUBLIC LICENSE")));
        keepPicture(studio, "about.png", about);
        about->close();
        studio.draw(60);
        studio.window->close();
        keepPicture(studio, "question.png", studio.dialog<SaveQuestion>());
        keepPicture(studio, "window.png");
    }

private:
    QString place(const char* name) const { return m_folder->filePath(QString::fromLatin1(name)); }

    /// For looking at: where CONTINUO_KEEP_PICTURES names a folder.
    void keepPicture(Studio& studio, const char* name, QWidget* widget = nullptr)
    {
        const QString folder = qEnvironmentVariable("CONTINUO_KEEP_PICTURES");
        if (!folder.isEmpty())
            QVERIFY((widget ? widget : studio.window.get())
                        ->grab()
                        .save(folder + QLatin1Char('/') + QLatin1String(name)));
    }

    std::optional<QTemporaryDir> m_folder{};
};

int main(int argc, char* argv[])
{
    QApplication application(argc, argv);
    Appearance made(application);
    appearance = &made;
    TestFiles test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_files.moc"
