// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/recovery.h"

#include "core/base/file.h"
#include "ui/document/file_path.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

const QLatin1String kWords("recovery");
const QLatin1String kOriginal("path");

QJsonObject viewOf(const Project& project)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(project.viewJson)).object();
}

void setView(Project& project, const QJsonObject& view)
{
    project.viewJson = view.isEmpty()
                           ? std::string()
                           : QJsonDocument(view).toJson(QJsonDocument::Compact).toStdString();
}

/// What a window left that was killed before its first autosave was whole: a lock and half a file,
/// beside no autosave.
void clearAway(const QString& folder)
{
    static const QRegularExpression kLeft(
        QStringLiteral("^(?:([^.].*\\.continuo)\\.lock|\\.(.*\\.continuo)\\.part\\d*)$"));
    const QDir there(folder);
    for (const QString& name : there.entryList(QDir::Files | QDir::Hidden)) {
        const QRegularExpressionMatch match = kLeft.match(name);
        const QString file = there.filePath(match.captured(1) + match.captured(2));
        if (!match.hasMatch() || QFile::exists(file))
            continue;
        // A living window holds its lock. One that is taken here goes with it.
        if (const Result<ProjectLock> lock = ProjectLock::take(filePath(file)); lock)
            removeAbandoned(filePath(file));
    }
}

} // namespace

Project withRecoveryWords(Project project, const QString& originalPath)
{
    QJsonObject view = viewOf(project);
    view[kWords] = QJsonObject{{kOriginal, originalPath}};
    setView(project, view);
    return project;
}

std::vector<RecoveryOffer> recoveryOffers(const QString& folder, std::vector<Error>& errors)
{
    clearAway(folder);
    std::vector<RecoveryOffer> offers;
    const QFileInfoList files =
        QDir(folder).entryInfoList({QStringLiteral("*.continuo")}, QDir::Files, QDir::Time);
    for (const QFileInfo& info : files) {
        const QString file = info.filePath();
        Result<ProjectLock> lock = ProjectLock::take(filePath(file));
        if (!lock)
            continue;
        removeAbandoned(filePath(file));
        Result<Project> project = readProject(filePath(file));
        if (!project) {
            errors.push_back(project.error());
            QFile::rename(file, file + QStringLiteral(".damaged"));
            continue;
        }
        QJsonObject view = viewOf(*project);
        const QString original = view.take(kWords).toObject().value(kOriginal).toString();
        setView(*project, view);
        offers.push_back({file, QString::fromStdString(project->title), original,
                          info.lastModified(), std::make_shared<const Project>(std::move(*project)),
                          std::make_shared<ProjectLock>(std::move(*lock))});
    }
    return offers;
}

void discard(const RecoveryOffer& offer)
{
    QFile::remove(offer.file);
}

} // namespace continuo::ui
