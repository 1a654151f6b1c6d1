// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/seen_piece.h"
#include "core/base/counted.h"
#include "core/base/sha256.h"
#include "core/dataset/dataset.h"
#include "core/dataset/import.h"
#include "core/dataset/rejection.h"
#include "core/engine/facts_table.h"
#include "core/engine/result_json.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <memory>
#include <optional>
#include <utility>

namespace continuo::cli {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

struct Arguments
{
    std::string path{};
    std::string csv{};
    bool isForced = false;
    bool hasProblems = false; ///< --problems was given.
    std::optional<TrainJob> seenBy{}; ///< With --preset: whose encoding is to read the pieces.
};

/// A dataset by its name or its first bytes.
bool isDataset(const fs::path& path)
{
    if (path.extension() == ".continuo-dataset")
        return true;
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored))
        return false;
    std::array<char, 15> head{};
    std::ifstream(path, std::ios::binary).read(head.data(), head.size());
    return std::string_view(head.data(), head.size()) == "SQLite format 3";
}

Overwrite overwrite(const Arguments& arguments)
{
    return arguments.isForced ? Overwrite::Replace : Overwrite::Refuse;
}

/// The facts of one piece, with its problems.
ordered_json factsJson(const PieceFacts& facts, ProblemMask problems)
{
    ordered_json json = ordered_json::parse(factsToJson(facts));
    json["problems"] = problemNames(problems);
    return json;
}

void printFacts(const PieceFacts& facts, ProblemMask problems, const CommandContext& context)
{
    if (!facts.title.empty())
        context.print(fmt::format("Title      {}", facts.title));
    if (!facts.composer.empty())
        context.print(fmt::format("Composer   {}", facts.composer));
    if (!facts.copyright.empty())
        context.print(fmt::format("Copyright  {}", facts.copyright));
    context.print(fmt::format("Notes      {} in {}, {} of them drums, up to {} at a time", facts.notes,
                              counted(facts.tracks, "track", "tracks"), facts.drumNotes, facts.polyphony));
    context.print(fmt::format("Length     {:.1f} s, {} bars of {}", facts.durationSeconds,
                              facts.bars, meterFact(facts)));
    if (!facts.tempos.empty())
        context.print(fmt::format(
            "Tempo      {:.4g} quarters a minute{}", facts.tempos.front().quartersPerMinute,
            facts.tempoCount > 1 ? fmt::format(", {} tempos in all", facts.tempoCount) : ""));
    if (facts.key) {
        context.print(fmt::format("Key        {} (then {}, {:.3f} behind)", keyName(facts.key->key),
                                  keyName(facts.key->runnerUp), facts.key->confidence));
    }
    if (facts.lowest && facts.highest) {
        context.print(fmt::format("Range      {} to {}",
                                  pitchName(Pitch{static_cast<std::uint8_t>(*facts.lowest)}),
                                  pitchName(Pitch{static_cast<std::uint8_t>(*facts.highest)})));
    }
    context.print(fmt::format("Velocity   {} to {}, mean {:.0f}", facts.lowestVelocity,
                              facts.highestVelocity, facts.meanVelocity));
    if (problems)
        context.print(fmt::format("Problems   {}", fmt::join(problemNames(problems), ", ")));
}

/// The problem with its explanation and what cures it.
ordered_json problemJson(Problem problem)
{
    const ProblemInfo& info = problemInfo(problem);
    return {{"name", problemName(problem)},
            {"title", info.title},
            {"severity", severityName(info.severity)},
            {"explanation", info.explanation},
            {"cures", std::vector<std::string_view>(info.cures.begin(), info.cures.end())}};
}

ordered_json placesJson(const std::vector<ProblemPlace>& places)
{
    ordered_json json = ordered_json::array();
    for (const ProblemPlace& place : places) {
        ordered_json each = problemJson(place.problem);
        each["text"] = place.text;
        each["bars"] = place.bars;
        json.push_back(std::move(each));
    }
    return json;
}

void printPlaces(const std::vector<ProblemPlace>& places, const CommandContext& context)
{
    for (const ProblemPlace& place : places) {
        const ProblemInfo& info = problemInfo(place.problem);
        context.print(fmt::format("  {} ({}): {}", info.title, severityName(info.severity), place.text));
        context.print(fmt::format("    repair: {}", fmt::join(info.cures, ", ")));
    }
}

void printSeen(const SeenPiece& seen, const CommandContext& context)
{
    context.print(fmt::format("Seen       {}", seen.words));
}

