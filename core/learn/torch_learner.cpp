// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/shared_step_p.h"
#include "core/learn/torch_learner_p.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/remainder.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace continuo {

Error learnerError(const std::exception& failure)
{
    const auto* const torch = dynamic_cast<const c10::Error*>(&failure);
    const std::string what = torch != nullptr ? torch->what_without_backtrace() : failure.what();
    // oneDNN says only that it could not make something; here that is always for want of room.
    const bool isMemory = dynamic_cast<const std::bad_alloc*>(&failure) != nullptr ||
                          dynamic_cast<const c10::OutOfMemoryError*>(&failure) != nullptr ||
                          what.find("can't allocate memory") != std::string::npos ||
                          what.find("could not create a primitive") != std::string::npos ||
                          what.find("could not create a memory object") != std::string::npos;
    if (isMemory)
        return {
            ErrorKind::Failed,
            "train.out-of-memory",
            "There is not enough memory for this step. Use a smaller batch, sequence or network.",
            {{"what", what}}};
    return {ErrorKind::Failed, "train.device", "The computation failed: " + what, {{"what", what}}};
}

namespace {

/// The running figures of a network's batch normalisation as they were before a step: they move
/// with every micro-batch, and a step that is given up must leave nothing behind.
class FormerBuffers
{
public:
    explicit FormerBuffers(const Network& network)
        : m_network(network)
    {
        for (const auto& [name, buffer] : network.buffers())
            m_values.push_back(buffer.clone());
    }

    void putBack() const
    {
        const at::NoGradGuard noGradients;
        for (std::size_t i = 0; i < m_values.size(); ++i)
            m_network.buffers()[i].second.copy_(m_values[i]);
    }

private:
    const Network& m_network;
    std::vector<at::Tensor> m_values{};
};

} // namespace

TorchLearner::TorchLearner(const TrainJob& job, const Vocabulary& vocabulary, at::Device device,
                           at::ScalarType products)
    : m_job(job)
    , m_vocabulary(vocabulary)
    , m_device(device)
    , m_products(products)
    , m_random(static_cast<std::uint64_t>(job.training.seed), CounterRandom::Domain::Dropout)
    , m_dropout(device.is_cpu() ? at::make_generator<at::CPUGeneratorImpl>()
                                : at::globalContext().defaultGenerator(device).clone())
{
    if (products == at::kHalf)
        m_scale.emplace(device);
}

void TorchLearner::moveToDevice(const Network& network) const
{
    const at::NoGradGuard noGradients;
    for (const Network::NamedTensors* group : {&network.parameters(), &network.buffers()})
        for (const auto& [name, tensor] : *group)
            at::Tensor(tensor).set_data(tensor.to(m_device));
}

void TorchLearner::setNetwork(std::unique_ptr<Network> network)
{
    m_network = std::move(network);
    moveToDevice(*m_network);
    m_optimizer = std::make_unique<Optimizer>(m_job.training, m_network->parameters());
    beginAveraging();
}

void TorchLearner::beginAveraging()
{
    if (m_job.training.average > 0)
        m_average.emplace(m_job.training.average, weights());
}

void TorchLearner::followAverage(std::int64_t step)
{
    if (m_average)
        m_average->follow(step);
}

void TorchLearner::backward(const at::Tensor& loss) const
{
    (m_scale ? loss * m_scale->value() : loss).backward();
}

Status TorchLearner::setStream(const TokenStream& stream)
try {
    m_stream =
        at::tensor(std::vector<std::int64_t>(stream.tokens.begin(), stream.tokens.end()), at::kLong)
            .view({-1, static_cast<std::int64_t>(stream.width)})
            .to(m_device);
    return ok();
} catch (const std::exception& failure) {
    return learnerError(failure);
}

Status TorchLearner::share(std::shared_ptr<ProcessGroup> group)
{
    m_group = std::move(group);
    return ok();
}

Result<std::optional<StepFigures>> TorchLearner::learn(std::span<const Window> windows,
                                                       std::int64_t microBatches, std::int64_t step,
                                                       double learningRate, double teacherForcing,
                                                       const StopQuestion& isStopped)
