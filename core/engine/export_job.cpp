// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_job.h"
#include "core/engine/export_set.h"
#include "core/protocol/engine_messages.h"

#include <chrono>
#include <optional>
#include <utility>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr auto kProgressPause = 100ms;

Result<ExportOptions> optionsOf(const Json& params, ExportRequest request)
{
    JsonMembers members(params, "export");
    ExportOptions options;
    const auto kind = parseExportKind(request.kind);
    if (!kind)
        members.refuse("kind", R"("midi", "abc", "csv", "npy" or "card")");
    const auto only = parseExportOnly(request.only);
    if (!only)
        members.refuse("only", R"("clean", "changed" or "rejected")");
    if (!request.part.empty()) {
        options.part = parsePart(request.part);
        if (!options.part)
            members.refuse("part", R"("train", "validation" or "test")");
    }
    if (const Status read = members.status(); !read)
        return read.error();
    options.targets = {{*kind, std::move(request.to)}};
    options.only = *only;
    options.encoding = std::move(request.encoding);
    if (!request.optionsJson.empty())
        options.encodingOptionsJson = std::move(request.optionsJson);
    options.words = {std::move(request.title), std::move(request.sources),
                     std::move(request.licences), std::move(request.date)};
    options.overwrite = request.replace ? Overwrite::Replace : Overwrite::Refuse;
    options.threads = static_cast<unsigned>(request.threads);
    return options;
}

} // namespace

Result<Json> exportJob(const Json& params, const JobContext& context)
{
    const Result<ExportRequest> request = exportRequestFromJson(params);
    if (!request)
        return request.error();
    const Result<ExportOptions> options = optionsOf(params, *request);
    if (!options)
        return options.error();
    std::optional<std::chrono::steady_clock::time_point> lastTold;
    const Result<ExportReport> report =
        exportSet(request->set, *options, context.cancel, [&](const ExportProgress& now) {
            const auto time = std::chrono::steady_clock::now();
            if (lastTold && time - *lastTold < kProgressPause)
                return;
            lastTold = time;
            context.notify("exportProgress", toJson(ExportProgressMessage{std::string(now.stage),
                                                                          now.done, now.total}));
        });
    if (!report)
        return report.error();
    return exportToJson(*report);
}

} // namespace continuo
