// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>
#include <string>

namespace continuo::ui {

/// Where something that was imported lies on the disk.
struct FilePlace
{
    QString file{};         ///< The file itself, or the archive that it is a member of.
    bool isArchive = false; ///< It is a member of `file`.

    friend bool operator==(const FilePlace&, const FilePlace&) = default;
};

/// The file of this path, exact bytes as a dataset keeps them; of "archive.zip/member" the archive.
/// Nothing where it is gone. Looks at the disk.
std::optional<FilePlace> filePlace(const std::string& path);

/// Opens the folder of the file in the desktop's file manager; false where the desktop has none.
bool showInFileManager(const FilePlace& place);
/// Says that the desktop has no file manager, and where the file is.
QString noFileManagerInWords(const FilePlace& place);
/// Opens the file itself with the program the desktop has for it.
bool openFile(const FilePlace& place);

} // namespace continuo::ui
