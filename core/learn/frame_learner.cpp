// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/frame.h"
#include "core/learn/keys_network_p.h"
#include "core/learn/torch_learner_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <vector>

namespace continuo {
namespace {

constexpr auto kKeys = static_cast<std::int64_t>(kFrameKeys);
constexpr auto kInNumber = static_cast<std::int64_t>(kKeysInNumber);

/// The most keys that are on in any frame of a stream.
std::int64_t mostKeysOf(const TokenStream& stream)
{
    std::size_t most = 0;
    const std::span<const Token> tokens(stream.tokens);
    for (std::size_t i = 0; i + kFrameNumbers <= tokens.size(); i += kFrameNumbers)
        most = std::max(most, frameKeys(tokens.subspan(i, kFrameNumbers)).count());
    return static_cast<std::int64_t>(most);
}

/// Sums over the frames judged so far.
class Tally
{
public:
    /// logits and frames: float [n, keys].
    void add(const at::Tensor& logits, const at::Tensor& frames)
    {
        m_frames += frames.size(0);
        m_nats += natsOf(logits, frames).sum(at::kDouble).item<double>();
        const at::Tensor said = logits.gt(0);
        const at::Tensor is = frames.gt(0.5);
        m_right += said.eq(is).all(1).sum().item<std::int64_t>();
        m_rightKeys += said.logical_and(is).sum().item<std::int64_t>();
        m_anyKeys += said.logical_or(is).sum().item<std::int64_t>();
    }

    static at::Tensor natsOf(const at::Tensor& logits, const at::Tensor& frames)
    {
        return at::binary_cross_entropy_with_logits(logits, frames, {}, {}, at::Reduction::None);
    }

    PartScore score() const
    {
        PartScore score;
        score.steps = static_cast<std::uint64_t>(m_frames);
        if (m_frames > 0) {
            score.loss = m_nats / static_cast<double>(m_frames);
            score.accuracy = static_cast<double>(m_right) / static_cast<double>(m_frames);
        }
        if (m_anyKeys > 0)
            score.noteAccuracy = static_cast<double>(m_rightKeys) / static_cast<double>(m_anyKeys);
        return score;
    }

private:
    std::int64_t m_frames = 0;
    double m_nats = 0;
    std::int64_t m_right = 0;     ///< Frames with all keys as the network finds likelier.
    std::int64_t m_rightKeys = 0; ///< On in both.
    std::int64_t m_anyKeys = 0;   ///< On in either.
};

/// A step is a frame: 88 keys, on or off. The first of a piece is only read.
class FrameLearner final : public TorchLearner
{
public:
    FrameLearner(const TrainJob& job, const Vocabulary& vocabulary, at::Device device,
                 at::ScalarType products)
        : TorchLearner(job, vocabulary, device, products)
    {
        auto network = std::make_unique<KeysNetwork>(
            job.network, static_cast<std::uint64_t>(job.training.seed));
        m_keysNetwork = network.get();
        setNetwork(std::move(network));
        std::vector<std::int64_t> numbers;
        std::vector<std::int64_t> bits;
        for (std::int64_t key = 0; key < kKeys; ++key) {
            numbers.push_back(key / kInNumber);
            bits.push_back(std::int64_t{1} << (key % kInNumber));
        }
        m_numberOfKey = at::tensor(numbers, at::kLong).to(device);
        m_bitOfKey = at::tensor(bits, at::kLong).to(device);
    }

    Status setStream(const TokenStream& stream) override
    {
        m_mostKeys = mostKeysOf(stream);
        return TorchLearner::setStream(stream);
    }

private:
    /// numbers: int64 [a, b, kFrameNumbers]; result: float [a, b, keys].
    at::Tensor keysOf(const at::Tensor& numbers) const
    {
        return numbers.index_select(2, m_numberOfKey).bitwise_and(m_bitOfKey).ne(0).to(at::kFloat);
    }

