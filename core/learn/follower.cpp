// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/follower.h"

#include "core/base/parallel.h"
#include "core/learn/checkpoint_p.h"
#include "core/learn/learner_p.h"
#include "core/learn/shared_step_p.h"
#include "core/learn/training_set.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace continuo {
namespace {

Error worksAlone(const std::string& what)
{
    return {ErrorKind::Usage,
            "train.works-alone",
            what + " is trained by one process alone. Leave --workers out.",
            {{"what", what}}};
}

/// The training as it reached this process.
class Follower
{
public:
    Follower(const WorkerPlace& place, std::shared_ptr<ProcessGroup> group,
             const CancelToken& cancel)
        : m_place(place)
        , m_group(std::move(group))
        , m_cancel(cancel)
    {
    }

    Status listen()
    {
        std::string text;
        std::string pieces;
        std::string weights;
        for (std::string* each : {&text, &pieces, &weights})
            if (Status status = tellAll(*m_group, *each); !status)
                return status;
        const nlohmann::json instructions = nlohmann::json::parse(text, nullptr, false);
        const std::string program =
            instructions.is_object() ? instructions.value("program", "") : "another program";
        if (program != "continuo " CONTINUO_VERSION)
            return Error{ErrorKind::Failed,
                         "train.other-version",
                         "The first worker is " + program +
                             " and this one is continuo " CONTINUO_VERSION
                             ": all must be of the same version.",
                         {{"program", program}}};
        const Result<TrainJob> job = trainJobFromJson(instructions["job"].dump());
        if (!job)
            return job.error();
        m_job = *job;
        const std::string name = "the first worker's training";
        Result<TrainingSet> set = parseTokenPack(bytesOf(pieces), name);
        if (!set)
            return set.error();
        m_vocabulary = set->vocabulary;
        m_stream = windowStream(*set, m_job.training);
        const Result<Checkpoint> checkpoint = parseCheckpoint(bytesOf(weights), name);
        if (!checkpoint)
            return checkpoint.error();
        return prepare(instructions.value("device", "cpu"),
                       instructions.value("precision", "float32"), checkpoint->tensors);
    }

    Status follow()
    {
        for (;;) {
            WorkOrder order;
            if (Status status = tellAll(*m_group, order); !status)
                return status;
            if (order.kind == WorkOrder::Kind::End)
                return ok();
            if (order.kind == WorkOrder::Kind::Learn)
                if (Status status = learn(order); !status)
                    return status;
        }
    }

private:
    static std::span<const std::uint8_t> bytesOf(const std::string& text)
    {
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }

    Status prepare(const std::string& device, const std::string& precision,
                   const std::map<std::string, Tensor>& tensors)
    {
        const Result<std::string> own = deviceOfWorker(device, m_place);
        if (!own)
            return own.error();
        setComputeThreads(m_job.training.threads > 0
                              ? m_job.training.threads
                              : std::max<std::int64_t>(1, usableThreads() / m_place.localCount));
        Result<std::unique_ptr<Learner>> learner =
            Learner::make(m_job, m_vocabulary, *own, precision);
        if (!learner)
            return learner.error();
        m_learner = std::move(*learner);
        if (Status status = m_learner->setStream(m_stream); !status)
            return status;
        if (Status status = m_learner->load(tensors, true); !status)
            return status;
        return m_learner->share(m_group);
    }

    Status learn(const WorkOrder& order)
    {
        if (order.epoch != m_epoch) {
            m_epoch = order.epoch;
            m_windows =
                windowsOfEpoch(m_stream, m_vocabulary, m_job, static_cast<std::uint32_t>(m_epoch));
        }
        const auto first = static_cast<std::size_t>(order.window);
        const std::size_t count =
            std::min(m_windows.size() - first, static_cast<std::size_t>(m_job.training.batch));
        bool isFirstPart = true;
        const Result<std::optional<StepFigures>> figures =
            m_learner->learn(std::span(m_windows).subspan(first, count), order.microBatches,
                             order.step, order.learningRate, order.teacherForcing, [&] {
                                 // Within a long step rank 0 may have given it up; asking costs a
                                 // message.
                                 const bool isGivenUp = !isFirstPart && m_group->isStopAsked();
                                 isFirstPart = false;
                                 return isGivenUp || m_cancel.isCancelled();
                             });
        // Rank 0 tries once more with smaller parts, or ends.
        if (!figures && figures.error().id != "train.out-of-memory")
            return figures.error();
        return ok();
    }

    WorkerPlace m_place;
    std::shared_ptr<ProcessGroup> m_group;
    CancelToken m_cancel;
    TrainJob m_job{};
    Vocabulary m_vocabulary{};
    TokenStream m_stream{};
    std::unique_ptr<Learner> m_learner{};
    std::int64_t m_epoch = -1;
    std::vector<Window> m_windows{}; ///< Of that epoch.
};

} // namespace

Status Learner::share(std::shared_ptr<ProcessGroup>)
{
    return worksAlone("This kind of network");
}

Status checkCanBeShared(const TrainJob& job)
{
    if (networkKind(job.network.kind).isCounted)
        return worksAlone("A network that counts (\"" + job.network.kind + "\")");
    if (job.network.kind == "gan")
        return worksAlone("A pair of networks that play against each other (\"gan\")");
    return ok();
}

Status followTraining(const WorkerPlace& place, std::shared_ptr<ProcessGroup> group,
                      const CancelToken& cancel)
{
    Follower follower(place, std::move(group), cancel);
    Status status = follower.listen();
    if (status)
        status = follower.follow();
    if (status || status.error().id != "train.worker-lost")
        return status;
    Error error = status.error();
    error.text = "The worker with rank " + std::to_string(place.rank) +
                 " ends, because another one is gone. " + error.text;
    return error;
}

} // namespace continuo
