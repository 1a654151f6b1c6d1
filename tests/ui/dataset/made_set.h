// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/sha256.h"
#include "core/dataset/dataset.h"
#include "tests/ui/dataset/made_pieces.h"

#include <QString>

#include <filesystem>
#include <string>
#include <vector>

namespace continuo::ui {

/// A finished dataset of `count` made pieces, without a detour over that many files.
inline bool makeSet(const QString& path, std::int64_t count)
{
    auto set = Dataset::create(std::filesystem::path(path.toStdString()));
    if (!set)
        return false;
    std::vector<ImportedFile> files;
    for (std::int64_t id = 1; id <= count; ++id) {
        const std::string name = "/tunes/tune " + std::to_string(id) + ".mid";
        ImportedFile file;
        file.bytes.assign(name.begin(), name.end());
        file.file.path = name;
        file.file.sha256 = sha256Hex(file.bytes);
        file.file.size = file.bytes.size();
        file.file.format = "midi";
        ImportedFile::Piece piece;
        piece.facts = madePiece(id, name, static_cast<std::size_t>(20 + id % 200)).facts;
        file.pieces.push_back(piece);
        files.push_back(std::move(file));
    }
    return set->addFiles(files) && set->finishImport();
}

} // namespace continuo::ui
