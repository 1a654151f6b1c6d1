// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/note_encoding.h"
#include "core/learn/torch_learner_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/binary_cross_entropy.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <array>
#include <numbers>

namespace continuo {
namespace {

constexpr std::int64_t kPitches = 128;
constexpr std::int64_t kScoredRows = 512; ///< Windows that are judged at once.
constexpr std::int64_t kStretch = 2048;   ///< Notes of a piece that are judged at once.

/// The figures of some notes: sums, in the order of kNames.
struct Figures
{
    static constexpr std::size_t kMost = 6;
    /// Cross-entropy of the pitch, pitches that were right, what is learned from, and the loss of
    /// each value.
    static constexpr std::array<const char*, kMost> kNames{
        "pitchLoss", "pitchAccuracy", "objective", "stepLoss", "durationLoss", "velocityLoss"};

    std::array<double, kMost> sums{};
    std::size_t count = kMost; ///< How many there are.

    void add(const at::Tensor& more)
    {
        const at::Tensor here = more.to(at::kDouble).cpu();
        count = static_cast<std::size_t>(here.size(0));
        for (std::size_t i = 0; i < count; ++i)
            sums[i] += here.const_data_ptr<double>()[i];
    }

    /// All but the cross-entropy, which is the loss.
    void addTo(NamedFigures& more) const
    {
        for (std::size_t i = 1; i < count; ++i)
            more[kNames[i]] += sums[i];
    }
};

/// A step is a note; the network says the pitch of the next one and how long from now and how long
/// it is.
class NoteLearner final : public TorchLearner
{
public:
    NoteLearner(const TrainJob& job, const Vocabulary& vocabulary, at::Device device,
                at::ScalarType products)
        : TorchLearner(job, vocabulary, device, products)
    {
        const NoteOptions options = noteOptionsFromJson(job.encodingOptionsJson).value();
        std::vector<float> units(2, 1 / static_cast<float>(options.division));
        if (options.velocity == "kept")
            units.push_back(1.0F / 127);
        m_units = at::tensor(units, at::kFloat).to(device);
        const std::int64_t width = kPitches + std::ssize(units);
        setNetwork(makeNetwork(job.network, {width, width},
                               static_cast<std::uint64_t>(job.training.seed)));
    }

private:
    /// int64 [..., width] → float [..., 128 + values]
    at::Tensor vectors(const at::Tensor& numbers) const
    {
        return at::cat(
            {at::one_hot(numbers.select(-1, 0), kPitches).to(at::kFloat), valuesOf(numbers)}, -1);
    }

    at::Tensor valuesOf(const at::Tensor& numbers) const
    {
        return numbers.narrow(-1, 1, m_units.size(0)).to(at::kFloat) * m_units;
    }

    /// Notes that would leave the keyboard come back by octaves. numbers: int64 [rows, time,
    /// width].
    static at::Tensor transposed(const at::Tensor& numbers, const at::Tensor& shifts)
    {
        at::Tensor pitches = numbers.narrow(2, 0, 1) + shifts.view({-1, 1, 1});
        for (int octave = 0; octave < 2; ++octave) // a shift is of two at the most
            pitches = pitches - 12 * pitches.gt(kPitches - 1).to(at::kLong) +
                      12 * pitches.lt(0).to(at::kLong);
        return at::cat({pitches, numbers.narrow(2, 1, numbers.size(2) - 1)}, 2);
    }

    /// Heads as they are: pitch logits and values. answers: float [n, 128 + values]
    at::Tensor answersOf(const at::Tensor& hidden, const ForwardMode& mode)
    {
        const at::Tensor answers = m_network->logits(hidden, mode);
        return m_job.network.head == "note-relu" ? at::relu(answers) : answers;
    }

