// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/base/parallel.h"
#include "core/dataset/dataset.h"
#include "core/dataset/import.h"
#include "core/engine/engine_job.h"
#include "core/engine/result_json.h"
#include "core/protocol/engine_messages.h"
#include "core/protocol/envelope.h"

#include <chrono>
#include <optional>
#include <utility>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr auto kProgressPause = 100ms;
/// Lists are sent in parts of about this many bytes, well below the longest line.
constexpr std::size_t kPartBytes = 256 << 10;

Json outcomeJson(const ImportOutcome& file)
{
    Json json = Json::object();
    putPath(json, "path", file.path);
    json["status"] = fileStatusName(file.status);
    json["reason"] = file.reason ? toJson(*file.reason) : Json();
    json["remarks"] = toJson(file.remarks);
    json["known"] = file.isKnown;
    return json;
}

/// Sends a list entry by entry in parts.
class Parts
{
public:
    Parts(const JobContext& context, std::string method, std::string member)
        : m_context(context)
        , m_method(std::move(method))
        , m_member(std::move(member))
    {
    }

    bool add(Json entry)
    {
        m_bytes += jsonLine(entry).size();
        m_part.push_back(std::move(entry));
        return m_bytes < kPartBytes || send();
    }
    bool send()
    {
        if (m_part.empty())
            return true;
        m_bytes = 0;
        Json params{{"first", m_first}};
        m_first += m_part.size();
        params[m_member] = std::exchange(m_part, Json::array());
        return m_context.notify(m_method, std::move(params));
    }

private:
    const JobContext& m_context;
    std::string m_method;
    std::string m_member;
    Json m_part = Json::array();
    std::size_t m_bytes = 0;
    std::size_t m_first = 0;
};

Result<ImportOptions> importOptions(const Json& params)
{
    Result<ImportRequest> request = importRequestFromJson(params);
    if (!request)
        return request.error();
    ImportOptions options;
    options.inputs = std::move(request->paths);
    options.set = std::move(request->set);
    options.threads = static_cast<unsigned>(request->threads);
    if (request->existing == "replace") {
        options.existing = ImportOptions::Existing::Replace;
    } else if (request->existing == "add") {
        options.existing = ImportOptions::Existing::Add;
    } else if (request->existing != "refuse") {
        JsonMembers members(params, "import");
        members.refuse("existing", "\"refuse\", \"replace\" or \"add\"");
        return members.status().error();
    }
    return options;
}

/// Which files an import tells one by one when it is done.
enum class ToldFiles
{
    All,
    Rejected,
    None
};

Result<ToldFiles> toldFiles(const Json& params)
{
    std::string files = "all";
    JsonMembers members(params, "import");
    members.read("files", files);
    if (files != "all" && files != "rejected" && files != "none")
        members.refuse("files", "\"all\", \"rejected\" or \"none\"");
    if (const Status read = members.status(); !read)
        return read.error();
    return files == "all"        ? ToldFiles::All
           : files == "rejected" ? ToldFiles::Rejected
                                 : ToldFiles::None;
}

bool isTold(ToldFiles told, const ImportOutcome& file)
{
    return told == ToldFiles::All ||
           (told == ToldFiles::Rejected && file.status == FileStatus::Rejected);
}

Result<Recipe> recipeOf(const CleanRequest& request)
{
    if (request.recipeFile.empty())
        return recipeFromJson(request.recipeJson, "recipe");
    const Result<std::vector<std::uint8_t>> bytes = readFile(request.recipeFile, kLargestRecipeBytes);
    if (!bytes)
        return bytes.error();
    return recipeFromJson({reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                          readablePath(request.recipeFile));
}

Json pieceJson(const DatasetPiece& piece)
{
    Json json{{"id", piece.id},
              {"file", piece.file},
              {"ordinal", piece.ordinal},
              {"status", fileStatusName(piece.status)},
              {"family", piece.family},
              {"part", piece.part ? Json(partName(*piece.part)) : Json()},
              {"inUse", piece.isInUse},
              {"leftOut", piece.isInUse ? Json() : Json(piece.whyLeftOutText)},
              {"changes", Json::array()},
              {"problems", Json::array()},
              {"facts", Json::parse(factsToJson(piece.facts), nullptr, false)}};
    putPath(json, "path", piece.path);
    for (std::size_t problem = 0; problem < kProblemCount; ++problem)
        if ((piece.problems & problemBit(static_cast<Problem>(problem))) != 0)
            json["problems"].push_back(problemName(static_cast<Problem>(problem)));
    for (const AppliedStep& change : piece.changes)
        json["changes"].push_back({{"step", change.step},
                                   {"operation", change.operation},
                                   {"notes", change.notes},
                                   {"words", change.words}});
    return json;
}

} // namespace

