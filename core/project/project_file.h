// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/music/score.h"
#include "core/project/note_origin.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// A composition as it is kept: the score with every id, where generated notes came from, and how
/// the window stood.
struct Project
{
    std::string title{}; ///< UTF-8.
    Score score{};
    NoteOrigins origins{};  ///< Of notes of the score; those of others are not kept.
    std::string viewJson{}; ///< The window's own words, kept as they are; empty: none.

    friend bool operator==(const Project&, const Project&) = default;
};

/// The bytes of a `*.continuo` file: one SQLite database, made in one transaction. The same project
/// gives the same bytes. Errors: project.bad-score (Failed), a score that could not be read back:
/// an id that stands twice, a time below zero.
Result<std::vector<std::uint8_t>> projectBytes(const Project& project);

/// Writes the file, which is afterwards either the new project or what it was, durably; keeps the
/// permissions of the file it replaces. Blocks. Errors: project.read-only where the file may not be
/// written, those of projectBytes() and writeFile().
Status writeProject(const std::filesystem::path& path, const Project& project, Overwrite overwrite);

/// Reads a project from bytes; nothing in them is trusted. `path` stands in the messages.
/// Errors (Refused): project.not-a-project, project.newer-version, project.foreign-schema,
/// project.damaged.
Result<Project> readProject(std::span<const std::uint8_t> bytes, const std::filesystem::path& path);

/// Reads a file, which is left alone; besides the errors above those of readFile(). Blocks.
Result<Project> readProject(const std::filesystem::path& path);

/// Whether these bytes begin like a database: then they are none of the music files.
bool looksLikeProject(std::span<const std::uint8_t> bytes);

/// Whether a file may be replaced by its owner; true where there is none. A file without any right
/// to write says that somebody wants it kept, whoever asks.
bool isWritableProject(const std::filesystem::path& path);

} // namespace continuo
