// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/file_place.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QFile>
#include <QFileInfo>
#include <QUrl>

namespace continuo::ui {

std::optional<FilePlace> filePlace(const std::string& path)
{
    QByteArray bytes = QByteArray::fromStdString(path);
    bool isArchive = false;
    while (!bytes.isEmpty()) {
        const QString name = QFile::decodeName(bytes);
        const QFileInfo info(name);
        if (info.isFile())
            return FilePlace{info.absoluteFilePath(), isArchive};
        // A folder on the way: the member was never one of a file in it.
        if (info.exists())
            return std::nullopt;
        const qsizetype slash = bytes.lastIndexOf('/');
        bytes.truncate(slash < 0 ? 0 : slash);
        isArchive = true;
    }
    return std::nullopt;
}

bool showInFileManager(const FilePlace& place)
{
    return QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(place.file).absolutePath()));
}

QString noFileManagerInWords(const FilePlace& place)
{
    return QCoreApplication::translate("continuo::ui::FilePlace",
                                       "The desktop has no program for it. The file is %1")
        .arg(place.file);
}

bool openFile(const FilePlace& place)
{
    return QDesktopServices::openUrl(QUrl::fromLocalFile(place.file));
}

} // namespace continuo::ui