    /// Every row moved by its semitones, as far as its keys stay on the piano. keys: float [rows,
    /// time, keys]; shifts: int64 [rows].
    at::Tensor transposed(const at::Tensor& keys, const at::Tensor& shifts) const
    {
        const at::Tensor place = at::arange(kKeys, shifts.options()); // [keys]
        const at::Tensor isUsed = keys.sum(1).gt(0);                  // [rows, keys]
        const at::Tensor none = at::full({}, kKeys, shifts.options());
        const at::Tensor lowest = at::where(isUsed, place, none).amin(1); // [rows]
        const at::Tensor highest = at::where(isUsed, place, -none).amax(1);
        const at::Tensor moved = shifts.maximum(-lowest).minimum(kKeys - 1 - highest);
        const at::Tensor from =
            (place.unsqueeze(0) - moved.unsqueeze(1)).remainder(kKeys); // [rows, keys]
        return keys.gather(2, from.unsqueeze(1).expand_as(keys));
    }

    /// Scheduled sampling in two passes: frames that the network would have drawn after the true
    /// ones before take the place of a share of them. inputs: float [time, rows, keys].
    at::Tensor withOwnFrames(const at::Tensor& inputs, double teacherForcing)
    {
        const at::NoGradGuard noGradients;
        const ForwardMode mode{false, m_products, {}, {}};
        const std::int64_t time = inputs.size(0);
        const at::Tensor hidden = m_network->hidden(inputs, nullptr, mode).flatten(0, 1);
        const at::Tensor next = at::cat({inputs.narrow(0, 1, time - 1), inputs.narrow(0, 0, 1)});
        const at::Tensor logits =
            m_keysNetwork->keyLogits(hidden, next.flatten(0, 1), m_mostKeys, mode);
        const at::Tensor drawn =
            logits.sigmoid().bernoulli(m_dropout).view(inputs.sizes()).narrow(0, 0, time - 1);
        const at::Tensor own = at::cat({inputs.narrow(0, 0, 1), drawn});
        const at::Tensor isOwn = at::empty_like(inputs.select(2, 0))
                                     .bernoulli_(1 - teacherForcing, m_dropout)
                                     .to(at::kBool)
                                     .unsqueeze(2);
        return at::where(isOwn, own, inputs);
    }

    void learnPart(std::span<const Window> windows, const Lesson& lesson,
                   StepFigures& figures) override
    {
        const WindowBatch batch = gather(windows);
        at::Tensor keys = keysOf(batch.numbers); // [rows, time + 1, keys]
        if (m_job.training.transposeDown != 0 || m_job.training.transposeUp != 0)
            keys = transposed(keys, batch.shifts);
        at::Tensor inputs = keys.narrow(1, 0, batch.time).transpose(0, 1).contiguous();
        if (lesson.teacherForcing < 1 && batch.time > 1)
            inputs = withOwnFrames(inputs, lesson.teacherForcing);
        at::Tensor answers =
            keys.narrow(1, 1, batch.time).transpose(0, 1).flatten(0, 1); // [time * rows, keys]

        const ForwardMode mode{true, m_products, m_dropout, {}};
        at::Tensor hidden =
            m_network->hidden(inputs, nullptr, mode).flatten(0, 1); // [time * rows, width]
        if (const at::Tensor used = judgedPlaces(batch); used.defined()) {
            hidden = hidden.index_select(0, used);
            answers = answers.index_select(0, used);
        }
        const at::Tensor logits = m_keysNetwork->keyLogits(hidden, answers, m_mostKeys, mode);
        const double smoothing = m_job.training.labelSmoothing;
        const at::Tensor wanted =
            smoothing > 0 ? answers * (1 - smoothing) + smoothing / 2 : answers;
        const at::Tensor loss =
            at::binary_cross_entropy_with_logits(logits, wanted, {}, {}, at::Reduction::Sum);
        backward(loss / static_cast<double>(lesson.targets));
        const at::NoGradGuard noGradients;
        const at::Tensor plain =
            smoothing > 0 ? Tally::natsOf(logits, answers).sum() : loss.detach();
        const at::Tensor right = logits.detach().gt(0).eq(answers.gt(0.5)).all(1).sum();
        figures.lossSum += plain.item<double>();
        figures.correct += right.item<double>();
    }

