// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/learn/learner_p.h"
#include "core/learn/network_p.h"
#include "core/learn/optimizer_p.h"
#include "core/learn/scoring_p.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/remainder.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

namespace continuo {
namespace {

Error learnerError(const std::exception& failure)
{
    const auto* const torch = dynamic_cast<const c10::Error*>(&failure);
    const std::string what = torch != nullptr ? torch->what_without_backtrace() : failure.what();
    const bool isMemory = dynamic_cast<const std::bad_alloc*>(&failure) != nullptr ||
                          dynamic_cast<const c10::OutOfMemoryError*>(&failure) != nullptr ||
                          what.find("can't allocate memory") != std::string::npos;
    if (isMemory)
        return {
            ErrorKind::Failed,
            "train.out-of-memory",
            "There is not enough memory for this step. Use a smaller batch, sequence or network.",
            {}};
    return {ErrorKind::Failed, "train.device", "The computation failed: " + what, {{"what", what}}};
}

class TorchLearner final : public Learner
{
public:
    TorchLearner(const TrainJob& job, const Vocabulary& vocabulary, at::Device device,
                 bool isBfloat16)
        : m_job(job)
        , m_vocabulary(vocabulary)
        , m_device(device)
        , m_isBfloat16(isBfloat16)
        , m_random(static_cast<std::uint64_t>(job.training.seed), CounterRandom::Domain::Dropout)
        , m_network(makeNetwork(job.network, vocabulary.size(),
                                static_cast<std::uint64_t>(job.training.seed)))
    {
        const at::NoGradGuard noGradients;
        for (const Network::NamedTensors* group : {&m_network->parameters(), &m_network->buffers()})
            for (const auto& [name, tensor] : *group)
                at::Tensor(tensor).set_data(tensor.to(device));
        m_optimizer = std::make_unique<Optimizer>(job.training, *m_network);
        m_dropout = device.is_cpu() ? at::make_generator<at::CPUGeneratorImpl>()
                                    : at::globalContext().defaultGenerator(device).clone();
        const auto lowest = static_cast<int>(-job.training.transposeDown);
        const auto highest = static_cast<int>(job.training.transposeUp);
        if (lowest != highest) {
            const std::vector<Token> table = transpositionTable(vocabulary, lowest, highest);
            m_transposed =
                at::tensor(std::vector<std::int64_t>(table.begin(), table.end()), at::kLong)
                    .to(device);
        }
    }

    Status setStream(const TokenStream& stream) override
    try {
        m_stream = at::tensor(std::vector<std::int64_t>(stream.tokens.begin(), stream.tokens.end()),
                              at::kLong)
                       .to(m_device);
        return ok();
    } catch (const std::exception& failure) {
        return learnerError(failure);
    }

    Result<std::optional<StepFigures>> learn(std::span<const Window> windows,
                                             std::int64_t microBatches, std::int64_t step,
                                             double learningRate, double teacherForcing,
                                             const StopQuestion& isStopped) override
    try {
        std::int64_t targets = 0;
        for (const Window& window : windows)
            targets += isLastStep() ? 1 : static_cast<std::int64_t>(window.length);
        StepFigures figures;
        figures.targets = targets;
        const std::size_t parts =
            std::clamp<std::size_t>(static_cast<std::size_t>(microBatches), 1, windows.size());
        for (std::size_t part = 0; part < parts; ++part) {
            if (isStopped()) {
                dropGradients();
                return std::optional<StepFigures>();
            }
            const std::size_t first = windows.size() * part / parts;
            const std::size_t end = windows.size() * (part + 1) / parts;
            m_dropout.set_current_seed(m_random.bits(static_cast<std::uint32_t>(step),
                                                     static_cast<std::uint32_t>(step >> 32),
                                                     static_cast<std::uint32_t>(part)));
            learnPart(windows.subspan(first, end - first), targets, teacherForcing, figures);
        }
        figures.gradientNorm = m_optimizer->apply(learningRate, step).item<double>();
        return std::optional(figures);
    } catch (const std::exception& failure) {
        dropGradients();
        return learnerError(failure);
    }

