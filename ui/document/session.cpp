// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/session.h"

#include "core/base/file.h"
#include "core/dataset/music_file.h"
#include "ui/document/file_path.h"
#include "ui/document/score_document.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSettings>
#include <QUuid>

#include <tuple>
#include <utility>

namespace continuo::ui {

namespace {

const QLatin1String kRecent("files/recent");
constexpr int kRecentFiles = 10;
constexpr int kAutosaveMs = 4'000;

QString nameOf(const QString& path)
{
    return QFileInfo(path).completeBaseName();
}

bool isSameFile(const QString& a, const QString& b)
{
    return !a.isEmpty() && QFileInfo(a) == QFileInfo(b);
}

Score emptyScore()
{
    Score score;
    score.addTrack();
    return score;
}

/// The first piece of a file, and what was noticed on reading it.
struct Import
{
    Score score{};
    QString remark{};
};

Result<Import> readMusic(const QString& path)
{
    const auto bytes = readFile(filePath(path));
    if (!bytes)
        return bytes.error();
    auto music = readMusicFile(*bytes, readablePath(filePath(path)));
    if (!music)
        return music.error();
    Import import{std::move(music->pieces.front().score), {}};
    const auto more = static_cast<int>(music->pieces.size()) - 1;
    if (more == 1)
        import.remark = Session::tr(
            "It holds 1 more piece; the first was taken. Import it as a dataset to have both.");
    else if (more > 1)
        import.remark =
            Session::tr(
                "It holds %1 more pieces; the first was taken. Import it as a dataset to have all.")
                .arg(more);
    else if (!music->remarks.empty())
        import.remark = QString::fromStdString(music->remarks.front().text);
    return import;
}

Error changedMeanwhile(const QString& path)
{
    const std::string name = path.toStdString();
    return {ErrorKind::Failed,
            "session.changed-meanwhile",
            "\"" + name +
                "\" was not opened, because the composition was edited while the file was read. "
                "Open it again.",
            {{"file", name}}};
}

} // namespace

Session::Session(ScoreDocument& document, QSettings& settings, const QString& recoveryFolder,
                 QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_settings(settings)
    , m_recoveryFolder(recoveryFolder)
    , m_title(tr("Untitled"))
{
    m_thread.setMaxThreadCount(1);
    m_autosave.setSingleShot(true);
    m_autosave.setInterval(kAutosaveMs);
    connect(&m_autosave, &QTimer::timeout, this, &Session::autosave);
    connect(&document, &ScoreDocument::changed, this, [this] {
        ++m_edits;
        if (!m_autosave.isActive())
            m_autosave.start();
    });
    connect(&document, &ScoreDocument::replaced, this, [this] { ++m_edits; });
    connect(&document.undoStack(), &QUndoStack::cleanChanged, this, &Session::titleChanged);
}

Session::~Session()
{
    m_thread.waitForDone();
}

bool Session::isModified() const
{
    return m_isUnsaved || !m_document.undoStack().isClean();
}

void Session::beginNew()
{
    begin(emptyScore(), tr("Untitled"));
}

void Session::begin(const Score& score, const QString& title)
{
    m_lock.reset();
    m_isReadOnly = false;
    take(score, {}, title, {});
    Q_EMIT viewRestored({});
}

void Session::take(Score score, NoteOrigins origins, const QString& title, const QString& path)
{
    m_title = title;
    m_path = path;
    m_isUnsaved = false;
    discardRecovery();
    m_document.replace(std::move(score), std::move(origins));
    Q_EMIT titleChanged();
}

void Session::open(const QString& path, Done done)
{
    const QString file = QFileInfo(path).absoluteFilePath();
    inBackground([this, file, done = std::move(done), edits = m_edits]() -> std::function<void()> {
        auto project = std::make_shared<Result<Project>>(readProject(filePath(file)));
        return [this, file, done, edits, project] {
            if (!*project) {
                if (project->error().id == "file.not-found")
                    forget(file);
                done(project->error());
            } else if (m_edits != edits) {
                done(changedMeanwhile(file));
            } else {
                opened(file, std::move(**project));
                done(ok());
            }
        };
    });
}

void Session::opened(const QString& path, Project project)
{
    const QJsonObject view =
        QJsonDocument::fromJson(QByteArray::fromStdString(project.viewJson)).object();
    if (const Status locked = lock(path); locked) {
        take(std::move(project.score), std::move(project.origins), nameOf(path), path);
        if (m_isReadOnly)
            Q_EMIT remarked(tr("“%1” is read-only. Save it under another name to keep changes.")
                                .arg(nameOf(path)));
    } else {
        take(std::move(project.score), std::move(project.origins),
             tr("%1 (copy)").arg(nameOf(path)), {});
        Q_EMIT remarked(
            tr("“%1” is open in another window. This is a copy; save it under another name.")
                .arg(nameOf(path)));
    }
    remember(path);
    Q_EMIT viewRestored(view);
    if (m_lock)
        inBackground([path]() -> std::function<void()> {
            removeAbandoned(filePath(path));
            return [] {};
        });
}

void Session::importFile(const QString& path, Done done)
{
    inBackground([this, path, done = std::move(done), edits = m_edits]() -> std::function<void()> {
        auto import = std::make_shared<Result<Import>>(readMusic(path));
        return [this, path, done, edits, import] {
            if (!*import) {
                done(import->error());
            } else if (m_edits != edits) {
                done(changedMeanwhile(path));
            } else {
                begin(import->value().score, nameOf(path));
                if (!import->value().remark.isEmpty())
                    Q_EMIT remarked(tr("“%1” was read. %2")
                                        .arg(QFileInfo(path).fileName(), import->value().remark));
                done(ok());
            }
        };
    });
}

void Session::save(Done done)
{
    Q_ASSERT(!m_path.isEmpty());
    write(m_path, std::move(done));
}

void Session::saveAs(const QString& path, Done done)
{
    const QString file = QFileInfo(path).absoluteFilePath();
    const auto former = std::pair(m_lock, m_isReadOnly);
    if (const Status locked = lock(file); !locked) {
        std::tie(m_lock, m_isReadOnly) = former;
        done(locked);
        return;
    }
    write(file, [this, former, done = std::move(done)](const Status& written) {
        if (!written)
            std::tie(m_lock, m_isReadOnly) = former;
        done(written);
    });
}

Status Session::lock(const QString& path)
{
    const bool isHeld = m_lock && isSameFile(path, m_path);
    m_isReadOnly = !isWritableProject(filePath(path));
    if (isHeld)
        return ok();
    Result<ProjectLock> taken = ProjectLock::take(filePath(path));
    if (!taken && taken.error().id == "project.in-use") {
        m_isReadOnly = false;
        m_lock.reset();
        return taken.error();
    }
    m_isReadOnly = m_isReadOnly || !taken;
    m_lock = taken ? std::make_shared<ProjectLock>(std::move(*taken)) : nullptr;
    return ok();
}

void Session::write(const QString& path, Done done)
{
    auto project = std::make_shared<Project>(snapshot());
    project->title = nameOf(path).toStdString();
    inBackground(
        [this, path, project, done = std::move(done), edits = m_edits]() -> std::function<void()> {
            const Status written = writeProject(filePath(path), *project, Overwrite::Replace);
            return [this, path, written, done, edits] {
                if (written) {
                    m_path = path;
                    m_title = nameOf(path);
                    m_isReadOnly = false;
                    if (m_edits == edits) {
                        m_isUnsaved = false;
                        m_document.undoStack().setClean();
                        if (m_recovered)
                            discard(*m_recovered);
                        discardRecovery();
                    } else {
                        // What is in the file lies behind an edit that came while it was written.
                        m_isUnsaved = true;
                    }
                    remember(path);
                    Q_EMIT titleChanged();
                    Q_EMIT saved(path);
                }
                done(written);
            };
        });
}

Project Session::snapshot() const
{
    const QJsonObject view = m_view ? m_view() : QJsonObject();
    return {m_title.toStdString(), m_document.score(), m_document.origins(),
            view.isEmpty() ? std::string()
                           : QJsonDocument(view).toJson(QJsonDocument::Compact).toStdString()};
}

void Session::autosave()
{
    if (!isModified()) {
        discardRecovery(); // Undone back to what the file holds.
        return;
    }
    if (!prepareRecovery())
        return;
    m_hasRecovery = true;
    auto project = std::make_shared<Project>(withRecoveryWords(snapshot(), m_path));
    inBackground(
        [this, project, file = m_recoveryFile, edits = m_edits]() -> std::function<void()> {
            const Status written = writeProject(filePath(file), *project, Overwrite::Replace);
            return [this, written] {
                if (!written) {
                    autosaveBroke(written.error());
                    return;
                }
                m_isAutosaveBroken = false;
                if (m_recovered)
                    discard(*std::exchange(m_recovered, std::nullopt));
                Q_EMIT autosaved(QDateTime::currentDateTime());
            };
        });
}

void Session::autosaveBroke(const Error& error)
{
    // Perhaps there is room again by then, though nothing is edited.
    m_autosave.start();
    if (!std::exchange(m_isAutosaveBroken, true))
        Q_EMIT autosaveFailed({ErrorKind::Failed,
                               "session.autosave-failed",
                               "Your edits cannot be autosaved for now: a crash would lose what "
                               "you have not saved. " +
                                   error.text,
                               {{"cause", error.text}}});
}

bool Session::prepareRecovery()
{
    if (m_recoveryLock)
        return true;
    QDir().mkpath(m_recoveryFolder);
    const QString file = m_recoveryFolder + QLatin1Char('/') +
                         QUuid::createUuid().toString(QUuid::WithoutBraces) +
                         QStringLiteral(".continuo");
    Result<ProjectLock> taken = ProjectLock::take(filePath(file));
    if (!taken) {
        autosaveBroke(taken.error());
        return false;
    }
    m_recoveryFile = file;
    m_recoveryLock = std::make_shared<ProjectLock>(std::move(*taken));
    return true;
}

void Session::discardRecovery()
{
    m_autosave.stop();
    m_recovered.reset();
    if (!std::exchange(m_hasRecovery, false))
        return;
    // Behind an autosave that is still being written.
    inBackground([file = m_recoveryFile]() -> std::function<void()> {
        QFile::remove(file);
        return [] {};
    });
}

void Session::lookForRecovery()
{
    inBackground([this]() -> std::function<void()> {
        auto errors = std::make_shared<std::vector<Error>>();
        auto offers =
            std::make_shared<std::vector<RecoveryOffer>>(recoveryOffers(m_recoveryFolder, *errors));
        return [this, offers, errors] {
            for (const Error& error : *errors)
                Q_EMIT remarked(tr("An autosave could not be read and was set aside: %1")
                                    .arg(QString::fromStdString(error.text)));
            if (!offers->empty())
                Q_EMIT recoveryFound(*offers);
        };
    });
}

void Session::recover(const RecoveryOffer& offer)
{
    m_lock.reset();
    m_isReadOnly = false;
    // Where the file has another window now, this becomes a composition without one.
    const bool hasFile = !offer.originalPath.isEmpty() && lock(offer.originalPath);
    take(offer.project->score, offer.project->origins, offer.title,
         hasFile ? offer.originalPath : QString());
    m_isUnsaved = true;
    m_recovered = offer;
    Q_EMIT titleChanged();
    Q_EMIT viewRestored(
        QJsonDocument::fromJson(QByteArray::fromStdString(offer.project->viewJson)).object());
    autosave();
}

QStringList Session::recentFiles() const
{
    return m_settings.value(kRecent).toStringList();
}

void Session::forgetRecentFiles()
{
    m_settings.remove(kRecent);
    Q_EMIT recentFilesChanged();
}

void Session::remember(const QString& path)
{
    QStringList files = recentFiles();
    files.removeAll(path);
    files.prepend(path);
    m_settings.setValue(kRecent, QStringList(files.mid(0, kRecentFiles)));
    Q_EMIT recentFilesChanged();
}

void Session::forget(const QString& path)
{
    QStringList files = recentFiles();
    if (files.removeAll(path) > 0) {
        m_settings.setValue(kRecent, files);
        Q_EMIT recentFilesChanged();
    }
}

void Session::inBackground(std::function<std::function<void()>()> work)
{
    m_thread.start([this, work = std::move(work)] {
        std::function<void()> then = work();
        QMetaObject::invokeMethod(this, std::move(then), Qt::QueuedConnection);
    });
}

} // namespace continuo::ui
