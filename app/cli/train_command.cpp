// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/run_picture.h"
#include "core/base/parallel.h"
#include "core/base/text.h"
#include "core/engine/detach.h"
#include "core/engine/local_workers.h"
#include "core/engine/result_json.h"
#include "core/engine/training_host.h"
#include "core/generate/continuation.h"
#include "core/learn/device.h"
#include "core/learn/follower.h"
#include "core/learn/load_training_set.h"
#include "core/learn/preset.h"
#include "core/learn/run_folder.h"
#include "core/learn/trainer.h"
#include "core/midi/write_midi.h"
#include "core/protocol/envelope.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#ifndef _WIN32
#include <sys/resource.h>
#endif

namespace continuo::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

struct Arguments
{
    std::string jobFile{};
    std::string preset{};
    std::string variant{};
    std::string dataset{};
    std::string run{};
    std::string resume{};
    std::string parent{};
    std::vector<std::string> settings{};
    std::optional<std::string> device{};
    std::optional<std::string> precision{};
    std::optional<std::int64_t> seed{};
    std::optional<std::int64_t> workers{};
    std::int64_t extend = 0;
    bool events = false;
    bool detach = false;
    bool preview = false;
    bool force = false;
    std::string picture{}; ///< Where to draw the curves; empty: nowhere.
};

Error usage(std::string id, std::string text)
{
    return {ErrorKind::Usage, std::move(id), std::move(text), {}};
}

/// The job file, or the preset in its variant, with what the command line sets.
Result<TrainJob> jobFor(const Arguments& arguments)
{
    Result<Preset> preset = Preset{};
    if (!arguments.jobFile.empty()) {
        const Result<std::string> text = readTextFile(arguments.jobFile, 1 << 20);
        if (!text)
            return text.error();
        preset = presetFromJson(fs::path(arguments.jobFile).stem().string(), *text);
    } else {
        preset = loadPreset(resourceFolder() / "presets", arguments.preset);
    }
    if (!preset)
        return preset.error();
    Result<TrainJob> job = jobOf(*preset, arguments.variant);
    if (!job)
        return job.error();
    // A model that a job file names stands where the file says it; one that the command names, where the command stands.
    std::error_code ignored;
    if (!job->from.empty())
        job->from = (fs::absolute(arguments.jobFile, ignored).parent_path() / job->from).lexically_normal().string();
    if (!arguments.parent.empty())
        job->from = fs::absolute(arguments.parent, ignored).lexically_normal().string();
    std::vector<std::string> settings = arguments.settings;
    if (arguments.device)
        settings.push_back("device=" + *arguments.device);
    if (arguments.precision)
        settings.push_back("precision=" + *arguments.precision);
    if (arguments.seed)
        settings.push_back("seed=" + std::to_string(*arguments.seed));
    if (arguments.workers)
        settings.push_back("workers=" + std::to_string(*arguments.workers));
    return withSettings(*job, settings);
}

Status checkArguments(const Arguments& arguments)
{
    const std::string ending = lowerCase(fs::path(arguments.picture).extension().string());
    if (!arguments.picture.empty() && ending != ".png" && ending != ".svg")
        return usage("cli.bad-picture", fmt::format("--picture cannot be \"{}\": a name that ends with .png or .svg is wanted.",
                                                    arguments.picture));
    if (std::error_code ignored; !arguments.picture.empty() && !arguments.force && fs::exists(arguments.picture, ignored))
        return usage("file.exists", fmt::format("\"{}\" exists already. Choose another name, or allow replacing it (--force).",
                                                arguments.picture));
    const bool hasJob = !arguments.jobFile.empty() || !arguments.preset.empty();
    if (!arguments.resume.empty()) {
        if (hasJob || !arguments.dataset.empty() || !arguments.run.empty() || !arguments.parent.empty() || !arguments.settings.empty()
            || !arguments.variant.empty())
            return usage("cli.resume-alone", "--resume goes on with a run as it was begun: it takes no preset, job, dataset, "
                                             "--run, --set, --variant or --from. --extend adds epochs.");
        return ok();
    }
    if (!arguments.jobFile.empty() && !arguments.preset.empty())
        return usage("cli.two-jobs", "A job file and --preset both say what to train. Leave one of them out.");
    if (!hasJob)
        return usage("cli.no-job", "What shall be trained? Name a preset (\"--preset folk-grid\"; \"continuo presets\" lists "
                                   "them) or a job file.");
    if (arguments.dataset.empty())
        return usage("cli.no-dataset", "--dataset is missing: the .continuo-dataset file to learn from.");
    if (arguments.run.empty() && !arguments.preview)
        return usage("cli.no-run", "--run is missing: the folder the training writes into.");
    if (arguments.extend > 0)
        return usage("cli.extend-alone", "--extend belongs to --resume; for a new training use --set epochs=N.");
    return ok();
}

