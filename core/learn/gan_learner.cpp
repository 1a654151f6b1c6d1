// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/noise_judgement.h"
#include "core/learn/torch_learner_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace continuo {
namespace {

/// Melodies that a judgement looks at; the same noise every time, so that what changes is the
/// network.
constexpr std::int64_t kJudgedMelodies = 64;

/// What a draw is for, in the place of a micro-batch.
constexpr std::uint32_t kJudgementDraw = 0xffffffffU;

/// One of the two networks with its optimizer; names in files begin with `prefix`.
struct Player
{
    Player(const TrainSettings& settings, std::unique_ptr<Network> made, const std::string& prefix)
        : network(std::move(made))
    {
        for (const auto& [name, parameter] : network->parameters())
            parameters.emplace_back(prefix + name, parameter);
        optimizer.emplace(settings, parameters);
    }

    std::unique_ptr<Network> network;
    Network::NamedTensors parameters{};
    std::optional<Optimizer> optimizer{};

    void learns(bool isOn) const
    {
        for (const auto& [name, parameter] : parameters)
            parameter.requires_grad_(isOn);
    }
    void dropGradients() const
    {
        for (const auto& [name, parameter] : parameters)
            at::Tensor(parameter).mutable_grad() = at::Tensor();
    }
};

/// Weights and moments as they were, put back unless all went well.
class Undo
{
public:
    explicit Undo(const Player& player)
    {
        const at::NoGradGuard noGradients;
        for (const Network::NamedTensors* group : {&player.parameters, &player.optimizer->memory()})
            for (const auto& [name, tensor] : *group)
                m_before.emplace_back(tensor, tensor.detach().clone());
    }
    Undo(const Undo&) = delete;
    Undo& operator=(const Undo&) = delete;
    ~Undo()
    {
        if (m_isKept)
            return;
        const at::NoGradGuard noGradients;
        for (const auto& [tensor, before] : m_before)
            tensor.copy_(before);
    }
    void keep() { m_isKept = true; }

private:
    std::vector<std::pair<at::Tensor, at::Tensor>> m_before{};
    bool m_isKept = false;
};

/// A generator makes melodies out of noise, a discriminator tells them from those of the windows,
/// and each learns from the other. The discriminator goes first in every step.
class GanLearner final : public TorchLearner
{
public:
    GanLearner(const TrainJob& job, const Vocabulary& vocabulary, at::Device device,
               at::ScalarType products)
        : TorchLearner(job, vocabulary, device, products)
        , m_generator(make({job.network.noise, vocabulary.size()}, "generator."))
        , m_discriminator(make({vocabulary.size(), 1}, "discriminator."))
    {
        const auto lowest = static_cast<int>(-job.training.transposeDown);
        const auto highest = static_cast<int>(job.training.transposeUp);
        if (lowest != highest) {
            const std::vector<Token> table = transpositionTable(vocabulary, lowest, highest);
            m_transposed =
                at::tensor(std::vector<std::int64_t>(table.begin(), table.end()), at::kLong)
                    .to(device);
        }
        beginAveraging();
    }

    Result<std::optional<StepFigures>> learn(std::span<const Window> windows,
                                             std::int64_t microBatches, std::int64_t step,
                                             double learningRate, double,
                                             const StopQuestion& isStopped) override
    try {
        const std::size_t parts =
            std::clamp<std::size_t>(static_cast<std::size_t>(microBatches), 1, windows.size());
        const auto part = [&](std::size_t number) {
            const std::size_t first = windows.size() * number / parts;
            const std::size_t end = windows.size() * (number + 1) / parts;
            // Both networks see the same melodies of a step.
            seed(step, static_cast<std::uint32_t>(number));
            return windows.subspan(first, end - first);
        };
        const auto rows = static_cast<double>(windows.size());
        // Sums over the rows: discriminator's loss, generator's loss, right verdicts.
        at::Tensor sums = at::zeros({3}, at::TensorOptions(m_device).dtype(at::kFloat));
        for (std::size_t number = 0; number < parts; ++number) {
            if (isStopped()) {
                dropGradients();
                return std::optional<StepFigures>();
            }
            teachDiscriminator(part(number), rows, sums);
        }
        Undo undo(m_discriminator);
        const at::Tensor first = m_discriminator.optimizer->apply(learningRate, step);
        m_discriminator.learns(false);
        for (std::size_t number = 0; number < parts; ++number) {
            if (number > 0 && isStopped()) {
                m_discriminator.learns(true);
                dropGradients();
                return std::optional<StepFigures>();
            }
            teachGenerator(part(number), rows, sums);
        }
        m_discriminator.learns(true);
        const at::Tensor second = m_generator.optimizer->apply(learningRate, step);
        undo.keep();
        followAverage(step);

        const at::NoGradGuard noGradients;
        const at::Tensor told = at::stack({sums[0], sums[1], sums[2], first, second}).cpu();
        const float* const values = told.const_data_ptr<float>();
        StepFigures figures;
        for (const Window& window : windows)
            figures.targets += isLastStep() ? 1 : static_cast<std::int64_t>(window.length);
        const auto targets = static_cast<double>(figures.targets);
        figures.lossSum = values[0] / rows * targets;
        figures.correct = values[2] / (2 * rows) * targets;
        figures.gradientNorm = std::hypot(values[3], values[4]);
        figures.more["discriminatorLoss"] = values[0] / rows * targets;
        figures.more["generatorLoss"] = values[1] / rows * targets;
        return std::optional(figures);
    } catch (const std::exception& failure) {
        m_discriminator.learns(true);
        dropGradients();
        return learnerError(failure);
    }