    std::optional<PartScore> judge(const TokenStream& part, const StopQuestion& isStopped) override
    {
        constexpr std::size_t kRows = 64;
        constexpr std::size_t kStretch = 128;
        const at::NoGradGuard noGradients;
        const ForwardMode mode;
        const std::int64_t mostKeys = mostKeysOf(part);
        std::vector<TokenStream::Piece> pieces = part.pieces;
        // Pieces of like length go together; those that end drop out at the bottom.
        std::ranges::stable_sort(pieces, std::ranges::greater(), &TokenStream::Piece::targets);
        Tally tally;
        for (std::size_t first = 0; first < pieces.size(); first += kRows) {
            std::span<const TokenStream::Piece> rows =
                std::span<const TokenStream::Piece>(pieces).subspan(
                    first, std::min(kRows, pieces.size() - first));
            NetworkState state;
            for (std::size_t from = 0; from < rows.front().targets; from += kStretch) {
                if (isStopped())
                    return std::nullopt;
                while (rows.back().targets <= from)
                    rows = rows.first(rows.size() - 1);
                for (at::Tensor& memory : state)
                    memory = memory.narrow(0, 0, std::ssize(rows)).contiguous();
                judgeStretch(part, rows, from, std::min(kStretch, rows.front().targets - from),
                             mostKeys, state, tally);
            }
        }
        return tally.score();
    }

    /// `time` frames of every piece from its `from`-th on.
    void judgeStretch(const TokenStream& part, std::span<const TokenStream::Piece> rows,
                      std::size_t from, std::size_t time, std::int64_t mostKeys,
                      NetworkState& state, Tally& tally)
    {
        std::vector<std::int64_t> numbers((time + 1) * rows.size() * kFrameNumbers, 0);
        std::vector<std::int64_t> used; // flat places of [time, rows] that are steps of a piece
        for (std::size_t row = 0; row < rows.size(); ++row) {
            for (std::size_t t = 0; t <= time && from + t <= rows[row].targets; ++t) {
                const std::size_t step = rows[row].begin + from + t;
                for (std::size_t k = 0; k < kFrameNumbers; ++k)
                    numbers[(t * rows.size() + row) * kFrameNumbers + k] =
                        part.tokens[step * kFrameNumbers + k];
                if (t < time && from + t < rows[row].targets)
                    used.push_back(static_cast<std::int64_t>(t * rows.size() + row));
            }
        }
        const auto steps = static_cast<std::int64_t>(time);
        const at::Tensor keys = keysOf(
            at::tensor(numbers, at::kLong)
                .view({steps + 1, std::ssize(rows), static_cast<std::int64_t>(kFrameNumbers)})
                .to(m_device));
        const at::Tensor places = at::tensor(used, at::kLong).to(m_device);
        const at::Tensor hidden = m_network->hidden(keys.narrow(0, 0, steps), &state, {})
                                      .flatten(0, 1)
                                      .index_select(0, places);
        const at::Tensor answers = keys.narrow(0, 1, steps).flatten(0, 1).index_select(0, places);
        tally.add(m_keysNetwork->keyLogits(hidden, answers, mostKeys, {}), answers);
    }

    KeysNetwork* m_keysNetwork = nullptr;
    std::int64_t m_mostKeys = 0; ///< On in a frame of the training part.
    at::Tensor m_numberOfKey{};  // int64 [keys], which number of a step
    at::Tensor m_bitOfKey{};     // int64 [keys], and which bit of it
};

} // namespace

std::unique_ptr<Learner> makeFrameLearner(const TrainJob& job, const Vocabulary& vocabulary,
                                          at::Device device, at::ScalarType products)
{
    return std::make_unique<FrameLearner>(job, vocabulary, device, products);
}

} // namespace continuo
