// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/learn/device.h"
#include "core/learn/shared_step_p.h"
#include "core/learn/training_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <system_error>
#include <utility>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

double secondsSinceEpoch()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void addFigures(NamedFigures& sums, const NamedFigures& more)
{
    for (const auto& [name, value] : more)
        sums[name] += value;
}

NamedFigures meansOf(NamedFigures sums, double targets)
{
    for (auto& [name, value] : sums)
        value /= targets;
    return sums;
}

/// A GAN and a masked convolution learn excerpts as wholes: one of two pieces would be a fault in
/// itself to them.
Status checkMayCross(const NetworkShape& network)
{
    if (!networkKind(network.kind).isAdversarial && network.kind != "conv")
        return ok();
    return Error{ErrorKind::Usage,
                 "train.cannot-cross",
                 "A network of the kind \"" + network.kind +
                     "\" learns excerpts as wholes, so they must not run from one piece into the "
                     "next. Set training.acrossPieces to false.",
                 {{"key", "training.acrossPieces"}, {"kind", network.kind}}};
}

} // namespace

Training::Training(TrainJob job, const TrainingSet& set, RunFolder run, SampleMaker sampleMaker,
                   TrainObserver& observer, TrainControl control, CancelToken cancel)
    : m_job(std::move(job))
    , m_set(set)
    , m_run(std::move(run))
    , m_sampleMaker(std::move(sampleMaker))
    , m_observer(observer)
    , m_control(std::move(control))
    , m_cancel(std::move(cancel))
{
}

Status Training::prepare()
{
    if (Status status = checkNetworkFits(m_set.encoding, m_job.network); !status)
        return status;
    if (m_job.training.acrossPieces)
        if (Status status = checkMayCross(m_job.network); !status)
            return status;
    m_train = trainingStream(m_set, m_job.training);
    if (m_job.training.acrossPieces)
        m_chain = windowStream(m_set, m_job.training);
    if (m_job.training.holdOut) {
        m_validation = makeTokenStream(m_set.validation, m_set.vocabulary, m_set.width());
        m_test = makeTokenStream(m_set.test, m_set.vocabulary, m_set.width());
    }
    if (m_train.targets() == 0)
        return Error{ErrorKind::Refused,
                     "train.nothing-to-learn",
                     "The training part has no piece to learn from. Split the dataset first: "
                     "\"continuo split SET --train .8 "
                     "--validation .1 --test .1\".",
                     {}};
    if (!networkKind(m_job.network.kind).isAdversarial)
        m_references = referenceLinesFor(m_set.encoding, m_train,
                                         m_validation.pieces.empty() ? m_train : m_validation,
                                         m_set.vocabulary.size());
    return ok();
}

Status Training::begin(const std::map<std::string, Tensor>* parent)
{
    if (networkKind(m_job.network.kind).isCounted) {
        m_state.device = "cpu";
        m_state.precision = "float64";
    } else {
        const Result<std::string> device = deviceOfWorker(m_job.training.device, company.place);
        if (!device)
            return device.error();
        m_state.device = *device;
        const Result<std::string> precision = choosePrecision(m_job.training.precision, *device);
        if (!precision)
            return precision.error();
        m_state.precision = *precision;
    }
    m_state.threads = chosenThreads();
    m_state.workers = company.place.count;
    m_state.epochs = m_job.training.epochs;
    m_state.steps = m_job.training.steps;
    m_state.schedule.base = m_job.training.learningRate;
    if (Status status = makeLearner(); !status)
        return status;
    if (parent != nullptr)
        if (Status status = m_learner->load(*parent, false); !status)
            return status;
    m_state.microBatches = plannedMicroBatches(m_job, m_learner->parameters());
    cutEpoch();
    m_state.plannedSteps = m_state.steps > 0 ? m_state.steps : m_state.epochs * stepsInEpoch();
    return ok();
}

Status Training::restore(const Checkpoint& checkpoint, std::int64_t extraEpochs)
{
    m_state = *checkpoint.state;
    extend(extraEpochs);
    if (m_state.workers != company.place.count) {
        m_formerWorkers = std::exchange(m_state.workers, company.place.count);
        m_state.threads = chosenThreads();
    }
    if (const Result<std::string> device = chooseDevice(m_state.device); !device)
        return device.error();
    if (Status status = makeLearner(); !status)
        return status;
    if (Status status = m_learner->load(checkpoint.tensors, true); !status)
        return status;
    cutEpoch();
    return ok();
}