/// Lets a checkpoint write two short melodies of its own.
SampleMaker sampleMaker()
{
    return [](const fs::path& file, const fs::path& stem) -> Result<std::vector<fs::path>> {
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
        request.length = 8;
        request.unit = LengthUnit::Bars;
        request.alternatives = 2;
        request.sampler = *sampler;
        request.rounds = 24; // of models of four voices: a sample is not worth minutes
        const Result<Continuation> made = continuePrompt(*model, blank, std::move(*prompt), request, {}, CancelToken{});
        if (!made)
            return made.error();
        std::vector<fs::path> files;
        for (std::size_t i = 0; i < made->alternatives.size(); ++i) {
            const Result<MidiWriting> midi = writeMidi(answerAlone(blank, *made, i));
            if (!midi)
                return midi.error();
            files.push_back(stem.string() + "-" + std::to_string(i + 1) + ".mid");
            if (const Status written = writeFile(files.back(), midi->bytes, Overwrite::Replace); !written)
                return written.error();
        }
        return files;
    };
}

/// "1 epoch", "20 epochs"
std::string counted(std::int64_t count, std::string_view unit)
{
    return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
}

std::string heldOutInWords(const TrainStarted& started)
{
    if (started.validationPieces == 0 && started.testPieces == 0)
        return "nothing held out";
    return fmt::format("{} to validate, {} to test", started.validationPieces, started.testPieces);
}

/// Tells a training's story on the terminal, or as JSON lines.
class Reporter final : public TrainObserver
{
public:
    Reporter(const CommandContext& context, bool printsEvents)
        : m_context(context)
        , m_printsEvents(printsEvents)
        , m_progress(context, "Training", "steps")
    {
    }

