// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QString>

#include <filesystem>

namespace continuo::ui {

/// A name from Qt as the core takes it, with the bytes that the file system has.
inline std::filesystem::path filePath(const QString& name)
{
    return std::filesystem::path(QFile::encodeName(name).toStdString());
}

} // namespace continuo::ui