try {
    const FormerBuffers former(*m_network);
    StepFigures figures;
    for (const Window& window : windows)
        figures.targets += isLastStep() ? 1 : static_cast<std::int64_t>(window.length);
    const Lesson lesson{step, figures.targets, teacherForcing};
    Result<bool> isWhole = false;
    if (m_group == nullptr) {
        isWhole = learnParts(windows, microBatches, lesson, figures, isStopped);
    } else {
        isWhole = learnParts(shareOf(windows, m_group->rank(), m_group->count()),
                             microBatchesOfShare(microBatches, m_group->count()), lesson, figures,
                             isStopped);
        isWhole = agreeOnStep(*m_group, isWhole, figures);
        if (isWhole && *isWhole)
            if (Status status = sumGradients(); !status)
                isWhole = status.error();
    }
    if (!isWhole || !*isWhole) {
        dropGradients();
        former.putBack();
        if (!isWhole)
            return isWhole.error();
        return std::optional<StepFigures>();
    }
    figures.gradientNorm = applyStep(learningRate, step);
    followAverage(step);
    return std::optional(figures);
} catch (const std::exception& failure) {
    dropGradients();
    return learnerError(failure);
}

Result<bool> TorchLearner::learnParts(std::span<const Window> windows, std::int64_t microBatches,
                                      const Lesson& lesson, StepFigures& figures,
                                      const StopQuestion& isStopped)
try {
    const std::size_t parts =
        std::min(windows.size(), static_cast<std::size_t>(std::max<std::int64_t>(1, microBatches)));
    // The rows of another process have other masks.
    const std::uint32_t place =
        m_group == nullptr ? 0 : static_cast<std::uint32_t>(m_group->rank()) << 16;
    for (std::size_t part = 0; part < parts; ++part) {
        if (isStopped())
            return false;
        const std::size_t first = windows.size() * part / parts;
        const std::size_t end = windows.size() * (part + 1) / parts;
        m_dropout.set_current_seed(m_random.bits(static_cast<std::uint32_t>(lesson.step),
                                                 static_cast<std::uint32_t>(lesson.step >> 32),
                                                 place | static_cast<std::uint32_t>(part)));
        learnPart(windows.subspan(first, end - first), lesson, figures);
    }
    return true;
} catch (const std::exception& failure) {
    // Memory is free again before the others are told.
    dropGradients();
    return learnerError(failure);
}

Status TorchLearner::sumGradients()
{
    const at::NoGradGuard noGradients;
    const auto eachGradient = [this](const auto& work) {
        std::int64_t begin = 0;
        for (const auto& [name, parameter] : m_network->parameters()) {
            const at::Tensor place =
                at::from_blob(m_bucket.data() + begin, parameter.sizes(), at::kFloat);
            work(at::Tensor(parameter), place);
            begin += parameter.numel();
        }
    };
    m_bucket.resize(static_cast<std::size_t>(parameters()));
    eachGradient([](const at::Tensor& parameter, const at::Tensor& place) {
        if (parameter.grad().defined())
            place.copy_(parameter.grad());
        else
            place.zero_();
    });
    if (Status status = m_group->sum(std::span(m_bucket)); !status)
        return status;
    eachGradient([this](const at::Tensor& parameter, const at::Tensor& place) {
        parameter.mutable_grad() = place.to(m_device);
    });
    return ok();
}

Result<std::optional<PartScore>> TorchLearner::score(const TokenStream& part,
                                                     const StopQuestion& isStopped)
try {
    const WeightAverage::Scope scope(average());
    return judge(part, isStopped);
} catch (const std::exception& failure) {
    return learnerError(failure);
}

double TorchLearner::applyStep(double learningRate, std::int64_t step)
{
    if (m_scale && !m_scale->unscale(m_network->parameters()))
        return 0;
    return m_optimizer->apply(learningRate, step).item<double>();
}

Result<std::map<std::string, Tensor>> TorchLearner::tensors(bool withOptimizer) const
try {
    std::map<std::string, Tensor> result;
    for (const Network::NamedTensors* group : stored(withOptimizer)) {
        for (const auto& [name, tensor] : *group) {
            const at::Tensor here = tensor.detach().to(at::kCPU).contiguous();
            result[name] =
                floatTensor({here.const_data_ptr<float>(), static_cast<std::size_t>(here.numel())},
                            here.sizes().vec());
        }
    }
    return result;
} catch (const std::exception& failure) {
    return learnerError(failure);
}