    void happened(const TrainEvent& event) override
    {
        if (m_printsEvents)
            m_context.print(ordered_json::parse(toJson(event)));
        std::visit([this, &event](const auto& what) { tell(event, what); }, event.what);
    }

private:
    void tell(const TrainEvent&, const TrainStarted& started)
    {
        m_totalSteps = static_cast<std::uint64_t>(started.epochs * started.stepsPerEpoch);
        m_context.say(fmt::format(
            "{}: {} weights, {} on {} of {}{}; {} to train, {}; "
            "{} an epoch, {}; up to {} MB on disk.",
            started.name, started.parameters, started.precision, counted(started.threads, "thread"),
            started.device,
            started.workers > 1 ? fmt::format(" each in {} workers", started.workers) : "",
            counted(started.trainPieces, "piece"), heldOutInWords(started),
            counted(started.stepsPerEpoch, "step"), counted(started.epochs, "epoch"),
            (started.diskBytes >> 20) + 1));
        if (started.references.uniform == 0)
            return; // Of this network's figures there are none to compare with.
        m_context.say(fmt::format("To get below, in nats per step: {:.3f} uniform, {:.3f} unigram, {:.3f} bigram.",
                                  started.references.uniform, started.references.unigram, started.references.bigram));
    }
    void tell(const TrainEvent& event, const TrainStep& step)
    {
        m_progress.show(
            static_cast<std::uint64_t>(event.step),
            std::max(m_totalSteps, static_cast<std::uint64_t>(event.step)),
            step.more.contains("generatorLoss")
                ? fmt::format("discriminator {:.3f}, generator {:.3f}, {:.0f} symbols/s",
                              step.more.at("discriminatorLoss"), step.more.at("generatorLoss"),
                              step.tokensPerSecond)
                : fmt::format("loss {:.3f}, {:.0f} symbols/s", step.loss, step.tokensPerSecond));
    }
    void tell(const TrainEvent& event, const TrainEvaluated& evaluated)
    {
        std::string line = fmt::format("epoch {:.4g}, step {}: training loss {:.3f}, accuracy {:.1f} %", event.epoch, event.step,
                                       evaluated.trainLoss, 100 * evaluated.trainAccuracy);
        if (evaluated.more.contains("collapse"))
            line = adversarialLine(event, evaluated);
        if (evaluated.validation)
            line += fmt::format("; held out {:.3f}, {:.1f} % (notes {:.1f} %)", evaluated.validation->loss,
                                100 * evaluated.validation->accuracy, 100 * evaluated.validation->noteAccuracy);
        line += fmt::format("; {:.0f} symbols/s, {:.0f} s left{}", evaluated.tokensPerSecond, evaluated.secondsLeft,
                            evaluated.isBest ? "; best so far" : "");
        m_context.say(m_context.showsProgress() ? "\r\x1b[K" + line : line);
    }
    static std::string adversarialLine(const TrainEvent& event, const TrainEvaluated& evaluated)
    {
        const auto figure = [&evaluated](const char* name) {
            const auto found = evaluated.more.find(name);
            return found == evaluated.more.end() ? 0 : found->second;
        };
        return fmt::format("epoch {:.4g}, step {}: discriminator {:.3f} (1.386: it cannot tell), "
                           "generator {:.3f} (0.693); "
                           "melodies {:.0f} % alike, different passages {:.0f} % (corpus {:.0f} "
                           "%), distance of note pairs {:.3f} "
                           "(corpus {:.3f})",
                           event.epoch, event.step, figure("discriminatorLoss"),
                           figure("generatorLoss"), 100 * figure("collapse"),
                           100 * figure("distinct4"), 100 * figure("corpusDistinct4"),
                           figure("pairDistance"), figure("corpusPairDistance"));
    }
    void tell(const TrainEvent&, const TrainNotice& notice) { m_context.say(notice.text); }
    void tell(const TrainEvent&, const TrainSample& sample)
    {
        if (!sample.problem.empty())
            m_context.say("No sample could be made: " + sample.problem);
    }
    void tell(const TrainEvent& event, const TrainPaused&) { m_context.say(fmt::format("Paused at step {}.", event.step)); }
    void tell(const TrainEvent& event, const TrainResumed& resumed)
    {
        m_context.say(fmt::format("Going on {}from step {}.", resumed.fromCheckpoint ? "from the checkpoint, " : "", event.step));
    }
    void tell(const TrainEvent&, const TrainCheckpoint&) {}
    void tell(const TrainEvent&, const TrainFinished&) {}
    void tell(const TrainEvent&, const TrainFailed&) {}

    const CommandContext& m_context;
    bool m_printsEvents = false;
    ProgressLine m_progress;
    std::uint64_t m_totalSteps = 0;
};

ordered_json endJson(const TrainOutcome& outcome, const fs::path& run)
{
    const auto figure = [&outcome](const char* name) -> ordered_json {
        const auto found = outcome.more.find(name);
        return found == outcome.more.end() ? ordered_json(nullptr) : numberToJson(found->second);
    };
    const auto named = [](const std::optional<PartScore>& score, const char* name) -> ordered_json {
        const auto found = score ? score->more.find(name) : NamedFigures::const_iterator{};
        return score && found != score->more.end() ? numberToJson(found->second)
                                                   : ordered_json(nullptr);
    };
    ordered_json pitchAccuracy;
    if (outcome.validation && outcome.validation->more.contains("pitchAccuracy"))
        pitchAccuracy = {{"train", named(outcome.train, "pitchAccuracy")},
                         {"validation", named(outcome.validation, "pitchAccuracy")}};
    // Networks that are not judged by likelihood have no lines to get below.
    const auto line = [&outcome](double nats) -> ordered_json {
        return outcome.references.uniform > 0 ? numberToJson(nats) : ordered_json();
    };
    ordered_json json{{"run", readablePath(run)},
                      {"steps", outcome.steps},
                      {"epochs", numberToJson(outcome.epochs)},
                      {"reason", outcome.reason}};
    json.update(bestPointToJson(outcome.train, outcome.validation, outcome.test));
    json.update({{"pitchAccuracy", pitchAccuracy},
                {"discriminatorLoss", figure("discriminatorLoss")},
                {"generatorLoss", figure("generatorLoss")},
                {"collapse", figure("collapse")},
                {"distinct4", figure("distinct4")},
                {"corpusDistinct4", figure("corpusDistinct4")},
                {"pairDistance", figure("pairDistance")},
                {"corpusPairDistance", figure("corpusPairDistance")},
                {"references",
                 {{"uniform", line(outcome.references.uniform)},
                  {"unigram", line(outcome.references.unigram)},
                  {"bigram", line(outcome.references.bigram)}}},
                {"bestStep", outcome.bestStep},
                {"seconds", numberToJson(outcome.seconds)},
                {"tokensPerSecond", numberToJson(outcome.tokensPerSecond)},
                {"device", outcome.device},
                {"precision", outcome.precision},
                {"model", readablePath(outcome.model)}});
    return json;
}