    bool judgesItself() const override { return true; }

    Result<std::optional<OwnJudgement>> judgeItself(const TokenStream& corpus,
                                                    const StopQuestion& isStopped) override
    try {
        const at::NoGradGuard noGradients;
        if (isStopped())
            return std::optional<OwnJudgement>();
        const WeightAverage::Scope scope(average());
        const std::int64_t time = m_job.training.sequence;
        seed(0, kJudgementDraw);
        const at::Tensor logits = generate(kJudgedMelodies, time, {});
        const at::Tensor symbols = drawn(logits).argmax(2).t().contiguous().cpu(); // [rows, time]
        std::vector<TokenSequence> melodies;
        const std::int64_t* const told = symbols.const_data_ptr<std::int64_t>();
        for (std::int64_t row = 0; row < kJudgedMelodies; ++row)
            melodies.emplace_back(told + row * time, told + (row + 1) * time);
        const std::vector<TokenSequence> excerpts =
            excerptsOf(corpus, kJudgedMelodies, static_cast<std::size_t>(time));
        const NoiseJudgement judgement =
            judgeNoiseMelodies(melodies, excerpts, corpus, m_vocabulary);
        return std::optional(OwnJudgement{judgement.pairDistance, judgement.figures(),
                                          judgement.isCollapsed() ? judgement.words() : ""});
    } catch (const std::exception& failure) {
        return learnerError(failure);
    }

    std::int64_t parameters() const override
    {
        std::int64_t count = 0;
        for (const Player* player : {&m_generator, &m_discriminator})
            for (const auto& [name, parameter] : player->parameters)
                count += parameter.numel();
        return count;
    }

    std::int64_t floatsPerSymbol() const override
    {
        return m_job.network.noise + 2 * m_generator.network->floatsPerSymbol() +
               2 * m_discriminator.network->floatsPerSymbol();
    }

private:
    Player make(NetworkEnds ends, const std::string& prefix) const
    {
        NetworkShape shape = m_job.network;
        shape.kind = "rnn";
        shape.prediction = "every-step";
        shape.window = 0;
        // Each network draws its weights from a seed of its own.
        constexpr std::uint64_t kOther = 0x9e3779b97f4a7c15U;
        const auto seed = static_cast<std::uint64_t>(m_job.training.seed);
        std::unique_ptr<Network> network =
            makeRecurrentNetwork(shape, ends, prefix == "generator." ? seed : seed ^ kOther);
        moveToDevice(*network);
        return Player(m_job.training, std::move(network), prefix);
    }

    void seed(std::int64_t step, std::uint32_t part)
    {
        m_dropout.set_current_seed(m_random.bits(static_cast<std::uint32_t>(step),
                                                 static_cast<std::uint32_t>(step >> 32), part));
    }

    /// What the generator says to fresh noise: float [time, rows, vocabulary], logits. In last-step
    /// every symbol has its own window of noise, read from the zero state, and only what comes out
    /// at its end counts.
    at::Tensor generate(std::int64_t rows, std::int64_t time, const ForwardMode& mode)
    {
        const std::int64_t read = isLastStep() ? m_job.network.window : time;
        const std::int64_t members = isLastStep() ? rows * time : rows;
        const at::Tensor noise = at::randn({read, members, m_job.network.noise}, m_dropout,
                                           at::TensorOptions(m_device).dtype(at::kFloat));
        at::Tensor hidden = m_generator.network->hidden(noise, nullptr, mode);
        hidden = isLastStep() ? hidden.select(0, read - 1) : hidden.flatten(0, 1);
        return m_generator.network->logits(hidden, mode).view({time, rows, m_vocabulary.size()});
    }

