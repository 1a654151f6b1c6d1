// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/file_menu.h"

#include "ui/base/notices.h"
#include "ui/base/panel.h"
#include "ui/document/score_document.h"
#include "ui/document/session.h"
#include "ui/main_window/save_question.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>
#include <QStandardPaths>

#include <utility>

namespace continuo::ui {

namespace {

const QLatin1String kFolder("files/folder");
const QLatin1String kProject("continuo");

QString musicFilter()
{
    return FileMenu::tr("Music (*.mid *.midi *.kar *.rmi *.smf *.abc);;All files (*)");
}

bool isProject(const QString& path)
{
    return QFileInfo(path).suffix().compare(kProject, Qt::CaseInsensitive) == 0;
}

} // namespace

FileMenu::FileMenu(QMainWindow& window, const StudioContext& context, Session& session,
                   Exporter& exporter)
    : QObject(&window)
    , m_window(window)
    , m_context(context)
    , m_session(session)
    , m_exporter(exporter)
{
    QMenu* menu = window.menuBar()->addMenu(tr("File"));
    menu->setToolTipsVisible(true);
    menu->addAction(tr("New"), QKeySequence::New, this, [this] {
        whenSafe([this] {
            m_session.beginNew();
            Q_EMIT opened();
        });
    });
    menu->addAction(tr("Open…"), QKeySequence::Open, this, &FileMenu::chooseOpen);
    m_recent = menu->addMenu(tr("Open recent"));
    menu->addAction(tr("Save"), QKeySequence::Save, this, [this] { save(); });
    menu->addAction(tr("Save as…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), this,
                    [this] { saveAs(); });
    menu->addSeparator();
    menu->addAction(tr("Import…"), QKeySequence(Qt::CTRL | Qt::Key_I), this,
                    &FileMenu::chooseImport);
    menu->addAction(tr("Export MIDI…"), QKeySequence(Qt::CTRL | Qt::Key_E), this,
                    [this] { chooseExport(ExportKind::Midi); });
    QMenu* exports = menu->addMenu(tr("Export"));
    for (const ExportKind kind :
         {ExportKind::Wav, ExportKind::Flac, ExportKind::Abc, ExportKind::Png, ExportKind::Svg})
        exports->addAction(tr("%1…").arg(exportName(kind)), this,
                           [this, kind] { chooseExport(kind); });
    menu->addSeparator();
    menu->addAction(tr("Quit"), QKeySequence::Quit, &window, &QWidget::close);

    connect(&session, &Session::recentFilesChanged, this, &FileMenu::fillRecent);
    fillRecent();
}

void FileMenu::fillRecent()
{
    m_recent->clear();
    const QStringList files = m_session.recentFiles();
    for (const QString& path : files) {
        const QFileInfo info(path);
        QString words =
            tr("%1 — %2").arg(info.completeBaseName(), QDir::toNativeSeparators(info.path()));
        m_recent->addAction(words.replace(QLatin1Char('&'), QLatin1String("&&")), this,
                            [this, path] { openFile(path); });
    }
    m_recent->setEnabled(!files.isEmpty());
    setEnabledBecause(*m_recent->menuAction(), files.isEmpty() ? tr("No files yet") : QString());
    if (!files.isEmpty()) {
        m_recent->addSeparator();
        m_recent->addAction(tr("Forget these"), &m_session, &Session::forgetRecentFiles);
    }
}

bool FileMenu::isComposition(const QString& path)
{
    static const QStringList endings{kProject,
                                     QStringLiteral("mid"),
                                     QStringLiteral("midi"),
                                     QStringLiteral("kar"),
                                     QStringLiteral("rmi"),
                                     QStringLiteral("smf"),
                                     QStringLiteral("abc")};
    const QFileInfo info(path);
    return !info.isDir() && endings.contains(info.suffix().toLower());
}

void FileMenu::openFile(const QString& path)
{
    whenSafe([this, path] {
        const auto done = [this](const Status& status) {
            if (!status)
                m_context.notices.report(status.error());
            else
                Q_EMIT opened();
        };
        if (isProject(path))
            m_session.open(path, done);
        else
            m_session.importFile(path, done);
    });
}

void FileMenu::chooseOpen()
{
    choose(Choose::ToRead, tr("Open a composition"),
           tr("Compositions (*.continuo);;%1").arg(musicFilter()), {},
           [this](const QString& path) { openFile(path); });
}

void FileMenu::chooseImport()
{
    choose(Choose::ToRead, tr("Import a MIDI or ABC file"), musicFilter(), {},
           [this](const QString& path) { openFile(path); });
}

void FileMenu::chooseExport(ExportKind kind)
{
    const QString ending = exportEnding(kind);
    choose(Choose::ToWrite, tr("Export: %1").arg(exportName(kind)),
           QStringLiteral("%1 (*.%2)").arg(exportName(kind), ending), ending,
           [this, kind](const QString& path) {
               m_exporter.start(kind, m_context.document.score(), m_session.title(), path);
           });
}

void FileMenu::whenSafe(std::function<void()> then)
{
    if (!m_session.isModified()) {
        then();
        return;
    }
    if (m_question) {
        m_question->raise();
        m_question->activateWindow();
        return;
    }
    m_question = new SaveQuestion(m_session.title(), &m_window);
    m_question->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_question, &SaveQuestion::saveChosen, this, [this, then] { save(then); });
    connect(m_question, &SaveQuestion::discardChosen, this, then);
    m_question->open();
}

void FileMenu::save(std::function<void()> then)
{
    if (m_session.path().isEmpty()) {
        saveAs(std::move(then));
        return;
    }
    m_session.save([this, then = std::move(then)](const Status& saved) {
        if (saved) {
            if (then)
                then();
            return;
        }
        m_context.notices.report(saved.error());
        // Where nothing may be written another place is needed.
        if (saved.error().id == "project.read-only" || saved.error().id == "file.not-writable")
            saveAs(then);
    });
}

void FileMenu::saveAs(std::function<void()> then)
{
    choose(Choose::ToWrite, tr("Save the composition"), tr("Compositions (*.continuo)"), kProject,
           [this, then = std::move(then)](const QString& path) {
               m_session.saveAs(path, [this, then](const Status& saved) {
                   if (!saved)
                       m_context.notices.report(saved.error());
                   else if (then)
                       then();
               });
           });
}

void FileMenu::choose(Choose what, const QString& title, const QString& filter,
                      const QString& ending, std::function<void(const QString&)> then)
{
    const QString music = QStandardPaths::writableLocation(QStandardPaths::MusicLocation);
    QString folder = m_context.settings.value(kFolder, music).toString();
    if (!QFileInfo(folder).isDir())
        folder = QDir::homePath();
    auto* dialog = new QFileDialog(&m_window, title, folder, filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (what == Choose::ToWrite) {
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->setDefaultSuffix(ending);
        // A name may hold what a path may not.
        dialog->selectFile(m_session.title().replace(QLatin1Char('/'), QLatin1Char('-')) +
                           QLatin1Char('.') + ending);
    } else {
        dialog->setFileMode(QFileDialog::ExistingFile);
    }
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, then = std::move(then)](const QString& path) {
                rememberFolder(path);
                then(path);
            });
    dialog->open();
}

void FileMenu::rememberFolder(const QString& path)
{
    m_context.settings.setValue(kFolder, QFileInfo(path).absolutePath());
}

} // namespace continuo::ui
