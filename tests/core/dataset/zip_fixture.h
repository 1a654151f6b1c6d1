// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QFile>
#include <QList>
#include <QPair>
#include <QString>

#include <zip.h>

namespace continuo {

/// Writes a zip file; with a password its members are encrypted. A name that ends in "/" is a folder.
inline bool writeZip(const QString& path, const QList<QPair<QByteArray, QByteArray>>& members,
                     const QByteArray& password = {})
{
    int error = 0;
    zip_t* const archive = zip_open(QFile::encodeName(path).constData(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (!archive)
        return false;
    bool isGood = true;
    for (const auto& [name, bytes] : members) {
        if (name.endsWith('/')) {
            isGood = isGood && zip_dir_add(archive, name.constData(), ZIP_FL_ENC_UTF_8) >= 0;
            continue;
        }
        zip_source_t* const source = zip_source_buffer(archive, bytes.constData(), std::uint64_t(bytes.size()), 0);
        const zip_int64_t index = zip_file_add(archive, name.constData(), source, ZIP_FL_OVERWRITE);
        isGood = isGood && source && index >= 0;
        if (isGood && !password.isEmpty())
            isGood = zip_file_set_encryption(archive, std::uint64_t(index), ZIP_EM_AES_256, password.constData()) == 0;
    }
    return zip_close(archive) == 0 && isGood;
}

} // namespace continuo
