// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export_plan.h"

#include "core/base/parallel.h"
#include "core/engine/export_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <utility>

namespace continuo {
namespace {

/// A batch ends when it has so many pieces or notes.
constexpr std::size_t kBatchPieces = 128;
constexpr std::size_t kBatchNotes = std::size_t{1} << 20;

} // namespace

PieceTreatment treatmentOf(const DatasetPiece& piece)
{
    PieceTreatment treatment;
    treatment.isInUse = piece.isInUse;
    treatment.reason = piece.whyLeftOut;
    treatment.reasonWords = piece.whyLeftOutText;
    for (const AppliedStep& step : piece.changes)
        if (!step.isStale)
            treatment.operations.push_back({step.operation, step.words});
    treatment.isChanged = piece.isInUse && !treatment.operations.empty();
    return treatment;
}

Result<SetPlan> planOf(const Dataset& set, const CancelToken& cancel)
{
    SetPlan plan;
    Result<DatasetInfo> info = set.info();
    if (!info)
        return info.error();
    plan.info = std::move(*info);
    std::unordered_map<std::int64_t, std::size_t> fileById;
    std::vector<std::string> paths;
    const Status files = set.forEachFile([&](const DatasetFile& file) {
        fileById.emplace(file.id, plan.files.size());
        paths.push_back(file.path);
        plan.files.push_back(file);
        plan.files.back().remarks.clear();
        return !cancel.isCancelled();
    });
    if (!files)
        return files.error();
    plan.folder = commonFolder(paths);
    plan.fileSizes.resize(plan.files.size());
    const Status pieces = set.forEachPiece([&](const DatasetPiece& piece) {
        const auto file = fileById.find(piece.file);
        if (file == fileById.end())
            return false; // Only where the search was cut short by a cancel.
        ++plan.fileSizes[file->second];
        plan.pieceById.emplace(piece.id, plan.pieces.size());
        plan.pieces.push_back({piece.id, file->second, piece.ordinal, piece.facts.title,
                               piece.facts.composer, piece.facts.copyright, piece.problems,
                               piece.part, treatmentOf(piece)});
        return !cancel.isCancelled();
    });
    if (!pieces)
        return pieces.error();
    if (cancel.isCancelled())
        return cancelledError();
    return plan;
}

Status readBatches(const ExportWork& work, std::optional<Part> part, std::string_view stage,
                   const PieceBatches& batches)
{
    std::size_t total = 0;
    for (const PlannedPiece& piece : work.plan.pieces)
        if ((!part || piece.part == part) && batches.isWanted(piece))
            ++total;
    if (total == 0)
        return ok();
    work.tell(stage, 0, total);
    std::vector<ReadPiece> batch;
    std::size_t notes = 0;
    std::size_t done = 0;
    std::int64_t last = 0;
    std::size_t version = 0;
    Status taken = ok();
    const auto empty = [&] {
        batches.begin(batch);
        parallelFor(batch.size(), work.threads, work.cancel,
                    [&](std::size_t i) { batches.make(i, batch[i]); });
        for (std::size_t i = 0; i < batch.size() && taken; ++i) {
            // After a cancel not all of them were made.
            taken =
                work.cancel.isCancelled() ? Status(cancelledError()) : batches.take(i, batch[i]);
            done += batch[i].version == 0 ? 1 : 0;
        }
        work.tell(stage, done, total);
        batch.clear();
        notes = 0;
        return static_cast<bool>(taken);
    };
    const Status read =
        work.set.forEachPieceOf(part, work.threads, work.cancel, [&](TrainingPiece piece) {
            version = piece.id == last ? version + 1 : 0;
            last = piece.id;
            const auto planned = work.plan.pieceById.find(piece.id);
            if (planned == work.plan.pieceById.end() ||
                !batches.isWanted(work.plan.pieces[planned->second]))
                return true;
            notes += piece.score.noteCount();
            batch.push_back({std::move(piece), planned->second, version});
            return (batch.size() < kBatchPieces && notes < kBatchNotes) || empty();
        });
    if (!taken)
        return taken;
    if (!read)
        return read;
    empty();
    return taken;
}

bool beginsWith(const std::filesystem::path& path, std::string_view bytes)
{
    std::string head(bytes.size(), '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    return file && head == bytes;
}

Error nothingToExport(const Dataset& set, const std::string& why)
{
    const std::string name = readablePath(set.path());
    return {ErrorKind::Refused,
            "export.nothing-to-export",
            fmt::format("Nothing of \"{}\" to export: {}", name, why),
            {{"file", name}}};
}

} // namespace continuo
