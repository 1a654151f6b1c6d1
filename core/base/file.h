// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// Whether a file that stands in the way may be replaced.
enum class Overwrite
{
    Refuse,
    Replace
};

/// A path as readable UTF-8, whatever bytes the file system holds: bytes that are not UTF-8 become U+FFFD.
std::string readablePath(const std::filesystem::path& path);

/// The whole file. Errors: file.not-found, file.not-readable, file.too-large (over `limit` bytes), file.is-directory.
Result<std::vector<std::uint8_t>> readFile(const std::filesystem::path& path,
                                           std::uint64_t limit = std::uint64_t{4} << 30);

/// As readFile(), as text without any check of its encoding.
Result<std::string> readTextFile(const std::filesystem::path& path, std::uint64_t limit = std::uint64_t{256} << 20);

/// Writes a file that is afterwards either whole or as it was: a temporary file in the same folder, checked writes,
/// fsync, rename, fsync of the folder. A writer destroyed before commit() leaves nothing behind; what a killed program
/// left is taken over by the next writer of the same file.
class WholeFileWriter
{
public:
    /// Errors: file.exists (kind Usage, when refused), file.not-writable.
    static Result<WholeFileWriter> open(const std::filesystem::path& path, Overwrite overwrite);

    WholeFileWriter(WholeFileWriter&& other) noexcept;
    WholeFileWriter& operator=(WholeFileWriter&& other) noexcept;
    ~WholeFileWriter();

    /// Errors: file.disk-full, file.write-failed.
    Status write(std::span<const std::uint8_t> bytes);
    Status write(std::string_view text);
    /// Bytes at `offset` from the start, over what stands there or beyond the end; write() goes on where it was.
    Status writeAt(std::uint64_t offset, std::span<const std::uint8_t> bytes);

    /// Makes the file appear under its name. Nothing may be written afterwards.
    Status commit();

    /// The file being written before it has its name, for libraries that want to write it themselves.
    const std::filesystem::path& temporaryPath() const;

private:
    struct State;
    explicit WholeFileWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// Takes away what a program that was killed while it wrote `path` left beside it.
void removeAbandoned(const std::filesystem::path& path);

/// A whole file at once, durably; see WholeFileWriter.
Status writeFile(const std::filesystem::path& path, std::span<const std::uint8_t> bytes, Overwrite overwrite);
Status writeFile(const std::filesystem::path& path, std::string_view text, Overwrite overwrite);

/// An Error for a failed system call on a file, from an errno value, in words.
Error fileError(int errorNumber, const std::filesystem::path& path, std::string_view verb);

} // namespace continuo
