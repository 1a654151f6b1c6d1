// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/evaluate_output.h"
#include "core/base/parallel.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace continuo::cli {
namespace {

using nlohmann::ordered_json;

struct Arguments
{
    std::vector<std::string> models{};
    std::string dataset{};
    std::vector<std::string> files{};
    std::string against{};
    std::string part{};
    unsigned threads = 0;
};

Error usageError(std::string id, std::string text)
{
    return {ErrorKind::Usage, std::move(id), std::move(text), {}};
}

/// What belongs together stands together.
Status checkUsage(const Arguments& arguments)
{
    const bool hasModel = !arguments.models.empty();
    const bool hasFiles = !arguments.files.empty();
    if (!hasModel && !hasFiles)
        return usageError(
            "evaluate.nothing-asked",
            "Say what is to be judged: --model M --dataset SET, or --midi FILE… --against "
            "SET.");
    if (hasModel && hasFiles)
        return usageError(
            "evaluate.two-things",
            "--model and --midi are two different questions. Ask them one after the other.");
    if (hasModel && arguments.dataset.empty())
        return usageError("evaluate.no-dataset",
                          "--model needs a set to be judged on: --dataset SET.");
    if (hasModel && !arguments.against.empty())
        return usageError("evaluate.other-set",
                          "--against belongs to --midi; the set of a model is --dataset SET.");
    if (hasFiles && arguments.against.empty())
        return usageError("evaluate.no-dataset",
                          "--midi needs a set to be compared with: --against SET.");
    if (hasFiles && !arguments.dataset.empty())
        return usageError(
            "evaluate.other-set",
            "--dataset belongs to --model; the set to compare with is --against SET.");
    return ok();
}

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int judge(const Arguments& arguments, const CommandContext& context)
{
    const Result<std::vector<Part>> parts =
        partsNamed(arguments.part.empty() ? "test" : arguments.part, false);
    if (!parts)
        return context.fail(parts.error());
    const Part part = parts->front();
    const auto start = std::chrono::steady_clock::now();
    const Result<GeneratingModel> model = loadModel(arguments.models.front());
    if (!model)
        return context.fail(model.error());
    const Result<ModelJudgement> judgement = [&] {
        ProgressLine progress(context, "Judging", "steps");
        const auto tell = [&](std::uint64_t done, std::uint64_t total) {
            if (done == 0)
                context.say(fmt::format("{} steps to judge.", total));
            progress.show(done, total);
        };
        return judgeModel(*model, arguments.dataset, part, arguments.threads, context.cancel, tell);
    }();
    if (!judgement)
        return context.fail(judgement.error());
    context.say(fmt::format("As the model reads the set: {}.", judgement->losses));
    if (!judgement->isSetOfTraining)
        context.say("The model was trained on another set or split than this one: what it is "
                    "judged on here may have been "
                    "among the pieces it learned from.");
    if (context.isJson) {
        ordered_json json{{"model", readablePath(arguments.models.front())},
                          {"name", model->card.name},
                          {"dataset", readablePath(arguments.dataset)},
                          {"fingerprint", judgement->fingerprint},
                          {"part", partName(part)}};
        json.update(judgementToJson(*judgement));
        json["seconds"] = secondsSince(start);
        context.print(json);
        return 0;
    }
    context.print(fmt::format("{} on the {} part of {}", model->card.name, partName(part),
                              readablePath(arguments.dataset)));
    for (const std::string& line : judgementLines(*judgement))
        context.print(line);
    return 0;
}

/// Several models on the notes they all foretell.
int judgeTogether(const Arguments& arguments, const CommandContext& context)
{
    const Result<std::vector<Part>> parts =
        partsNamed(arguments.part.empty() ? "test" : arguments.part, false);
    if (!parts)
        return context.fail(parts.error());
    const Part part = parts->front();
    const auto start = std::chrono::steady_clock::now();
    std::vector<GeneratingModel> models;
    for (const std::string& path : arguments.models) {
        Result<GeneratingModel> model = loadModel(path);
        if (!model)
            return context.fail(model.error());
        models.push_back(std::move(*model));
    }
    const Result<ModelComparison> comparison = [&] {
        ProgressLine progress(context, "Judging", "steps");
        const auto tell = [&](std::uint64_t done, std::uint64_t total) {
            if (done == 0)
                context.say(fmt::format("{} steps to judge.", total));
            progress.show(done, total);
        };
        return compareModels(models, arguments.dataset, part, arguments.threads, context.cancel,
                             tell);
    }();
    if (!comparison)
        return context.fail(comparison.error());
    if (context.isJson) {
        ordered_json json{{"dataset", readablePath(arguments.dataset)},
                          {"fingerprint", comparison->fingerprint},
                          {"part", partName(part)}};
        json.update(comparisonToJson(*comparison, models, arguments.models));
        json["seconds"] = secondsSince(start);
        context.print(json);
        return 0;
    }
    context.print(fmt::format("{} models on the {} part of {}", models.size(), partName(part),
                              readablePath(arguments.dataset)));
    for (const std::string& line : comparisonLines(*comparison, models))
        context.print(line);
    return 0;
}

/// Every piece of every file, judged by itself.
Result<JudgedMelodies> readJudged(const Arguments& arguments, const CommandContext& context)
{
    JudgedMelodies judged;
    for (const std::string& path : arguments.files) {
        if (context.cancel.isCancelled())
            return cancelledError();
        if (const Status added = addMelodies(path, judged); !added)
            return added.error();
    }
    return judged;
}

/// A line for each stage of reading a set, from its beginning on.
class CorpusLines
{
public:
    explicit CorpusLines(const CommandContext& context)
        : m_context(context)
    {
        m_line.emplace(context, "Reading the set", "pieces");
    }

