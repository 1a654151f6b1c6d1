// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to core/engine: what all kinds of export share.

#include "core/dataset/dataset.h"
#include "core/engine/export_set.h"
#include "core/engine/whole_folder.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace continuo {

/// What the recipe of a set makes of a piece.
struct PieceTreatment
{
    struct Operation
    {
        std::string name{};  ///< Of the step, the same for all pieces it changes.
        std::string words{}; ///< What it did to this one.
    };
    bool isInUse = true;
    bool isChanged = false;
    std::vector<Operation> operations{}; ///< In their order.
    std::string reason{};                ///< Why it is not in use: the same for all of a kind.
    std::string reasonWords{};           ///< The same in words, for this piece.
};
/// The one place that asks a piece what its recipe says. Sets without a recipe use every piece as
/// it is.
PieceTreatment treatmentOf(const DatasetPiece& piece);

struct PlannedPiece
{
    std::int64_t id = 0;
    std::size_t file = 0; ///< Index into SetPlan::files.
    std::size_t ordinal = 0;
    std::string title{};
    std::string composer{};
    std::string copyright{};
    ProblemMask problems = 0;
    std::optional<Part> part{};
    PieceTreatment treatment{};
};

/// A set before the first note is read.
struct SetPlan
{
    DatasetInfo info{};
    std::vector<DatasetFile> files{};     ///< In the order of paths; remarks are dropped.
    std::vector<std::size_t> fileSizes{}; ///< Pieces of each file.
    std::vector<PlannedPiece> pieces{};   ///< In the order of paths.
    std::unordered_map<std::int64_t, std::size_t> pieceById{};
    std::string folder{}; ///< commonFolder() of all files.

    bool isSplit() const { return info.train + info.validation + info.test > 0; }
    const DatasetFile& fileOf(const PlannedPiece& piece) const { return files[piece.file]; }
    /// Whether the piece is asked for, in use or not.
    bool isOfPart(const PlannedPiece& piece, const ExportOptions& options) const
    {
        return !options.part || piece.part == options.part;
    }
    /// Whether the piece is asked for and to be written.
    bool isChosen(const PlannedPiece& piece, const ExportOptions& options) const
    {
        return isOfPart(piece, options) && piece.treatment.isInUse &&
               (options.only == ExportOnly::Clean || piece.treatment.isChanged);
    }
};
Result<SetPlan> planOf(const Dataset& set, const CancelToken& cancel);

/// What an export works with.
struct ExportWork
{
    const Dataset& set;
    const SetPlan& plan;
    const ExportOptions& options;
    const CancelToken& cancel;
    const ExportObserver& observer;
    unsigned threads = 1;

    void tell(std::string_view stage, std::size_t done, std::size_t total) const
    {
        if (observer)
            observer({stage, done, total});
    }
};

/// A piece as the recipe leaves it.
struct ReadPiece
{
    TrainingPiece piece{};
    std::size_t planned = 0; ///< Index into SetPlan::pieces.
    std::size_t version = 0; ///< From 0, of the pieces that a recipe made of one.
};

/// Reads the pieces of a part, or all, in the order of content. `isWanted` says which are of
/// interest. `make` gets them by their place in a batch, on several threads at once; `take` then,
/// one after the other, on this one, and may end it all with an error. `begin` sees each batch
/// first.
struct PieceBatches
{
    std::function<bool(const PlannedPiece&)> isWanted{};
    std::function<void(std::span<const ReadPiece>)> begin{};
    std::function<void(std::size_t place, ReadPiece&)> make{};
    std::function<Status(std::size_t place, ReadPiece&)> take{};
};
Status readBatches(const ExportWork& work, std::optional<Part> part, std::string_view stage,
                   const PieceBatches& batches);

/// An output that is prepared and waits for its name.
class PreparedExport
{
public:
    virtual ~PreparedExport() = default;
    virtual Status commit() = 0;

    ExportOutcome outcome{};
};

/// A folder that is prepared.
class PreparedFolder final : public PreparedExport
{
public:
    explicit PreparedFolder(WholeFolderWriter folder)
        : m_folder(std::move(folder))
    {
    }
    Status commit() override { return m_folder.commit(); }
    WholeFolderWriter& folder() { return m_folder; }

private:
    WholeFolderWriter m_folder;
};
using Prepared = Result<std::unique_ptr<PreparedExport>>;

Prepared prepareMusic(const ExportWork& work, const ExportTarget& target); ///< MIDI and ABC.
Prepared prepareArrays(const ExportWork& work, const ExportTarget& target);
Prepared prepareCard(const ExportWork& work, const ExportTarget& target);

/// Of music and arrays: whether a folder is an earlier export.
bool isMusicExport(const std::filesystem::path& folder);
bool isArrayExport(const std::filesystem::path& folder);
/// Whether a file begins with these bytes.
bool beginsWith(const std::filesystem::path& file, std::string_view bytes);

/// export.nothing-to-export with these words.
Error nothingToExport(const Dataset& set, const std::string& why);

} // namespace continuo
