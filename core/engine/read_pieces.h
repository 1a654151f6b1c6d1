// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dataset/music_file.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace continuo {

/// Every piece of a MIDI or ABC file, a frame list or a project of the studio, told apart by what
/// is in it; a project is one piece. Errors: those of files and of the readers.
Result<MusicFile> readPieces(const std::filesystem::path& path,
                             OrnamentReading ornaments = OrnamentReading::Marks);

/// The same of bytes that are there; `path` names them in messages and by its ending.
Result<MusicFile> readPieces(std::span<const std::uint8_t> bytes,
                             const std::filesystem::path& path,
                             OrnamentReading ornaments = OrnamentReading::Marks);

} // namespace continuo
