// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "core/base/parallel.h"
#include "core/engine/training_host.h"
#include "core/evaluate/collapse.h"
#include "core/generate/continuation.h"
#include "core/learn/claim.h"
#include "core/learn/load_training_set.h"
#include "core/learn/preset.h"
#include "core/learn/run_folder.h"
#include "core/learn/trainer.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace continuo::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

/// Melodies drawn from each model, and how long each is.
constexpr std::size_t kMelodies = 16;
constexpr double kBars = 8;

struct Arguments
{
    std::string name{};
    std::string dataset{};
    std::string folder{};
    std::vector<std::string> settings{};
    std::int64_t seeds = 2;
};

/// What was measured of one model of one run.
struct Measured
{
    std::string entry{};
    std::int64_t seed = 1;
    std::string run{};
    ordered_json figures{}; ///< By name; null where there is none.
};

/// A training in a few lines.
class Words final : public TrainObserver
{
public:
    Words(const CommandContext& context, std::string name, TrainObserver& host)
        : m_context(context)
        , m_name(std::move(name))
        , m_host(host)
    {
    }

    void happened(const TrainEvent& event) override
    {
        m_host.happened(event);
        if (const auto* const judged = std::get_if<TrainEvaluated>(&event.what);
            judged != nullptr && judged->validation)
            m_context.say(fmt::format(
                "{}: step {}, training loss {:.3f}, held out {:.3f}, {:.0f} s left", m_name,
                event.step, judged->trainLoss, judged->validation->loss, judged->secondsLeft));
        else if (const auto* const notice = std::get_if<TrainNotice>(&event.what))
            m_context.say(m_name + ": " + notice->text);
    }

private:
    const CommandContext& m_context;
    std::string m_name;
    TrainObserver& m_host;
};

int list(const CommandContext& context)
{
    const Result<std::vector<Claim>> claims = listClaims(resourceFolder() / "claims");
    if (!claims)
        return context.fail(claims.error());
    ordered_json array = ordered_json::array();
    for (const Claim& claim : *claims) {
        ordered_json runs = ordered_json::array();
        for (const ClaimRun& run : claim.runs)
            runs.push_back({{"name", run.name}, {"words", run.words}});
        array.push_back(ordered_json{{"name", claim.name},
                                     {"title", claim.title},
                                     {"claim", claim.claim},
                                     {"preset", claim.preset},
                                     {"variant", claim.variant},
                                     {"runs", std::move(runs)}});
        context.print(fmt::format("{:24} {}", claim.name, claim.title));
        for (const ClaimRun& run : claim.runs)
            context.print(fmt::format("{:24}   {}: {}", "", run.name, run.words));
    }
    if (context.isJson)
        context.print(array);
    return 0;
}

Result<TrainJob> jobOf(const Claim& claim, const ClaimRun& run, const Arguments& arguments,
                       std::int64_t seed)
{
    const Result<Preset> preset = loadPreset(resourceFolder() / "presets", claim.preset);
    if (!preset)
        return preset.error();
    const Result<TrainJob> job = jobOf(*preset, claim.variant);
    if (!job)
        return job.error();
    std::vector<std::string> settings{"training.samples=false"};
    settings.insert(settings.end(), claim.settings.begin(), claim.settings.end());
    settings.insert(settings.end(), run.settings.begin(), run.settings.end());
    settings.insert(settings.end(), arguments.settings.begin(), arguments.settings.end());
    settings.push_back("training.seed=" + std::to_string(seed));
    return withSettings(*job, settings);
}

/// How many of a model's melodies say the same as one before.
Result<double> copiesOf(const fs::path& file, const CancelToken& cancel)
{
    const Result<GeneratingModel> model = loadModel(file);
    if (!model)
        return model.error();
    const Score blank = blankScore();
    Result<PreparedPrompt> prompt = prepareEmptyPrompt(*model, blank, {});
    if (!prompt)
        return prompt.error();
    const Result<SamplerSettings> sampler = samplerFromJson(model->card.samplerJson);
    if (!sampler)
        return sampler.error();
    ContinuationRequest request;
    request.length = kBars;
    request.alternatives = kMelodies;
    request.sampler = *sampler;
    const Result<Continuation> made =
        continuePrompt(*model, blank, std::move(*prompt), request, {}, cancel);
    if (!made)
        return made.error();
    std::vector<MotionSymbols> melodies;
    for (std::size_t i = 0; i < made->alternatives.size(); ++i)
        melodies.push_back(motionSymbolsOf(answerAlone(blank, *made, i)));
    return varietyOf(melodies).copies;
}