Status TorchLearner::load(const std::map<std::string, Tensor>& tensors, bool withOptimizer)
try {
    const at::NoGradGuard noGradients;
    for (const Network::NamedTensors* group : stored(withOptimizer)) {
        for (const auto& [name, tensor] : *group) {
            const auto found = tensors.find(name);
            if (found == tensors.end() || found->second.dtype != "F32" ||
                found->second.shape != tensor.sizes().vec())
                return Error{ErrorKind::Refused,
                             "train.unfit-checkpoint",
                             "The checkpoint does not fit the network of the job: tensor \"" +
                                 name + "\" is missing or has another shape.",
                             {{"tensor", name}}};
            const at::Tensor here = at::empty(tensor.sizes(), at::kFloat);
            if (!found->second.bytes.empty())
                std::memcpy(here.mutable_data_ptr<float>(), found->second.bytes.data(),
                            found->second.bytes.size());
            tensor.copy_(here);
        }
    }
    if (m_average && !withOptimizer)
        m_average->adopt();
    return ok();
} catch (const std::exception& failure) {
    return learnerError(failure);
}

std::int64_t TorchLearner::parameters() const
{
    std::int64_t count = 0;
    for (const auto& [name, parameter] : m_network->parameters())
        count += parameter.numel();
    return count;
}

std::vector<const Network::NamedTensors*> TorchLearner::weights() const
{
    return {&m_network->parameters(), &m_network->buffers()};
}

std::vector<const Network::NamedTensors*> TorchLearner::optimizerMemory() const
{
    return {&m_optimizer->memory()};
}

std::vector<const Network::NamedTensors*> TorchLearner::stored(bool withOptimizer) const
{
    std::vector<const Network::NamedTensors*> all = weights();
    if (m_average)
        all = {&m_average->averages()};
    if (!withOptimizer)
        return all;
    for (const Network::NamedTensors* group : optimizerMemory())
        all.push_back(group);
    if (m_average)
        all.push_back(&m_average->learned());
    if (m_scale)
        all.push_back(&m_scale->memory());
    return all;
}

void TorchLearner::dropGradients()
{
    for (const auto& [name, parameter] : m_network->parameters())
        at::Tensor(parameter).mutable_grad() = at::Tensor();
}

WindowBatch TorchLearner::gather(std::span<const Window> windows) const
{
    const auto rows = std::ssize(windows);
    WindowBatch batch;
    std::vector<std::int64_t> table;
    table.reserve(windows.size() * 5);
    for (const Window& window : windows) {
        const auto length = static_cast<std::int64_t>(window.length);
        batch.time = std::max(batch.time, length);
        batch.isFull = batch.isFull && window.length == windows.front().length;
        table.insert(table.end(),
                     {static_cast<std::int64_t>(window.begin),
                      static_cast<std::int64_t>(window.start),
                      static_cast<std::int64_t>(window.modulus), length, window.shift});
    }
    const at::Tensor facts = at::tensor(table, at::kLong).view({rows, 5}).to(m_device);
    const at::Tensor clock = at::arange(batch.time + 1, facts.options()); // int64 [time + 1]
    const at::Tensor places =
        facts.narrow(1, 0, 1) +
        at::remainder(facts.narrow(1, 1, 1) + clock, facts.narrow(1, 2, 1)); // [rows, time + 1]
    batch.numbers =
        m_stream.index_select(0, places.flatten()).view({rows, batch.time + 1, m_stream.size(1)});
    batch.lengths = facts.select(1, 3);
    batch.shifts = facts.select(1, 4);
    return batch;
}

at::Tensor TorchLearner::judgedPlaces(const WindowBatch& batch) const
{
    const std::int64_t rows = batch.lengths.size(0);
    const auto options = batch.lengths.options();
    if (isLastStep())
        return (batch.lengths - 1) * rows + at::arange(rows, options);
    if (batch.isFull)
        return {};
    return at::arange(batch.time, options)
        .unsqueeze(1)
        .lt(batch.lengths)
        .flatten()
        .nonzero()
        .squeeze(1);
}

} // namespace continuo
