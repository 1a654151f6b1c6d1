// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace continuo {

/// No name of a file or folder is longer, in bytes of UTF-8, its ending included.
inline constexpr std::size_t kLongestName = 255;
/// Longer paths below the folder of an export lose their outer folders.
inline constexpr std::size_t kLongestExportPath = 1024;

/// A name of a file or folder, of any bytes, as every file system takes it: UTF-8 (other bytes are
/// read as Latin-1), control characters, marks of writing direction and < > : " / \ | ? * as "_",
/// no dots or spaces at the end, an "_" in front of what Windows keeps for devices (CON, LPT1, …),
/// at most kLongestName bytes. Never empty, "." or "..".
std::string safeName(std::string_view bytes);

/// The folder that all of the paths lie in, its "/" included, or nothing. The name of an archive
/// (*.zip) is kept out of it, so that it stays part of what is below.
std::string commonFolder(std::span<const std::string> paths);

/// What is left of a path behind `folder`, name by name made safe and joined by "/"; the last name
/// keeps its ending. Never empty, never leads out of where it is put.
std::string safePath(std::string_view path, std::string_view folder);

/// A path without its ending, and the ending with its dot; endings of more than 16 bytes and dots
/// in front belong to the name.
struct NameParts
{
    std::string_view stem{};
    std::string_view ending{};
};
NameParts nameParts(std::string_view path);

/// The names that were given out in one folder tree, so that no two files have one name, not even
/// where the file system takes capital and small letters for the same.
class TakenNames
{
public:
    /// The folders of this path will be there: no file is called like one of them.
    void keepFolders(std::string_view path);

    /// `stem` + `ending`, with " (2)", " (3)", … between them where that is taken; the last name of
    /// the stem is cut where the whole would be longer than kLongestName.
    std::string take(std::string_view stem, std::string_view ending);

private:
    std::unordered_set<std::string> m_taken{};
    std::unordered_map<std::string, std::size_t> m_last{}; ///< The last number given, by stem.
};

} // namespace continuo
