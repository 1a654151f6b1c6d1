// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/trainer.h"

#include "core/base/parallel.h"
#include "core/learn/card.h"
#include "core/learn/checkpoint_p.h"
#include "core/learn/device.h"
#include "core/learn/learner_p.h"
#include "core/learn/run_folder.h"
#include "core/learn/tensorboard.h"
#include "core/learn/train_state_p.h"
#include "core/learn/windows.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <system_error>
#include <utility>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

double secondsSinceEpoch()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Json scoreJson(const std::optional<PartScore>& score)
{
    if (!score)
        return nullptr;
    return {{"steps", score->steps},       {"loss", score->loss},   {"accuracy", score->accuracy}, {"noteAccuracy", score->noteAccuracy},
            {"bitsPerNote", score->bitsPerNote}, {"notes", score->notes}};
}

Json linesJson(const ReferenceLines& lines)
{
    return {{"uniform", lines.uniform}, {"unigram", lines.unigram}, {"bigram", lines.bigram}};
}

/// One training from its first step here to its last.
class Training
{
public:
    Training(TrainJob job, const TrainingSet& set, RunFolder run, SampleMaker sampleMaker, TrainObserver& observer,
             TrainControl control, CancelToken cancel)
        : m_job(std::move(job))
        , m_set(set)
        , m_run(std::move(run))
        , m_sampleMaker(std::move(sampleMaker))
        , m_observer(observer)
        , m_control(std::move(control))
        , m_cancel(std::move(cancel))
    {
    }

    std::string parentJson = "null"; ///< What the receipt says of the model this one started from.

    Status prepare()
    {
        m_train = makeTokenStream(m_set.train, m_set.vocabulary);
        m_validation = makeTokenStream(m_set.validation, m_set.vocabulary);
        m_test = makeTokenStream(m_set.test, m_set.vocabulary);
        if (m_train.targets() == 0)
            return Error{ErrorKind::Refused, "train.nothing-to-learn",
                         "The training part has no piece to learn from. Split the dataset first: \"continuo split SET --train .8 "
                         "--validation .1 --test .1\".",
                         {}};
        m_references = referenceLines(m_train, m_validation.pieces.empty() ? m_train : m_validation, m_set.vocabulary.size());
        return ok();
    }

