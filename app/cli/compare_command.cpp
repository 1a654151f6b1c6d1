// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/run_picture.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/engine/compare_runs.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace continuo::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments
{
    std::vector<std::string> runs{};
    std::string csv{};     ///< Where the curves go as a table; empty: nowhere.
    std::string picture{}; ///< Where they are drawn; empty: nowhere.
    bool force = false;
};

std::string shown(const std::optional<PartScore>& score)
{
    return score ? fmt::format("{:.3f}", score->loss) : std::string("–");
}

std::ptrdiff_t letters(const std::string& text)
{
    return std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
}

/// The last part of each run's path, or the whole of it where two are called alike.
std::vector<std::string> namesOf(const std::vector<ComparedRun>& runs)
{
    std::vector<std::string> names;
    for (const ComparedRun& run : runs)
        names.push_back(readablePath((run.summary.path / "").parent_path().filename()));
    std::vector<std::string> unique = names;
    std::ranges::sort(unique);
    if (std::ranges::adjacent_find(unique) != unique.end()) {
        for (std::size_t i = 0; i < runs.size(); ++i)
            names[i] = readablePath(runs[i].summary.path);
    }
    return names;
}

/// Rows of what is compared, a column for each run.
void printTable(const RunComparison& comparison, const CommandContext& context)
{
    std::vector<std::vector<std::string>> columns;
    columns.push_back({""});
    for (const std::string& key : comparison.differing)
        columns.back().push_back(key);
    for (const char* word : {"state", "steps", "epochs", "seconds", "best at step",
                             "loss, training", "loss, held out", "loss, test"})
        columns.back().emplace_back(word);
    const std::vector<std::string> names = namesOf(comparison.runs);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const ComparedRun& run = comparison.runs[i];
        std::vector<std::string>& column = columns.emplace_back();
        column.push_back(names[i]);
        for (const std::string& key : comparison.differing) {
            const auto own = run.settings.find(key);
            column.push_back(own == run.settings.end() ? std::string("–") : own->second);
        }
        column.insert(column.end(), {run.state, std::to_string(run.summary.step),
                                     fmt::format("{:.1f}", run.summary.epoch),
                                     fmt::format("{:.0f}", run.summary.seconds),
                                     std::to_string(run.summary.bestStep), shown(run.train),
                                     shown(run.validation), shown(run.test)});
    }
    for (std::size_t row = 0; row < columns.front().size(); ++row) {
        std::string line;
        for (const auto& column : columns) {
            std::ptrdiff_t width = 0;
            for (const std::string& cell : column)
                width = std::max(width, letters(cell));
            line += fmt::format("{:<{}}  ", column[row], width);
        }
        context.print(line.substr(0, line.find_last_not_of(' ') + 1));
    }
}

int compare(const Arguments& arguments, const CommandContext& context)
{
    std::vector<fs::path> folders(arguments.runs.begin(), arguments.runs.end());
    const Result<RunComparison> comparison = compareRuns(folders);
    if (!comparison)
        return context.fail(comparison.error());
    const Overwrite overwrite = arguments.force ? Overwrite::Replace : Overwrite::Refuse;
    if (!arguments.csv.empty()) {
        if (const Status written = writeFile(arguments.csv, curvesTable(*comparison), overwrite); !written)
            return context.fail(written.error());
    }
    if (!arguments.picture.empty()) {
        if (const Status drawn = drawRuns(*comparison, namesOf(comparison->runs), arguments.picture, overwrite); !drawn)
            return context.fail(drawn.error());
    }
    printTable(*comparison, context);
    if (context.isJson)
        context.print(toJson(*comparison));
    return 0;
}

} // namespace

void addCompareCommand(CLI::App& app, CommandContext& context)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "compare", "Show where trainings differ: settings, how far they came, losses, curves");
    command->add_option("runs", arguments->runs, "Run folders, or folders of them")
        ->type_name("RUN")
        ->required();
    command->add_option("--csv", arguments->csv, "Write the curves as a table")->type_name("FILE");
    command->add_option("--picture", arguments->picture, "Draw the held-out losses together (.png or .svg)")->type_name("FILE");
    command->add_flag("--force", arguments->force, "Replace what exists");
    context.addCommonOptions(*command);
    command->callback([arguments, &context] { context.exitCode = compare(*arguments, context); });
}

} // namespace continuo::cli
