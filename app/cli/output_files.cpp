// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output_files.h"

#include <string>
#include <utility>

namespace continuo::cli {

Status writeAll(const std::vector<OutputFile>& files, Overwrite overwrite)
{
    std::vector<WholeFileWriter> writers;
    for (const OutputFile& file : files) {
        auto writer = WholeFileWriter::open(file.path, overwrite);
        if (!writer)
            return writer.error();
        if (const Status written = writer->write(file.bytes); !written)
            return written.error();
        writers.push_back(std::move(*writer));
    }
    for (WholeFileWriter& writer : writers) {
        if (const Status committed = writer.commit(); !committed)
            return committed.error();
    }
    return ok();
}

std::filesystem::path numberedFile(const std::filesystem::path& path, std::size_t number)
{
    std::filesystem::path numbered = path.parent_path() / path.stem();
    numbered += "-" + std::to_string(number);
    numbered += path.extension();
    return numbered;
}

} // namespace continuo::cli
