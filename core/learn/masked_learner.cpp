// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/voices.h"
#include "core/learn/cell_masks.h"
#include "core/learn/torch_learner_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <numbers>

namespace continuo {
namespace {

constexpr auto kRows = static_cast<std::int64_t>(VoicesEncoding::kRows);
constexpr auto kRest = static_cast<std::int64_t>(VoicesEncoding::kRest);
constexpr auto kCount = static_cast<std::int64_t>(kVoices);

/// Four voices, some of whose cells are hidden; the network says what stands there. A cell is one
/// voice at one step. The loss is that of an orderless NADE (Uria, Murray and Larochelle 2014), as
/// Coconet has it: of each crop a number of cells is hidden, every number equally likely, and the
/// loss is the mean over the hidden ones.
class MaskedLearner final : public TorchLearner
{
public:
    MaskedLearner(const TrainJob& job, const Vocabulary& vocabulary, at::Device device,
                  at::ScalarType products)
        : TorchLearner(job, vocabulary, device, products)
        , m_classes(vocabulary.size())
        , m_planes(m_classes / kRows)
    {
        setNetwork(makeNetwork(job.network, {kCount * (m_planes + 1), kCount * m_planes},
                               static_cast<std::uint64_t>(job.training.seed)));
    }

private:
    /// A crop of every window: where it begins, `sequence` steps long or the whole of a shorter
    /// piece.
    std::vector<Window> cropsOf(std::span<const Window> windows) const
    {
        std::vector<Window> crops(windows.begin(), windows.end());
        const auto sequence = static_cast<std::size_t>(m_job.training.sequence);
        for (Window& crop : crops) {
            const std::size_t steps = std::min(sequence, crop.modulus);
            if (!m_job.training.wrapAround)
                crop.start = std::min(crop.start, crop.modulus - steps);
            crop.length = steps - 1; // gather() reads one step more
        }
        return crops;
    }

    /// What the voices do, moved by the shifts as far as all notes stay in the range: int64 [crops,
    /// steps, voices].
    at::Tensor moved(const at::Tensor& numbers, const at::Tensor& shifts) const
    {
        if (m_job.training.transposeDown == 0 && m_job.training.transposeUp == 0)
            return numbers;
        const at::Tensor rows = at::remainder(numbers, kRows);
        const at::Tensor isNote = rows.lt(kRest);
        const at::Tensor down = -at::where(isNote, rows, kRest - 1).amin({1, 2});
        const at::Tensor up = kRest - 1 - at::where(isNote, rows, 0).amax({1, 2});
        const at::Tensor shift =
            at::minimum(at::maximum(shifts, down), up).unsqueeze(1).unsqueeze(2);
        return at::where(isNote, numbers + shift, numbers);
    }

    /// Planes as NetworkShape has them: float [crops, planes, steps, rows]. `isThere` is 0 behind
    /// the end of shorter crops; undefined where all are equally long.
    at::Tensor planesOf(const at::Tensor& numbers, const at::Tensor& isHidden,
                        const at::Tensor& isThere) const
    {
        const std::int64_t crops = numbers.size(0);
        const std::int64_t steps = numbers.size(1);
        at::Tensor known = isHidden.logical_not(); // [crops, steps, voices]
        if (isThere.defined())
            known = known.logical_and(isThere.unsqueeze(2));
        const at::Tensor notes =
            (at::one_hot(numbers, m_classes).to(at::kFloat) * known.unsqueeze(3))
                .view({crops, steps, kCount, m_planes, kRows})
                .permute({0, 2, 3, 1, 4})
                .reshape({crops, kCount * m_planes, steps, kRows});
        const at::Tensor hidden = isHidden.to(at::kFloat)
                                      .permute({0, 2, 1})
                                      .unsqueeze(3)
                                      .expand({crops, kCount, steps, kRows});
        return at::cat({notes, hidden}, 1);
    }

    /// What may stand in each cell: float [crops, steps, voices, classes], logits.
    at::Tensor answersOf(const at::Tensor& planes, const ForwardMode& mode)
    {
        const at::Tensor out = m_network->hidden(planes, nullptr, mode);
        return out.view({out.size(0), kCount, m_planes, out.size(2), kRows})
            .permute({0, 3, 1, 2, 4})
            .reshape({out.size(0), out.size(2), kCount, m_classes});
    }

    /// Bytes as a tensor of truths on the device.
    at::Tensor truths(std::vector<std::uint8_t>& bytes, at::IntArrayRef sizes) const
    {
        return at::from_blob(bytes.data(), sizes, at::TensorOptions(at::kByte))
            .to(m_device, at::kBool, false, true);
    }

