// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/dataset/dataset.h"
#include "core/dataset/problem_places.h"
#include "ui/dataset/piece_table.h"
#include "ui/dataset/rejected_model.h"

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace continuo::ui {

/// A dataset as the workspace shows it.
struct SetContents
{
    PieceTable table{};
    std::vector<RejectedFile> rejected{};
    std::size_t files = 0; ///< Read and rejected.
    bool isComplete = true;
    std::optional<SplitSettings> split{};
    Recipe recipe{};
    std::array<std::size_t, 3> families{}; ///< In training, validation and test.
    std::int64_t lastPiece = 0;            ///< The greatest ids there are; see readGrowth().
    std::int64_t lastFile = 0;
};

/// Rows stored after others.
struct SetGrowth
{
    std::vector<PieceRow> pieces{};
    std::vector<RejectedFile> rejected{};
    std::int64_t lastPiece = 0; ///< Go on behind these.
    std::int64_t lastFile = 0;
};

/// While a set is read: the rows since the last time, in the order they were stored, and how many
/// there are in all as far as is known. On the thread that reads.
using ReadingTold = std::function<void(std::vector<PieceRow> rows, std::size_t all)>;

/// The whole set, shown with `filter` in `order`; rows() are in the order of paths. Blocks. Errors:
/// those of Dataset::open() and of reading; base.cancelled.
Result<SetContents> readSet(const std::filesystem::path& path, const PieceFilter& filter,
                            const PieceOrder& order, const CancelToken& cancel,
                            const ReadingTold& told = {});

/// What was stored since; at most some thousand rows at a time. Blocks. Errors as above.
Result<SetGrowth> readGrowth(const std::filesystem::path& path, std::int64_t lastPiece,
                             std::int64_t lastFile);

/// A piece with its notes.
struct PieceReading
{
    PieceVersions versions{}; ///< As it was read and after the recipe of the set.
    std::vector<ProblemPlace> problems{};
};

/// One piece, by its number, and where it has `problems`. Blocks. Errors: those of the dataset and
/// of the readers.
Result<PieceReading> readPiece(const std::filesystem::path& path, std::int64_t piece,
                               ProblemMask problems);

} // namespace continuo::ui