    /// A fresh state and network. `device` and so on are decided here once; a resumed training keeps them.
    Status begin(const std::map<std::string, Tensor>* parent)
    {
        const Result<std::string> device = chooseDevice(m_job.training.device);
        if (!device)
            return device.error();
        m_state.device = *device;
        m_state.precision = choosePrecision(m_job.training.precision, *device);
        m_state.threads = m_job.training.threads > 0 ? m_job.training.threads : static_cast<std::int64_t>(usableThreads());
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

    /// The state and the network of a checkpoint.
    Status restore(const Checkpoint& checkpoint, std::int64_t extraEpochs)
    {
        m_state = *checkpoint.state;
        extend(extraEpochs);
        if (const Result<std::string> device = chooseDevice(m_state.device); !device)
            return device.error();
        if (Status status = makeLearner(); !status)
            return status;
        if (Status status = m_learner->load(checkpoint.tensors, true); !status)
            return status;
        cutEpoch();
        return ok();
    }

    Result<TrainOutcome> run(bool isResumed)
    {
        if (Status status = checkDisk(); !status)
            return status.error();
        Result<RunLog> log = RunLog::open(m_run, m_state.seq);
        if (!log)
            return log.error();
        m_log.emplace(std::move(*log));
        Result<TensorBoardWriter> board = TensorBoardWriter::open(m_run.path, m_state.step, secondsSinceEpoch());
        if (!board)
            return board.error();
        m_board.emplace(std::move(*board));
        m_pace = Clock::now();
        if (isResumed)
            tell(TrainResumed{true});
        tellStarted();
        if (!isResumed) {
            // Even a training that fails at its first step leaves something to go back to.
            if (Status status = saveFull("last"); !status)
                return failed(status.error());
        }
        Result<std::string> reason = loop();
        if (!reason)
            return failed(reason.error());
        return finish(*reason);
    }

    const TrainState& state() const { return m_state; }
    Learner& learner() { return *m_learner; }
    std::int64_t stepsInEpoch() const
    {
        return (std::ssize(m_windows) + m_job.training.batch - 1) / m_job.training.batch;
    }

    /// A step that is not part of the training's story; for measuring.
    Status tryStep()
    {
        const Result<std::optional<StepFigures>> figures = m_learner->learn(
            nextWindows(), m_state.microBatches, m_state.step + 1, m_state.schedule.base, [] { return false; });
        if (!figures)
            return figures.error();
        ++m_state.step;
        return ok();
    }

    std::int64_t diskBytes() const
    {
        const std::string& optimizer = m_job.training.optimizer;
        const std::int64_t parameters = m_learner->parameters();
        // Two full checkpoints, one more while it is being written, and the kept points.
        return 3 * checkpointBytes(parameters, optimizer, true) + kKeptPoints * checkpointBytes(parameters, optimizer, false);
    }

private:
    Status makeLearner()
    {
        setComputeThreads(m_state.threads);
        Result<std::unique_ptr<Learner>> learner = Learner::make(m_job, m_set.vocabulary, m_state.device, m_state.precision);
        if (!learner)
            return learner.error();
        m_learner = std::move(*learner);
        return m_learner->setStream(m_train);
    }

    Status checkDisk() const
    {
        std::error_code failure;
        const fs::space_info space = fs::space(m_run.path, failure);
        if (failure || space.available >= static_cast<std::uintmax_t>(diskBytes()))
            return ok();
        const auto megabytes = [](std::uintmax_t bytes) { return std::to_string((bytes >> 20) + 1); };
        return Error{ErrorKind::Failed,
                     "train.disk-too-small",
                     "The run needs up to " + megabytes(static_cast<std::uintmax_t>(diskBytes())) + " MB in \""
                         + readablePath(m_run.path) + "\" and there are " + megabytes(space.available)
                         + " MB. Make room or choose a smaller network.",
                     {{"run", readablePath(m_run.path)}, {"bytes", std::to_string(diskBytes())}}};
    }

    void cutEpoch()
    {
        m_windows = windowsOfEpoch(m_train, m_set.vocabulary, m_job, static_cast<std::uint32_t>(m_state.epoch));
    }

    std::span<const Window> nextWindows() const
    {
        const auto first = static_cast<std::size_t>(m_state.window);
        return std::span(m_windows).subspan(first, std::min(m_windows.size() - first, static_cast<std::size_t>(m_job.training.batch)));
    }

    double epochsDone() const
    {
        const double part = m_windows.empty() ? 0 : static_cast<double>(m_state.window) / static_cast<double>(m_windows.size());
        return static_cast<double>(m_state.epoch) + part;
    }

    double progress() const
    {
        if (m_state.steps > 0)
            return static_cast<double>(m_state.step) / static_cast<double>(m_state.steps);
        return epochsDone() / static_cast<double>(m_state.epochs);
    }

    bool isDone() const { return m_state.steps > 0 ? m_state.step >= m_state.steps : m_state.epoch >= m_state.epochs; }

    bool isEvaluationDue() const
    {
        if (m_state.step == 0 || m_state.evaluatedStep == m_state.step)
            return false;
        if (isDone())
            return true;
        return m_job.training.evaluateEvery > 0 ? m_state.step % m_job.training.evaluateEvery == 0 : m_state.window == 0;
    }

    double learningRate() const { return m_state.schedule.rate(m_job.training, m_state.step, m_state.epoch, progress()); }

    /// Adds the time since the last call to the training's.
    void keepTime()
    {
        const Clock::time_point now = Clock::now();
        m_state.seconds += std::chrono::duration<double>(now - m_pace).count();
        m_pace = now;
    }

    double tokensPerSecond() const
    {
        return m_learningSeconds > 0 ? static_cast<double>(m_learnedTokens) / m_learningSeconds : 0;
    }

    void extend(std::int64_t epochs)
    {
        if (epochs <= 0)
            return;
        if (m_state.steps > 0)
            m_state.steps += epochs * std::max<std::int64_t>(1, stepsInEpoch());
        m_state.epochs += epochs;
    }

    void tell(TrainEvent::What what)
    {
        keepTime();
        TrainEvent event{++m_state.seq, m_state.step, epochsDone(), m_state.seconds, std::move(what)};
        // A log that cannot be written must not end the training; the checkpoints will tell if the disk is full.
        if (const Status status = m_log->append(event); !status && !m_hasLogProblem) {
            m_hasLogProblem = true;
            m_observer.happened(event);
            tell(TrainNotice{status.error().id, status.error().text});
            return;
        }
        m_observer.happened(event);
    }

    void plot(std::string_view tag, double value)
    {
        if (const Status status = m_board->scalar(tag, m_state.step, value, secondsSinceEpoch()); !status)
            m_hasLogProblem = true;
    }

    void tellStarted()
    {
        TrainStarted started;
        started.name = m_job.preset;
        started.device = m_state.device;
        started.precision = m_state.precision;
        started.threads = m_state.threads;
        started.parameters = m_learner->parameters();
        started.epochs = m_state.epochs;
        started.stepsPerEpoch = stepsInEpoch();
        started.microBatches = m_state.microBatches;
        started.trainPieces = std::ssize(m_train.pieces);
        started.validationPieces = std::ssize(m_validation.pieces);
        started.testPieces = std::ssize(m_test.pieces);
        started.trainSteps = static_cast<std::int64_t>(m_train.targets());
        started.diskBytes = diskBytes();
        started.references = m_references;
        tell(std::move(started));
        plot("references/uniform", m_references.uniform);
        plot("references/unigram", m_references.unigram);
        plot("references/bigram", m_references.bigram);
    }

    bool isStopping() const { return m_cancel.isCancelled() || m_isStopAsked; }

    /// Asks the control between two micro-batches; only stopping cannot wait for the end of the step.
    StopQuestion stopQuestion()
    {
        return [this] {
            collect(m_control.take());
            return isStopping();
        };
    }

    void collect(const TrainControl::Requests& requests)
    {
        m_isStopAsked = m_isStopAsked || requests.isStopped;
        m_asked.isPaused = requests.isPaused;
        m_asked.checkpoint = m_asked.checkpoint || requests.checkpoint;
        m_asked.sample = m_asked.sample || requests.sample;
        if (requests.learningRate > 0)
            m_asked.learningRate = requests.learningRate;
        m_asked.extraEpochs += requests.extraEpochs;
    }

    /// Does what was asked for since the last step. Blocks while paused.
    Status obey()
    {
        bool wasPaused = false;
        for (;;) {
            collect(m_control.take());
            if (m_asked.learningRate > 0) {
                m_state.schedule = Schedule{};
                m_state.schedule.base = std::exchange(m_asked.learningRate, 0);
                tell(TrainNotice{"train.learning-rate-set",
                                 "The learning rate goes on from " + Json(m_state.schedule.base).dump() + "."});
            }
            if (m_asked.extraEpochs > 0) {
                extend(std::exchange(m_asked.extraEpochs, 0));
                tell(TrainNotice{"train.extended", "The training now has " + std::to_string(m_state.epochs) + " epochs."});
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
        }
        if (wasPaused && !isStopping())
            tell(TrainResumed{false});
        return ok();
    }

    /// Why the training ended.
    Result<std::string> loop()
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
                if (m_job.training.patience > 0 && m_state.evaluationsSinceBest >= m_job.training.patience)
                    return std::string("early-stop");
            }
            if (isDone())
                return std::string("done");
            if (Status status = step(); !status)
                return status.error();
        }
        if (Status status = saveFull("last"); !status)
            return status.error();
        return std::string("stopped");
    }

    Status step()
    {
        const Clock::time_point start = Clock::now();
        const double rate = learningRate();
        Result<std::optional<StepFigures>> figures =
            m_learner->learn(nextWindows(), m_state.microBatches, m_state.step + 1, rate, stopQuestion());
        if (!figures && figures.error().id == "train.out-of-memory" && m_state.microBatches * 2 <= m_job.training.batch) {
            m_state.microBatches *= 2;
            tell(TrainNotice{"train.batch-halved", "There was not enough memory for the batch: it is now learned from in "
                                                       + std::to_string(m_state.microBatches)
                                                       + " parts, with the same result but slower."});
            figures = m_learner->learn(nextWindows(), m_state.microBatches, m_state.step + 1, rate, stopQuestion());
        }
        if (!figures)
            return figures.error();
        if (!*figures)
            return ok(); // Stopped inside: the unfinished step is discarded.
        const StepFigures& done = **figures;
        if (!std::isfinite(done.lossSum) || !std::isfinite(done.gradientNorm))
            return Error{ErrorKind::Failed,
                         "train.not-finite",
                         "The loss is no longer a number at step " + std::to_string(m_state.step + 1)
                             + ": the training has blown up. The last good checkpoint stays; try half the learning rate ("
                             + Json(rate / 2).dump() + ") with clipNorm 1.",
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
        m_state.tokens += done.targets;
        m_point.lossSum += done.lossSum;
        m_point.correct += done.correct;
        m_point.targets += done.targets;
        m_learnedTokens += done.targets;
        m_learningSeconds += std::chrono::duration<double>(Clock::now() - start).count();
        if (m_state.step % m_job.training.logEvery == 0)
            tellStep(rate, done.gradientNorm);
        if (m_state.step == nextKeptPoint(m_state))
            keepPoint();
        return ok();
    }

    void tellStep(double rate, double gradientNorm)
    {
        const auto targets = static_cast<double>(m_point.targets);
        const TrainStep point{m_point.lossSum / targets, m_point.correct / targets, rate, gradientNorm, tokensPerSecond()};
        m_point = {};
        tell(point);
        plot("loss/train", point.loss);
        plot("accuracy/train", point.accuracy);
        plot("training/learning_rate", point.learningRate);
        plot("training/gradient_norm", point.gradientNorm);
        plot("training/tokens_per_second", point.tokensPerSecond);
    }

    /// False where a stop came in between; the evaluation is then made after resuming.
    Result<bool> evaluate()
    {
        TrainEvaluated news;
        if (!m_validation.pieces.empty()) {
            const Result<std::optional<PartScore>> score = m_learner->score(m_validation, stopQuestion());
            if (!score)
                return score.error();
            if (!*score)
                return false;
            news.validation = **score;
        }
        const auto targets = static_cast<double>(std::max<std::int64_t>(1, m_state.targets));
        news.trainLoss = m_state.lossSum / targets;
        news.trainAccuracy = m_state.correct / targets;
        // Without a validation part there is only the training loss to go by.
        const double loss = news.validation ? news.validation->loss : news.trainLoss;
        if (!std::isfinite(loss))
            return Error{ErrorKind::Failed, "train.not-finite",
                         "The held-out loss is no longer a number at step " + std::to_string(m_state.step)
                             + ". The last good checkpoint stays; try a smaller learning rate.",
                         {{"step", std::to_string(m_state.step)}}};
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
        const bool isLowered = m_state.schedule.evaluated(m_job.training, loss);
        tell(news);
        plot("loss/train_epoch", news.trainLoss);
        plot("accuracy/train_epoch", news.trainAccuracy);
        if (news.validation) {
            plot("loss/validation", news.validation->loss);
            plot("accuracy/validation", news.validation->accuracy);
            plot("accuracy/validation_notes", news.validation->noteAccuracy);
            plot("bits_per_note/validation", news.validation->bitsPerNote);
        }
        static_cast<void>(m_board->flush());
        if (isLowered)
            tell(TrainNotice{"train.learning-rate-lowered", "The held-out loss has not fallen for a while: the learning rate is now "
                                                                + Json(learningRate()).dump() + "."});
        m_lastEvaluation = news.validation;
        // The best first: whoever sees `last` at this step finds the best that belongs to it.
        if (news.isBest)
            if (Status status = saveFull("best"); !status)
                noticeUnwritten(status.error());
        if (Status status = saveFull("last"); !status)
            noticeUnwritten(status.error());
        return true;
    }

    Json receipt() const
    {
        return {{"program", "continuo " CONTINUO_VERSION},
                {"libtorch", libtorchVersion()},
                {"processor", cpuName()},
                {"device", m_state.device},
                {"precision", m_state.precision},
                {"threads", m_state.threads},
                {"microBatches", m_state.microBatches},
                {"job", Json::parse(toJson(m_job))},
                {"dataset", {{"name", m_set.source},
                             {"fingerprint", m_set.fingerprint},
                             {"losses", m_set.losses},
                             {"trainPieces", m_train.pieces.size()},
                             {"validationPieces", m_validation.pieces.size()},
                             {"testPieces", m_test.pieces.size()}}},
                {"parent", Json::parse(parentJson)},
                {"step", m_state.step},
                {"epochs", epochsDone()},
                {"seconds", m_state.seconds},
                {"references", linesJson(m_references)},
                {"validation", scoreJson(m_lastEvaluation)}};
    }

    ModelCard card(const std::string& kind) const
    {
        ModelCard card;
        card.name = (m_job.preset.empty() ? "model" : m_job.preset) + " · step " + std::to_string(m_state.step) + " · " + kind;
        card.description = m_job.description;
        card.licence = m_job.licence;
        card.encoding = m_set.encoding;
        card.encodingVersion = m_set.encodingVersion;
        card.encodingOptionsJson = m_set.encodingOptionsJson;
        card.vocabulary = cardSymbols(m_set.vocabulary);
        card.network = m_job.network;
        card.samplerJson = m_job.samplerJson;
        card.receiptJson = receipt().dump(-1, ' ', false, Json::error_handler_t::replace);
        return card;
    }

    Status save(const fs::path& path, const std::string& kind, bool isFull)
    {
        Result<std::map<std::string, Tensor>> tensors = m_learner->tensors(isFull);
        if (!tensors)
            return tensors.error();
        keepTime();
        Checkpoint checkpoint{card(kind), std::nullopt, std::move(*tensors)};
        if (isFull) {
            checkpoint.state = m_state;
            ++checkpoint.state->seq; // The event that tells of this checkpoint belongs to it.
        }
        if (Status status = writeCheckpoint(path, checkpoint); !status)
            return status;
        tell(TrainCheckpoint{kind, path.filename().string()});
        return ok();
    }

    Status saveFull(const std::string& kind) { return save(kind == "best" ? m_run.best() : m_run.last(), kind, true); }

    void keepPoint()
    {
        // Counted before it is written, so that a full disk does not make it try again at every step.
        while (m_state.keptPoints < kKeptPoints && nextKeptPoint(m_state) <= m_state.step)
            ++m_state.keptPoints;
        const fs::path file = m_run.step(m_state.step);
        if (Status status = save(file, "step", false); !status) {
            noticeUnwritten(status.error());
            return;
        }
        if (m_job.training.samples)
            play(file);
    }

    void sampleNow()
    {
        const fs::path file = m_run.last();
        if (Status status = saveFull("last"); !status) {
            noticeUnwritten(status.error());
            return;
        }
        play(file);
    }

    void play(const fs::path& model)
    {
        if (!m_sampleMaker)
            return;
        std::error_code failure;
        fs::create_directories(m_run.samples(), failure);
        TrainSample news;
        if (failure) {
            news.problem = fileError(failure.value(), m_run.samples(), "create").text;
        } else {
            const Result<std::vector<fs::path>> files =
                m_sampleMaker(model, m_run.samples() / ("step-" + std::to_string(m_state.step)));
            if (!files) {
                news.problem = files.error().text;
            } else {
                for (const fs::path& file : *files)
                    news.files.push_back(readablePath(file.lexically_relative(m_run.path)));
            }
        }
        tell(std::move(news));
    }

    void noticeUnwritten(const Error& error)
    {
        tell(TrainNotice{error.id, "A checkpoint could not be written, the one before it stays: " + error.text});
    }

    Error failed(const Error& error)
    {
        tell(TrainFailed{error.id, error.text});
        static_cast<void>(m_board->flush());
        return error;
    }

    /// Judges the best point and writes the receipt.
    Result<TrainOutcome> finish(const std::string& reason)
    {
        TrainOutcome outcome;
        outcome.reason = reason;
        outcome.steps = m_state.step;
        outcome.epochs = epochsDone();
        outcome.references = m_references;
        outcome.device = m_state.device;
        outcome.precision = m_state.precision;
        outcome.bestStep = m_state.bestStep;
        outcome.tokensPerSecond = tokensPerSecond();
        const bool isStopped = reason == "stopped";
        if (!m_state.hasBest) {
            // Stopped before the first evaluation: the last point is all there is.
            outcome.model = m_run.last();
        } else {
            outcome.model = m_run.best();
            if (!isStopped)
                if (Status status = judgeBest(outcome); !status)
                    return failed(status.error());
        }
        keepTime();
        outcome.seconds = m_state.seconds;
        TrainFinished news{reason, outcome.bestStep, outcome.train, outcome.validation, outcome.test, outcome.tokensPerSecond};
        tell(news);
        static_cast<void>(m_board->flush());
        Json json = receipt();
        json["reason"] = reason;
        json["bestStep"] = outcome.bestStep;
        json["best"] = {{"train", scoreJson(outcome.train)},
                        {"validation", scoreJson(outcome.validation)},
                        {"test", scoreJson(outcome.test)}};
        json["tokensPerSecond"] = outcome.tokensPerSecond;
        if (Status status = writeFile(m_run.receipt(), json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n",
                                      Overwrite::Replace);
            !status)
            return status.error();
        return outcome;
    }

    Status judgeBest(TrainOutcome& outcome)
    {
        Result<Checkpoint> best = readCheckpoint(m_run.best());
        if (!best)
            return best.error();
        if (Status status = m_learner->load(best->tensors, false); !status)
            return status;
        const StopQuestion question = stopQuestion();
        const auto scoreOf = [&](const TokenStream& part) -> Result<std::optional<PartScore>> {
            if (part.pieces.empty())
                return std::optional<PartScore>();
            return m_learner->score(part, question);
        };
        // A stop in between leaves the scores that are still missing out; the training itself is done.
        const std::array<std::pair<const TokenStream*, std::optional<PartScore>*>, 3> parts{
            {{&m_validation, &outcome.validation}, {&m_test, &outcome.test}, {&m_train, &outcome.train}}};
        for (const auto& [part, into] : parts) {
            const Result<std::optional<PartScore>> score = scoreOf(*part);
            if (!score)
                return score.error();
            *into = *score;
        }
        // The best model carries its final figures.
        Json receipt = Json::parse(best->card.receiptJson);
        receipt["best"] = {{"train", scoreJson(outcome.train)},
                           {"validation", scoreJson(outcome.validation)},
                           {"test", scoreJson(outcome.test)}};
        best->card.receiptJson = receipt.dump(-1, ' ', false, Json::error_handler_t::replace);
        return writeCheckpoint(m_run.best(), *best);
    }

    TrainJob m_job;
    const TrainingSet& m_set;
    RunFolder m_run;
    SampleMaker m_sampleMaker;
    TrainObserver& m_observer;
    TrainControl m_control;
    CancelToken m_cancel;

    TokenStream m_train{};
    TokenStream m_validation{};
    TokenStream m_test{};
    ReferenceLines m_references{};
    std::unique_ptr<Learner> m_learner{};
    TrainState m_state{};
    std::vector<Window> m_windows{}; ///< Of the current epoch.

    std::optional<RunLog> m_log{};
    std::optional<TensorBoardWriter> m_board{};
    bool m_hasLogProblem = false;
    bool m_isStopAsked = false;
    TrainControl::Requests m_asked{};
    StepFigures m_point{}; ///< Since the last point of the curve.
    std::optional<PartScore> m_lastEvaluation{};
    std::int64_t m_learnedTokens = 0; ///< In this session, without evaluations.
    double m_learningSeconds = 0;
    Clock::time_point m_pace = Clock::now();
};