    Result<std::optional<PartScore>> score(const TokenStream& part,
                                           const StopQuestion& isStopped) override
    try {
        return scorePart(*m_network, part, m_vocabulary, m_job.network, m_device, isStopped);
    } catch (const std::exception& failure) {
        return learnerError(failure);
    }

    Result<std::map<std::string, Tensor>> tensors(bool withOptimizer) const override
    try {
        std::map<std::string, Tensor> result;
        for (const Network::NamedTensors* group : groups(withOptimizer)) {
            for (const auto& [name, tensor] : *group) {
                const at::Tensor here = tensor.detach().to(at::kCPU).contiguous();
                result[name] = floatTensor(
                    {here.const_data_ptr<float>(), static_cast<std::size_t>(here.numel())},
                    here.sizes().vec());
            }
        }
        return result;
    } catch (const std::exception& failure) {
        return learnerError(failure);
    }

    Status load(const std::map<std::string, Tensor>& tensors, bool withOptimizer) override
    try {
        const at::NoGradGuard noGradients;
        for (const Network::NamedTensors* group : groups(withOptimizer)) {
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
        return ok();
    } catch (const std::exception& failure) {
        return learnerError(failure);
    }

    std::int64_t parameters() const override
    {
        std::int64_t count = 0;
        for (const auto& [name, parameter] : m_network->parameters())
            count += parameter.numel();
        return count;
    }

    std::int64_t floatsPerSymbol() const override { return m_network->floatsPerSymbol(); }

private:
    bool isLastStep() const { return m_job.network.prediction == "last-step"; }

    std::vector<const Network::NamedTensors*> groups(bool withOptimizer) const
    {
        std::vector<const Network::NamedTensors*> all{&m_network->parameters(),
                                                      &m_network->buffers()};
        if (withOptimizer)
            all.push_back(&m_optimizer->memory());
        return all;
    }

    void dropGradients()
    {
        for (const auto& [name, parameter] : m_network->parameters())
            at::Tensor(parameter).mutable_grad() = at::Tensor();
    }

    /// Scheduled sampling in two passes (Mihaylova and Martins 2019): what the network would have
    /// said after the true symbols before takes the place of a share of them. inputs: int64 [time,
    /// rows].
    at::Tensor withOwnSymbols(const at::Tensor& inputs, double teacherForcing)
    {
        const at::NoGradGuard noGradients;
        const ForwardMode mode{false, m_isBfloat16, {}, {}};
        const std::int64_t time = inputs.size(0);
        const at::Tensor hidden = m_network->hidden(inputs, nullptr, mode).flatten(0, 1);
        const at::Tensor drawn =
            at::multinomial(at::softmax(m_network->logits(hidden, mode), 1), 1, true, m_dropout)
                .view(inputs.sizes()); // [time, rows]
        const at::Tensor own = at::cat({inputs.narrow(0, 0, 1), drawn.narrow(0, 0, time - 1)});
        const at::Tensor isOwn = at::empty(inputs.sizes(), hidden.options().dtype(at::kFloat))
                                     .bernoulli_(1 - teacherForcing, m_dropout)
                                     .to(at::kBool);
        return at::where(isOwn, own, inputs);
    }

    /// Adds the gradients of a few windows; `targets` is what the whole step is averaged over.
    void learnPart(std::span<const Window> windows, std::int64_t targets, double teacherForcing,
                   StepFigures& figures)
    {
        const auto rows = std::ssize(windows);
        std::size_t longest = 0;
        bool isFull = true;
        std::vector<std::int64_t> numbers;
        numbers.reserve(windows.size() * 5);
        for (const Window& window : windows) {
            longest = std::max(longest, window.length);
            isFull = isFull && window.length == windows.front().length;
            numbers.insert(numbers.end(), {static_cast<std::int64_t>(window.begin),
                                           static_cast<std::int64_t>(window.start),
                                           static_cast<std::int64_t>(window.modulus),
                                           static_cast<std::int64_t>(window.length),
                                           window.shift + m_job.training.transposeDown});
        }
        const auto time = static_cast<std::int64_t>(longest);
        const at::Tensor table = at::tensor(numbers, at::kLong).view({rows, 5}).to(m_device);
        const at::Tensor clock = at::arange(time + 1, table.options()); // int64 [time + 1]
        const at::Tensor places =
            table.narrow(1, 0, 1) +
            at::remainder(table.narrow(1, 1, 1) + clock, table.narrow(1, 2, 1)); // [rows, time + 1]
        at::Tensor symbols = m_stream.index_select(0, places.flatten()).view({rows, time + 1});
        if (m_transposed.defined())
            symbols = m_transposed
                          .index_select(
                              0, (table.narrow(1, 4, 1) * m_vocabulary.size() + symbols).flatten())
                          .view({rows, time + 1});
        at::Tensor inputs = symbols.narrow(1, 0, time).t();
        if (teacherForcing < 1 && !isLastStep())
            inputs = withOwnSymbols(inputs, teacherForcing);
        at::Tensor answers = symbols.narrow(1, 1, time).t().flatten(); // int64 [time * rows]
        at::Tensor used; // int64 [n], places in it that are judged
        if (isLastStep())
            used = (table.select(1, 3) - 1) * rows + at::arange(rows, table.options());
        else if (!isFull)
            used = clock.narrow(0, 0, time)
                       .unsqueeze(1)
                       .lt(table.select(1, 3))
                       .flatten()
                       .nonzero()
                       .squeeze(1);

        ForwardMode mode{true, m_isBfloat16, m_dropout, {}};
        if (!isFull)
            mode.lengths = table.select(1, 3);
        at::Tensor hidden =
            m_network->hidden(inputs, nullptr, mode).flatten(0, 1); // [time * rows, width]
        if (used.defined()) {
            hidden = hidden.index_select(0, used);
            answers = answers.index_select(0, used);
        }
        const at::Tensor logits = m_network->logits(hidden, mode); // float [n, vocabulary]
        const at::Tensor loss = at::cross_entropy_loss(logits, answers, {}, at::Reduction::Sum,
                                                       -100, m_job.training.labelSmoothing);
        (loss / static_cast<double>(targets)).backward();
        const at::NoGradGuard noGradients;
        // The curve shows the plain cross-entropy, whatever is smoothed for learning.
        figures.lossSum +=
            m_job.training.labelSmoothing > 0
                ? at::cross_entropy_loss(logits, answers, {}, at::Reduction::Sum).item<double>()
                : loss.item<double>();
        figures.correct += logits.detach().argmax(1).eq(answers).sum().item<double>();
    }

    TrainJob m_job;
    Vocabulary m_vocabulary;
    at::Device m_device;
    bool m_isBfloat16 = false;
    CounterRandom m_random;
    std::unique_ptr<Network> m_network;
    std::unique_ptr<Optimizer> m_optimizer{};
    at::Generator m_dropout{};
    at::Tensor m_stream{};     // int64 [tokens]
    at::Tensor m_transposed{}; // int64 [shifts * vocabulary]; undefined without augmentation
};

} // namespace

Result<std::unique_ptr<Learner>> Learner::make(const TrainJob& job, const Vocabulary& vocabulary,
                                               const std::string& device,
                                               const std::string& precision)
try {
    if (networkKind(job.network.kind).isCounted)
        return makeNgramLearner(job, vocabulary);
    return std::unique_ptr<Learner>(std::make_unique<TorchLearner>(
        job, vocabulary, at::Device(device), precision == "bfloat16"));
} catch (const std::exception& failure) {
    return learnerError(failure);
}

void setComputeThreads(std::int64_t threads)
{
    at::set_num_threads(static_cast<int>(threads));
}

} // namespace continuo