    void show(CorpusStage stage, std::size_t done, std::size_t total)
    {
        m_line->show(done, total);
        if (stage == CorpusStage::Reading && done == total) {
            m_line.reset();
            m_line.emplace(m_context, "Indexing its melodies", "notes");
        }
    }

private:
    const CommandContext& m_context;
    std::optional<ProgressLine> m_line{};
};

int compare(const Arguments& arguments, const CommandContext& context)
{
    const std::string partWord = arguments.part.empty() ? "train" : arguments.part;
    const Result<std::vector<Part>> parts = partsNamed(partWord, true);
    if (!parts)
        return context.fail(parts.error());
    const auto start = std::chrono::steady_clock::now();
    const Result<JudgedMelodies> judged = readJudged(arguments, context);
    if (!judged)
        return context.fail(judged.error());
    const Result<Corpus> corpus = [&] {
        CorpusLines lines(context);
        return readCorpus(arguments.against, *parts, arguments.threads, context.cancel,
                          [&](CorpusStage stage, std::size_t done, std::size_t total) {
                              lines.show(stage, done, total);
                          });
    }();
    if (!corpus)
        return context.fail(corpus.error());
    const Result<ScoreCard> card =
        scoreCardOf(judged->figures, *corpus, arguments.threads, context.cancel);
    if (!card)
        return context.fail(card.error());

    if (context.isJson) {
        ordered_json json{{"against", readablePath(arguments.against)},
                          {"fingerprint", corpus->fingerprint},
                          {"part", partWord},
                          {"corpusPieces", corpus->metrics.size()}};
        json.update(scoreCardToJson(*card, *judged, *corpus));
        json["seconds"] = secondsSince(start);
        context.print(json);
        return 0;
    }
    const std::size_t pieces = judged->figures.size();
    context.print(fmt::format("{} {} against {} of {} ({})", pieces,
                              pieces == 1 ? "piece" : "pieces", corpus->metrics.size(),
                              readablePath(arguments.against),
                              partWord == "all" ? "all parts" : partWord + " part"));
    context.print("");
    const std::string where = partWord == "train" ? "your training data" : "the set";
    for (const std::string& line : scoreCardLines(*card, judged->names, *corpus, where))
        context.print(line);
    return 0;
}

int evaluate(Arguments arguments, const CommandContext& context)
{
    if (const Status usage = checkUsage(arguments); !usage)
        return context.fail(usage.error());
    if (arguments.threads == 0)
        arguments.threads = usableThreads();
    if (arguments.models.empty())
        return compare(arguments, context);
    return arguments.models.size() > 1 ? judgeTogether(arguments, context)
                                       : judge(arguments, context);
}

} // namespace

void addEvaluateCommand(CLI::App& app, CommandContext& context)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command =
        app.add_subcommand("evaluate", "Judge a model on held-out pieces (--model M --dataset "
                                       "SET), or melodies against a set (--midi FILE… --against "
                                       "SET)");
    command
        ->add_option("--model", arguments->models,
                     "The model file (.safetensors); several, each behind its own --model, are "
                     "compared on the notes that all of them foretell")
        ->allow_extra_args(false);
    command->add_option("--dataset", arguments->dataset, "The set the model is judged on");
    command->add_option("--midi", arguments->files,
                        "Melodies to judge: MIDI or ABC files, projects (.continuo)");
    command->add_option("--against", arguments->against, "The set they are compared with");
    command->add_option("--part", arguments->part,
                        "train, validation or test; a model is judged on test, melodies are "
                        "compared with train, or with all");
    command
        ->add_option("--threads", arguments->threads,
                     "Threads to work on; without it as many as there are cores")
        ->check(CLI::Range(1U, 1024U));
    context.addCommonOptions(*command);
    command->callback([arguments, &context] { context.exitCode = evaluate(*arguments, context); });
}

} // namespace continuo::cli