    void learnPart(std::span<const Window> windows, const Lesson& lesson,
                   StepFigures& figures) override
    {
        const std::vector<Window> crops = cropsOf(windows);
        const WindowBatch batch = gather(crops);
        const std::int64_t steps = batch.time + 1;
        const auto rows = std::ssize(crops);
        std::vector<std::uint8_t> hidden(static_cast<std::size_t>(rows * steps * kCount), 0);
        std::vector<float> weights; // of a hidden cell of each crop
        for (std::size_t r = 0; r < crops.size(); ++r) {
            const std::vector<std::uint8_t> mask =
                trainingMask(m_job.training.seed, lesson.step, crops[r].begin + crops[r].start,
                             (crops[r].length + 1) * kVoices);
            std::ranges::copy(mask,
                              hidden.begin() + static_cast<std::ptrdiff_t>(r) * steps * kCount);
            const auto count = static_cast<double>(std::ranges::count(mask, 1));
            weights.push_back(static_cast<float>(static_cast<double>(windows[r].length) / count));
        }
        const at::Tensor isHidden = truths(hidden, {rows, steps, kCount});
        at::Tensor isThere;
        if (!batch.isFull)
            isThere = at::arange(steps, batch.lengths.options())
                          .unsqueeze(0)
                          .le(batch.lengths.unsqueeze(1)); // [crops, steps]
        const at::Tensor numbers = moved(batch.numbers, batch.shifts);
        const ForwardMode mode{true, m_products, m_dropout, {}};
        const at::Tensor answers = answersOf(planesOf(numbers, isHidden, isThere),
                                             mode); // [crops, steps, voices, classes]
        const at::Tensor nats =
            -at::log_softmax(answers, 3).gather(3, numbers.unsqueeze(3)).squeeze(3);
        const at::Tensor weight =
            at::tensor(weights, at::kFloat).to(m_device).view({rows, 1, 1}) * isHidden;
        const at::Tensor loss = (nats * weight).sum();
        backward(loss / static_cast<double>(lesson.targets));
        const at::NoGradGuard noGradients;
        figures.lossSum += loss.item<double>();
        figures.correct += (answers.detach().argmax(3).eq(numbers) * weight).sum().item<double>();
    }

    /// Whole pieces, each under kJudgingMasks masks. The loss is the mean over cells of a piece's
    /// mean over its masks of the mean over the hidden cells: an estimate of what finding all of
    /// its cells one after another in a random order costs for each.
    std::optional<PartScore> judge(const TokenStream& part, const StopQuestion& isStopped) override
    {
        const at::NoGradGuard noGradients;
        PartScore score;
        double bits = 0;
        double rightNotes = 0;
        for (std::size_t p = 0; p < part.pieces.size(); ++p) {
            if (isStopped())
                return std::nullopt;
            const TokenStream::Piece& piece = part.pieces[p];
            const std::size_t steps = piece.targets + 1;
            const std::size_t cells = steps * kVoices;
            const auto first =
                part.tokens.begin() + static_cast<std::ptrdiff_t>(piece.begin * part.width);
            const std::vector<std::int64_t> tokens(first,
                                                   first + static_cast<std::ptrdiff_t>(cells));
            const at::Tensor numbers = at::tensor(tokens, at::kLong)
                                           .view({1, static_cast<std::int64_t>(steps), kCount})
                                           .to(m_device);
            const auto share = static_cast<double>(cells) / kJudgingMasks;
            for (std::size_t k = 0; k < kJudgingMasks; ++k) {
                std::vector<std::uint8_t> mask = judgingMask(p, k, cells);
                const at::Tensor isHidden = truths(mask, numbers.sizes());
                const at::Tensor answers =
                    answersOf(planesOf(numbers, isHidden, {}), {}).flatten(0, 2);
                const at::Tensor places = isHidden.flatten().nonzero().squeeze(1);
                const at::Tensor asked = answers.index_select(0, places); // [hidden, classes]
                const at::Tensor truth = numbers.flatten().index_select(0, places);
                const at::Tensor nats =
                    -at::log_softmax(asked, 1).gather(1, truth.unsqueeze(1)).squeeze(1);
                const at::Tensor isRight = asked.argmax(1).eq(truth);
                score.loss += share * nats.mean(at::kDouble).item<double>();
                score.accuracy += share * isRight.to(at::kDouble).mean().item<double>();
                const at::Tensor begins = truth.lt(kRest).nonzero().squeeze(1);
                if (begins.size(0) == 0)
                    continue;
                score.notes += static_cast<std::uint64_t>(begins.size(0));
                rightNotes += isRight.index_select(0, begins).sum().item<double>();
                bits -= at::log_softmax(asked.index_select(0, begins).narrow(1, 0, kRest), 1)
                            .gather(1, truth.index_select(0, begins).unsqueeze(1))
                            .sum(at::kDouble)
                            .item<double>();
            }
            score.steps += cells;
        }
        if (score.steps == 0)
            return score;
        score.loss /= static_cast<double>(score.steps);
        score.accuracy /= static_cast<double>(score.steps);
        if (score.notes > 0) {
            score.noteAccuracy = rightNotes / static_cast<double>(score.notes);
            score.bitsPerNote = bits / static_cast<double>(score.notes) / std::numbers::ln2;
        }
        return score;
    }

    std::int64_t m_classes = 0;
    std::int64_t m_planes = 0; ///< Of a voice: notes that begin, and with attacks those that go on.
};

} // namespace

std::unique_ptr<Learner> makeMaskedLearner(const TrainJob& job, const Vocabulary& vocabulary,
                                           at::Device device, at::ScalarType products)
{
    return std::make_unique<MaskedLearner>(job, vocabulary, device, products);
}

} // namespace continuo
