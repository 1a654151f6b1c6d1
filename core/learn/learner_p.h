// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/learn/process_group.h"
#include "core/learn/train_event.h"
#include "core/learn/train_job.h"
#include "core/learn/training_set.h"
#include "core/learn/windows.h"
#include "core/weights/safetensors.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace continuo {

/// Asked between two micro-batches; true ends the work there.
using StopQuestion = std::function<bool()>;

/// One step as it went. Sums, so that means over several steps are exact.
struct StepFigures
{
    double lossSum = 0; ///< Nats over all targets.
    double correct = 0; ///< Targets whose most likely symbol was right.
    std::int64_t targets = 0;
    double gradientNorm = 0; ///< Before clipping.
    NamedFigures more{};     ///< Sums over all targets.
};

/// How a learner that nothing can be held against judges itself.
struct OwnJudgement
{
    double distance = 0; ///< The best state is the one where it is smallest.
    NamedFigures more{};
    std::string collapse{}; ///< What has gone wrong, in words for people; empty: nothing.
};

/// What learns: a network, its optimizer and the training part on a device, which is the half of a
/// training that speaks libtorch; or the counts of n-grams. Used by one thread. No exception leaves
/// it; running out of memory is train.out-of-memory and leaves weights and moments alone.
class Learner
{
public:
    /// `device` and `precision` as chooseDevice() and choosePrecision() say.
    static Result<std::unique_ptr<Learner>> make(const TrainJob& job, const Vocabulary& vocabulary,
                                                 const std::string& device,
                                                 const std::string& precision);
    virtual ~Learner() = default;

    /// Puts the stream that windows are cut from on the device.
    virtual Status setStream(const TokenStream& stream) = 0;

    /// From now on every step is learned together with others, who call learn() at the same time
    /// for the same step. Errors (kind Usage): train.works-alone where that is not possible.
    virtual Status share(std::shared_ptr<ProcessGroup> group);

    /// Learns from `windows` in `microBatches` parts. `step` counts from 1 and keys the dropout
    /// masks; `teacherForcing` is the share of symbols read that are the windows' own. Nothing
    /// where `isStopped` said so: then nothing was learned.
    virtual Result<std::optional<StepFigures>> learn(std::span<const Window> windows,
                                                     std::int64_t microBatches, std::int64_t step,
                                                     double learningRate, double teacherForcing,
                                                     const StopQuestion& isStopped) = 0;

    /// Evaluation mode, float32, whole pieces, state carried from the first step, every target
    /// once. Nothing where `isStopped` said so.
    virtual Result<std::optional<PartScore>> score(const TokenStream& part,
                                                   const StopQuestion& isStopped) = 0;

    /// Makes melodies out of noise: it is not asked for score() but for judgeItself().
    virtual bool judgesItself() const { return false; }

    /// What it plays now, held against `corpus`. Nothing where `isStopped` said so.
    virtual Result<std::optional<OwnJudgement>> judgeItself(const TokenStream& corpus,
                                                            const StopQuestion& isStopped);

    /// Weights under their names in a model file, and the optimizer's memory under "optimizer.".
    virtual Result<std::map<std::string, Tensor>> tensors(bool withOptimizer) const = 0;

    /// Takes weights, and the optimizer's memory where `withOptimizer`. Errors:
    /// train.unfit-checkpoint (kind Refused) for a missing tensor or another shape.
    virtual Status load(const std::map<std::string, Tensor>& tensors, bool withOptimizer) = 0;

    virtual std::int64_t parameters() const = 0;

    /// Numbers that a step keeps for each symbol of a micro-batch; an estimate.
    virtual std::int64_t floatsPerSymbol() const = 0;
};

/// One that counts n-grams, free of libtorch; Learner::make() calls it for that kind.
std::unique_ptr<Learner> makeNgramLearner(const TrainJob& job, const Vocabulary& vocabulary);

/// Sets the number of CPU threads libtorch computes with, for the whole process.
void setComputeThreads(std::int64_t threads);

} // namespace continuo
