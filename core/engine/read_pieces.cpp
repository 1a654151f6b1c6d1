// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/read_pieces.h"

#include "core/base/file.h"
#include "core/project/project_file.h"

#include <utility>

namespace continuo {

Result<MusicFile> readPieces(std::span<const std::uint8_t> bytes, const std::filesystem::path& path,
                             OrnamentReading ornaments)
{
    if (!looksLikeProject(bytes))
        return readMusicFile(bytes, readablePath(path), ornaments);
    auto project = readProject(bytes, path);
    if (!project)
        return project.error();
    MusicFile music;
    MusicPiece& piece = music.pieces.emplace_back();
    piece.score = std::move(project->score);
    piece.title = std::move(project->title);
    return music;
}

Result<MusicFile> readPieces(const std::filesystem::path& path, OrnamentReading ornaments)
{
    const auto bytes = readFile(path);
    return bytes ? readPieces(*bytes, path, ornaments) : Result<MusicFile>(bytes.error());
}

} // namespace continuo
