// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/dataset/dataset.h"

#include <QString>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace continuo::ui {

/// Something that was noticed or repaired in reading a file, once for each kind.
struct ReadNote
{
    std::int64_t file = 0;
    std::string path{};    ///< The exact bytes.
    Remark first{};        ///< The first of its kind in the file.
    std::size_t count = 1; ///< How many of its kind the file has.
};

/// What was noticed in all files of a set that were accepted with notes.
struct ReadNotes
{
    std::vector<ReadNote> notes{}; ///< In the order of paths.
    std::size_t files = 0;
    std::size_t leftOut = 0; ///< Notes beyond kMostReadNotes.
};
inline constexpr std::size_t kMostReadNotes = 200'000;

/// Blocks. Errors: those of Dataset::open() and of reading; base.cancelled.
Result<ReadNotes> readImportNotes(const std::filesystem::path& set, const CancelToken& cancel);

/// What kind of remark it is, in a few words that stand before a number: "notes never ended".
QString remarkInWords(const std::string& id);

/// A line of a log that is written out.
struct LogLine
{
    bool isRejected = false;
    QString reason{}; ///< Its group.
    std::string id{};
    QString path{};
    QString words{};
};
/// A table with a header, as RFC 4180 has it.
QByteArray logAsCsv(const std::vector<LogLine>& lines);
/// Under headings; lines of one reason stand together.
QByteArray logAsText(const std::vector<LogLine>& lines);

} // namespace continuo::ui
