// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/trainer.h"

#include "core/learn/card.h"
#include "core/learn/checkpoint_p.h"
#include "core/learn/learner_p.h"
#include "core/learn/run_folder.h"
#include "core/learn/training_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <system_error>
#include <utility>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

/// The members in which a model differs from the job: "hidden 128 instead of 256".
std::string differences(const std::string& theirs, const std::string& ours)
{
    const Json model = Json::parse(theirs, nullptr, false);
    const Json job = Json::parse(ours, nullptr, false);
    std::string words;
    if (!model.is_object() || !job.is_object())
        return words;
    for (const auto& [key, wanted] : job.items()) {
        const auto found = model.find(key);
        if (found != model.end() && *found == wanted)
            continue;
        words += words.empty() ? "" : ", ";
        words += key + ' ' + (found == model.end() ? "unset" : found->dump()) + " instead of " +
                 wanted.dump();
    }
    return words;
}

/// Encoding, vocabulary and network of a model must be the job's, else its weights mean something
/// else.
Status checkParent(const ModelCard& card, const TrainJob& job, const TrainingSet& set)
{
    const std::string name = readablePath(job.from);
    const auto unfit = [&name](const std::string& what, const std::string& how = {}) {
        return Error{ErrorKind::Usage,
                     "train.unfit-parent",
                     name + " cannot be started from: it has another " + what + " than the job" +
                         (how.empty() ? "." : " (" + how + ")."),
                     {{"file", name}, {"what", what}, {"how", how}}};
    };
    if (card.encoding != set.encoding || card.encodingVersion != set.encodingVersion)
        return unfit("encoding", card.encoding + ' ' + std::to_string(card.encodingVersion) +
                                     " instead of " + set.encoding + ' ' +
                                     std::to_string(set.encodingVersion));
    // As this program writes them: a model made before an option was known has its default.
    const auto encoding = makeEncoding(card.encoding, card.encodingOptionsJson);
    const std::string options = encoding ? (*encoding)->optionsJson() : card.encodingOptionsJson;
    if (options != set.encodingOptionsJson && card.encodingOptionsJson != set.encodingOptionsJson)
        return unfit("set of encoding options", differences(options, set.encodingOptionsJson));
    if (card.vocabulary != cardSymbols(set.vocabulary))
        return unfit("vocabulary");
    NetworkShape network = card.network;
    network.dropout = job.network.dropout; // May differ: they have no weights.
    network.recurrentDropout = job.network.recurrentDropout;
    network.weightDropout = job.network.weightDropout;
    if (network != job.network)
        return unfit("network", differences(toJson(network), toJson(job.network)));
    return ok();
}

/// The model that the job begins with; nothing where it begins afresh.
Result<std::optional<Checkpoint>> readParent(const TrainJob& job, const TrainingSet& set)
{
    if (job.from.empty())
        return std::optional<Checkpoint>();
    Result<Checkpoint> read = readCheckpoint(job.from);
    if (!read)
        return read.error();
    if (Status status = checkParent(read->card, job, set); !status)
        return status.error();
    return std::optional<Checkpoint>(std::move(*read));
}

} // namespace

Result<TrainOutcome> train(const TrainRequest& request, TrainObserver& observer,
                           const TrainControl& control, const CancelToken& cancel)
{
    const RunFolder run{request.run};
    Training training(request.job, request.set, run, request.sampleMaker, observer, control,
                      cancel);
    if (Status status = training.prepare(); !status)
        return status.error();
    const Result<std::optional<Checkpoint>> read = readParent(request.job, request.set);
    if (!read)
        return read.error();
    const std::optional<Checkpoint>& parent = *read;
    if (parent)
        training.parentJson =
            Json{{"file", readablePath(request.job.from)},
                 {"name", parent->card.name},
                 {"receipt", Json::parse(parent->card.receiptJson, nullptr, false)}}
                .dump(-1, ' ', false, Json::error_handler_t::replace);
    training.company = request.company;
    if (Status status = training.begin(parent ? &parent->tensors : nullptr); !status)
        return status.error();
    // A run in the way is the better reason, and it must not be touched for a training that cannot
    // be kept.
    if (!run.isRun() || request.overwrite == Overwrite::Replace)
        if (Status status = training.checkDisk(); !status)
            return status.error();
    if (Status status = training.gather(); !status)
        return status.error();
    if (Status status = prepareRunFolder(run, request.overwrite); !status)
        return status.error();
    Status started = writeTokenPack(run.pieces(), request.set);
    if (started)
        started = training.writeStart();
    if (!started) {
        // Without its config no later run would ever remove them.
        for (const fs::path& file : {run.pieces(), run.last(), run.path}) {
            std::error_code ignored;
            fs::remove(file, ignored);
        }
        return started.error();
    }
    return training.run(false);
}