/// The place among other processes, where whoever started this one says so.
Result<std::optional<WorkerPlace>> placeOf(const Arguments& arguments)
{
    Result<std::optional<WorkerPlace>> place = placeFromEnvironment([](const char* name) { return std::getenv(name); });
    if (!place || !*place)
        return place;
    if (arguments.workers)
        return usage("cli.two-worker-counts", "The environment (RANK, WORLD_SIZE or Slurm's) already says who trains together. Leave "
                                              "--workers out.");
    if (arguments.detach)
        return usage("cli.detach-alone", "--detach is not for processes that others have started to train together. Leave it out.");
    return place;
}

/// Rank 0's part in bringing everybody together: on this machine it starts the others itself.
TrainCompany companyFor(const WorkerPlace& place, std::unique_ptr<LocalWorkers>& workers, const fs::path& run,
                        const CommandContext& context)
{
    return {place, [place, &workers, run, &context] {
                JoinHooks hooks;
                if (place.port == 0)
                    hooks.opened = [&](int port) -> Status {
                        Result<std::unique_ptr<LocalWorkers>> started =
                            LocalWorkers::start("/proc/self/exe", {"train", "--resume", run.string()}, place.count, port);
                        if (!started)
                            return started.error();
                        workers = std::move(*started);
                        return ok();
                    };
                hooks.loss = [&workers] { return workers ? workers->loss() : std::string(); };
                context.say(fmt::format("Waiting for {} more to share the work.", place.count - 1));
                return joinProcessGroup(place, hooks, context.cancel);
            }};
}

/// A training outlives whoever started it: a terminal or studio that closes does not end it.
void outliveTheTerminal()
{
#ifndef _WIN32
    std::signal(SIGHUP, SIG_IGN);
#endif
}

void lowerPriority()
{
#ifndef _WIN32
    constexpr int kBehindThePrograms = 10;
    errno = 0;
    if (const int now = getpriority(PRIO_PROCESS, 0); errno == 0 && now < kBehindThePrograms)
        setpriority(PRIO_PROCESS, 0, kBehindThePrograms);
#endif
}

/// Starts this very command again in a session of its own, without --detach, and leaves it to itself once it trains.
int detach(const fs::path& run, const CommandContext& context)
{
    const Result<std::string> commandLine = readTextFile("/proc/self/cmdline", 1 << 20);
    if (!commandLine)
        return context.fail(commandLine.error());
    std::vector<std::string> words = splitText(*commandLine, '\0');
    if (!words.empty() && words.back().empty())
        words.pop_back();
    std::erase_if(words, [](const std::string& word) { return word == "--detach" || word == "--json" || word == "--events"; });
    words.erase(words.begin());
    std::error_code unknown;
    const fs::path own = fs::read_symlink("/proc/self/exe", unknown);
    const Result<DetachedTraining> training =
        startDetached({unknown ? fs::path("/proc/self/exe") : own, words, run}, context.cancel);
    if (!training)
        return context.fail(training.error(), {{"run", readablePath(run)}});
    const std::string log = readablePath(training->log);
    context.say(training->isOverAlready
                    ? fmt::format("The training is over already; what it said is in \"{}\".", log)
                    : fmt::format("The training goes on by itself as process {}; what it says is in \"{}\". Follow it with: "
                                  "continuo attach {}",
                                  training->owner.process, log, readablePath(run)));
    if (context.isJson)
        context.print(ordered_json{{"run", readablePath(run)},
                                   {"process", training->isOverAlready ? ordered_json(nullptr) : ordered_json(training->owner.process)},
                                   {"running", !training->isOverAlready},
                                   {"log", log}});
    return 0;
}

