// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/noise_network.h"

#include "core/base/random.h"
#include "core/generate/lane_layout.h"
#include "core/generate/tensor_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <string_view>

namespace continuo {

namespace {

constexpr int kLargestWidth = 1 << 16;
constexpr int kMostLayers = 64;

} // namespace

void fillWithNoise(std::uint64_t number, std::uint32_t step, std::span<float> values)
{
    const CounterRandom random(number, CounterRandom::Domain::Noise);
    for (std::size_t i = 0; i < values.size(); ++i) {
        // Three draws of four numbers of 16 bits each. Sums of integers have no rounding.
        std::int64_t sum = 0;
        for (std::uint32_t draw = 0; draw < 3; ++draw) {
            const std::uint64_t bits = random.bits(step, static_cast<std::uint32_t>(i), draw);
            for (int part = 0; part < 4; ++part)
                sum += static_cast<std::int64_t>(bits >> (16 * part) & 0xffffU);
        }
        values[i] = static_cast<float>(static_cast<double>(2 * sum - 12 * 65'535) * 0x1.0p-17);
    }
}

Result<std::shared_ptr<const NoiseNetwork>>
NoiseNetwork::make(const NetworkShape& shape, Token vocabularySize,
                   const std::map<std::string, Tensor>& tensors, const std::string& nameForErrors,
                   const LaneKernels& kernels)
{
    const bool isLastStep = shape.prediction == "last-step";
    const auto fits = [](int value, int least) { return value >= least && value <= kLargestWidth; };
    if (shape.kind != "gan" || (!isLastStep && shape.prediction != "every-step") ||
        vocabularySize < 1 || shape.layers < 1 || shape.layers > kMostLayers ||
        !fits(shape.hidden, 1) || !fits(shape.noise, 1) ||
        !fits(shape.window, isLastStep ? 1 : 0)) {
        return Error{
            ErrorKind::Refused,
            "model.unknown-network",
            fmt::format("{}: this program cannot run the network it describes ({} with {} "
                        "layers of {}, noise {}, {}).",
                        nameForErrors, shape.kind, shape.layers, shape.hidden, shape.noise,
                        shape.prediction),
            {{"file", nameForErrors}, {"kind", shape.kind}, {"prediction", shape.prediction}}};
    }
    std::shared_ptr<NoiseNetwork> network(new NoiseNetwork);
    NoiseNetwork& made = *network;
    const auto hidden = static_cast<std::size_t>(shape.hidden);
    const auto vocabulary = static_cast<std::size_t>(vocabularySize);
    made.m_kernels = &kernels;
    made.m_vocabulary = vocabularySize;
    made.m_window = isLastStep ? static_cast<std::size_t>(shape.window) : 0;
    made.m_noise = static_cast<std::size_t>(shape.noise);
    made.m_noiseWidth = paddedToLanes(made.m_noise);
    made.m_width = paddedToLanes(hidden);
    made.m_headRows = paddedToLanes(vocabulary);

    TensorReader reader(tensors, nameForErrors);
    const auto values = [&reader](const std::string& name, std::vector<std::int64_t> dimensions) {
        return reader.values("generator." + name, dimensions);
    };
    for (int l = 0; l < shape.layers; ++l) {
        const int inputs = l > 0 ? shape.hidden : shape.noise;
        const std::string suffix = "_l" + std::to_string(l);
        const auto inputWeights = values("rnn.weight_ih" + suffix, {shape.hidden, inputs});
        const auto hiddenWeights = values("rnn.weight_hh" + suffix, {shape.hidden, shape.hidden});
        const auto inputBias = values("rnn.bias_ih" + suffix, {shape.hidden});
        const auto hiddenBias = values("rnn.bias_hh" + suffix, {shape.hidden});
        if (reader.error())
            return *reader.error();
        Layer layer;
        layer.inputWeights =
            paddedMatrix(inputWeights, 1, hidden, static_cast<std::size_t>(inputs), made.m_width);
        layer.inputBias = paddedVector(inputBias, 1, hidden, made.m_width);
        layer.hiddenWeights = paddedMatrix(hiddenWeights, 1, hidden, hidden, made.m_width);
        layer.hiddenBias = paddedVector(hiddenBias, 1, hidden, made.m_width);
        made.m_layers.push_back(std::move(layer));
    }
    const auto weight = values("head.weight", {vocabularySize, shape.hidden});
    const auto bias = values("head.bias", {vocabularySize});
    if (reader.error())
        return *reader.error();
    made.m_headWeights = paddedMatrix(weight, 1, vocabulary, hidden, made.m_headRows);
    made.m_headBias = paddedVector(bias, 1, vocabulary, made.m_headRows);
    return std::shared_ptr<const NoiseNetwork>(std::move(network));
}

NoiseState NoiseNetwork::start(std::span<const std::uint64_t> numbers) const
{
    NoiseState state;
    state.numbers.assign(numbers.begin(), numbers.end());
    state.memory = LaneBuffer(m_layers.size() * numbers.size() * m_width);
    return state;
}

void NoiseNetwork::next(NoiseState& state, std::span<float> logits) const
{
    const std::size_t batch = state.numbers.size();
    const auto vocabulary = static_cast<std::size_t>(m_vocabulary);
    assert(batch > 0 && logits.size() == batch * vocabulary);
    const std::size_t reads = std::max<std::size_t>(1, m_window);
    if (m_window > 0)
        std::fill_n(state.memory.data(), state.memory.size(), 0.0F);
    state.scratch.reserve(batch * (m_noiseWidth + 2 * m_width + m_headRows));
    float* const noise = state.scratch.data();             // [batch, noise]
    float* const fromInput = noise + batch * m_noiseWidth; // [batch, hidden]
    float* const fromHidden = fromInput + batch * m_width; // [batch, hidden]
    float* const out = fromHidden + batch * m_width;       // [batch, vocabulary]
    std::fill_n(noise, batch * m_noiseWidth, 0.0F);
    for (std::size_t read = 0; read < reads; ++read) {
        const auto place = static_cast<std::uint32_t>(state.step * reads + read);
        for (std::size_t b = 0; b < batch; ++b)
            fillWithNoise(state.numbers[b], place, {noise + b * m_noiseWidth, m_noise});
        const float* in = noise;
        std::size_t columns = m_noiseWidth;
        for (std::size_t l = 0; l < m_layers.size(); ++l) {
            const Layer& layer = m_layers[l];
            float* const hidden = state.memory.data() + l * batch * m_width; // [batch, hidden]
            startFromBias(fromInput, layer.inputBias, m_width, batch);
            m_kernels->addProducts(layer.inputWeights.data(), m_width, columns, in, batch,
                                   fromInput, m_width);
            startFromBias(fromHidden, layer.hiddenBias, m_width, batch);
            m_kernels->addProducts(layer.hiddenWeights.data(), m_width, m_width, hidden, batch,
                                   fromHidden, m_width);
            for (std::size_t b = 0; b < batch; ++b)
                m_kernels->tanhCell(fromInput + b * m_width, fromHidden + b * m_width, m_width,
                                    hidden + b * m_width);
            in = hidden;
            columns = m_width;
        }
    }
    const float* const last = state.memory.data() + (m_layers.size() - 1) * batch * m_width;
    startFromBias(out, m_headBias, m_headRows, batch);
    m_kernels->addProducts(m_headWeights.data(), m_headRows, m_width, last, batch, out, m_headRows);
    for (std::size_t b = 0; b < batch; ++b)
        std::copy_n(out + b * m_headRows, vocabulary, logits.data() + b * vocabulary);
    ++state.step;
}

NoiseState NoiseNetwork::selected(const NoiseState& state,
                                  std::span<const std::size_t> members) const
{
    NoiseState result;
    for (const std::size_t member : members)
        result.numbers.push_back(state.numbers[member]);
    result.step = state.step;
    result.memory = LaneBuffer(m_layers.size() * members.size() * m_width);
    for (std::size_t l = 0; l < m_layers.size(); ++l) {
        for (std::size_t i = 0; i < members.size(); ++i)
            std::copy_n(state.memory.data() + (l * state.numbers.size() + members[i]) * m_width,
                        m_width, result.memory.data() + (l * members.size() + i) * m_width);
    }
    return result;
}

} // namespace continuo
