// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/output_files.h"
#include "core/abc/write_abc.h"
#include "core/base/result.h"
#include "core/dataset/music_file.h"
#include "core/protocol/json.h"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace continuo::cli {

class CommandContext;

enum class WrittenFormat
{
    Midi,
    Abc,
    Project
};

/// What the ending of a file's name asks for. Errors: convert.unknown-format (Usage).
Result<WrittenFormat> formatOf(const std::filesystem::path& out);

/// Pieces as files, not yet on the disk, and what the files do not hold.
struct WrittenPieces
{
    std::vector<OutputFile> files{};
    std::vector<Remark> remarks{};
    std::size_t pieces = 0;
};

/// OUT for one piece; of several OUT-1, OUT-2, …, or one book of ABC. Errors: those of the writers
/// where nothing can be written.
Result<WrittenPieces> writtenPieces(const MusicFile& music, WrittenFormat format,
                                    const std::filesystem::path& out,
                                    const AbcWriteOptions& abc = {});

/// Writes the files, all or none, and tells of them: their names, what was remarked on reading and
/// on writing, and as JSON {pieces, files[], …, remarks[]} with the members of `more` between. What
/// it returns is the program's exit code.
int deliver(const WrittenPieces& written, std::vector<Remark> remarks, const Json& more,
            bool isForced, const CommandContext& context);

} // namespace continuo::cli