/// Hands events to everyone who wants them.
class Observers final : public TrainObserver
{
public:
    Observers(TrainObserver& first, TrainObserver& second)
        : m_first(first)
        , m_second(second)
    {
    }
    void happened(const TrainEvent& event) override
    {
        m_first.happened(event);
        m_second.happened(event);
    }

private:
    TrainObserver& m_first;
    TrainObserver& m_second;
};

/// The lock and the control socket of a run, told in words where something is remarkable.
Result<std::unique_ptr<TrainingHost>> openHost(const fs::path& run, const TrainControl& control, const CommandContext& context)
{
    std::error_code failure;
    fs::create_directories(run, failure);
    if (failure)
        return fileError(failure.value(), run, "create");
    Result<std::unique_ptr<TrainingHost>> host = TrainingHost::open(run, control, CONTINUO_VERSION);
    if (!host)
        return host;
    if (const std::optional<RunOwner>& dead = (*host)->takenOverFrom())
        context.say(fmt::format("The last training in \"{}\" ended without a word ({}); its run is taken over.", readablePath(run),
                                ownerName(*dead)));
    if (const std::optional<Error>& problem = (*host)->problem())
        context.say(problem->text + " The training goes on without; nobody can attach.");
    return host;
}

/// A training that could not begin leaves no folder behind; one that holds anything stays.
void removeIfEmpty(const fs::path& run)
{
    std::error_code ignored;
    fs::remove(run, ignored);
}

/// Why a training computes where it does, in words.
std::string whyDevice(const TrainJob& job, const std::string& device)
{
    if (job.training.device != "auto")
        return "asked for";
    if (device != "cpu")
        return "the first card";
    for (const ComputeDevice& other : computeDevices())
        if (!other.isAvailable)
            return other.reason;
    return "the only device";
}

int preview(const TrainJob& job, const TrainingSet& set, const CommandContext& context)
{
    const Result<TrainCost> cost = previewCost(job, set);
    if (!cost)
        return context.fail(cost.error());
    const std::string why = whyDevice(job, cost->device);
    if (context.isJson)
        context.print(ordered_json{{"parameters", cost->parameters},
                                   {"memoryBytes", cost->memoryBytes},
                                   {"diskBytes", cost->diskBytes},
                                   {"stepsPerEpoch", cost->stepsPerEpoch},
                                   {"secondsPerEpoch", cost->secondsPerEpoch},
                                   {"seconds", cost->seconds},
                                   {"device", cost->device},
                                   {"whyDevice", why},
                                   {"precision", cost->precision}});
    context.print(fmt::format("{} weights, about {} MB of memory and up to {} MB on disk; {} steps an epoch, {:.1f} s an epoch, "
                              "{:.0f} s in all on {} in {} ({})",
                              cost->parameters, (cost->memoryBytes >> 20) + 1, (cost->diskBytes >> 20) + 1, cost->stepsPerEpoch,
                              cost->secondsPerEpoch, cost->seconds, cost->device, cost->precision, why));
    return 0;
}

/// Learns along with a training that another process leads.
int follow(const WorkerPlace& place, const CommandContext& context)
{
    outliveTheTerminal();
    lowerPriority();
    Result<std::shared_ptr<ProcessGroup>> group = joinProcessGroup(place, {}, context.cancel);
    if (!group)
        return context.fail(group.error());
    if (const Status followed = followTraining(place, std::move(*group), context.cancel); !followed)
        return context.fail(followed.error());
    return context.cancel.isCancelled() ? codeOf(ErrorKind::Cancelled) : 0;
}

/// Several workers are refused before anything is made for them.
Status checkWorkers(const TrainJob& job, std::int64_t workers)
{
    if (workers == 1)
        return ok();
    if (const std::string reason = whyNoProcessGroup(); !reason.empty())
        return usage("train.no-process-group", "Several workers cannot train together: " + reason + ". Leave --workers out.");
    return checkCanBeShared(job);
}

