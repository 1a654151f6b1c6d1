// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "core/dataset/dataset.h"
#include "core/engine/result_json.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace continuo::cli {
namespace {

struct Arguments
{
    std::string set{};
    SplitSettings settings{};
    std::string by = "set";
    std::size_t leaks = 0;
};

/// "jigs/a.mid, bar 9".
std::string placeInWords(const Leak::Place& place)
{
    return fmt::format("{}{}{}", place.path,
                       place.ordinal > 0 ? fmt::format("#{}", place.ordinal + 1) : "",
                       place.bar > 0 ? fmt::format(", bar {}", place.bar) : "");
}

int split(const Arguments& arguments, const CommandContext& context)
{
    SplitSettings settings = arguments.settings;
    const Result<SplitBy> by = splitByFromText(arguments.by);
    if (!by)
        return context.fail(by.error());
    settings.by = *by;
    if (const Status checked = checkSplitSettings(settings); !checked)
        return context.fail(checked.error());
    Result<Dataset> dataset = Dataset::open(arguments.set, Dataset::Access::Write);
    if (!dataset)
        return context.fail(dataset.error());
    const Result<DatasetInfo> before = dataset->info();
    if (!before)
        return context.fail(before.error());
    if (!before->isComplete)
        context.say("The import of this set was broken off; what is there is split. Import again "
                    "with --add to go on.");
    if (!before->split && before->train + before->validation + before->test > 0)
        context.say("The parts that frame lists brought along are replaced.");

    const Result<SplitReport> report = dataset->split(settings);
    if (!report)
        return context.fail(report.error());
    const Result<std::string> fingerprint = dataset->fingerprint();
    if (!fingerprint)
        return context.fail(fingerprint.error());
    Json json = splitToJson(*report, *fingerprint);
    LeakReport leaks;
    if (arguments.leaks > 0) {
        Result<LeakReport> found = dataset->leaks(arguments.leaks, context.cancel);
        if (!found)
            return context.fail(found.error());
        leaks = std::move(found.value());
        json["leakReport"] = leaksToJson(leaks);
    }
    if (context.isJson)
        context.print(json);
    context.print(fmt::format("{} pieces to train, {} to validate, {} to test{}", report->train,
                              report->validation, report->test,
                              report->unused ? fmt::format(", {} left out", report->unused) : ""));
    context.print(fmt::format("{} families, each in one part; {} passages of {} notes stand in "
                              "both training and held-out "
                              "pieces",
                              report->families, report->leaks, kLeakPassage.notes));
    for (const Leak& leak : leaks.leaks)
        context.print(fmt::format("  {} notes: {} ({}) as in {}", leak.notes,
                                  placeInWords(leak.heldOut), partName(leak.part),
                                  placeInWords(leak.training)));
    if (leaks.places > leaks.leaks.size())
        context.print(fmt::format("  and {} shorter ones", leaks.places - leaks.leaks.size()));
    return 0;
}

} // namespace

void addSplitCommand(CLI::App& app, CommandContext& context)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "split", "Divide a dataset into training, validation and test pieces, relatives together");
    command->add_option("set", arguments->set, "The dataset")->required()->type_name("SET");
    command
        ->add_option("--train", arguments->settings.train,
                     "Share of the pieces to train on, 0 to 1")
        ->capture_default_str();
    command
        ->add_option("--validation", arguments->settings.validation,
                     "Share to choose the best point by, 0 to 1")
        ->capture_default_str();
    command
        ->add_option("--test", arguments->settings.test, "Share kept for the final figures, 0 to 1")
        ->capture_default_str();
    command
        ->add_option("--seed", arguments->settings.seed,
                     "Random seed: the same seed gives the same split")
        ->capture_default_str();
    command
        ->add_option("--by", arguments->by,
                     "Every part gets its share of the \"set\", of each \"folder\" or of each \"key\"")
        ->capture_default_str();
    command
        ->add_option("--leaks", arguments->leaks,
                     "Name this many of the passages that held-out pieces share with training "
                     "pieces, the longest first")
        ->check(CLI::Range(std::size_t{0}, kMostLeaks));
    context.addCommonOptions(*command);
    command->callback([arguments, &context] { context.exitCode = split(*arguments, context); });
}

} // namespace continuo::cli
