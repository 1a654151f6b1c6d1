// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to core/dataset: between the rows of the tables and the values of dataset.h.

#include "core/dataset/database.h"
#include "core/dataset/dataset.h"

#include <string>
#include <string_view>

namespace continuo {

/// A reason or remarks as JSON text, and back. Reading throws DamagedRow.
std::string reasonToJson(const Error& reason);
std::string remarksToJson(const std::vector<Remark>& remarks);
Error reasonFromJson(const std::string& json);
std::vector<Remark> remarksFromJson(const std::string& json);

/// A print as two bytes a step.
std::string printToBytes(const MelodyPrint& print);
MelodyPrint printFromBytes(std::string_view bytes);

std::string splitToJson(const SplitSettings& settings);
SplitSettings splitFromJson(const std::string& json);

std::string changesToJson(const std::vector<AppliedStep>& changes);
std::vector<AppliedStep> changesFromJson(const std::string& json);
std::string tagsToJson(const std::vector<std::string>& tags);
std::vector<std::string> tagsFromJson(const std::string& json);
std::string statisticsToJson(const SetStatistics& statistics);
SetStatistics statisticsFromJson(const std::string& json);

std::optional<Part> partFromColumn(const SQLite::Column& column);
FileStatus statusFromColumn(const SQLite::Column& column);
/// A text or blob of any bytes.
std::string bytesFromColumn(const SQLite::Column& column);

/// The columns of kFileColumns.
inline constexpr std::string_view kFileColumns =
    "f.id, f.path, COALESCE(c.sha256, ''), f.size, f.format, f.status, f.reason, f.remarks";
DatasetFile fileFromRow(SQLite::Statement& row);

/// The columns of a piece, of the tables of kPieceTables.
inline constexpr std::string_view kPieceColumns =
    "p.id, p.file, f.path, p.ordinal, f.status, p.facts, p.problems, COALESCE(p.family, 0), p.part, "
    "COALESCE(c.sha256, ''), k.left_out, k.left_out_text, k.sections, k.changes, k.tags, k.note";
inline constexpr std::string_view kPieceTables = "piece p JOIN file f ON f.id = p.file JOIN content c ON c.id = f.content "
                                                 "LEFT JOIN cleaning k ON k.piece = p.id";
/// Until families are known a stored one says nothing.
DatasetPiece pieceFromRow(SQLite::Statement& row, bool areFamiliesKnown);

} // namespace continuo