/// Trains one run with one seed, unless it is there already from a group that was stopped.
Result<fs::path> trainOne(const Claim& claim, const ClaimRun& run, const Arguments& arguments,
                          std::int64_t seed, const CommandContext& context)
{
    const std::string name = fmt::format("{}-{}", run.name, seed);
    const fs::path folder = fs::path(arguments.folder) / name;
    const Result<TrainJob> job = jobOf(claim, run, arguments, seed);
    if (!job)
        return job.error();
    const auto encoding = makeEncoding(job->encoding, job->encodingOptionsJson);
    if (!encoding)
        return encoding.error();
    TrainRequest request;
    request.job = *job;
    request.job.encodingOptionsJson = (*encoding)->optionsJson();
    request.run = folder;
    const RunFolder there{folder};
    if (there.isRun()) {
        const Result<TrainJob> earlier = readRunJob(there);
        std::error_code ignored;
        if (!earlier || *earlier != request.job)
            return Error{ErrorKind::Usage,
                         "claim.other-run",
                         fmt::format("\"{}\" holds another training than this claim asks for. "
                                     "Choose another folder.",
                                     readablePath(folder)),
                         {{"run", readablePath(folder)}}};
        if (fs::exists(there.receipt(), ignored)) {
            context.say(name + " is there already.");
            return folder;
        }
    }
    std::error_code failure;
    fs::create_directories(folder, failure);
    if (failure)
        return fileError(failure.value(), folder, "create");
    const TrainControl control;
    Result<std::unique_ptr<TrainingHost>> host =
        TrainingHost::open(folder, control, CONTINUO_VERSION);
    if (!host)
        return host.error();
    Words words(context, name, **host);
    const Result<TrainOutcome> outcome = [&]() -> Result<TrainOutcome> {
        if (there.isRun())
            return resumeTraining(folder, 0, {}, words, control, context.cancel);
        Result<TrainingSet> set = loadTrainingSet(arguments.dataset, **encoding, usableThreads(),
                                                  context.cancel, learnFrom(job->training));
        if (!set)
            return set.error();
        request.set = std::move(*set);
        return train(request, words, control, context.cancel);
    }();
    if (!outcome)
        return outcome.error();
    if (outcome->reason == "stopped") {
        // A receipt says that a run is over; this one is not.
        std::error_code ignored;
        fs::remove(there.receipt(), ignored);
        return cancelledError();
    }
    return folder;
}

Result<Measured> measure(const Claim& claim, const ClaimRun& run, std::int64_t seed,
                         const std::string& model, const fs::path& folder,
                         const CancelToken& cancel)
{
    Measured measured;
    measured.entry = claim.models.size() > 1 ? run.name + " " + model : run.name;
    measured.seed = seed;
    measured.run = readablePath(folder);
    const RunFolder there{folder};
    const Result<std::string> text = readTextFile(there.receipt(), 1 << 24);
    if (!text)
        return text.error();
    const auto receipt = ordered_json::parse(*text, nullptr, false);
    const auto figureOf = [&receipt, &model](const char* part, const char* figure) -> ordered_json {
        // Of the last point only the held-out loss at that point is in the receipt.
        const bool isBest = model == "best";
        if (!isBest && std::string_view(part) != "validation")
            return nullptr;
        const auto pointer = isBest ? fmt::format("/best/{}/{}", part, figure)
                                    : fmt::format("/validation/{}", figure);
        return receipt.value(ordered_json::json_pointer(pointer), ordered_json(nullptr));
    };
    const Result<double> copies = copiesOf(model == "best" ? there.best() : there.last(), cancel);
    if (!copies)
        return copies.error();
    measured.figures = {{"validationLoss", figureOf("validation", "loss")},
                        {"testLoss", figureOf("test", "loss")},
                        {"validationBitsPerNote", figureOf("validation", "bitsPerNote")},
                        {"testBitsPerNote", figureOf("test", "bitsPerNote")},
                        {"trainLoss", figureOf("train", "loss")},
                        {"seconds", receipt.value("seconds", 0.0)},
                        {"copies", *copies}};
    return measured;
}

const char* verdictName(ClaimVerdict::Kind kind)
{
    switch (kind) {
    case ClaimVerdict::Kind::Holds:
        return "holds";
    case ClaimVerdict::Kind::DoesNotHold:
        return "does not hold";
    case ClaimVerdict::Kind::CannotBeTold:
        break;
    }
    return "cannot be told";
}