Status Training::writeStart()
{
    m_pace = Clock::now();
    // It belongs behind the two events that tell of the start and of this checkpoint.
    if (Status status = write(m_run.last(), "last", true, 2); !status)
        return status;
    return writeFile(m_run.config(), toJson(m_job) + "\n", Overwrite::Replace);
}

Result<TrainOutcome> Training::run(bool isResumed)
{
    Result<RunLog> log = RunLog::open(m_run, m_state.seq);
    if (!log)
        return log.error();
    m_log.emplace(std::move(*log));
    Result<TensorBoardWriter> board =
        TensorBoardWriter::open(m_run.path, m_state.step, secondsSinceEpoch());
    if (!board)
        return board.error();
    m_board.emplace(std::move(*board));
    m_pace = Clock::now();
    if (isResumed)
        tell(TrainResumed{true});
    tellStarted();
    if (m_formerWorkers > 0)
        tell(TrainNotice{"train.workers-changed",
                         "Each step was shared by " + std::to_string(m_formerWorkers) +
                             " and is now by " + std::to_string(m_state.workers) +
                             ": the training goes on as it was, but for rounding and dropout."});
    if (!isResumed)
        tell(TrainCheckpoint{"last", m_run.last().filename().string()});
    if (Status status = instruct(); !status)
        return failed(status.error());
    Result<std::string> reason = loop();
    if (!reason && reason.error().id == "train.worker-lost") {
        Error error = reason.error();
        error.text +=
            " The last checkpoint stays, and --resume goes on from there, with any number "
            "of workers.";
        return failed(error);
    }
    dismiss();
    if (!reason)
        return failed(reason.error());
    return finish(*reason);
}

std::int64_t Training::stepsInEpoch() const
{
    return (std::ssize(m_windows) + m_job.training.batch - 1) / m_job.training.batch;
}

Status Training::tryStep()
{
    const Result<std::optional<StepFigures>> figures = m_learner->learn(
        nextWindows(), m_state.microBatches, m_state.step + 1, m_state.schedule.base,
        teacherForcingAt(m_job.training, progress()), [] { return false; });
    if (!figures)
        return figures.error();
    ++m_state.step;
    return ok();
}

std::int64_t Training::diskBytes() const
{
    const std::int64_t parameters = m_learner->parameters();
    if (networkKind(m_job.network.kind).isCounted) {
        // Every sequence with its symbols and its count; a full checkpoint holds nothing more.
        const std::int64_t numbers = parameters * (m_job.network.order + 2);
        return (3 + kKeptPoints) * checkpointBytes(numbers, m_job.training, false);
    }
    // Two full checkpoints, one more while it is being written, and the kept points.
    return 3 * checkpointBytes(parameters, m_job.training, true) +
           kKeptPoints * checkpointBytes(parameters, m_job.training, false);
}

Status Training::makeLearner()
{
    setComputeThreads(m_state.threads);
    Result<std::unique_ptr<Learner>> learner =
        Learner::make(m_job, m_set.vocabulary, m_state.device, m_state.precision);
    if (!learner)
        return learner.error();
    m_learner = std::move(*learner);
    return m_learner->setStream(whatIsRead());
}

Status Training::checkDisk() const
{
    std::error_code failure;
    fs::path folder = fs::absolute(m_run.path, failure);
    while (!fs::exists(folder, failure) && folder.has_relative_path())
        folder = folder.parent_path();
    const fs::space_info space = fs::space(folder, failure);
    if (failure)
        return ok(); // Whoever writes will see.
    const std::uintmax_t usable = space.available + bytesOfRun(m_run);
    if (usable >= static_cast<std::uintmax_t>(diskBytes()))
        return ok();
    const auto needed = static_cast<std::uintmax_t>(diskBytes());
    return Error{ErrorKind::Failed,
                 "train.disk-too-small",
                 "The run needs up to " + std::to_string((needed >> 20) + 1) + " MB in \"" +
                     readablePath(m_run.path) + "\" and there are " + std::to_string(usable >> 20) +
                     " MB. Make room or choose a smaller network.",
                 {{"run", readablePath(m_run.path)}, {"bytes", std::to_string(needed)}}};
}

void Training::cutEpoch()
{
    m_windows = windowsOfEpoch(whatIsRead(), m_set.vocabulary, m_job,
                               static_cast<std::uint32_t>(m_state.epoch));
}

std::span<const Window> Training::nextWindows() const
{
    const auto first = static_cast<std::size_t>(m_state.window);
    return std::span(m_windows).subspan(
        first, std::min(m_windows.size() - first, static_cast<std::size_t>(m_job.training.batch)));
}

