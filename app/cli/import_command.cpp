// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "core/dataset/import.h"
#include "core/dataset/rejection.h"
#include "core/engine/result_json.h"
#include "core/protocol/envelope.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace continuo::cli {
namespace {

using nlohmann::ordered_json;

struct Arguments
{
    std::vector<std::string> paths{};
    std::string out{};
    bool isForced = false;
    bool isAdding = false;
    unsigned threads = 0;
};

ordered_json outcomeToJson(const ImportOutcome& file)
{
    ordered_json json;
    putPath(json, "path", file.path);
    json["status"] = fileStatusName(file.status);
    json["reason"] = file.reason ? ordered_json(file.reason->id) : ordered_json();
    json["remarks"] = toJson(file.remarks);
    if (file.reason) {
        const ordered_json why = toJson(*file.reason);
        json["text"] = why["text"];
        json["arguments"] = why["arguments"];
    }
    if (file.isKnown)
        json["known"] = true;
    return json;
}

ordered_json reportToJson(const ImportReport& report)
{
    ordered_json json = importCountsToJson(report);
    json["files"] = ordered_json::array();
    json["unreadable"] = ordered_json::array();
    for (const ImportOutcome& file : report.files)
        json["files"].push_back(outcomeToJson(file));
    for (const Error& error : report.unreadable)
        json["unreadable"].push_back(toJson(error));
    return json;
}

/// "3214 of 3310 read, 96 rejected: 41 not a MIDI file, 55 empty file".
std::string summary(const ImportReport& report)
{
    std::string line =
        fmt::format("{} of {} read", report.accepted + report.acceptedWithNotes, report.found);
    if (report.acceptedWithNotes > 0)
        line += fmt::format(" ({} with remarks)", report.acceptedWithNotes);
    if (report.known > 0)
        line += fmt::format(", {} of them known already", report.known);
    if (report.rejected > 0) {
        line += fmt::format(", {} rejected:", report.rejected);
        std::string separator = " ";
        for (const auto& [reason, count] : rejectionsInWords(report.reasons)) {
            line += fmt::format("{}{} {}", separator, count, reason);
            separator = ", ";
        }
    }
    if (report.ignored > 0)
        line += fmt::format("; {} other {} ignored", report.ignored, report.ignored == 1 ? "file" : "files");
    return line;
}

void sayRejections(const ImportReport& report, const CommandContext& context)
{
    constexpr std::size_t kMost = 20;
    std::size_t said = 0;
    for (const ImportOutcome& file : report.files) {
        if (file.status != FileStatus::Rejected || !file.reason)
            continue;
        if (said++ == kMost) {
            context.say(fmt::format("… and {} more; --json lists all.", report.rejected - kMost));
            break;
        }
        const std::string name = readablePath(file.path);
        const bool isNamed = file.reason->text.find(name) != std::string::npos;
        context.say(isNamed ? file.reason->text
                            : fmt::format("\"{}\": {}", name, file.reason->text));
    }
    for (const Error& error : report.unreadable)
        context.say(error.text);
}

Error nothingUsable(const ImportReport& report)
{
    std::string text =
        report.found == 0
            ? fmt::format(
                  "Nothing to import: none of the {} files found is music by name or content "
                  "(.mid .midi .kar .rmi .abc .zip, frame lists).",
                  report.ignored)
            : fmt::format("Nothing usable: all {} files were rejected.", report.found);
    if (!report.unreadable.empty())
        text += fmt::format(" {} folders could not be read.", report.unreadable.size());
    return {ErrorKind::Refused,
            "import.nothing-usable",
            text,
            {{"found", std::to_string(report.found)}}};
}

int importInto(const Arguments& arguments, const CommandContext& context)
{
    ImportOptions options;
    options.inputs.assign(arguments.paths.begin(), arguments.paths.end());
    options.set = arguments.out;
    options.threads = arguments.threads;
    options.existing = arguments.isAdding   ? ImportOptions::Existing::Add
                       : arguments.isForced ? ImportOptions::Existing::Replace
                                            : ImportOptions::Existing::Refuse;

    Result<ImportReport> imported = [&] {
        ProgressLine progress(context, "Reading", "files");
        return importMusic(options, context.cancel, [&](const ImportProgress& now) {
            progress.show(now.isSearching ? now.found : now.done, now.isSearching ? 0 : now.found,
                          now.rejected > 0 ? fmt::format("{} rejected", now.rejected)
                                           : std::string());
        });
    }();
    if (!imported)
        return context.fail(imported.error());
    const ImportReport& report = imported.value();
    sayRejections(report, context);
    const std::string set = readablePath(options.set);
    if (report.isCancelled) {
        Error error = cancelledError();
        error.text =
            report.isSetKept
                ? fmt::format(
                      "Cancelled after {} of {} files; they are kept in \"{}\", which is marked "
                      "incomplete. Import again with --add to go on.",
                      report.files.size(), report.found, set)
            : arguments.isForced
                ? fmt::format("Cancelled; \"{}\" is as it was.", set)
                : fmt::format("Cancelled before any music was read; no \"{}\" was made.", set);
        return context.fail(error, reportToJson(report));
    }
    if (report.accepted + report.acceptedWithNotes == 0)
        return context.fail(nothingUsable(report), reportToJson(report));
    if (report.isSplitGone)
        context.say("The split was taken back, for the new pieces may be relatives of old ones; "
                    "run continuo split again.");
    if (context.isJson)
        context.print(reportToJson(report));
    context.print(summary(report));
    context.print(fmt::format("{} in {:.1f} s, fingerprint {}", set, report.seconds,
                              report.fingerprint.substr(0, 16)));
    return 0;
}

} // namespace

void addImportCommand(CLI::App& app, CommandContext& context)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "import", "Read folders, files and zips of MIDI, ABC and frame lists into a dataset");
    command
        ->add_option("paths", arguments->paths,
                     "Folders (searched to their ends), files, zip files")
        ->required()
        ->type_name("PATH");
    command->add_option("--out", arguments->out, "The dataset to make or add to")
        ->required()
        ->type_name("SET.continuo-dataset");
    CLI::Option* const force = command->add_flag(
        "--force", arguments->isForced, "Replace the dataset if there is one of that name");
    command->add_flag("--add", arguments->isAdding, "Add what is new to the dataset, in place")
        ->excludes(force);
    command
        ->add_option("--threads", arguments->threads,
                     "Threads to read with; 0: one for each processor core")
        ->check(CLI::Range(0u, 1024u));
    context.addCommonOptions(*command);
    command->callback(
        [arguments, &context] { context.exitCode = importInto(*arguments, context); });
}

} // namespace continuo::cli
