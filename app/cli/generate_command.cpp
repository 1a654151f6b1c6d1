// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/output_files.h"
#include "app/cli/seed_melody.h"
#include "core/base/text.h"
#include "core/engine/result_json.h"
#include "core/generate/continuation.h"
#include "core/midi/write_midi.h"
#include "core/picture/draw_roll.h"
#include "core/picture/picture.h"
#include "core/protocol/json.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace continuo::cli {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

/// The whole of a long seed melody would make the answers small.
constexpr std::size_t kDrawnSeedBars = 8;

struct Options
{
    SeedOptions seed{};
    std::optional<double> bars{};
    std::optional<double> length{};
    std::optional<std::string> unit{};
    std::size_t candidates = 1;
    std::string out{};
    std::string picture{};
    std::size_t rounds = 0;
    bool onlyNew = false;
    bool force = false;
};

Error usage(const char* id, std::string text)
{
    return {ErrorKind::Usage, id, std::move(text), {}};
}

Status applyLength(const Options& options, ContinuationRequest& request)
{
    if (options.bars && (options.length || options.unit))
        return usage("cli.two-lengths",
                     "--bars and --length both say how long the answer is. Leave one of them out.");
    if (options.length.has_value() != options.unit.has_value())
        return usage(
            "cli.bad-unit",
            "--length and --unit belong together: --length 16 --unit notes (or steps, seconds).");
    if (options.bars) {
        request.length = *options.bars;
        request.unit = LengthUnit::Bars;
    }
    if (options.length) {
        request.length = *options.length;
        const auto unit = lengthUnitFromName(*options.unit);
        if (!unit)
            return unit.error();
        request.unit = *unit;
    }
    return ok();
}

/// OUT.mid for one candidate, OUT-1.mid … for several.
std::vector<fs::path> outputFiles(const Options& options)
{
    const fs::path out(options.out);
    if (options.candidates == 1)
        return {out};
    std::vector<fs::path> files;
    for (std::size_t k = 1; k <= options.candidates; ++k)
        files.push_back(numberedFile(out, k));
    return files;
}

/// The candidates as piano rolls under each other, PNG or SVG by the name.
Result<std::vector<std::uint8_t>> pictureOf(const Options& options,
                                            const std::vector<fs::path>& files,
                                            const std::vector<Score>& scores,
                                            const Continuation& made)
{
    std::vector<RollLane> lanes;
    for (std::size_t k = 0; k < scores.size(); ++k) {
        RollLane lane;
        lane.title = readablePath(files[k].filename());
        lane.score = scores[k];
        lane.seedEnd = options.onlyNew ? Tick{} : made.prompt.answerStart;
        lane.alternative = k;
        lanes.push_back(std::move(lane));
    }
    RollPicture roll;
    roll.key = made.prompt.key;
    roll.seedBars = kDrawnSeedBars;
    const Picture picture = drawRolls(lanes, roll);
    return lowerCase(fs::path(options.picture).extension().string()) == ".svg" ? svgBytes(picture)
                                                                               : pngBytes(picture);
}

/// The names are right and free before anything long is done.
Status checkNames(const Options& options, const std::vector<fs::path>& files)
{
    const auto ending = [](const std::string& name) {
        return lowerCase(fs::path(name).extension().string());
    };
    if (ending(options.out) != ".mid" && ending(options.out) != ".midi")
        return usage("cli.bad-out",
                     fmt::format("--out cannot be \"{}\": a name that ends with .mid is needed.",
                                 options.out));
    std::vector<fs::path> names = files;
    if (!options.picture.empty()) {
        if (ending(options.picture) != ".png" && ending(options.picture) != ".svg") {
            return usage(
                "cli.bad-picture",
                fmt::format("--picture cannot be \"{}\": a name that ends with .png or .svg is "
                            "needed.",
                            options.picture));
        }
        names.emplace_back(options.picture);
    }
    for (const fs::path& name : names) {
        std::error_code ignored;
        if (!options.force && fs::exists(name, ignored)) {
            return Error{
                ErrorKind::Usage,
                "file.exists",
                fmt::format("{} exists already. Choose another name or add --force to replace it.",
                            readablePath(name)),
                {{"file", readablePath(name)}}};
        }
    }
    return ok();
}

