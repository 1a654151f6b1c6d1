// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/versions.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/protocol/envelope.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iterator>
#include <locale.h>
#include <string>
#include <string_view>

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

#ifdef CONTINUO_IS_LIGHT
/// Goes on as the engine, which has every command, unless the command is one that this program has
/// itself.
void becomeTheEngine(int argc, char** argv)
{
    const std::string_view command = argc > 1 ? argv[1] : "";
    if (command == "play" || command == "render")
        return;
    const std::filesystem::path engine = folderOfProgram() / "continuo-engine";
    execv(engine.c_str(), argv);
    fmt::print(
        stderr,
        "\"{}\" could not be started: {}. It belongs beside this program; build or install both.\n",
        readablePath(engine), std::strerror(errno));
    std::exit(1);
}
#elif !defined(_WIN32)
/// Two OpenMP programs on the same cores spin against each other unless waiting is passive, and
/// libgomp reads that from the environment as it loads. So commands that compute for long set it
/// and start the program again, once. Waiting for some microseconds before sleeping makes a small
/// network's training a sixth faster alone, and an eighth slower beside another.
void waitPassively(int argc, char** argv)
{
    if (argc < 2 || std::getenv("OMP_WAIT_POLICY"))
        return;
    const std::string_view command = argv[1];
    if (command != "train" && command != "serve" && command != "claim")
        return;
    setenv("OMP_WAIT_POLICY", "passive", 1);
    setenv("GOMP_SPINCOUNT", "1000", 0);
    execv("/proc/self/exe", argv);
    // Where that fails the program goes on as it is, only slower beside others.
}
#endif

#ifndef CONTINUO_IS_LIGHT
/// libtorch keeps what it has prepared for the last 1,024 shapes of a product in bfloat16, and
/// oneDNN below it the code. Stretches of music have all lengths, so a training of a few megabytes
/// would grow by a gigabyte. Both read this when they are first used.
void keepFewKernels()
{
#ifndef _WIN32
    setenv("LRU_CACHE_CAPACITY", "32", 0);
    setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32", 0);
    // What training.deterministic needs of a card; it too is read when it is first used.
    setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
#endif
}
#endif

/// CLI11 would only say that a command is missing.
void sayUnknownCommand(const CLI::App& app, std::string_view name)
{
    std::string known;
    for (const CLI::App* command : app.get_subcommands({}))
        known += (known.empty() ? "" : ", ") + command->get_name();
    fmt::print(stderr, "There is no command \"{}\" in this version. The commands are: {}.\n",
               repairedUtf8(name), known);
}

} // namespace

int main(int argc, char** argv)
try {
#ifdef CONTINUO_IS_LIGHT
    becomeTheEngine(argc, argv);
#elif !defined(_WIN32)
    waitPassively(argc, argv);
#endif
#ifndef CONTINUO_IS_LIGHT
    keepFewKernels();
#endif
    CommandContext context;
    context.programPath = argc > 0 ? argv[0] : "continuo";
    catchInterrupts(context.cancel);

    CLI::App app{"Continuo: neural melody generation, from a folder of MIDI files to a "
                 "continuation you can hear.\n"
                 "Results go to standard output, words and progress to standard error."};
    app.name("continuo");
    app.require_subcommand(1);
    app.set_version_flag("--version", versionText(),
                         "Print the versions of the program and its engines");
    app.failure_message(CLI::FailureMessage::simple);

#ifndef CONTINUO_IS_LIGHT
    addImportCommand(app, context);
    addInspectCommand(app, context);
    addCleanCommand(app, context);
    addSplitCommand(app, context);
    addExportCommand(app, context);
    addPresetsCommand(app, context);
    addTrainCommand(app, context);
    addRunsCommand(app, context);
    addCompareCommand(app, context);
    addAttachCommand(app, context);
    addClaimCommand(app, context);
    addModelCommand(app, context);
    addGenerateCommand(app, context);
    addPredictCommand(app, context);
    addEvaluateCommand(app, context);
#endif
    addRenderCommand(app, context);
    addPlayCommand(app, context);
#ifndef CONTINUO_IS_LIGHT
    addConvertCommand(app, context);
    addEditCommand(app, context);
    addDevicesCommand(app, context);
    addServeCommand(app, context);
#endif

    const auto isNamed = [&](const CLI::App* command) { return command->get_name() == argv[1]; };
    if (argc > 1 && argv[1][0] != '-' && std::ranges::none_of(app.get_subcommands({}), isNamed)) {
        sayUnknownCommand(app, argv[1]);
        return codeOf(ErrorKind::Usage);
    }
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
    fmt::print(stderr, "Continuo stopped: {}. This is a fault of the program; please report it.\n",
               error.what());
    return 1;
}
