// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export_set.h"

#include "core/base/parallel.h"
#include "core/engine/export_plan.h"
#include "core/engine/facts_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace continuo {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 5> kKindNames{"midi", "abc", "csv", "npy", "card"};
constexpr std::array<std::string_view, 3> kOnlyNames{"clean", "changed", "rejected"};

Error usage(std::string id, std::string text)
{
    return {ErrorKind::Usage, std::move(id), std::move(text), {}};
}

fs::path settled(const fs::path& path)
{
    std::error_code failed;
    fs::path whole = fs::weakly_canonical(path, failed);
    if (failed)
        whole = path.lexically_normal();
    return whole.has_filename() ? whole : whole.parent_path();
}

bool isWithin(const fs::path& inner, const fs::path& outer)
{
    return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

Status checkPlaces(const fs::path& set, const std::vector<ExportTarget>& targets)
{
    std::vector<fs::path> places{settled(set)};
    for (const ExportTarget& target : targets) {
        const fs::path place = settled(target.to);
        for (const fs::path& other : places) {
            if (isWithin(place, other) || isWithin(other, place))
                return Error{ErrorKind::Usage,
                             "export.outputs-overlap",
                             fmt::format("\"{}\" cannot be written: it lies within \"{}\", or the "
                                         "other way round, or is the same. Choose places apart.",
                                         readablePath(target.to), readablePath(other)),
                             {{"file", readablePath(target.to)}, {"other", readablePath(other)}}};
        }
        places.push_back(place);
    }
    return ok();
}

Status checkOptions(const fs::path& set, const ExportOptions& options)
{
    if (options.targets.empty())
        return usage("export.nothing-asked",
                     "What shall be written? Name at least one of MIDI, ABC, CSV, arrays for NumPy "
                     "and a data card.");
    const auto hasKind = [&](ExportKind kind) {
        return std::ranges::find(options.targets, kind, &ExportTarget::kind) !=
               options.targets.end();
    };
    if (hasKind(ExportKind::Npy) && options.encoding.empty())
        return usage("export.no-encoding", "Arrays need an encoding (--encoding), such as grid, "
                                           "abc, event, frame, voices, note or chord.");
    if (!hasKind(ExportKind::Npy) && !options.encoding.empty())
        return usage("export.not-for-this",
                     "An encoding is for arrays only. Leave it out, or ask for arrays (--npy).");
    if (options.only == ExportOnly::Rejected) {
        if (hasKind(ExportKind::Csv) || hasKind(ExportKind::Npy) || hasKind(ExportKind::Card))
            return usage("export.not-for-this",
                         "\"rejected\" copies files that could not be read: it goes with a folder "
                         "of MIDI or ABC, whose manifest has the reasons, and with nothing else.");
        if (options.part)
            return usage("export.not-for-this", "Rejected files belong to no part. Leave out "
                                                "either --part or --only rejected.");
    }
    if (hasKind(ExportKind::Card) && (options.part || options.only != ExportOnly::Clean))
        return usage("export.not-for-this", "A data card describes a whole set. Write it by itself,"
                                            " without --part and --only.");
    return checkPlaces(set, options.targets);
}

class PreparedTable final : public PreparedExport
{
public:
    explicit PreparedTable(WholeFileWriter file)
        : m_file(std::move(file))
    {
    }
    Status commit() override { return m_file.commit(); }

private:
    WholeFileWriter m_file;
};

Prepared prepareTable(const ExportWork& work, const ExportTarget& target)
{
    Result<WholeFileWriter> file = WholeFileWriter::open(target.to, work.options.overwrite);
    if (!file)
        return file.error();
    std::size_t pieces = 0;
    const Status written = writeFactsTable(*file, [&](const auto& visit) {
        return work.set.forEachPiece([&](const DatasetPiece& piece) {
            const auto planned = work.plan.pieceById.find(piece.id);
            if (planned == work.plan.pieceById.end() ||
                !work.plan.isChosen(work.plan.pieces[planned->second], work.options))
                return true;
            if (++pieces % 1024 == 0)
                work.tell("writing", pieces, work.plan.pieces.size());
            return visit(piece) && !work.cancel.isCancelled();
        });
    });
    if (!written)
        return written.error();
    if (work.cancel.isCancelled())
        return cancelledError();
    if (pieces == 0)
        return nothingToExport(work.set, "none of its pieces is asked for.");
    auto prepared = std::make_unique<PreparedTable>(std::move(*file));
    prepared->outcome.pieces = pieces;
    prepared->outcome.files = 1;
    return Prepared(std::move(prepared));
}

Prepared prepare(const ExportWork& work, const ExportTarget& target)
{
    switch (target.kind) {
    case ExportKind::Midi:
    case ExportKind::Abc:
        return prepareMusic(work, target);
    case ExportKind::Csv:
        return prepareTable(work, target);
    case ExportKind::Npy:
        return prepareArrays(work, target);
    case ExportKind::Card:
        break;
    }
    return prepareCard(work, target);
}

} // namespace