    /// Scheduled sampling in two passes, as TokenLearner does. inputs: float [time, rows, width].
    at::Tensor withOwnNotes(const at::Tensor& inputs, double teacherForcing)
    {
        const at::NoGradGuard noGradients;
        const ForwardMode mode{false, m_products, {}, {}};
        const std::int64_t time = inputs.size(0);
        const std::int64_t rows = inputs.size(1);
        const at::Tensor answers =
            answersOf(m_network->hidden(inputs, nullptr, mode).flatten(0, 1), mode);
        const at::Tensor pitches =
            at::multinomial(at::softmax(answers.narrow(1, 0, kPitches), 1), 1, true, m_dropout)
                .squeeze(1);
        const at::Tensor drawn = at::cat({at::one_hot(pitches, kPitches).to(at::kFloat),
                                          at::relu(answers.narrow(1, kPitches, m_units.size(0)))},
                                         1)
                                     .view(inputs.sizes());
        const at::Tensor own = at::cat({inputs.narrow(0, 0, 1), drawn.narrow(0, 0, time - 1)});
        const at::Tensor isOwn = at::empty({time, rows, 1}, inputs.options())
                                     .bernoulli_(1 - teacherForcing, m_dropout)
                                     .to(at::kBool);
        return at::where(isOwn, own, inputs);
    }

    struct Loss
    {
        at::Tensor objective{}; ///< Scalar, summed over the notes.
        at::Tensor figures{};   ///< float [figures], sums; see Figures.
    };

    /// answers: float [n, 128 + values]; targets: int64 [n, width].
    Loss lossOf(const at::Tensor& answers, const at::Tensor& targets) const
    {
        const at::Tensor logits = answers.narrow(1, 0, kPitches);
        const at::Tensor pitches = targets.select(1, 0);
        const at::Tensor apart =
            answers.narrow(1, kPitches, m_units.size(0)) - valuesOf(targets); // [n, values]
        const std::string& kind = m_job.training.noteLoss;
        const at::Tensor values =
            (kind == "cross-entropy-mse" ? apart.square() : apart.abs()).sum(0); // [values]
        Loss loss;
        if (kind == "bce-l1") {
            const at::Tensor pitch = at::binary_cross_entropy(
                at::softmax(logits, 1), at::one_hot(pitches, kPitches).to(at::kFloat), {},
                at::Reduction::Sum);
            loss.objective = pitch * (20.0 / kPitches) + values.sum() * 10.0;
        } else {
            loss.objective = at::cross_entropy_loss(logits, pitches, {}, at::Reduction::Sum, -100,
                                                    m_job.training.labelSmoothing) +
                             values.sum();
        }
        const at::NoGradGuard noGradients;
        const at::Tensor plain = at::cross_entropy_loss(logits, pitches, {}, at::Reduction::Sum);
        const at::Tensor right = logits.argmax(1).eq(pitches).sum().to(at::kFloat);
        loss.figures =
            at::cat({at::stack({plain, right, loss.objective.detach()}), values.detach()});
        return loss;
    }

    void learnPart(std::span<const Window> windows, const Lesson& lesson,
                   StepFigures& figures) override
    {
        const WindowBatch batch = gather(windows);
        at::Tensor numbers = batch.numbers; // int64 [rows, time + 1, width]
        if (m_job.training.transposeDown > 0 || m_job.training.transposeUp > 0)
            numbers = transposed(numbers, batch.shifts);
        numbers = numbers.transpose(0, 1).contiguous(); // [time + 1, rows, width]
        at::Tensor inputs = vectors(numbers.narrow(0, 0, batch.time));
        if (lesson.teacherForcing < 1 && !isLastStep())
            inputs = withOwnNotes(inputs, lesson.teacherForcing);
        at::Tensor targets = numbers.narrow(0, 1, batch.time).flatten(0, 1);

        ForwardMode mode{true, m_products, m_dropout, {}};
        if (!batch.isFull)
            mode.lengths = batch.lengths;
        at::Tensor hidden =
            m_network->hidden(inputs, nullptr, mode).flatten(0, 1); // [time * rows, width]
        if (const at::Tensor used = judgedPlaces(batch); used.defined()) {
            hidden = hidden.index_select(0, used);
            targets = targets.index_select(0, used);
        }
        const Loss loss = lossOf(answersOf(hidden, mode), targets);
        backward(loss.objective / static_cast<double>(lesson.targets));
        Figures sums;
        sums.add(loss.figures);
        figures.lossSum += sums.sums[0];
        figures.correct += sums.sums[1];
        sums.addTo(figures.more);
    }

