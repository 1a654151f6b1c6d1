// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

namespace continuo {

/// A new file in a folder that is being written; checked writes, no flush of its own.
class FolderFile
{
public:
    /// Errors: file.exists where there is one, and those of fileError().
    static Result<FolderFile> create(const std::filesystem::path& path);

    Status write(std::span<const std::uint8_t> bytes);
    Status write(std::string_view text);
    /// Over the first bytes of the file. Nothing may be written afterwards.
    Status writeStart(std::span<const std::uint8_t> bytes);
    /// Hands the rest to the system. Nothing may be written afterwards.
    Status close();

private:
    struct Closing
    {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    FolderFile(std::filesystem::path path, std::FILE* file);

    std::filesystem::path m_path;
    std::unique_ptr<std::FILE, Closing> m_file;
};

/// Writes a folder that is afterwards either whole or as it was: everything goes into a folder
/// beside it, which is flushed to the disk and renamed at the end. A writer destroyed before
/// commit() leaves nothing behind; what a killed program left is taken away by the next writer of
/// the same folder.
class WholeFolderWriter
{
public:
    /// Whether a folder that is not empty is one that may be replaced.
    using IsOwn = bool (*)(const std::filesystem::path& folder);

    /// A folder that is there must be empty, or `overwrite` allow to replace it and `isOwn` say
    /// that it is of the kind: never is a folder of other things replaced. Errors (kind Usage):
    /// file.exists, folder.foreign; and those of fileError().
    static Result<WholeFolderWriter> open(const std::filesystem::path& path, Overwrite overwrite,
                                          IsOwn isOwn);

    WholeFolderWriter(WholeFolderWriter&& other) noexcept;
    WholeFolderWriter& operator=(WholeFolderWriter&& other) noexcept;
    ~WholeFolderWriter();

    /// A file by its path below the folder, "/" between names; the folders it needs are made.
    /// Safe from several threads for different files.
    Result<FolderFile> create(std::string_view path);
    /// A whole file; as create().
    Status write(std::string_view path, std::span<const std::uint8_t> bytes);
    Status write(std::string_view path, std::string_view text);

    /// Makes the folder appear under its name, in place of what was there. Nothing may be written
    /// afterwards.
    Status commit();

private:
    struct State;
    explicit WholeFolderWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace continuo
