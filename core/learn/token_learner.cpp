// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/scoring_p.h"
#include "core/learn/torch_learner_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>

namespace continuo {
namespace {

/// A step is one symbol, and the network says which comes next.
class TokenLearner final : public TorchLearner
{
public:
    TokenLearner(const TrainJob& job, const Vocabulary& vocabulary, at::Device device,
                 at::ScalarType products)
        : TorchLearner(job, vocabulary, device, products)
    {
        setNetwork(makeNetwork(job.network, {vocabulary.size(), vocabulary.size()},
                               static_cast<std::uint64_t>(job.training.seed)));
        const auto lowest = static_cast<int>(-job.training.transposeDown);
        const auto highest = static_cast<int>(job.training.transposeUp);
        if (lowest != highest) {
            const std::vector<Token> table = transpositionTable(vocabulary, lowest, highest);
            m_transposed =
                at::tensor(std::vector<std::int64_t>(table.begin(), table.end()), at::kLong)
                    .to(device);
        }
    }

private:
    std::optional<PartScore> judge(const TokenStream& part, const StopQuestion& isStopped) override
    {
        return scorePart(*m_network, part, m_vocabulary, m_job.network, m_device, isStopped);
    }

    /// Scheduled sampling in two passes (Mihaylova and Martins 2019): what the network would have
    /// said after the true symbols before takes the place of a share of them. inputs: int64 [time,
    /// rows].
    at::Tensor withOwnSymbols(const at::Tensor& inputs, double teacherForcing)
    {
        const at::NoGradGuard noGradients;
        const ForwardMode mode{false, m_products, {}, {}};
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

    void learnPart(std::span<const Window> windows, const Lesson& lesson,
                   StepFigures& figures) override
    {
        const WindowBatch batch = gather(windows);
        at::Tensor symbols = batch.numbers.squeeze(2); // int64 [rows, time + 1]
        if (m_transposed.defined()) {
            const at::Tensor first =
                (batch.shifts + m_job.training.transposeDown) * m_vocabulary.size();
            symbols = m_transposed.index_select(0, (first.unsqueeze(1) + symbols).flatten())
                          .view(symbols.sizes());
        }
        at::Tensor inputs = symbols.narrow(1, 0, batch.time).t();
        if (lesson.teacherForcing < 1 && !isLastStep())
            inputs = withOwnSymbols(inputs, lesson.teacherForcing);
        at::Tensor answers = symbols.narrow(1, 1, batch.time).t().flatten(); // int64 [time * rows]

        ForwardMode mode{true, m_products, m_dropout, {}};
        if (!batch.isFull)
            mode.lengths = batch.lengths;
        at::Tensor hidden =
            m_network->hidden(inputs, nullptr, mode).flatten(0, 1); // [time * rows, width]
        if (const at::Tensor used = judgedPlaces(batch); used.defined()) {
            hidden = hidden.index_select(0, used);
            answers = answers.index_select(0, used);
        }
        const at::Tensor logits = m_network->logits(hidden, mode); // float [n, vocabulary]
        const at::Tensor loss = at::cross_entropy_loss(logits, answers, {}, at::Reduction::Sum,
                                                       -100, m_job.training.labelSmoothing);
        backward(loss / static_cast<double>(lesson.targets));
        const at::NoGradGuard noGradients;
        // The curve shows the plain cross-entropy, whatever is smoothed for learning.
        figures.lossSum +=
            m_job.training.labelSmoothing > 0
                ? at::cross_entropy_loss(logits, answers, {}, at::Reduction::Sum).item<double>()
                : loss.item<double>();
        figures.correct += logits.detach().argmax(1).eq(answers).sum().item<double>();
    }

    at::Tensor m_transposed{}; // int64 [shifts * vocabulary]; undefined without augmentation
};

} // namespace

std::unique_ptr<Learner> makeTokenLearner(const TrainJob& job, const Vocabulary& vocabulary,
                                          at::Device device, at::ScalarType products)
{
    return std::make_unique<TokenLearner>(job, vocabulary, device, products);
}

} // namespace continuo