Result<TrainOutcome> resumeTraining(const fs::path& folder, std::int64_t extraEpochs,
                                    const SampleMaker& sampleMaker, TrainObserver& observer,
                                    const TrainControl& control, const CancelToken& cancel,
                                    const TrainCompany& company)
{
    const RunFolder run{folder};
    const Result<TrainJob> job = readRunJob(run);
    if (!job)
        return job.error();
    const Result<TrainingSet> set = readTokenPack(run.pieces());
    if (!set)
        return set.error();
    std::error_code ignored;
    if (!fs::exists(run.last(), ignored))
        return Error{ErrorKind::Refused,
                     "train.no-checkpoint",
                     "The run in \"" + readablePath(folder) +
                         "\" ended before its first checkpoint. Start it again with --force.",
                     {{"run", readablePath(folder)}}};
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
    training.company = company;
    if (Status status = training.restore(*checkpoint, extraEpochs); !status)
        return status.error();
    if (Status status = training.checkDisk(); !status)
        return status.error();
    if (Status status = training.gather(); !status)
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
    const Result<std::optional<Checkpoint>> parent = readParent(job, set);
    if (!parent)
        return parent.error();
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
    const std::int64_t length =
        job.network.prediction == "last-step" ? job.network.window : job.training.sequence;
    const std::int64_t rows = job.training.batch / training.state().microBatches + 1;
    // Weights, gradients, two moments, the average, and what a step keeps.
    const std::int64_t copies = job.training.average > 0 ? 5 : 4;
    cost.memoryBytes =
        4 * copies * cost.parameters + 4 * rows * length * training.learner().floatsPerSymbol();
    cost.diskBytes = training.diskBytes();
    cost.stepsPerEpoch = training.stepsInEpoch();
    cost.secondsPerEpoch = fastest * static_cast<double>(cost.stepsPerEpoch);
    const std::int64_t steps =
        job.training.steps > 0 ? job.training.steps : job.training.epochs * cost.stepsPerEpoch;
    cost.seconds = fastest * static_cast<double>(steps);
    cost.device = training.state().device;
    cost.precision = training.state().precision;
    return cost;
}

Result<PartScore> scoreModel(const fs::path& model, const std::vector<TokenSequence>& pieces,
                             const CancelToken& cancel)
{
    const Result<Checkpoint> checkpoint = readCheckpoint(model);
    if (!checkpoint)
        return checkpoint.error();
    if (networkKind(checkpoint->card.network.kind).isAdversarial)
        return Error{ErrorKind::Usage,
                     "model.no-next-symbol",
                     "This model starts from noise and foretells nothing, so pieces cannot be "
                     "scored by it.",
                     {{"kind", checkpoint->card.network.kind}}};
    const Vocabulary vocabulary = vocabularyOf(checkpoint->card.vocabulary);
    const auto encoding =
        makeEncoding(checkpoint->card.encoding, checkpoint->card.encodingOptionsJson);
    TrainJob job;
    job.network = checkpoint->card.network;
    job.encoding = checkpoint->card.encoding;
    job.encodingOptionsJson = checkpoint->card.encodingOptionsJson;
    Result<std::unique_ptr<Learner>> learner = Learner::make(job, vocabulary, "cpu", "float32");
    if (!learner)
        return learner.error();
    if (Status status = (*learner)->load(checkpoint->tensors, false); !status)
        return status.error();
    const Result<std::optional<PartScore>> score = (*learner)->score(
        makeTokenStream(pieces, vocabulary, encoding ? (*encoding)->limits().size() : 1),
        [&cancel] { return cancel.isCancelled(); });
    if (!score)
        return score.error();
    if (!*score)
        return cancelledError();
    return **score;
}

} // namespace continuo
