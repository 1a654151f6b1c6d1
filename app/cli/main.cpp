// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/versions.h"
#include "core/protocol/envelope.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <locale.h>

#ifndef _WIN32
#include <unistd.h>
#endif

using namespace continuo;
using namespace continuo::cli;

namespace {

// A signal handler can reach nothing but a global.
std::atomic<const CancelToken*> signalToken = nullptr;

extern "C" void onInterrupt(int)
{
    const CancelToken* const token = signalToken.load();
    if (!token || token->isCancelled())
        std::_Exit(130); // The second Ctrl+C: at once. What was committed stays whole.
    token->cancel();
}

void catchInterrupts(const CancelToken& token)
{
    signalToken = &token;
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
#ifndef _WIN32
    std::signal(SIGPIPE, SIG_IGN); // A reader that went away is a failed write, not a death.
    std::signal(SIGXFSZ, SIG_IGN); // So is a file that may not grow.
#endif
}

#ifndef _WIN32
/// Two OpenMP programs on the same cores spin against each other unless waiting is passive, and libgomp reads that from
/// the environment as it loads. So commands that compute for long set it and start the program again, once.
void waitPassively(int argc, char** argv)
{
    if (argc < 2 || std::getenv("OMP_WAIT_POLICY"))
        return;
    const std::string_view command = argv[1];
    if (command != "train" && command != "serve")
        return;
    setenv("OMP_WAIT_POLICY", "passive", 1);
    execv("/proc/self/exe", argv);
    // Where that fails the program goes on as it is, only slower beside others.
}
#endif

} // namespace

int main(int argc, char** argv)
try {
#ifndef _WIN32
    waitPassively(argc, argv);
#endif
    CommandContext context;
    context.programPath = argc > 0 ? argv[0] : "continuo";
    catchInterrupts(context.cancel);

    CLI::App app{"Continuo: neural melody generation, from a folder of MIDI files to a continuation you can hear.\n"
                 "Results go to standard output, words and progress to standard error."};
    app.name("continuo");
    app.require_subcommand(1);
    app.set_version_flag("--version", versionText(), "Print the versions of the program and its engines");
    app.failure_message(CLI::FailureMessage::simple);

    addImportCommand(app, context);
    addInspectCommand(app, context);
    addSplitCommand(app, context);
    addPresetsCommand(app, context);
    addTrainCommand(app, context);
    addRunsCommand(app, context);
    addAttachCommand(app, context);
    addModelCommand(app, context);
    addGenerateCommand(app, context);
    addPredictCommand(app, context);
    addRenderCommand(app, context);
    addPlayCommand(app, context);
    addConvertCommand(app, context);
    addDevicesCommand(app, context);
    addServeCommand(app, context);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return app.exit(error); // --help and --version
        app.exit(error);
        return codeOf(ErrorKind::Usage);
    }
    return context.exitCode;
} catch (const std::exception& error) {
    fmt::print(stderr, "Continuo stopped: {}. This is a fault of the program; please report it.\n", error.what());
    return 1;
}