    std::optional<PartScore> judge(const TokenStream& part, const StopQuestion& isStopped) override
    {
        const at::NoGradGuard noGradients;
        const at::Tensor stream =
            at::tensor(std::vector<std::int64_t>(part.tokens.begin(), part.tokens.end()), at::kLong)
                .view({-1, static_cast<std::int64_t>(part.width)})
                .to(m_device); // [steps, width]
        Figures sums;
        for (const TokenStream::Piece& piece : part.pieces) {
            const at::Tensor notes = stream.narrow(0, static_cast<std::int64_t>(piece.begin),
                                                   static_cast<std::int64_t>(piece.targets) + 1);
            const bool isDone = isLastStep() ? judgeWindows(notes, isStopped, sums)
                                             : judgeThrough(notes, isStopped, sums);
            if (!isDone)
                return std::nullopt;
        }
        PartScore score;
        score.steps = score.notes = part.targets();
        if (score.steps == 0)
            return score;
        const auto count = static_cast<double>(score.steps);
        score.loss = sums.sums[0] / count;
        score.accuracy = score.noteAccuracy = sums.sums[1] / count;
        score.bitsPerNote = score.loss / std::numbers::ln2;
        sums.addTo(score.more);
        for (auto& [name, value] : score.more)
            value /= count;
        return score;
    }

    /// notes: int64 [steps, width], a piece.
    bool judgeWindows(const at::Tensor& notes, const StopQuestion& isStopped, Figures& sums)
    {
        const std::int64_t targets = notes.size(0) - 1;
        const std::int64_t window = m_job.network.window;
        // The first notes have fewer before them than the window; rows of one length go together.
        for (std::int64_t target = 1; target <= targets;) {
            if (isStopped())
                return false;
            const std::int64_t length = std::min(target, window);
            const std::int64_t rows =
                target < window ? 1 : std::min(kScoredRows, targets - target + 1);
            const at::Tensor places =
                (at::arange(length, notes.options()).unsqueeze(1) +
                 at::arange(target - length, target - length + rows, notes.options()))
                    .flatten(); // [length * rows]
            const at::Tensor inputs = vectors(notes.index_select(0, places))
                                          .view({length, rows, kPitches + m_units.size(0)});
            const at::Tensor hidden = m_network->hidden(inputs, nullptr, {}).select(0, -1);
            sums.add(lossOf(answersOf(hidden, {}), notes.narrow(0, target, rows)).figures);
            target += rows;
        }
        return true;
    }

    bool judgeThrough(const at::Tensor& notes, const StopQuestion& isStopped, Figures& sums)
    {
        const std::int64_t targets = notes.size(0) - 1;
        NetworkState state;
        for (std::int64_t from = 0; from < targets; from += kStretch) {
            if (isStopped())
                return false;
            const std::int64_t time = std::min(kStretch, targets - from);
            const at::Tensor inputs = vectors(notes.narrow(0, from, time)).unsqueeze(1);
            const at::Tensor hidden = m_network->hidden(inputs, &state, {}).squeeze(1);
            sums.add(lossOf(answersOf(hidden, {}), notes.narrow(0, from + 1, time)).figures);
        }
        return true;
    }

    at::Tensor m_units{}; // float [values]: what one is of each number behind the pitch
};

} // namespace

std::unique_ptr<Learner> makeNoteLearner(const TrainJob& job, const Vocabulary& vocabulary,
                                         at::Device device, at::ScalarType products)
{
    return std::make_unique<NoteLearner>(job, vocabulary, device, products);
}

} // namespace continuo