double Training::epochsDone() const
{
    const double part = m_windows.empty() ? 0
                                          : static_cast<double>(m_state.window) /
                                                static_cast<double>(m_windows.size());
    return static_cast<double>(m_state.epoch) + part;
}

double Training::progress() const
{
    if (m_state.steps > 0)
        return static_cast<double>(m_state.step) / static_cast<double>(m_state.steps);
    return epochsDone() / static_cast<double>(m_state.epochs);
}

bool Training::isEvaluationDue() const
{
    if (m_state.step == 0 || m_state.evaluatedStep == m_state.step)
        return false;
    if (isDone())
        return true;
    return m_job.training.evaluateEvery > 0 ? m_state.step % m_job.training.evaluateEvery == 0
                                            : m_state.window == 0;
}

void Training::keepTime()
{
    const Clock::time_point now = Clock::now();
    m_state.seconds += std::chrono::duration<double>(now - m_pace).count();
    m_pace = now;
}

double Training::tokensPerSecond() const
{
    return m_learningSeconds > 0 ? static_cast<double>(m_learnedTokens) / m_learningSeconds : 0;
}

void Training::extend(std::int64_t epochs)
{
    if (epochs <= 0)
        return;
    if (m_state.steps > 0)
        m_state.steps += epochs * std::max<std::int64_t>(1, stepsInEpoch());
    m_state.epochs += epochs;
}

void Training::tell(TrainEvent::What what)
{
    keepTime();
    TrainEvent event{++m_state.seq, m_state.step, epochsDone(), m_state.seconds, std::move(what)};
    // A log that cannot be written must not end the training; the checkpoints will tell if the disk
    // is full.
    if (const Status status = m_log->append(event); !status && !m_hasLogProblem) {
        m_hasLogProblem = true;
        m_observer.happened(event);
        tell(TrainNotice{status.error().id, status.error().text});
        return;
    }
    m_observer.happened(event);
}

void Training::plot(std::string_view tag, double value)
{
    if (const Status status = m_board->scalar(tag, m_state.step, value, secondsSinceEpoch());
        !status)
        m_hasLogProblem = true;
}

void Training::tellStarted()
{
    TrainStarted started;
    started.name = m_job.preset;
    started.device = m_state.device;
    started.precision = m_state.precision;
    started.threads = m_state.threads;
    started.workers = m_state.workers;
    started.parameters = m_learner->parameters();
    started.epochs = m_state.epochs;
    started.patience = patience();
    started.stepsPerEpoch = stepsInEpoch();
    started.microBatches = m_state.microBatches;
    started.trainPieces = std::ssize(m_train.pieces);
    started.validationPieces = std::ssize(m_validation.pieces);
    started.testPieces = std::ssize(m_test.pieces);
    started.trainSteps = static_cast<std::int64_t>(whatIsRead().targets());
    started.diskBytes = diskBytes();
    started.references = m_references;
    tell(std::move(started));
    if (m_learner->judgesItself())
        return;
    plot("references/uniform", m_references.uniform);
    plot("references/unigram", m_references.unigram);
    plot("references/bigram", m_references.bigram);
}

StopQuestion Training::stopQuestion()
{
    return [this] {
        collect(m_control.take());
        return isStopping();
    };
}

void Training::collect(const TrainControl::Requests& requests)
{
    m_isStopAsked = m_isStopAsked || requests.isStopped;
    m_asked.isPaused = requests.isPaused;
    m_asked.checkpoint = m_asked.checkpoint || requests.checkpoint;
    m_asked.sample = m_asked.sample || requests.sample;
    if (requests.learningRate > 0)
        m_asked.learningRate = requests.learningRate;
    m_asked.extraEpochs += requests.extraEpochs;
    if (requests.patience)
        m_asked.patience = requests.patience;
}