std::string_view exportKindName(ExportKind kind)
{
    return kKindNames[static_cast<std::size_t>(kind)];
}

std::optional<ExportKind> parseExportKind(std::string_view name)
{
    const auto found = std::ranges::find(kKindNames, name);
    if (found == kKindNames.end())
        return std::nullopt;
    return static_cast<ExportKind>(found - kKindNames.begin());
}

std::string_view exportOnlyName(ExportOnly only)
{
    return kOnlyNames[static_cast<std::size_t>(only)];
}

std::optional<ExportOnly> parseExportOnly(std::string_view name)
{
    const auto found = std::ranges::find(kOnlyNames, name);
    if (found == kOnlyNames.end())
        return std::nullopt;
    return static_cast<ExportOnly>(found - kOnlyNames.begin());
}

std::size_t ExportReport::pieces() const
{
    std::size_t most = 0;
    for (const ExportOutcome& output : outputs)
        most = std::max(most, output.pieces);
    return most;
}

std::size_t ExportReport::files() const
{
    std::size_t all = 0;
    for (const ExportOutcome& output : outputs)
        all += output.files;
    return all;
}

Result<ExportReport> exportSet(const fs::path& path, const ExportOptions& options,
                               const CancelToken& cancel, const ExportObserver& observer)
{
    const auto start = std::chrono::steady_clock::now();
    if (const Status checked = checkOptions(path, options); !checked)
        return checked.error();
    const Result<Dataset> set = Dataset::open(path, Dataset::Access::Read);
    if (!set)
        return set.error();
    // All outputs are of one moment: a split or an import may run meanwhile.
    const Result<Dataset::Snapshot> snapshot = set->snapshot();
    if (!snapshot)
        return snapshot.error();
    if (observer)
        observer({"reading", 0, 0});
    const Result<SetPlan> plan = planOf(*set, cancel);
    if (!plan)
        return plan.error();

    const ExportWork work{*set,     *plan,
                          options,  cancel,
                          observer, options.threads > 0 ? options.threads : usableThreads()};
    std::vector<std::unique_ptr<PreparedExport>> outputs;
    for (const ExportTarget& target : options.targets) {
        Prepared prepared = prepare(work, target);
        if (!prepared)
            return prepared.error();
        (*prepared)->outcome.kind = target.kind;
        (*prepared)->outcome.to = target.to;
        outputs.push_back(std::move(*prepared));
    }
    if (cancel.isCancelled())
        return cancelledError();
    ExportReport report;
    report.fingerprint = plan->info.fingerprint;
    for (const auto& output : outputs) {
        if (const Status committed = output->commit(); !committed)
            return committed.error();
        report.outputs.push_back(output->outcome);
    }
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

Json exportToJson(const ExportReport& report)
{
    Json json{{"pieces", report.pieces()},
              {"files", report.files()},
              {"outputs", Json::array()},
              {"fingerprint", report.fingerprint},
              {"seconds", report.seconds}};
    for (const ExportOutcome& output : report.outputs) {
        Json entry{{"kind", exportKindName(output.kind)}};
        putPath(entry, "path", output.to);
        entry["pieces"] = output.pieces;
        entry["files"] = output.files;
        entry["copied"] = output.copied;
        entry["leftOut"] = output.leftOut;
        entry["remarks"] = output.remarks;
        json["outputs"].push_back(std::move(entry));
    }
    return json;
}

} // namespace continuo
