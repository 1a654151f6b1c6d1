// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/dataset/dataset.h"

#include <filesystem>
#include <functional>
#include <string>

namespace continuo {

/// The first row of a table of facts in CSV.
std::string factsHeader();
/// A row of it. Texts of files and people are made safe for spreadsheets, see csvText().
std::string factsRow(const DatasetPiece& piece);

/// Hands out pieces until `visit` returns false.
using PieceRows = std::function<Status(const std::function<bool(const DatasetPiece&)>& visit)>;

/// The table as one whole file. Errors: those of WholeFileWriter and of `rows`.
Status writeFactsTable(const std::filesystem::path& path, Overwrite overwrite,
                       const PieceRows& rows);
/// The same into a file that gets its name later.
Status writeFactsTable(WholeFileWriter& file, const PieceRows& rows);

} // namespace continuo