Result<Json> importJob(const Json& params, const JobContext& context)
{
    const Result<ImportOptions> options = importOptions(params);
    if (!options)
        return options.error();
    const Result<ToldFiles> told = toldFiles(params);
    if (!told)
        return told.error();
    std::optional<std::chrono::steady_clock::time_point> lastTold;
    const Result<ImportReport> report =
        importMusic(*options, context.cancel, [&](const ImportProgress& now) {
            const auto time = std::chrono::steady_clock::now();
            if (lastTold && time - *lastTold < kProgressPause)
                return;
            lastTold = time;
            context.notify(
                "importProgress",
                toJson(ImportProgressMessage{static_cast<std::int64_t>(now.found), now.isSearching,
                                             static_cast<std::int64_t>(now.done),
                                             static_cast<std::int64_t>(now.rejected),
                                             static_cast<std::int64_t>(now.bytes), now.seconds}));
        });
    if (!report)
        return report.error();
    if (report->isCancelled) {
        Error error = cancelledError();
        error.text = report->isSetKept ? "The import was cancelled. What was read is kept, and the "
                                         "set is marked incomplete; "
                                         "import again with \"add\" to go on."
                                       : "The import was cancelled; no set was made or changed.";
        error.arguments = {{"found", std::to_string(report->found)},
                           {"read", std::to_string(report->files.size())}};
        return error;
    }
    Parts files(context, "importFiles", "files");
    for (const ImportOutcome& file : report->files)
        if (isTold(*told, file) && !files.add(outcomeJson(file)))
            return cancelledError();
    files.send();
    Parts unreadable(context, "importUnreadable", "folders");
    for (const Error& error : report->unreadable)
        if (!unreadable.add(toJson(error)))
            return cancelledError();
    unreadable.send();
    Json json = importCountsToJson(*report);
    json["files"] = report->files.size();
    json["unreadable"] = report->unreadable.size();
    return json;
}

Result<Json> splitJob(const Json& params, const JobContext&)
{
    const Result<SplitRequest> request = splitRequestFromJson(params);
    if (!request)
        return request.error();
    const Result<SplitBy> by = splitByFromText(request->by);
    if (!by)
        return by.error();
    const SplitSettings settings{request->train, request->validation, request->test, request->seed,
                                 *by};
    if (const Status checked = checkSplitSettings(settings); !checked)
        return checked.error();
    Result<Dataset> set = Dataset::open(request->set, Dataset::Access::Write);
    if (!set)
        return set.error();
    const Result<SplitReport> report = set->split(settings);
    if (!report)
        return report.error();
    const Result<std::string> fingerprint = set->fingerprint();
    if (!fingerprint)
        return fingerprint.error();
    return splitToJson(*report, *fingerprint);
}

Result<Json> cleanJob(const Json& params, const JobContext& context)
{
    const Result<CleanRequest> request = cleanRequestFromJson(params);
    if (!request)
        return request.error();
    const Result<Recipe> recipe = recipeOf(*request);
    if (!recipe)
        return recipe.error();
    Result<Dataset> set = Dataset::open(
        request->set, request->preview ? Dataset::Access::Read : Dataset::Access::Write);
    if (!set)
        return set.error();
    const unsigned threads =
        request->threads > 0 ? static_cast<unsigned>(request->threads) : usableThreads();
    std::optional<std::chrono::steady_clock::time_point> lastTold;
    const CleanObserver observer = [&](const CleanProgress& now) {
        const auto time = std::chrono::steady_clock::now();
        if (lastTold && time - *lastTold < kProgressPause)
            return;
        lastTold = time;
        context.notify("cleanProgress",
                       toJson(CleanProgressMessage{now.done, now.total, now.seconds}));
    };
    const Result<CleanReport> report =
        request->preview ? set->previewClean(*recipe, threads, context.cancel, observer)
                         : set->clean(*recipe, threads, context.cancel, observer);
    if (!report)
        return report.error();
    if (request->preview)
        return cleanToJson(*report, std::nullopt);
    const Result<std::string> fingerprint = set->fingerprint();
    if (!fingerprint)
        return fingerprint.error();
    return cleanToJson(*report, *fingerprint);
}

Result<Json> inspectJob(const Json& params, const JobContext&)
{
    const Result<PiecesRequest> request = piecesRequestFromJson(params);
    if (!request)
        return request.error();
    const Result<Dataset> set = Dataset::open(request->set, Dataset::Access::Read);
    if (!set)
        return set.error();
    const Result<DatasetInfo> info = set->info();
    if (!info)
        return info.error();
    return datasetInfoToJson(*info);
}

Result<Json> piecesJob(const Json& params, const JobContext& context)
{
    const Result<PiecesRequest> request = piecesRequestFromJson(params);
    if (!request)
        return request.error();
    const Result<Dataset> set = Dataset::open(request->set, Dataset::Access::Read);
    if (!set)
        return set.error();
    Json rows = Json::array();
    std::size_t bytes = 0;
    std::int64_t row = 0;
    bool hasMore = false;
    const Status status = set->forEachPiece([&](const DatasetPiece& piece) {
        if (context.cancel.isCancelled())
            return false;
        if (row++ < request->from)
            return true;
        Json json = pieceJson(piece);
        const std::size_t size = jsonLine(json).size();
        hasMore =
            std::ssize(rows) == request->count || (!rows.empty() && bytes + size > 2 * kPartBytes);
        if (hasMore)
            return false;
        bytes += size;
        rows.push_back(std::move(json));
        return true;
    });
    if (!status)
        return status.error();
    if (context.cancel.isCancelled())
        return cancelledError();
    Json result{{"from", request->from}, {"next", nullptr}};
    if (hasMore)
        result["next"] = request->from + std::ssize(rows);
    result["rows"] = std::move(rows);
    return result;
}

} // namespace continuo