int train(const Arguments& arguments, const CommandContext& context)
{
    if (const Status checked = checkArguments(arguments); !checked)
        return context.fail(checked.error());
    const Result<std::optional<WorkerPlace>> told = placeOf(arguments);
    if (!told)
        return context.fail(told.error());
    if (*told && (*told)->rank > 0)
        return arguments.preview ? 0 : follow(**told, context);
    const bool isResume = !arguments.resume.empty();
    const fs::path run = isResume ? arguments.resume : arguments.run;
    if (arguments.detach && !arguments.preview)
        return detach(run, context);
    const TrainControl control;
    std::unique_ptr<TrainingHost> host;
    std::unique_ptr<LocalWorkers> workers;
    WorkerPlace place;
    const auto setPlace = [&](const TrainJob& job) {
        if (*told)
            place = **told;
        else
            place.count = place.localCount = static_cast<int>(arguments.workers.value_or(job.training.workers));
    };
    TrainRequest request;
    if (isResume) {
        const Result<TrainJob> job = readRunJob(RunFolder{run});
        if (!job)
            return context.fail(job.error());
        setPlace(*job);
        if (const Status status = checkWorkers(*job, place.count); !status)
            return context.fail(status.error());
        Result<std::unique_ptr<TrainingHost>> opened = openHost(run, control, context);
        if (!opened)
            return context.fail(opened.error(), {{"run", readablePath(run)}});
        host = std::move(*opened);
    } else {
        const Result<TrainJob> job = jobFor(arguments);
        if (!job)
            return context.fail(job.error());
        setPlace(*job);
        if (const Status status = checkWorkers(*job, place.count); !status)
            return context.fail(status.error());
        const auto encoding = makeEncoding(job->encoding, job->encodingOptionsJson);
        if (!encoding)
            return context.fail(encoding.error());
        if (const Result<SamplerSettings> sampler = samplerFromJson(job->samplerJson); !sampler)
            return context.fail(sampler.error());
        const bool moves = job->training.transposeDown > 0 || job->training.transposeUp > 0;
        if (moves && job->encoding != "grid" && job->encoding != "frame" && job->encoding != "event") {
            return context.fail(
                {ErrorKind::Usage,
                 "train.cannot-transpose",
                 fmt::format("The symbols of the encoding \"{}\" cannot be moved by semitones while it trains. Leave "
                             "training.transposeDown and training.transposeUp at 0.",
                             job->encoding),
                 {{"encoding", job->encoding}}});
        }
        if (RunFolder{run}.isRun() && !arguments.force && !arguments.preview)
            return context.fail(prepareRunFolder(RunFolder{run}, Overwrite::Refuse).error());
        if (!arguments.preview) {
            Result<std::unique_ptr<TrainingHost>> opened = openHost(run, control, context);
            if (!opened)
                return context.fail(opened.error(), {{"run", readablePath(run)}});
            host = std::move(*opened);
        }
        Result<TrainingSet> set = loadTrainingSet(arguments.dataset, **encoding, usableThreads(),
                                                  context.cancel, learnFrom(job->training));
        if (!set) {
            host.reset();
            removeIfEmpty(run);
            return context.fail(set.error());
        }
        context.say(fmt::format("Read {}: {}.", set->source, set->losses));
        request.job = *job;
        request.job.encodingOptionsJson = (*encoding)->optionsJson();
        request.set = std::move(*set);
        request.run = run;
        request.overwrite = arguments.force ? Overwrite::Replace : Overwrite::Refuse;
        request.sampleMaker = sampleMaker();
    }
    if (arguments.preview && !isResume) {
        if (place.count > 1)
            context.say(fmt::format("Measured is what one worker alone would need; {} will share the steps.", place.count));
        return preview(request.job, request.set, context);
    }

    outliveTheTerminal();
    lowerPriority();
    Result<TrainOutcome> outcome = [&] {
        Reporter reporter(context, arguments.events);
        Observers observers(*host, reporter);
        const TrainCompany company = companyFor(place, workers, run, context);
        request.company = company;
        return isResume ? resumeTraining(run, arguments.extend, sampleMaker(), observers, control, context.cancel, company)
                        : continuo::train(request, observers, control, context.cancel);
    }();
    if (outcome && workers)
        workers->awaitEnd();
    workers.reset();
    host.reset();
    if (!outcome) {
        removeIfEmpty(run);
        return context.fail(outcome.error(), {{"run", readablePath(run)}});
    }
    if (context.isJson || arguments.events)
        context.print(endJson(*outcome, run));
    if (!arguments.picture.empty()) {
        if (const Status drawn = drawRun(run, arguments.picture, Overwrite::Replace); !drawn)
            return context.fail(drawn.error());
        context.say(fmt::format("The curves are in {}.", arguments.picture));
    }
    std::string line = fmt::format("{} in {:.0f} s, {:.0f} symbols/s; best at step {}",
                                   counted(outcome->steps, "step"), outcome->seconds,
                                   outcome->tokensPerSecond, outcome->bestStep);
    if (outcome->validation)
        line += fmt::format(", held-out loss {:.3f} (bigram {:.3f})", outcome->validation->loss, outcome->references.bigram);
    else if (outcome->train)
        line += fmt::format(" by the training loss, judged there {:.3f} (bigram {:.3f}){}",
                            outcome->train->loss, outcome->references.bigram,
                            outcome->test ? "" : "; nothing was held out");
    if (outcome->more.contains("collapse"))
        line +=
            fmt::format(", there discriminator {:.3f}, generator {:.3f}, melodies {:.0f} % alike",
                        outcome->more["discriminatorLoss"], outcome->more["generatorLoss"],
                        100 * outcome->more["collapse"]);
    if (outcome->test)
        line += fmt::format(", test {:.3f}", outcome->test->loss);
    context.say(fmt::format("{}. The model: {}", line, readablePath(outcome->model)));
    if (outcome->reason == "stopped")
        context.say(fmt::format("Stopped; go on with: continuo train --resume {}", readablePath(run)));
    return context.cancel.isCancelled() ? codeOf(ErrorKind::Cancelled) : 0;
}

} // namespace

