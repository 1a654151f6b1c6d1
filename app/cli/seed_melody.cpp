// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/seed_melody.h"

#include "app/cli/command_context.h"
#include "core/base/text.h"
#include "core/midi/write_midi.h"
#include "core/project/project_file.h"
#include "core/protocol/json.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <limits>
#include <system_error>

namespace continuo::cli {

namespace {

namespace fs = std::filesystem;

/// The model's own sampler where nothing is said, else what is said; a name begins anew.
Json samplerJson(const SeedOptions& options, const ModelCard& card)
{
    Json json = Json::object();
    if (options.sampler)
        json["name"] = *options.sampler;
    else if (auto own = Json::parse(card.samplerJson, nullptr, false); own.is_object())
        json = std::move(own);
    if (options.temperature)
        json["temperature"] = *options.temperature;
    if (options.topK)
        json["topK"] = *options.topK;
    if (options.topP)
        json["topP"] = *options.topP;
    if (options.beta)
        json["beta"] = *options.beta;
    if (options.mix)
        json["mix"] = *options.mix;
    return json;
}

/// SET:PIECE, where SET is a file.
std::optional<SeedPiece> splitSetAndPiece(const std::string& prompt)
{
    for (std::size_t colon = prompt.find(':', 1); colon != std::string::npos;
         colon = prompt.find(':', colon + 1)) {
        std::error_code ignored;
        if (fs::is_regular_file(prompt.substr(0, colon), ignored))
            return SeedPiece{prompt.substr(0, colon), prompt.substr(colon + 1)};
    }
    return std::nullopt;
}

bool isProject(const fs::path& path)
{
    return lowerCase(path.extension().string()) == ".continuo";
}

/// A project as the engine takes it: a MIDI file.
Result<SeedMelodySource> sourceOfProject(const fs::path& path)
{
    const auto project = readProject(path);
    if (!project)
        return project.error();
    auto midi = writeMidi(project->score);
    if (!midi)
        return midi.error();
    return SeedMelodySource{SeedBytes{std::move(midi->bytes)}};
}

Result<SeedMelodySource> sourceOf(const SeedOptions& options)
{
    if (!options.notes.empty())
        return SeedMelodySource{SeedWords{options.notes}};
    if (options.prompt.empty())
        return SeedMelodySource{};
    if (options.prompt == "random")
        return SeedMelodySource{SeedByChance{}};
    std::error_code ignored;
    if (!fs::exists(options.prompt, ignored)) {
        if (auto place = splitSetAndPiece(options.prompt))
            return SeedMelodySource{std::move(*place)};
    }
    if (isProject(options.prompt))
        return sourceOfProject(options.prompt);
    return SeedMelodySource{SeedFile{options.prompt}};
}

/// --from and --to; without one from the first bar, or to the last.
Result<std::optional<BarRange>> barsOf(const SeedOptions& options)
{
    if (!options.fromBar && !options.toBar)
        return std::optional<BarRange>();
    const BarRange bars{options.fromBar.value_or(1),
                        options.toBar.value_or(std::numeric_limits<std::int64_t>::max())};
    if (bars.last < bars.first)
        return Error{ErrorKind::Usage,
                     "generate.bad-bars",
                     "--to cannot be a bar before --from.",
                     {{"first", std::to_string(bars.first)}, {"last", std::to_string(bars.last)}}};
    return std::optional(bars);
}

} // namespace

void SeedOptions::addTo(CLI::App& command)
{
    command.add_option("--model", model, "The model file (.safetensors)")->required();
    command.add_option("--mode", mode,
                       "continue (a seed melody, the default), new (start from nothing), infill "
                       "(some bars of a piece anew) or harmonise (three voices under a melody); a "
                       "model that cannot says why");
    command.add_option("--prompt", prompt,
                       "The seed melody: a MIDI or ABC file, a project (.continuo), "
                       "SET.continuo-dataset:PIECE, or "
                       "random");
    command.add_option("--notes", notes, "The seed melody as text: \"C4 E4:1/8 72 rest:1/4\"");
    command.add_option("--key", key,
                       "The key of the seed melody instead of the one heard, such as \"G major\"");
    command.add_option("--scale", scale, "Only notes of this scale, such as \"G major\"");
    command.add_option("--range", range, "Only notes in this range, such as D4-B5");
    command.add_option(
        "--sampler", sampler,
        "argmax, temperature, top-k, top-p, beta, mixture or, for models of notes, soft; without it the model's own");
    command.add_option("--temperature", temperature,
                       "Below 1 safer, above 1 bolder, 0 always the likeliest");
    command.add_option("--top-k", topK, "Draw from the K likeliest only");
    command.add_option("--top-p", topP, "Draw from the likeliest that together reach this share");
    command.add_option("--beta", beta, "Base of the softmax over probabilities (no temperature)");
    command.add_option("--mix", mix, "Draw with this probability, otherwise take the likeliest");
    command.add_option("--seed", seed,
                       "Random seed: the same seed gives the same notes (default 1)");
}

Result<PromptedModel> readPromptedModel(const SeedOptions& options)
{
    if (!options.prompt.empty() && !options.notes.empty())
        return Error{ErrorKind::Usage,
                     "generate.two-prompts",
                     "--prompt and --notes both give a seed melody. Leave one of them out.",
                     {}};
    auto model = loadModel(options.model);
    if (!model)
        return model.error();
    const auto bars = barsOf(options);
    if (!bars)
        return bars.error();
    auto source = sourceOf(options);
    if (!source)
        return source.error();
    auto seed = readSeedMelody(
        *model, {options.mode, std::move(*source), options.key, options.scale, options.range,
                 jsonLine(samplerJson(options, model->card)), options.seed, *bars});
    if (!seed)
        return seed.error();
    return PromptedModel{std::move(*model), std::move(*seed)};
}

void sayRemarks(const SeedMelody& seed, const CommandContext& context)
{
    for (const Remark& remark : seed.remarks)
        context.say(remark.text);
    for (const PromptRemark& remark : seed.prompt.remarks)
        context.say(remark.text);
}

} // namespace continuo::cli
