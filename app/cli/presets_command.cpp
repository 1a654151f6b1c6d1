// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "core/learn/job_settings.h"
#include "core/learn/preset.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace continuo::cli {
namespace {

using nlohmann::ordered_json;

int showAll(const CommandContext& context)
{
    const Result<std::vector<Preset>> presets = listPresets(resourceFolder() / "presets");
    if (!presets)
        return context.fail(presets.error());
    ordered_json array = ordered_json::array();
    for (const Preset& preset : *presets) {
        array.push_back(ordered_json::parse(toJson(preset)));
        context.print(
            fmt::format("{:16} {} ({})", preset.name, preset.title, describe(preset.job.network)));
        for (const PresetVariant& variant : preset.variants)
            context.print(fmt::format("{:16}   --variant {}: {}", "", variant.name, variant.description));
    }
    if (context.isJson)
        context.print(array);
    return 0;
}

int showOne(const std::string& name, const CommandContext& context)
{
    const Result<Preset> preset = loadPreset(resourceFolder() / "presets", name);
    if (!preset)
        return context.fail(preset.error());
    if (context.isJson)
        context.print(ordered_json::parse(toJson(*preset)));
    context.print(toJson(*preset));
    return 0;
}

/// What can be set in a job, with range and meaning.
int showSettings(const CommandContext& context)
{
    const std::vector<JobSetting> settings = jobSettings();
    for (const JobSetting& setting : settings)
        context.print(fmt::format("{:32} {:12} {}. {}", setting.key, setting.defaultJson, setting.allowed, setting.meaning));
    if (context.isJson)
        context.print(ordered_json::parse(toJson(settings)));
    return 0;
}

} // namespace

void addPresetsCommand(CLI::App& app, CommandContext& context)
{
    const auto name = std::make_shared<std::string>();
    const auto showsSettings = std::make_shared<bool>(false);
    CLI::App* const command = app.add_subcommand("presets", "List the networks that can be trained, or print one as a job to start from");
    command->add_option("name", *name, "The preset to print; without it all are listed");
    command->add_flag("--settings", *showsSettings, "List what can be set in a job, with default, range and meaning");
    context.addCommonOptions(*command);
    command->callback([name, showsSettings, &context] {
        context.exitCode = *showsSettings ? showSettings(context) : name->empty() ? showAll(context) : showOne(*name, context);
    });
}

} // namespace continuo::cli
