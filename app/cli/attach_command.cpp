// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "core/engine/attach.h"
#include "core/protocol/envelope.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace continuo::cli {
namespace {

struct Arguments
{
    std::string run{};
    std::uint64_t from = 0;
    std::vector<std::string> command{};
};

/// Events to standard output, words to standard error.
class Printer final : public AttachObserver
{
public:
    explicit Printer(const CommandContext& context)
        : m_context(context)
    {
    }
    bool happened(std::string_view line) override
    {
        const bool isWritten = std::fwrite(line.data(), 1, line.size(), stdout) == line.size() &&
                               std::fputc('\n', stdout) != EOF && std::fflush(stdout) == 0;
        return isWritten;
    }
    void said(std::string_view words) override { m_context.say(words); }

private:
    const CommandContext& m_context;
};

int command(const Arguments& arguments, const CommandContext& context)
{
    const Result<TrainRequestMessage> message = trainCommandFromWords(fmt::format("{}", fmt::join(arguments.command, " ")));
    if (!message)
        return context.fail(message.error());
    if (const Status told = commandRun(arguments.run, *message, context.cancel); !told)
        return context.fail(told.error());
    if (context.isJson)
        context.print(nlohmann::ordered_json{{"run", readablePath(arguments.run)}, {"command", trainMethodOf(*message)}});
    context.say(fmt::format("{}: the training was told.", trainMethodOf(*message)));
    return 0;
}

int attach(const Arguments& arguments, const CommandContext& context)
{
    if (!arguments.command.empty())
        return command(arguments, context);
    Printer printer(context);
    const std::string run = readablePath(arguments.run);
    constexpr int kStandardInput = 0;
    const Result<AttachOutcome> outcome = attachRun(arguments.run, {arguments.from, kStandardInput}, printer, context.cancel);
    if (!outcome && outcome.error().kind == ErrorKind::Cancelled) {
        context.say("Left; the training goes on.");
        return codeOf(ErrorKind::Cancelled);
    }
    if (!outcome)
        return context.fail(outcome.error());
    if (outcome->state == "failed") {
        context.say("The training failed; its last event says why.");
        return codeOf(ErrorKind::Failed);
    }
    if (outcome->state == "dead")
        return context.fail(Error{ErrorKind::Failed,
                                  "run.dead",
                                  fmt::format("The training in \"{}\" is dead: it ended at or after step {} without a word, "
                                              "killed or with its machine. Go on from its last checkpoint with: continuo "
                                              "train --resume {}",
                                              run, outcome->step, run),
                                  {{"run", run}, {"step", std::to_string(outcome->step)}}});
    if (outcome->state == "stopped")
        context.say(fmt::format("The training was stopped at step {}. Go on with: continuo train --resume {}", outcome->step, run));
    if (outcome->state == "finished")
        context.say(fmt::format("The training is finished, after {} steps.", outcome->step));
    return 0;
}

} // namespace

void addAttachCommand(CLI::App& app, CommandContext& context)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "attach", "Tell the story of a run as JSON lines, follow it, and hand on commands typed here, one a line: pause, resume,\n"
                  "stop, checkpoint, sample, set-learning-rate VALUE, extend EPOCHS. Leaving does not disturb the training");
    command->add_option("run", arguments->run, "The run folder")->required()->type_name("RUN");
    command->add_option("--from", arguments->from, "Leave out events before this seq (default: tell all)")->type_name("SEQ");
    command->add_option("--command", arguments->command, "Send one command, with its value, and return")
        ->type_name("NAME [VALUE]")
        ->expected(1, 2);
    context.addCommonOptions(*command);
    command->callback([arguments, &context] { context.exitCode = attach(*arguments, context); });
}

} // namespace continuo::cli