int inspectFile(const Arguments& arguments, const CommandContext& context)
{
    const Result<std::vector<std::uint8_t>> bytes = readFile(arguments.path, kLargestMusicFile);
    if (!bytes)
        return context.fail(bytes.error());
    const Result<MusicFile> music = readMusicFile(*bytes, readablePath(arguments.path));
    if (!music)
        return context.fail(music.error());

    const ProblemMask problems = problemsOf(music->remarks);
    const std::string sha256 = sha256Hex(*bytes);
    std::vector<DatasetPiece> pieces;
    for (const MusicPiece& piece : music->pieces) {
        DatasetPiece row;
        row.path = arguments.path;
        row.ordinal = pieces.size();
        row.sha256 = sha256;
        row.status = music->remarks.empty() ? FileStatus::Accepted : FileStatus::AcceptedWithNotes;
        row.facts = factsOf(piece);
        row.problems = problemsOf(piece, row.facts) | problems;
        row.part = piece.part;
        pieces.push_back(std::move(row));
    }
    std::vector<SeenPiece> seen;
    if (arguments.seenBy) {
        for (const MusicPiece& piece : music->pieces) {
            Result<SeenPiece> one = seenPiece(piece.score, *arguments.seenBy);
            if (!one)
                return context.fail(one.error());
            seen.push_back(std::move(*one));
        }
    }
    if (!arguments.csv.empty()) {
        const Status written =
            writeFactsTable(arguments.csv, overwrite(arguments), [&](const auto& visit) {
                for (const DatasetPiece& piece : pieces) {
                    if (!visit(piece))
                        break;
                }
                return ok();
            });
        if (!written)
            return context.fail(written.error());
    }

    if (context.isJson) {
        ordered_json json{{"path", readablePath(arguments.path)},
                          {"kind", musicFormatName(music->format)},
                          {"status", fileStatusName(pieces.front().status)}};
        if (pieces.size() == 1) {
            json.update(factsJson(pieces.front().facts, pieces.front().problems));
        } else {
            json["pieces"] = ordered_json::array();
            for (const DatasetPiece& piece : pieces)
                json["pieces"].push_back(factsJson(piece.facts, piece.problems));
        }
        json["remarks"] = toJson(music->remarks);
        for (const SeenPiece& one : seen)
            json["seen"].push_back(one.json);
        if (arguments.hasProblems) {
            json["places"] = ordered_json::array();
            for (std::size_t i = 0; i < pieces.size(); ++i)
                json["places"].push_back(placesJson(
                    problemPlaces(music->pieces[i], pieces[i].facts, pieces[i].problems)));
        }
        context.print(json);
    }
    for (const DatasetPiece& piece : pieces) {
        if (pieces.size() > 1)
            context.print(fmt::format("— piece {} of {} —", piece.ordinal + 1, pieces.size()));
        printFacts(piece.facts, piece.problems, context);
        if (arguments.seenBy)
            printSeen(seen[piece.ordinal], context);
        if (arguments.hasProblems)
            printPlaces(problemPlaces(music->pieces[piece.ordinal], piece.facts, piece.problems),
                        context);
    }
    for (const Remark& remark : music->remarks)
        context.print(fmt::format("Note       {}", remark.text));
    return 0;
}

int inspectSet(const Arguments& arguments, const CommandContext& context)
{
    const Result<Dataset> dataset = Dataset::open(arguments.path, Dataset::Access::Read);
    if (!dataset)
        return context.fail(dataset.error());
    const Result<DatasetInfo> info = dataset->info();
    if (!info)
        return context.fail(info.error());
    if (!arguments.csv.empty()) {
        const Status written =
            writeFactsTable(arguments.csv, overwrite(arguments),
                            [&](const auto& visit) { return dataset->forEachPiece(visit); });
        if (!written)
            return context.fail(written.error());
    }

    if (context.isJson) {
        ordered_json json = datasetInfoToJson(*info);
        if (arguments.hasProblems) {
            json["problemGroups"] = ordered_json::array();
            for (std::size_t i = 0; i < kProblemCount; ++i) {
                const auto count = info->problems.find(std::string(problemName(static_cast<Problem>(i))));
                if (count == info->problems.end())
                    continue;
                ordered_json group = problemJson(static_cast<Problem>(i));
                group["pieces"] = count->second;
                json["problemGroups"].push_back(std::move(group));
            }
        }
        context.print(json);
    }
    context.print(
        fmt::format("{} pieces from {} files ({} with remarks, {} rejected){}", info->pieces,
                    info->files, info->acceptedWithNotes, info->rejected,
                    info->isComplete ? "" : "; INCOMPLETE: the import goes on or was broken off"));
    for (const auto& [reason, count] : rejectionsInWords(info->reasons))
        context.print(fmt::format("  rejected: {} {}", count, reason));
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        const std::string name(problemName(static_cast<Problem>(i)));
        const auto count = info->problems.find(name);
        if (count == info->problems.end())
            continue;
        context.print(fmt::format("  problem:  {} {}", count->second, name));
        if (!arguments.hasProblems)
            continue;
        const ProblemInfo& about = problemInfo(static_cast<Problem>(i));
        context.print(fmt::format("            {} severity. {}", severityName(about.severity), about.explanation));
        context.print(fmt::format("            repair: {}", fmt::join(about.cures, ", ")));
    }
    if (info->recipeSteps > 0)
        context.print(fmt::format("{} of {} pieces in use, {} of them changed by a recipe of {} steps",
                                  info->inUse, info->pieces, info->changed, info->recipeSteps));
    context.print(fmt::format("{} families; {} pieces to train, {} to validate, {} to test",
                              info->families, info->train, info->validation, info->test));
    context.print(fmt::format("fingerprint {}", info->fingerprint));
    return 0;
}