Status Training::obey()
{
    bool wasPaused = false;
    for (;;) {
        collect(m_control.take());
        if (m_asked.learningRate > 0) {
            m_state.schedule = Schedule{};
            m_state.schedule.base = std::exchange(m_asked.learningRate, 0);
            tell(TrainNotice{"train.learning-rate-set", "The learning rate goes on from " +
                                                            Json(m_state.schedule.base).dump() +
                                                            "."});
        }
        if (m_asked.extraEpochs > 0) {
            extend(std::exchange(m_asked.extraEpochs, 0));
            tell(TrainNotice{"train.extended", "The training now has " +
                                                   std::to_string(m_state.epochs) + " epochs."});
        }
        if (const auto asked = std::exchange(m_asked.patience, std::nullopt)) {
            m_state.patience = *asked;
            tell(TrainNotice{"train.patience-set",
                             !m_job.training.holdOut
                                 ? "Nothing is held out, so it does not end early."
                             : *asked > 0 ? "It now ends after " + std::to_string(*asked) +
                                                " evaluations without a better held-out loss."
                                          : "It no longer ends early."});
        }
        if (std::exchange(m_asked.checkpoint, false))
            if (Status status = saveFull("last"); !status)
                noticeUnwritten(status.error());
        if (std::exchange(m_asked.sample, false))
            sampleNow();
        if (!m_asked.isPaused || isStopping())
            break;
        if (!wasPaused) {
            wasPaused = true;
            if (Status status = saveFull("last"); !status)
                noticeUnwritten(status.error());
            tell(TrainPaused{});
        }
        m_control.waitWhilePaused();
        m_pace = Clock::now();
        if (Status status = keepInTouch(); !status)
            return status;
    }
    if (wasPaused && !isStopping())
        tell(TrainResumed{false});
    return ok();
}

Result<std::string> Training::ended(const std::string& reason) const
{
    if (m_unwritten)
        return unwritten(*m_unwritten);
    return reason;
}

Result<std::string> Training::loop()
{
    for (;;) {
        if (Status status = obey(); !status)
            return status.error();
        if (isStopping())
            break;
        if (isEvaluationDue()) {
            const Result<bool> isEvaluated = evaluate();
            if (!isEvaluated)
                return isEvaluated.error();
            if (!*isEvaluated)
                break;
            if (patience() > 0 && m_state.evaluationsSinceBest >= patience())
                return ended("early-stop");
        }
        if (isDone())
            return ended("done");
        if (Status status = step(); !status)
            return status.error();
    }
    if (Status status = saveFull("last"); !status)
        return unwritten(status.error());
    return std::string("stopped");
}

Status Training::step()
{
    const Clock::time_point start = Clock::now();
    const double rate = learningRate();
    const double forcing = teacherForcingAt(m_job.training, progress());
    Result<std::optional<StepFigures>> figures = learn(rate, forcing);
    while (!figures && figures.error().id == "train.out-of-memory" &&
           m_state.microBatches * 2 <= m_job.training.batch) {
        m_state.microBatches *= 2;
        tell(TrainNotice{"train.batch-halved",
                         "There was not enough memory for the batch: it is now learned from in " +
                             std::to_string(m_state.microBatches) +
                             " parts, with the same result but slower."});
        figures = learn(rate, forcing);
    }
    if (!figures)
        return figures.error();
    if (!*figures) {
        m_isStopAsked = true; // Perhaps by one of the company. The unfinished step is discarded.
        return ok();
    }
    const StepFigures& done = **figures;
    if (!std::isfinite(done.lossSum) || !std::isfinite(done.gradientNorm))
        return Error{
            ErrorKind::Failed,
            "train.not-finite",
            "The loss is no longer a number at step " + std::to_string(m_state.step + 1) +
                ": the training has blown up. The last good checkpoint stays; try half the "
                "learning rate (" +
                Json(rate / 2).dump() + ") with clipNorm 1.",
            {{"step", std::to_string(m_state.step + 1)}, {"learningRate", Json(rate).dump()}}};
    m_state.window += std::ssize(nextWindows());
    ++m_state.step;
    if (m_state.window >= std::ssize(m_windows)) {
        ++m_state.epoch;
        m_state.window = 0;
        cutEpoch();
    }
    m_state.lossSum += done.lossSum;
    m_state.correct += done.correct;
    m_state.targets += done.targets;
    addFigures(m_state.more, done.more);
    m_state.tokens += done.targets;
    m_point.lossSum += done.lossSum;
    m_point.correct += done.correct;
    m_point.targets += done.targets;
    addFigures(m_point.more, done.more);
    m_learnedTokens += done.targets;
    m_learningSeconds += std::chrono::duration<double>(Clock::now() - start).count();
    if (m_state.step % m_job.training.logEvery == 0)
        tellStep(rate, done.gradientNorm);
    if (m_state.step == nextKeptPoint(m_state))
        keepPoint();
    return ok();
}

void Training::tellStep(double rate, double gradientNorm)
{
    const auto targets = static_cast<double>(m_point.targets);
    const TrainStep point{
        m_point.lossSum / targets, m_point.correct / targets,     rate, gradientNorm,
        tokensPerSecond(),         meansOf(m_point.more, targets)};
    m_point = {};
    tell(point);
    plot("loss/train", point.loss);
    plot("accuracy/train", point.accuracy);
    plot("training/learning_rate", point.learningRate);
    plot("training/gradient_norm", point.gradientNorm);
    plot("training/tokens_per_second", point.tokensPerSecond);
    for (const auto& [name, value] : point.more)
        plot("more/" + name, value);
}

