// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/file.h"
#include "core/base/result.h"
#include "core/learn/process_group.h"
#include "core/learn/train_control.h"
#include "core/learn/train_event.h"
#include "core/learn/train_job.h"
#include "core/learn/training_set.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

/// Lets a model play: writes files whose names begin with `stem` (a path without extension) and
/// returns them. Generating stands above learning, so it is handed in. Called on the training's
/// thread.
using SampleMaker = std::function<Result<std::vector<std::filesystem::path>>(
    const std::filesystem::path& model, const std::filesystem::path& stem)>;

/// Those that share a training's steps with this process, which leads them; see followTraining().
struct TrainCompany
{
    WorkerPlace place{}; ///< This process's; count 1: it trains alone.
    /// Brings them together; called once, when it is certain that there is something to learn.
    std::function<Result<std::shared_ptr<ProcessGroup>>()> gather{};
};

/// What a training works on. The run folder is made if it is not there.
struct TrainRequest
{
    TrainJob job{};
    TrainingSet set{};
    std::filesystem::path run{};
    Overwrite overwrite = Overwrite::Refuse; ///< Whether a run in that folder may be replaced.
    SampleMaker sampleMaker{};               ///< May be empty: then no samples.
    TrainCompany company{};
};

/// How a training ended.
struct TrainOutcome
{
    std::string reason{}; ///< "done", "early-stop" or "stopped".
    std::int64_t steps = 0;
    double epochs = 0;
    std::int64_t bestStep = 0;
    std::optional<PartScore>
        train{}; ///< All at the best point, in evaluation mode; empty where the part is.
    std::optional<PartScore> validation{};
    std::optional<PartScore> test{};
    /// Other figures at the best point, by name: of a GAN discriminatorLoss, generatorLoss,
    /// collapse and the like.
    NamedFigures more{};
    ReferenceLines
        references{}; ///< On the validation part, or on the training part where there is none.
    double seconds = 0;
    double tokensPerSecond = 0;
    std::string device{};
    std::string precision{};
    std::filesystem::path model{}; ///< best.safetensors.
};

/// Trains and blocks until it is over. The run folder gets config.json, pieces.safetensors,
/// log.jsonl, a TensorBoard file, checkpoints, samples/ and receipt.json. Uses the calling thread
/// and libtorch's own threads. `cancel` and TrainControl::stop() end it with a checkpoint.
///
/// Errors: train.run-exists, train.nothing-to-learn, train.disk-too-small, train.unfit-parent (kind
/// Usage or Refused) and those of the model file where the job names one, train.not-finite,
/// train.out-of-memory, train.device (kind Failed), and those of files; with company those of
/// gathering it, train.works-alone (kind Usage), train.worker-lost and train.worker-failed (kind
/// Failed). Whatever happens, the last good checkpoint stays.
Result<TrainOutcome> train(const TrainRequest& request, TrainObserver& observer,
                           const TrainControl& control, const CancelToken& cancel);

/// Goes on with the run where its last checkpoint stands: on the CPU to the very weights an
/// uninterrupted training would have had, if as many processes share it as did. `extraEpochs` are
/// added to the job's. Errors as train(),
/// and train.no-run, train.no-checkpoint, train.unfit-checkpoint.
Result<TrainOutcome> resumeTraining(const std::filesystem::path& run, std::int64_t extraEpochs,
                                    const SampleMaker& sampleMaker, TrainObserver& observer,
                                    const TrainControl& control, const CancelToken& cancel,
                                    const TrainCompany& company = {});

/// What a training will cost, measured by a few steps that are thrown away. Errors as train(), but
/// for those of the run.
struct TrainCost
{
    std::int64_t parameters = 0;
    std::int64_t memoryBytes =
        0; ///< Weights, gradients, moments and the largest layer outputs; an estimate.
    std::int64_t diskBytes = 0; ///< Most the run folder's checkpoints may take.
    std::int64_t stepsPerEpoch = 0;
    double secondsPerEpoch = 0;
    double seconds = 0; ///< For the whole training.
    std::string device{};
    std::string precision{};
};
Result<TrainCost> previewCost(const TrainJob& job, const TrainingSet& set);

/// Scores of a model file on pieces of its own encoding: evaluation mode, whole pieces, every step
/// once. Stops within a stretch of steps when cancelled, with base.cancelled.
Result<PartScore> scoreModel(const std::filesystem::path& model,
                             const std::vector<TokenSequence>& pieces,
                             const CancelToken& cancel = {});

} // namespace continuo