/// SET:PIECE.
int inspectPiece(const fs::path& set, const std::string& which, const std::optional<TrainJob>& seenBy,
                 const CommandContext& context)
{
    const Result<Dataset> dataset = Dataset::open(set, Dataset::Access::Read);
    if (!dataset)
        return context.fail(dataset.error());
    const Result<PieceProblems> found = dataset->problemsOfPiece(which);
    if (!found)
        return context.fail(found.error());
    const DatasetPiece& piece = found->piece;
    std::optional<SeenPiece> seen;
    if (seenBy) {
        const Result<TrainingPiece> music = dataset->piece(which);
        Result<SeenPiece> one = music ? seenPiece(music->score, *seenBy) : music.error();
        if (!one)
            return context.fail(one.error());
        seen = std::move(*one);
    }
    if (context.isJson) {
        ordered_json json{{"path", readablePath(piece.path)},
                          {"piece", piece.id},
                          {"key", pieceKey(piece.sha256, piece.ordinal)},
                          {"status", fileStatusName(piece.status)}};
        json.update(factsJson(piece.facts, piece.problems));
        json["places"] = placesJson(found->places);
        json["inUse"] = piece.isInUse;
        json["leftOut"] = piece.isInUse ? ordered_json() : ordered_json(piece.whyLeftOutText);
        json["changes"] = ordered_json::array();
        for (const AppliedStep& change : piece.changes)
            json["changes"].push_back({{"step", change.step + 1},
                                       {"operation", change.operation},
                                       {"notes", change.notes},
                                       {"words", change.words}});
        json["tags"] = piece.tags;
        json["note"] = piece.note;
        if (seen)
            json["seen"] = seen->json;
        context.print(json);
    }
    context.print(fmt::format("{}#{}, piece {}", readablePath(piece.path), piece.ordinal + 1, piece.id));
    printFacts(piece.facts, piece.problems, context);
    if (seen)
        printSeen(*seen, context);
    printPlaces(found->places, context);
    for (const AppliedStep& change : piece.changes)
        context.print(fmt::format("Step {:<5} {}", change.step + 1, change.words));
    if (!piece.isInUse)
        context.print(fmt::format("Left out   {}", piece.whyLeftOutText));
    return 0;
}

/// SET:PIECE, where SET is a file and the whole is none.
std::optional<std::pair<fs::path, std::string>> setAndPiece(const std::string& path)
{
    std::error_code ignored;
    if (fs::exists(path, ignored))
        return std::nullopt;
    for (std::size_t colon = path.find(':', 1); colon != std::string::npos; colon = path.find(':', colon + 1)) {
        if (fs::is_regular_file(path.substr(0, colon), ignored))
            return std::pair(fs::path(path.substr(0, colon)), path.substr(colon + 1));
    }
    return std::nullopt;
}

} // namespace

void addInspectCommand(CLI::App& app, CommandContext& context)
{
    const auto arguments = std::make_shared<Arguments>();
    const auto preset = std::make_shared<std::string>();
    CLI::App* const command =
        app.add_subcommand("inspect", "Facts about one music file, a dataset, or a piece of one");
    command->add_option("path", arguments->path, "A MIDI or ABC file, a frame list, or a dataset")
        ->required()
        ->type_name("FILE or SET or SET:PIECE");
    command->add_option("--csv", arguments->csv, "Also write a table, a row per piece")
        ->type_name("OUT.csv");
    command->add_flag("--problems", arguments->hasProblems,
                      "Explain the problems, with the bars they stand in and what cures them");
    command->add_option("--preset", *preset, "Also say what this preset's encoding makes of a file's or a set's piece")
        ->type_name("NAME[:VARIANT]");
    command->add_flag("--force", arguments->isForced,
                      "Replace the table if there is one of that name");
    context.addCommonOptions(*command);
    command->callback([arguments, preset, &context] {
        if (!preset->empty()) {
            Result<TrainJob> job = presetJob(*preset);
            if (job && isDataset(arguments->path))
                job = Error{ErrorKind::Usage, "cli.which-piece",
                            "--preset is about one piece: name it, as SET:PIECE. \"continuo export SET --npy DIR --encoding "
                            "NAME\" writes a table of all.",
                            {}};
            if (!job) {
                context.exitCode = context.fail(job.error());
                return;
            }
            arguments->seenBy = std::move(*job);
        }
        if (const auto piece = setAndPiece(arguments->path)) {
            context.exitCode = inspectPiece(piece->first, piece->second, arguments->seenBy, context);
            return;
        }
        context.exitCode = isDataset(arguments->path) ? inspectSet(*arguments, context)
                                                      : inspectFile(*arguments, context);
    });
}

} // namespace continuo::cli
