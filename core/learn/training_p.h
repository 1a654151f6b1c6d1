// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/checkpoint_p.h"
#include "core/learn/learner_p.h"
#include "core/learn/run_folder.h"
#include "core/learn/tensorboard.h"
#include "core/learn/train_state_p.h"
#include "core/learn/trainer.h"
#include "core/learn/windows.h"

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// One training from its first step here to its last: the loop around a Learner, its state, and
/// what it leaves in the run folder. Used by one thread. The set and the observer must outlive it.
class Training
{
public:
    Training(TrainJob job, const TrainingSet& set, RunFolder run, SampleMaker sampleMaker,
             TrainObserver& observer, TrainControl control, CancelToken cancel);

    std::string parentJson = "null"; ///< What the receipt says of the model this one started from.

    TrainCompany company{}; ///< Set before begin() or restore().

    /// Lays the parts out and measures the reference lines. Error: train.nothing-to-learn.
    Status prepare();

    /// A fresh state and network. `device` and so on are decided here once; a resumed training
    /// keeps them.
    Status begin(const std::map<std::string, Tensor>* parent);

    /// The state and the network of a checkpoint.
    Status restore(const Checkpoint& checkpoint, std::int64_t extraEpochs);

    /// Whether the disk has room for the run; what the run itself takes already counts as room.
    /// Error: train.disk-too-small.
    Status checkDisk() const;

    /// Brings the company together, if there is any. After begin() or restore().
    Status gather();

    /// Writes the first checkpoint, so that even a training that fails at its first step leaves
    /// something to go back to, and then the config that makes the folder a run. After begin().
    Status writeStart();

    /// Trains to the end, after restore(), or begin() and writeStart().
    Result<TrainOutcome> run(bool isResumed);

    const TrainState& state() const { return m_state; }
    Learner& learner() { return *m_learner; }
    std::int64_t stepsInEpoch() const;

    /// A step that is not part of the training's story; for measuring.
    Status tryStep();

    std::int64_t diskBytes() const;

private:
    Status makeLearner();

    /// Threads of each process, as the job and the company of this machine say.
    std::int64_t chosenThreads() const;

    /// Sends the company what it needs to follow. The run's files are there.
    Status instruct();

    /// Tells a company that waits that all is well; now and then is enough.
    Status keepInTouch();

    /// Lets the company end.
    void dismiss();

    /// The next step, by all. As Learner::learn().
    Result<std::optional<StepFigures>> learn(double learningRate, double teacherForcing);

    /// What windows are cut from.
    const TokenStream& whatIsRead() const
    {
        return m_job.training.acrossPieces ? m_chain : m_train;
    }

    /// What the best point has least of: "validationLoss", "trainLoss", or of a learner that judges
    /// itself "pairDistance".
    std::string bestBy() const;

    void cutEpoch();

    std::span<const Window> nextWindows() const;

    double epochsDone() const;

    double progress() const;

    bool isDone() const
    {
        return m_state.steps > 0 ? m_state.step >= m_state.steps : m_state.epoch >= m_state.epochs;
    }

    bool isEvaluationDue() const;

    std::int64_t patience() const
    {
        if (!m_job.training.holdOut)
            return 0; // A training loss says nothing about when to end.
        return m_state.patience >= 0 ? m_state.patience : m_job.training.patience;
    }

    double learningRate() const
    {
        return m_state.schedule.rate(m_job.training, m_state.step, m_state.epoch, progress());
    }

    /// Adds the time since the last call to the training's.
    void keepTime();

    double tokensPerSecond() const;

    void extend(std::int64_t epochs);

    void tell(TrainEvent::What what);

    void plot(std::string_view tag, double value);

    void tellStarted();

    bool isStopping() const { return m_cancel.isCancelled() || m_isStopAsked; }

    /// Asks the control between two micro-batches; only stopping cannot wait for the end of the
    /// step.
    StopQuestion stopQuestion();

    void collect(const TrainControl::Requests& requests);

    /// Does what was asked for since the last step. Blocks while paused.
    Status obey();

    /// Why the training ended.
    Result<std::string> loop();

    /// The reason, or the error of a training whose last state could not be written.
    Result<std::string> ended(const std::string& reason) const;

    Status step();

    void tellStep(double rate, double gradientNorm);

    /// False where a stop came in between; the evaluation is then made after resuming.
    Result<bool> evaluate();

    /// Fills in what the learner is judged by and returns what the best state has least of; nothing
    /// where a stop came in between.
    Result<std::optional<double>> judge(TrainEvaluated& news);

    void tellCollapse(const std::string& words);

    /// A JSON object.
    std::string receipt() const;

    ModelCard card(const std::string& kind) const;

    /// Writes a checkpoint that stands behind the next `events` events.
    Status write(const std::filesystem::path& path, const std::string& kind, bool isFull,
                 std::uint64_t events);

    Status save(const std::filesystem::path& path, const std::string& kind, bool isFull);

    Status saveFull(const std::string& kind)
    {
        return save(kind == "best" ? m_run.best() : m_run.last(), kind, true);
    }

    /// Which evaluation is the best so far.
    struct BestPoint
    {
        bool isThere = false;
        double loss = 0;
        std::int64_t step = 0;
    };

    /// Writes the state, and the best one where this is it. A state that cannot be written is told, and the training
    /// goes on and tries again after the next evaluation; the best one is `former` then, as that is on the disk.
    void keepState(bool isBest, const BestPoint& former);

    void keepPoint();

    void sampleNow();

    void play(const std::filesystem::path& model);

    void noticeUnwritten(const Error& error);

    /// The error of a training that ends because it cannot keep what it learns.
    Error unwritten(const Error& error) const;

    Error failed(const Error& error);

    /// Judges the best point and writes the receipt.
    Result<TrainOutcome> finish(const std::string& reason);

    Status judgeBest(TrainOutcome& outcome);

    TrainJob m_job;
    const TrainingSet& m_set;
    RunFolder m_run;
    SampleMaker m_sampleMaker;
    TrainObserver& m_observer;
    TrainControl m_control;
    CancelToken m_cancel;

    TokenStream m_train{};
    TokenStream m_chain{}; ///< With acrossPieces: all of m_train as one piece; else empty.
    TokenStream m_validation{};
    TokenStream m_test{};
    ReferenceLines m_references{};
    std::unique_ptr<Learner> m_learner{};
    TrainState m_state{};
    std::vector<Window> m_windows{}; ///< Of the current epoch.

    std::optional<Error> m_unwritten{}; ///< Why the state of the last evaluation is not on the disk.

    std::optional<RunLog> m_log{};
    std::optional<TensorBoardWriter> m_board{};
    std::shared_ptr<ProcessGroup> m_group{}; ///< Null: it trains alone.
    std::chrono::steady_clock::time_point m_lastOrder = std::chrono::steady_clock::now();
    std::int64_t m_formerWorkers = 0; ///< Where it goes on with another number of them; else 0.

    bool m_hasLogProblem = false;
    bool m_isStopAsked = false;
    TrainControl::Requests m_asked{};
    StepFigures m_point{}; ///< Since the last point of the curve.
    std::optional<PartScore> m_lastEvaluation{};
    NamedFigures m_lastFigures{};     ///< Of the last evaluation.
    std::string m_collapse{};         ///< What it found, in words.
    std::int64_t m_learnedTokens = 0; ///< In this session, without evaluations.
    double m_learningSeconds = 0;
    std::chrono::steady_clock::time_point m_pace = std::chrono::steady_clock::now();
};

} // namespace continuo