void addTrainCommand(CLI::App& app, CommandContext& context)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = app.add_subcommand("train", "Train a network on a dataset; Ctrl+C stops and keeps");
    command->add_option("job", arguments->jobFile, "A job file instead of a preset")->type_name("JOB.json");
    command->add_option("--preset", arguments->preset, "What to train; \"continuo presets\" lists them")->type_name("NAME");
    command->add_option("--variant", arguments->variant, "A variant of the preset")->type_name("NAME");
    command->add_option("--dataset", arguments->dataset, "The set to learn from")->type_name("SET");
    command->add_option("--run", arguments->run, "The folder to write into")->type_name("DIR");
    command->add_option("--resume", arguments->resume, "Go on with this run from its last checkpoint")->type_name("DIR");
    command->add_option("--extend", arguments->extend, "With --resume: add this many epochs")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000}));
    command->add_option("--set", arguments->settings, "Change a setting: epochs=20, network.hidden=128, encoding.low=48")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--from", arguments->parent, "Start from the weights of this model")->type_name("MODEL");
    command->add_option("--device", arguments->device, "auto, cpu or cuda:N")->type_name("DEVICE");
    command->add_option("--precision", arguments->precision, "auto, float32, tf32, bfloat16 or float16")->type_name("NAME");
    command->add_option("--seed", arguments->seed, "Random seed: the same seed gives the same weights")->type_name("N");
    command->add_option("--workers", arguments->workers, "Processes on this machine that share each step")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{64}));
    command->add_option("--picture", arguments->picture, "Draw the curves at the end (.png or .svg)")->type_name("FILE");
    command->add_flag("--events", arguments->events, "Print every event as a JSON line");
    command->add_flag("--detach", arguments->detach, "Return at once; the training goes on by itself");
    command->add_flag("--preview", arguments->preview, "Only say what the training would cost");
    command->add_flag("--force", arguments->force, "Replace a run that is in the folder");
    context.addCommonOptions(*command);
    command->callback([arguments, &context] { context.exitCode = train(*arguments, context); });
}

} // namespace continuo::cli