    /// A symbol is drawn at every place (Gumbel-max), one-hot; gradients pass as if it were the
    /// softmax that it was drawn from (straight-through, Jang and others 2017). At temperature 0
    /// nothing is drawn and the probabilities themselves go on.
    at::Tensor drawn(const at::Tensor& logits)
    {
        const double temperature = m_job.training.gumbelTemperature;
        if (temperature <= 0)
            return at::softmax(logits, 2);
        const at::Tensor gumbel = at::empty_like(logits.detach())
                                      .exponential_(1, m_dropout)
                                      .clamp_min_(1e-20)
                                      .log_()
                                      .neg_();
        const at::Tensor soft = at::softmax((logits + gumbel) / temperature, 2);
        const at::Tensor hard =
            at::one_hot(soft.detach().argmax(2), m_vocabulary.size()).to(at::kFloat);
        return (hard - soft.detach()) + soft;
    }

    struct Melodies
    {
        at::Tensor symbols{}; // float [time, rows, vocabulary], one-hot
        at::Tensor last{};    // int64 [rows], flat places of each one's last step
        std::int64_t time = 0;
        std::int64_t rows = 0;
    };

    Melodies melodiesOf(std::span<const Window> windows) const
    {
        const WindowBatch batch = gather(windows);
        at::Tensor symbols = batch.numbers.squeeze(2); // int64 [rows, time + 1]
        if (m_transposed.defined()) {
            const at::Tensor first =
                (batch.shifts + m_job.training.transposeDown) * m_vocabulary.size();
            symbols = m_transposed.index_select(0, (first.unsqueeze(1) + symbols).flatten())
                          .view(symbols.sizes());
        }
        Melodies melodies;
        melodies.rows = std::ssize(windows);
        melodies.time = isLastStep() ? 1 : batch.time;
        const at::Tensor clock = at::arange(melodies.rows, batch.lengths.options());
        if (isLastStep()) {
            // The symbol after each window: one is all that comes out.
            symbols = symbols.gather(1, batch.lengths.unsqueeze(1));
            melodies.last = clock;
        } else {
            symbols = symbols.narrow(1, 0, batch.time);
            melodies.last = (batch.lengths - 1) * melodies.rows + clock;
        }
        melodies.symbols =
            at::one_hot(symbols.t().contiguous(), m_vocabulary.size()).to(at::kFloat);
        return melodies;
    }

    /// How sure the discriminator is that they are of the corpus: float [rows], logits. It reads
    /// the generator's melodies only as far as the corpus' beside them go.
    at::Tensor verdict(const at::Tensor& symbols, const at::Tensor& last, const ForwardMode& mode)
    {
        const at::Tensor hidden =
            m_discriminator.network->hidden(symbols, nullptr, mode).flatten(0, 1);
        return m_discriminator.network->logits(hidden.index_select(0, last), mode).squeeze(1);
    }

    ForwardMode learning() const { return {true, m_products, m_dropout, {}}; }

    /// Adds gradients of the binary cross-entropies over all `rows` of the step.
    void teachDiscriminator(std::span<const Window> windows, double rows, at::Tensor& sums)
    {
        const Melodies real = melodiesOf(windows);
        at::Tensor made;
        {
            const at::NoGradGuard noGradients;
            made = drawn(generate(real.rows, real.time, learning()));
        }
        const at::Tensor ofCorpus = verdict(real.symbols, real.last, learning());
        const at::Tensor ofNoise = verdict(made, real.last, learning());
        const at::Tensor loss = (at::softplus(-ofCorpus) + at::softplus(ofNoise)).sum();
        backward(loss / rows);
        const at::NoGradGuard noGradients;
        sums[0] += loss.detach();
        sums[2] += (ofCorpus > 0).sum() + (ofNoise < 0).sum();
    }

    void teachGenerator(std::span<const Window> windows, double rows, at::Tensor& sums)
    {
        const Melodies real = melodiesOf(windows);
        const at::Tensor made = drawn(generate(real.rows, real.time, learning()));
        const at::Tensor loss = at::softplus(-verdict(made, real.last, learning())).sum();
        backward(loss / rows);
        const at::NoGradGuard noGradients;
        sums[1] += loss.detach();
    }

    void learnPart(std::span<const Window>, const Lesson&, StepFigures&) override {}

    std::optional<PartScore> judge(const TokenStream&, const StopQuestion&) override
    {
        return std::nullopt;
    }

    std::vector<const Network::NamedTensors*> weights() const override
    {
        return {&m_generator.parameters, &m_discriminator.parameters};
    }

    std::vector<const Network::NamedTensors*> optimizerMemory() const override
    {
        return {&m_generator.optimizer->memory(), &m_discriminator.optimizer->memory()};
    }

    void dropGradients() override
    {
        m_generator.dropGradients();
        m_discriminator.dropGradients();
    }

    Player m_generator;
    Player m_discriminator;
    at::Tensor m_transposed{}; // int64 [shifts * vocabulary]; undefined without augmentation
};

} // namespace

std::unique_ptr<Learner> makeGanLearner(const TrainJob& job, const Vocabulary& vocabulary,
                                        at::Device device, at::ScalarType products)
{
    return std::make_unique<GanLearner>(job, vocabulary, device, products);
}

} // namespace continuo
