// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace continuo::cli {

/// A file as it will stand on the disk.
struct OutputFile
{
    std::filesystem::path path{};
    std::vector<std::uint8_t> bytes{};
};

/// All files or none: everything is written under temporary names before the first gets its own.
/// Errors are those of WholeFileWriter.
Status writeAll(const std::vector<OutputFile>& files, Overwrite overwrite);

/// OUT-1.mid of OUT.mid.
std::filesystem::path numberedFile(const std::filesystem::path& path, std::size_t number);

} // namespace continuo::cli