Result<std::optional<double>> Training::judge(TrainEvaluated& news)
{
    const auto targets = static_cast<double>(std::max<std::int64_t>(1, m_state.targets));
    news.trainLoss = m_state.lossSum / targets;
    news.trainAccuracy = m_state.correct / targets;
    news.more = meansOf(m_state.more, targets);
    if (m_learner->judgesItself()) {
        Result<std::optional<OwnJudgement>> judgement =
            m_learner->judgeItself(m_train, stopQuestion());
        if (!judgement)
            return judgement.error();
        if (!*judgement)
            return std::optional<double>();
        news.more.merge((*judgement)->more);
        m_collapse = (*judgement)->collapse;
        return std::optional((*judgement)->distance);
    }
    if (!m_validation.pieces.empty()) {
        const Result<std::optional<PartScore>> score =
            m_learner->score(m_validation, [this, isStopped = stopQuestion()] {
                // Where they cannot be reached the next step says so.
                static_cast<void>(keepInTouch());
                return isStopped();
            });
        if (!score)
            return score.error();
        if (!*score)
            return std::optional<double>();
        news.validation = **score;
    }
    // Without a validation part there is only the training loss to go by.
    return std::optional(news.validation ? news.validation->loss : news.trainLoss);
}

void Training::tellCollapse(const std::string& words)
{
    if (!words.empty() && !m_state.isCollapsed)
        tell(TrainNotice{"train.collapsed", words});
    else if (words.empty() && m_state.isCollapsed)
        tell(TrainNotice{"train.no-longer-collapsed",
                         "The generator's melodies differ from noise to noise again."});
    m_state.isCollapsed = !words.empty();
}

Result<bool> Training::evaluate()
{
    TrainEvaluated news;
    const Result<std::optional<double>> judged = judge(news);
    if (!judged)
        return judged.error();
    if (!*judged)
        return false;
    const double loss = **judged;
    if (!std::isfinite(loss))
        return Error{ErrorKind::Failed,
                     "train.not-finite",
                     (news.validation ? "The held-out" : "The training") +
                         std::string(" loss is no longer a number at step ") +
                         std::to_string(m_state.step) +
                         ". The last good checkpoint stays; try a smaller learning rate.",
                     {{"step", std::to_string(m_state.step)}}};
    const BestPoint former{m_state.hasBest, m_state.bestLoss, m_state.bestStep};
    news.isBest = !m_state.hasBest || loss < m_state.bestLoss;
    news.learningRate = learningRate();
    news.tokensPerSecond = tokensPerSecond();
    keepTime();
    const double done = progress();
    news.secondsLeft = done > 0 ? m_state.seconds * std::max(0.0, 1 - done) / done : 0;
    if (news.isBest) {
        m_state.hasBest = true;
        m_state.bestLoss = loss;
        m_state.bestStep = m_state.step;
        m_state.evaluationsSinceBest = 0;
    } else {
        ++m_state.evaluationsSinceBest;
    }
    m_state.evaluatedStep = m_state.step;
    m_state.lossSum = 0;
    m_state.correct = 0;
    m_state.targets = 0;
    m_state.more.clear();
    const bool isLowered = m_state.schedule.evaluated(m_job.training, loss);
    tell(news);
    plot("loss/train_epoch", news.trainLoss);
    plot("accuracy/train_epoch", news.trainAccuracy);
    if (news.validation) {
        plot("loss/validation", news.validation->loss);
        plot("accuracy/validation", news.validation->accuracy);
        plot("accuracy/validation_notes", news.validation->noteAccuracy);
        if (news.validation->bitsPerNote)
            plot("bits_per_note/validation", *news.validation->bitsPerNote);
        for (const auto& [name, value] : news.validation->more)
            plot("more/" + name + "_validation", value);
    }
    if (m_learner->judgesItself()) {
        for (const auto& [name, value] : news.more)
            plot("more/" + name, value);
        tellCollapse(m_collapse);
    }
    static_cast<void>(m_board->flush());
    if (isLowered)
        tell(TrainNotice{
            "train.learning-rate-lowered",
            (news.validation ? "The held-out" : "The training") +
                std::string(" loss has not fallen for a while: the learning rate is now ") +
                Json(learningRate()).dump() + "."});
    m_lastEvaluation = news.validation;
    m_lastFigures = news.more;
    keepState(news.isBest, former);
    return true;
}

} // namespace continuo