int generate(const Options& options, const CommandContext& context)
{
    ContinuationRequest lengths;
    if (const Status applied = applyLength(options, lengths); !applied)
        return context.fail(applied.error());
    const std::vector<fs::path> files = outputFiles(options);
    if (const Status checked = checkNames(options, files); !checked)
        return context.fail(checked.error());

    Result<PromptedModel> prompted = readPromptedModel(options.seed);
    if (!prompted)
        return context.fail(prompted.error());
    const SeedMelody& seed = prompted->seed;
    ContinuationRequest request = seed.request;
    request.length = lengths.length;
    request.unit = lengths.unit;
    request.alternatives = options.candidates;
    request.rounds = options.rounds;
    sayRemarks(seed, context);
    context.say(fmt::format("Drawing with {}, random seed {}.", samplerName(request.sampler),
                            request.seed));

    std::optional<ProgressLine> progress;
    const auto started = std::chrono::steady_clock::now();
    const Result<Continuation> made =
        continuePrompt(prompted->model, seed.score, seed.prompt, request, {}, context.cancel,
                       [&](const Draft& draft) {
                           if (!progress)
                               progress.emplace(context, "Sampling", "rounds");
                           progress->show(draft.round, draft.rounds);
                       });
    progress.reset();
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    ordered_json json{{"prompt", promptToJson(seed.prompt)}, {"candidates", ordered_json::array()}};
    if (!made)
        return context.fail(made.error(), std::move(json));
    context.say(made->velocitiesFromModel ? "Velocities are the model's own."
                : made->velocitiesFollowPrompt
                    ? "Velocities follow the seed melody's, place by place in the bar."
                    : "Velocities are the meter's accents.");

    std::vector<Score> scores;
    for (std::size_t k = 0; k < files.size(); ++k)
        scores.push_back(options.onlyNew ? answerAlone(seed.score, *made, k)
                                         : scoreWithAnswer(seed.score, *made, k));
    std::vector<OutputFile> outputs;
    for (std::size_t k = 0; k < files.size(); ++k) {
        auto midi = writeMidi(scores[k]);
        if (!midi)
            return context.fail(midi.error(), std::move(json));
        outputs.push_back({files[k], std::move(midi->bytes)});
    }
    if (!options.picture.empty()) {
        auto picture = pictureOf(options, files, scores, *made);
        if (!picture)
            return context.fail(picture.error(), std::move(json));
        outputs.push_back({options.picture, std::move(*picture)});
    }
    if (const Status written =
            writeAll(outputs, options.force ? Overwrite::Replace : Overwrite::Refuse);
        !written)
        return context.fail(written.error(), std::move(json));

    json["velocities"] = made->velocitiesFromModel      ? "model"
                         : made->velocitiesFollowPrompt ? "prompt"
                                                        : "meter";
    std::size_t notes = 0;
    const Tick origin = options.onlyNew ? answerOrigin(seed.score, *made) : Tick{};
    for (std::size_t k = 0; k < files.size(); ++k) {
        const Alternative& answer = made->alternatives[k];
        notes += answer.notes.size();
        ordered_json events = ordered_json::array();
        for (const GeneratedNote& note : answer.notes)
            events.push_back(toJson(noteMessage(k, note, seed.score.ticksPerQuarter, origin)));
        json["candidates"].push_back({{"file", readablePath(files[k])},
                                      {"notes", answer.notes.size()},
                                      {"logProbability", numberToJson(answer.logProbability)},
                                      {"maskedMass", answer.maskedMass},
                                      {"fallbacks", answer.fallbacks},
                                      {"events", std::move(events)}});
        context.print(fmt::format("{}: {} new notes, log probability {:.1f}",
                                  readablePath(files[k]), answer.notes.size(),
                                  answer.logProbability));
        if (answer.fallbacks > 0) {
            context.say(fmt::format(
                "{}: {} times nothing was left under the masks, and the likeliest note was taken.",
                readablePath(files[k]), answer.fallbacks));
        }
    }
    if (!options.picture.empty()) {
        json["picture"] = options.picture;
        context.say(fmt::format("The rolls are in {}.", options.picture));
    }
    json["seconds"] = seconds;
    json["notesPerSecond"] = seconds > 0 ? static_cast<double>(notes) / seconds : 0;
    if (context.isJson)
        context.print(json);
    return 0;
}

} // namespace

void addGenerateCommand(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* const command =
        app.add_subcommand("generate", "Continue, infill or harmonise a seed melody, or start one from nothing");
    options->seed.addTo(*command);
    command->add_option("--from", options->seed.fromBar,
                        "Infill and harmonise: the first bar, counted from 1");
    command->add_option("--to", options->seed.toBar, "Infill and harmonise: the last bar");
    command
        ->add_option("--rounds", options->rounds,
                     "Models of four voices: how often cells are drawn anew (default: as many as "
                     "there are, from 16 to 192)")
        ->check(CLI::Range(1, 4096));
    command->add_option("--bars", options->bars, "Length of the answer in full bars (default 4)");
    command->add_option("--length", options->length, "Length of the answer in --unit");
    command->add_option("--unit", options->unit, "notes, steps (of the model's grid) or seconds");
    command
        ->add_option("--candidates", options->candidates,
                     "How many answers: OUT-1.mid, OUT-2.mid, … (default 1)")
        ->check(CLI::Range(1, 256));
    command->add_option("--out", options->out, "The MIDI file to write")->required();
    command->add_option("--picture", options->picture,
                        "Also draw the candidates as piano rolls, behind the last eight bars of "
                        "the seed melody: a .png or .svg file");
    command->add_flag("--only-new", options->onlyNew,
                      "Write the answer alone, without the seed melody in front");
    command->add_flag("--force", options->force, "Replace files that exist");
    context.addCommonOptions(*command);
    command->callback([options, &context] { context.exitCode = generate(*options, context); });
}

} // namespace continuo::cli
