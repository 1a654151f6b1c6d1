// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/score.h"
#include "core/project/project_file.h"
#include "core/project/project_lock.h"
#include "ui/document/recovery.h"

#include <QDateTime>
#include <QJsonObject>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QSettings;
QT_END_NAMESPACE

namespace continuo::ui {

class ScoreDocument;

/// Where the document comes from and where it is kept: name, file, whether it is saved, autosave
/// and recovery. Files are read and written on a thread of its own, one after the other; `done` is
/// called on the GUI thread. Nothing here asks the user: whoever replaces a modified document has
/// asked before. GUI thread only.
class Session final : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(const Status&)>;

    /// `document` and `settings` are borrowed and must outlive the session. `recoveryFolder` is
    /// made when it is needed.
    Session(ScoreDocument& document, QSettings& settings, const QString& recoveryFolder,
            QObject* parent = nullptr);
    /// Waits for what is being written. Leaves the recovery file of a modified document behind, for
    /// the next start.
    ~Session() override;

    QString title() const
    {
        return m_title;
    } ///< The file's name without its ending; before it has one, what it is called.
    const QString& path() const { return m_path; } ///< Empty: no file yet.
    bool isModified() const;
    bool isReadOnly() const
    {
        return m_isReadOnly;
    } ///< The file may not be replaced; *Save as* works.

    /// An empty track.
    void beginNew();
    /// A score that has no project file: a sample, an import, a piece of a dataset.
    void begin(const Score& score, const QString& title);
    /// A project that another window has open comes as a copy without a file. Errors besides those
    /// of readProject(): session.changed-meanwhile.
    void open(const QString& path, Done done);
    /// The first piece of a MIDI or ABC file as a document without a project file.
    void importFile(const QString& path, Done done);
    /// Into the file it has. Errors: those of writeProject().
    void save(Done done);
    /// Into another file, which is replaced, and from now on. Errors besides: project.in-use.
    void saveAs(const QString& path, Done done);

    QStringList recentFiles() const; ///< Newest first; not looked at whether they are still there.
    void forgetRecentFiles();

    /// How the window stands, asked for at every save.
    void setView(std::function<QJsonObject()> view) { m_view = std::move(view); }

    /// Looks for what a killed window left; recoveryFound() follows where there is any.
    void lookForRecovery();
    /// Takes an offer as the document: modified, with the file it had. The offer's own file goes
    /// once the autosave of this window has it.
    void recover(const RecoveryOffer& offer);
    /// On the way out, when everything is saved or the user does not want it saved.
    void discardRecovery();
    /// How long after an edit the autosave comes; 4 s unless set.
    void setAutosaveDelay(int ms) { m_autosave.setInterval(ms); }

Q_SIGNALS:
    void titleChanged(); ///< Title, path, modified or read-only.
    void recentFilesChanged();
    void saved(const QString& path);
    void autosaved(const QDateTime& when);
    /// session.autosave-failed: once, until an autosave has worked again; it is tried again and
    /// again.
    void autosaveFailed(const continuo::Error& error);
    /// What the user should know about the file that was opened.
    void remarked(const QString& sentence);
    /// After another document was taken, with what setView() gave when it was saved; empty for one
    /// that never was.
    void viewRestored(const QJsonObject& view);
    void recoveryFound(const std::vector<continuo::ui::RecoveryOffer>& offers);

private:
    /// `work` on the other thread; what it returns is called here afterwards.
    void inBackground(std::function<std::function<void()>()> work);
    Project snapshot() const;
    void take(Score score, NoteOrigins origins, const QString& title, const QString& path);
    void opened(const QString& path, Project project);
    /// Empty where another window holds it; read-only where nobody may write beside it.
    Status lock(const QString& path);
    void write(const QString& path, Done done);
    void autosave();
    void autosaveBroke(const Error& error);
    bool prepareRecovery();
    void remember(const QString& path);
    void forget(const QString& path);

    ScoreDocument& m_document;
    QSettings& m_settings;
    QString m_recoveryFolder;
    QString m_title;
    QString m_path{};
    std::function<QJsonObject()> m_view{};
    std::shared_ptr<ProjectLock> m_lock{};
    QString m_recoveryFile{};
    std::shared_ptr<ProjectLock> m_recoveryLock{};
    std::optional<RecoveryOffer> m_recovered{}; ///< Until the autosave has it.
    std::uint64_t m_edits =
        0; ///< Changes and replacements so far: tells a snapshot from the document.
    bool m_isUnsaved = false; ///< Modified though the undo stack is clean.
    bool m_isReadOnly = false;
    bool m_hasRecovery = false;
    bool m_isAutosaveBroken = false;
    QTimer m_autosave;
    QThreadPool m_thread;
};

} // namespace continuo::ui
