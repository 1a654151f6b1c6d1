// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "core/engine/serve.h"
#include "core/protocol/envelope.h"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <memory>
#include <string>

namespace continuo::cli {
namespace {

int serveRequests(const std::string& model, const CommandContext& context)
{
    const int output = takeStandardOutput();
    if (output < 0)
        return context.fail(Error{ErrorKind::Failed, "engine.no-output",
                                  "There is no standard output to answer on. Start the engine with one.", {}});
    ServeOptions options;
    options.output = output;
    options.version = CONTINUO_VERSION;
    options.model = model;
    const ServeOutcome outcome = serve(options, context.cancel);
    const int code = context.cancel.isCancelled() ? codeOf(ErrorKind::Cancelled) : 0;
    if (outcome.isWorkAbandoned)
        std::_Exit(code);
    return code;
}

} // namespace

void addServeCommand(CLI::App& app, CommandContext& context)
{
    const auto model = std::make_shared<std::string>();
    CLI::App* const command =
        app.add_subcommand("serve", "The engine: answer JSON-RPC 2.0 requests, one a line, until the input ends");
    command->add_option("--model", *model, "A model to load first")->type_name("M.safetensors");
    command->callback([model, &context] { context.exitCode = serveRequests(*model, context); });
}

} // namespace continuo::cli
