// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace CLI {
class App;
}

namespace continuo::cli {

class CommandContext;

// One function per subcommand, each in the file of its name. It adds the subcommand with its options to `app`; when the
// subcommand is the one called, its callback does the work and leaves the exit code in `context`.
void addAttachCommand(CLI::App& app, CommandContext& context);
void addClaimCommand(CLI::App& app, CommandContext& context);
void addCleanCommand(CLI::App& app, CommandContext& context);
void addCompareCommand(CLI::App& app, CommandContext& context);
void addConvertCommand(CLI::App& app, CommandContext& context);
void addDevicesCommand(CLI::App& app, CommandContext& context);
void addEditCommand(CLI::App& app, CommandContext& context);
void addEvaluateCommand(CLI::App& app, CommandContext& context);
void addExportCommand(CLI::App& app, CommandContext& context);
void addGenerateCommand(CLI::App& app, CommandContext& context);
void addImportCommand(CLI::App& app, CommandContext& context);
void addInspectCommand(CLI::App& app, CommandContext& context);
void addModelCommand(CLI::App& app, CommandContext& context);
void addPlayCommand(CLI::App& app, CommandContext& context);
void addPredictCommand(CLI::App& app, CommandContext& context);
void addPresetsCommand(CLI::App& app, CommandContext& context);
void addRenderCommand(CLI::App& app, CommandContext& context);
void addRunsCommand(CLI::App& app, CommandContext& context);
void addServeCommand(CLI::App& app, CommandContext& context);
void addSplitCommand(CLI::App& app, CommandContext& context);
void addTrainCommand(CLI::App& app, CommandContext& context);

} // namespace continuo::cli
