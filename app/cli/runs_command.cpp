// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "core/engine/run_state.h"
#include "core/learn/run_folder.h"
#include "core/protocol/json.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace continuo::cli {
namespace {

using nlohmann::ordered_json;

int runs(const std::string& folder, const CommandContext& context)
{
    const Result<std::vector<RunSummary>> found = listRuns(folder);
    if (!found)
        return context.fail(found.error());
    for (const RunSummary& run : *found) {
        const std::string path = readablePath(run.path);
        const std::string state = runState(run);
        if (context.isJson) {
            context.print(ordered_json{{"run", path},
                                       {"preset", run.name},
                                       {"state", state},
                                       {"step", run.step},
                                       {"epoch", numberToJson(run.epoch)},
                                       {"seconds", numberToJson(run.seconds)},
                                       {"bestStep", run.bestStep},
                                       {"validationLoss",
                                        run.bestValidationLoss ? numberToJson(*run.bestValidationLoss) : ordered_json(nullptr)}});
        }
        context.print(fmt::format("{:24} {:12} {:10} step {}, {:.1f} epochs, {:.0f} s{}", path, run.name, state, run.step,
                                  run.epoch, run.seconds,
                                  run.bestValidationLoss ? fmt::format(", best held-out loss {:.3f} at step {}",
                                                                       *run.bestValidationLoss, run.bestStep)
                                                         : ""));
    }
    if (found->empty())
        context.say(fmt::format("There is no run in \"{}\".", folder));
    return 0;
}

} // namespace

void addRunsCommand(CLI::App& app, CommandContext& context)
{
    const auto folder = std::make_shared<std::string>(".");
    CLI::App* const command = app.add_subcommand("runs", "List trainings and how far they are");
    command->add_option("folder", *folder, "Where the run folders are, or one of them")->type_name("DIR")->capture_default_str();
    context.addCommonOptions(*command);
    command->callback([folder, &context] { context.exitCode = runs(*folder, context); });
}

} // namespace continuo::cli