/// Encoding, vocabulary and network of a model must be the job's, else its weights mean something else.
Status checkParent(const Checkpoint& parent, const TrainRequest& request)
{
    const auto unfit = [&request](const std::string& what) {
        return Error{ErrorKind::Usage,
                     "train.unfit-parent",
                     readablePath(request.parent) + " cannot be started from: it has another " + what + " than the job.",
                     {{"file", readablePath(request.parent)}, {"what", what}}};
    };
    const ModelCard& card = parent.card;
    if (card.encoding != request.set.encoding || card.encodingVersion != request.set.encodingVersion)
        return unfit("encoding");
    if (card.encodingOptionsJson != request.set.encodingOptionsJson)
        return unfit("set of encoding options");
    if (card.vocabulary != cardSymbols(request.set.vocabulary))
        return unfit("vocabulary");
    NetworkShape network = card.network;
    network.dropout = request.job.network.dropout; // May differ: it has no weights.
    if (network != request.job.network)
        return unfit("network");
    return ok();
}

} // namespace

Result<TrainOutcome> train(const TrainRequest& request, TrainObserver& observer, const TrainControl& control,
                           const CancelToken& cancel)
{
    const RunFolder run{request.run};
    Training training(request.job, request.set, run, request.sampleMaker, observer, control, cancel);
    if (Status status = training.prepare(); !status)
        return status.error();
    std::optional<Checkpoint> parent;
    if (!request.parent.empty()) {
        Result<Checkpoint> read = readCheckpoint(request.parent);
        if (!read)
            return read.error();
        parent = std::move(*read);
        if (Status status = checkParent(*parent, request); !status)
            return status.error();
        training.parentJson = Json{{"file", readablePath(request.parent)}, {"name", parent->card.name},
                                   {"receipt", Json::parse(parent->card.receiptJson)}}
                                  .dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    if (Status status = training.begin(parent ? &parent->tensors : nullptr); !status)
        return status.error();
    if (Status status = prepareRunFolder(run, request.overwrite); !status)
        return status.error();
    if (Status status = writeTokenPack(run.pieces(), request.set); !status)
        return status.error();
    if (Status status = writeFile(run.config(), toJson(request.job) + "\n", Overwrite::Replace); !status)
        return status.error();
    return training.run(false);
}

Result<TrainOutcome> resumeTraining(const fs::path& folder, std::int64_t extraEpochs, const SampleMaker& sampleMaker,
                                    TrainObserver& observer, const TrainControl& control, const CancelToken& cancel)
{
    const RunFolder run{folder};
    const Result<TrainJob> job = readRunJob(run);
    if (!job)
        return job.error();
    const Result<TrainingSet> set = readTokenPack(run.pieces());
    if (!set)
        return set.error();
    const Result<Checkpoint> checkpoint = readCheckpoint(run.last());
    if (!checkpoint)
        return checkpoint.error();
    if (!checkpoint->state)
        return trainStateFromJson("").error();
    Training training(*job, *set, run, sampleMaker, observer, control, cancel);
    const Json receipt = Json::parse(checkpoint->card.receiptJson, nullptr, false);
    if (receipt.is_object() && receipt.contains("parent"))
        training.parentJson = receipt["parent"].dump();
    if (Status status = training.prepare(); !status)
        return status.error();
    if (Status status = training.restore(*checkpoint, extraEpochs); !status)
        return status.error();
    return training.run(true);
}

Result<TrainCost> previewCost(const TrainJob& job, const TrainingSet& set)
{
    class Silence final : public TrainObserver
    {
        void happened(const TrainEvent&) override {}
    } silence;
    Training training(job, set, {}, {}, silence, TrainControl{}, CancelToken{});
    if (Status status = training.prepare(); !status)
        return status.error();
    if (Status status = training.begin(nullptr); !status)
        return status.error();
    // The first step also warms up caches and thread pools.
    constexpr int kTries = 3;
    double fastest = std::numeric_limits<double>::infinity();
    for (int i = 0; i <= kTries; ++i) {
        const Clock::time_point start = Clock::now();
        if (Status status = training.tryStep(); !status)
            return status.error();
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        if (i > 0)
            fastest = std::min(fastest, seconds);
    }
    TrainCost cost;
    cost.parameters = training.learner().parameters();
    const std::int64_t length = job.network.prediction == "last-step" ? job.network.window : job.training.sequence;
    const std::int64_t rows = job.training.batch / training.state().microBatches + 1;
    // Weights, gradients, two moments; for each symbol the gates, states and their gradients of every layer, and logits.
    cost.memoryBytes = 16 * cost.parameters
                       + 4 * rows * length * (std::int64_t{12} * job.network.layers * job.network.hidden + 4 * set.vocabulary.size());
    cost.diskBytes = training.diskBytes();
    cost.stepsPerEpoch = training.stepsInEpoch();
    cost.secondsPerEpoch = fastest * static_cast<double>(cost.stepsPerEpoch);
    const std::int64_t steps = job.training.steps > 0 ? job.training.steps : job.training.epochs * cost.stepsPerEpoch;
    cost.seconds = fastest * static_cast<double>(steps);
    cost.device = training.state().device;
    cost.precision = training.state().precision;
    return cost;
}

Result<PartScore> scoreModel(const fs::path& model, const std::vector<TokenSequence>& pieces)
{
    const Result<Checkpoint> checkpoint = readCheckpoint(model);
    if (!checkpoint)
        return checkpoint.error();
    const Vocabulary vocabulary = vocabularyOf(checkpoint->card.vocabulary);
    TrainJob job;
    job.network = checkpoint->card.network;
    Result<std::unique_ptr<Learner>> learner = Learner::make(job, vocabulary, "cpu", "float32");
    if (!learner)
        return learner.error();
    if (Status status = (*learner)->load(checkpoint->tensors, false); !status)
        return status.error();
    const Result<std::optional<PartScore>> score = (*learner)->score(makeTokenStream(pieces, vocabulary), [] { return false; });
    if (!score)
        return score.error();
    return **score;
}

} // namespace continuo