Result<ClaimVerdict> judge(const Claim& claim, const std::vector<Measured>& all)
{
    std::vector<ClaimEntry> entries;
    for (const Measured& one : all) {
        const ordered_json& figure = one.figures.at(claim.test.figure);
        if (!figure.is_number())
            return Error{ErrorKind::Refused,
                         "claim.no-figure",
                         fmt::format("The run \"{}\" has no {}: does the set have a validation and "
                                     "a test part? Split it "
                                     "first: continuo split.",
                                     one.run, claim.test.figure),
                         {{"run", one.run}, {"figure", claim.test.figure}}};
        auto entry = std::ranges::find(entries, one.entry, &ClaimEntry::name);
        if (entry == entries.end())
            entry = entries.insert(entries.end(), ClaimEntry{one.entry, {}});
        entry->values.push_back(figure.get<double>());
    }
    return verdictOf(claim.test, entries);
}

int check(const Arguments& arguments, const CommandContext& context)
{
    const Result<Claim> claim = loadClaim(resourceFolder() / "claims", arguments.name);
    if (!claim)
        return context.fail(claim.error());
    for (const auto& [value, option, what] :
         {std::tuple(&arguments.dataset, "--dataset", "the .continuo-dataset file to learn from"),
          std::tuple(&arguments.folder, "--run", "the folder for the runs of this claim")}) {
        if (value->empty())
            return context.fail({ErrorKind::Usage,
                                 "cli.missing",
                                 fmt::format("{} is missing: {}.", option, what),
                                 {{"option", option}}});
    }
    std::vector<Measured> all;
    for (const ClaimRun& run : claim->runs) {
        for (std::int64_t seed = 1; seed <= arguments.seeds; ++seed) {
            const Result<fs::path> folder = trainOne(*claim, run, arguments, seed, context);
            if (!folder)
                return context.fail(folder.error());
            for (const std::string& model : claim->models) {
                Result<Measured> measured =
                    measure(*claim, run, seed, model, *folder, context.cancel);
                if (!measured)
                    return context.fail(measured.error());
                all.push_back(std::move(*measured));
            }
        }
    }
    const Result<ClaimVerdict> verdict = judge(*claim, all);
    if (!verdict)
        return context.fail(verdict.error());
    ordered_json end{{"claim", claim->name},
                     {"title", claim->title},
                     {"dataset", readablePath(arguments.dataset)},
                     {"verdict", verdictName(verdict->kind)},
                     {"text", verdict->text},
                     {"runs", ordered_json::array()}};
    for (const Measured& one : all)
        end["runs"].push_back(
            {{"entry", one.entry}, {"seed", one.seed}, {"run", one.run}, {"figures", one.figures}});
    if (const Status written = writeFile(fs::path(arguments.folder) / "claim.json",
                                         end.dump(2) + "\n", Overwrite::Replace);
        !written)
        return context.fail(written.error());
    const auto shown = [](const ordered_json& figure, int digits) {
        return figure.is_number() ? fmt::format("{:.{}f}", figure.get<double>(), digits)
                                  : std::string("–");
    };
    context.print(fmt::format("{:20} {:>4} {:>9} {:>9} {:>9} {:>9} {:>8} {:>7}", "run", "seed",
                              "training", "held out", "test", "bits/note", "seconds", "copies"));
    for (const Measured& one : all)
        context.print(fmt::format(
            "{:20} {:>4} {:>9} {:>9} {:>9} {:>9} {:>8} {:>7}", one.entry, one.seed,
            shown(one.figures["trainLoss"], 3), shown(one.figures["validationLoss"], 3),
            shown(one.figures["testLoss"], 3), shown(one.figures["validationBitsPerNote"], 3),
            shown(one.figures["seconds"], 1), shown(one.figures["copies"], 2)));
    context.print(
        fmt::format("{}: {}. {}", claim->title, verdictName(verdict->kind), verdict->text));
    if (context.isJson)
        context.print(end);
    return 0;
}

} // namespace

void addClaimCommand(CLI::App& app, CommandContext& context)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand(
        "claim",
        "Check what an author said of a network with a group of trainings; Ctrl+C stops, the "
        "same command goes on");
    command->add_option("name", arguments->name, "The claim; without it all are listed")
        ->type_name("NAME");
    command->add_option("--dataset", arguments->dataset, "The set to learn from, split")
        ->type_name("SET");
    command->add_option("--run", arguments->folder, "The folder for its runs and claim.json")
        ->type_name("DIR");
    command
        ->add_option("--seeds", arguments->seeds,
                     "Trainings of each run, with other random numbers")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{100}));
    command
        ->add_option("--set", arguments->settings,
                     "Change a setting of every run: epochs=5, network.hidden=64")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    context.addCommonOptions(*command);
    command->callback([arguments, &context] {
        context.exitCode = arguments->name.empty() ? list(context) : check(*arguments, context);
    });
}

} // namespace continuo::cli
