// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "core/dataset/dataset.h"
#include "core/dataset/import.h"
#include "core/engine/result_json.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <memory>

namespace continuo::cli {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

struct Arguments
{
    std::string path{};
    std::string csv{};
    bool isForced = false;
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

std::string csvField(std::string_view text)
{
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string quoted = "\"";
    for (const char letter : text) {
        quoted += letter;
        if (letter == '"')
            quoted += '"';
    }
    return quoted + '"';
}

constexpr std::string_view kCsvHeader =
    "path,status,notes,tracks,ticksPerQuarter,durationSeconds,key,meter,lowest,highest,bars,"
    "quartersPerMinute,tempoCount,"
    "meterCount,polyphony,density,programs,drumNotes,lowestVelocity,highestVelocity,meanVelocity,"
    "velocityDeviation,"
    "offGridShare,keyRunnerUp,keyConfidence,problems,piece,place,family,part,title,composer\n";

std::string csvRow(const DatasetPiece& piece)
{
    const PieceFacts& facts = piece.facts;
    std::vector<std::string> fields{
        readablePath(piece.path),
        std::string(fileStatusName(piece.status)),
        std::to_string(facts.notes),
        std::to_string(facts.tracks),
        std::to_string(facts.ticksPerQuarter),
        fmt::format("{:.6g}", facts.durationSeconds),
        keyFact(facts),
        meterFact(facts),
        facts.lowest ? std::to_string(*facts.lowest) : "",
        facts.highest ? std::to_string(*facts.highest) : "",
        std::to_string(facts.bars),
        facts.tempos.empty() ? "" : fmt::format("{:.6g}", facts.tempos.front().quartersPerMinute),
        std::to_string(facts.tempoCount),
        std::to_string(facts.meterCount),
        std::to_string(facts.polyphony),
        fmt::format("{:.6g}", facts.density),
        fmt::format("{}", fmt::join(facts.programs, " ")),
        std::to_string(facts.drumNotes),
        std::to_string(facts.lowestVelocity),
        std::to_string(facts.highestVelocity),
        fmt::format("{:.4g}", facts.meanVelocity),
        fmt::format("{:.4g}", facts.velocityDeviation),
        fmt::format("{:.4g}", facts.offGridShare),
        facts.key ? keyName(facts.key->runnerUp) : "-",
        facts.key ? fmt::format("{:.4f}", facts.key->confidence) : "",
        fmt::format("{}", fmt::join(problemNames(piece.problems), " ")),
        piece.id ? std::to_string(piece.id) : "",
        std::to_string(piece.ordinal + 1),
        piece.family ? std::to_string(piece.family) : "",
        piece.part ? std::string(partName(*piece.part)) : "",
        facts.title,
        facts.composer,
    };
    std::string row;
    for (std::string& field : fields)
        row += (row.empty() ? "" : ",") + csvField(field);
    return row + "\n";
}

/// Writes what `rows` hands out as one whole file.
Status writeCsv(const Arguments& arguments,
                const std::function<Status(const std::function<bool(const DatasetPiece&)>&)>& rows)
{
    Result<WholeFileWriter> file = WholeFileWriter::open(
        arguments.csv, arguments.isForced ? Overwrite::Replace : Overwrite::Refuse);
    if (!file)
        return file.error();
    Status written = file->write(kCsvHeader);
    const Status visited = rows([&](const DatasetPiece& piece) {
        if (written)
            written = file->write(csvRow(piece));
        return static_cast<bool>(written);
    });
    if (!visited)
        return visited.error();
    if (!written)
        return written.error();
    return file->commit();
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
    context.print(fmt::format("Notes      {} in {} tracks, {} of them drums, up to {} at a time",
                              facts.notes, facts.tracks, facts.drumNotes, facts.polyphony));
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

int inspectFile(const Arguments& arguments, const CommandContext& context)
{
    const Result<std::vector<std::uint8_t>> bytes = readFile(arguments.path, kLargestMusicFile);
    if (!bytes)
        return context.fail(bytes.error());
    const Result<MusicFile> music = readMusicFile(*bytes, readablePath(arguments.path));
    if (!music)
        return context.fail(music.error());

    std::vector<DatasetPiece> pieces;
    for (const MusicPiece& piece : music->pieces) {
        DatasetPiece row;
        row.path = arguments.path;
        row.ordinal = pieces.size();
        row.status = music->remarks.empty() ? FileStatus::Accepted : FileStatus::AcceptedWithNotes;
        row.facts = factsOf(piece);
        row.problems = problemsOf(piece, row.facts);
        row.part = piece.part;
        pieces.push_back(std::move(row));
    }
    if (!arguments.csv.empty()) {
        const Status written = writeCsv(arguments, [&](const auto& visit) {
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
        context.print(json);
    }
    for (const DatasetPiece& piece : pieces) {
        if (pieces.size() > 1)
            context.print(fmt::format("— piece {} of {} —", piece.ordinal + 1, pieces.size()));
        printFacts(piece.facts, piece.problems, context);
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
            writeCsv(arguments, [&](const auto& visit) { return dataset->forEachPiece(visit); });
        if (!written)
            return context.fail(written.error());
    }

    if (context.isJson)
        context.print(datasetInfoToJson(*info));
    context.print(
        fmt::format("{} pieces from {} files ({} with notes, {} rejected){}", info->pieces,
                    info->files, info->acceptedWithNotes, info->rejected,
                    info->isComplete ? "" : "; INCOMPLETE: the import goes on or was broken off"));
    for (const auto& [reason, count] : info->reasons)
        context.print(fmt::format("  rejected: {} {}", count, reason));
    for (const auto& [problem, count] : info->problems)
        context.print(fmt::format("  problem:  {} {}", count, problem));
    context.print(fmt::format("{} families; {} pieces to train, {} to validate, {} to test",
                              info->families, info->train, info->validation, info->test));
    context.print(fmt::format("fingerprint {}", info->fingerprint));
    return 0;
}

} // namespace

void addInspectCommand(CLI::App& app, CommandContext& context)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command =
        app.add_subcommand("inspect", "Facts about one music file, or about a dataset");
    command->add_option("path", arguments->path, "A MIDI or ABC file, a frame list, or a dataset")
        ->required()
        ->type_name("FILE or SET");
    command->add_option("--csv", arguments->csv, "Also write a table, a row per piece")
        ->type_name("OUT.csv");
    command->add_flag("--force", arguments->isForced,
                      "Replace the table if there is one of that name");
    context.addCommonOptions(*command);
    command->callback([arguments, &context] {
        context.exitCode = isDataset(arguments->path) ? inspectSet(*arguments, context)
                                                      : inspectFile(*arguments, context);
    });
}

} // namespace continuo::cli
