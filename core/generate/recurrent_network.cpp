// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/recurrent_network.h"

#include "core/generate/lane_layout.h"
#include "core/generate/tensor_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

namespace continuo {

namespace {

constexpr double kNormEpsilon = 1e-5; // PyTorch's default, which training uses
constexpr int kLargestWidth = 1 << 16;
constexpr int kMostLayers = 64;

/// Steps of one call that are worked through layer by layer: the input weights are then read once for all of them.
constexpr std::size_t kChunkRows = 64;

} // namespace

Result<std::shared_ptr<const RecurrentNetwork>> RecurrentNetwork::make(const NetworkShape& shape, Token vocabularySize,
                                                                       const std::map<std::string, Tensor>& tensors,
                                                                       const std::string& nameForErrors,
                                                                       const LaneKernels& kernels)
{
    const bool isLastStep = shape.prediction == "last-step";
    const bool isKnown = (shape.kind == "rnn" || shape.kind == "gru" || shape.kind == "lstm") &&
                         (isLastStep || shape.prediction == "every-step");
    const auto fits = [](int value, int least) { return value >= least && value <= kLargestWidth; };
    if (!isKnown || vocabularySize < 1 || shape.layers < 1 || shape.layers > kMostLayers || !fits(shape.hidden, 1) ||
        !fits(shape.embedding, 0) || !fits(shape.dense, 0) || !fits(shape.window, isLastStep ? 1 : 0)) {
        return Error{ErrorKind::Refused,
                     "model.unknown-network",
                     fmt::format("{}: this program cannot run the network it describes ({} with {} layers of {}, {}). "
                                 "It knows rnn, gru and lstm, every-step and last-step.",
                                 nameForErrors, shape.kind, shape.layers, shape.hidden, shape.prediction),
                     {{"file", nameForErrors}, {"kind", shape.kind}, {"prediction", shape.prediction}}};
    }

    std::shared_ptr<RecurrentNetwork> network(new RecurrentNetwork);
    RecurrentNetwork& made = *network;
    made.m_kernels = &kernels;
    made.m_kind = shape.kind == "rnn" ? Kind::Rnn : shape.kind == "gru" ? Kind::Gru : Kind::Lstm;
    made.m_gates = shape.kind == "rnn" ? 1 : shape.kind == "gru" ? 3 : 4;
    made.m_vocabulary = vocabularySize;
    made.m_window = isLastStep ? static_cast<std::size_t>(shape.window) : 0;
    const auto hidden = static_cast<std::size_t>(shape.hidden);
    const auto vocabulary = static_cast<std::size_t>(vocabularySize);
    const auto embedding = static_cast<std::size_t>(shape.embedding);
    const std::size_t gates = made.m_gates;
    const std::size_t width = paddedToLanes(hidden);
    made.m_width = width;

    TensorReader reader(tensors, nameForErrors);
    const std::int64_t rows = static_cast<std::int64_t>(gates) * shape.hidden;
    std::vector<float> embeddings;
    if (embedding > 0)
        embeddings = reader.values("embedding.weight", {vocabularySize, shape.embedding});
    for (int l = 0; l < shape.layers; ++l) {
        const int inputs = l > 0 ? shape.hidden : shape.embedding > 0 ? shape.embedding : vocabularySize;
        const auto inputWeights = reader.values(fmt::format("rnn.weight_ih_l{}", l), {rows, inputs});
        const auto hiddenWeights = reader.values(fmt::format("rnn.weight_hh_l{}", l), {rows, shape.hidden});
        const auto inputBias = reader.values(fmt::format("rnn.bias_ih_l{}", l), {rows});
        const auto hiddenBias = reader.values(fmt::format("rnn.bias_hh_l{}", l), {rows});
        if (reader.error())
            return *reader.error();
        Layer layer;
        layer.hiddenWeights = paddedMatrix(hiddenWeights, gates, hidden, hidden, width);
        layer.hiddenBias = paddedVector(hiddenBias, gates, hidden, width);
        const LaneBuffer bias = paddedVector(inputBias, gates, hidden, width);
        if (l > 0) {
            layer.inputWeights = paddedMatrix(inputWeights, gates, hidden, hidden, width);
            layer.inputBias = bias;
        } else {
            LaneBuffer& table = made.m_symbolInputs;
            table = LaneBuffer(vocabulary * gates * width);
            startFromBias(table.data(), bias, gates * width, vocabulary);
            if (embedding > 0) {
                const LaneBuffer weights = paddedMatrix(inputWeights, gates, hidden, embedding, width);
                const LaneBuffer symbols = paddedMatrix(embeddings, 1, vocabulary, embedding, vocabulary);
                kernels.addProducts(weights.data(), gates * width, paddedToLanes(embedding), symbols.data(), vocabulary,
                                    table.data(), gates * width);
            } else {
                for (std::size_t gate = 0; gate < gates; ++gate) {
                    for (std::size_t unit = 0; unit < hidden; ++unit) {
                        const float* const row = inputWeights.data() + (gate * hidden + unit) * vocabulary;
                        for (std::size_t symbol = 0; symbol < vocabulary; ++symbol)
                            table[symbol * gates * width + gate * width + unit] += row[symbol];
                    }
                }
            }
        }
        made.m_layers.push_back(std::move(layer));
    }

    if (shape.batchNorm) {
        const auto weight = reader.values("norm.weight", {shape.hidden});
        const auto bias = reader.values("norm.bias", {shape.hidden});
        const auto mean = reader.values("norm.running_mean", {shape.hidden});
        const auto variance = reader.values("norm.running_var", {shape.hidden});
        if (reader.error())
            return *reader.error();
        made.m_normScale = LaneBuffer(width);
        made.m_normShift = LaneBuffer(width);
        for (std::size_t i = 0; i < hidden; ++i) {
            const double scale = weight[i] / std::sqrt(std::max(0.0, double{variance[i]}) + kNormEpsilon);
            made.m_normScale[i] = static_cast<float>(scale);
            made.m_normShift[i] = static_cast<float>(bias[i] - mean[i] * scale);
        }
    }
    std::size_t beforeHead = hidden;
    if (shape.dense > 0) {
        const auto dense = static_cast<std::size_t>(shape.dense);
        made.m_denseWidth = paddedToLanes(dense);
        const auto weight = reader.values("dense.weight", {shape.dense, shape.hidden});
        const auto bias = reader.values("dense.bias", {shape.dense});
        if (reader.error())
            return *reader.error();
        made.m_denseWeights = paddedMatrix(weight, 1, dense, hidden, made.m_denseWidth);
        made.m_denseBias = paddedVector(bias, 1, dense, made.m_denseWidth);
        beforeHead = dense;
    }
    made.m_headRows = paddedToLanes(vocabulary);
    const auto weight = reader.values("head.weight", {vocabularySize, static_cast<std::int64_t>(beforeHead)});
    const auto bias = reader.values("head.bias", {vocabularySize});
    if (reader.error())
        return *reader.error();
    made.m_headWeights = paddedMatrix(weight, 1, vocabulary, beforeHead, made.m_headRows);
    made.m_headBias = paddedVector(bias, 1, vocabulary, made.m_headRows);
    return std::shared_ptr<const RecurrentNetwork>(std::move(network));
}

ModelState RecurrentNetwork::start(std::size_t batch) const
{
    ModelState state;
    state.batch = batch;
    state.numbers = LaneBuffer(m_layers.size() * statesPerLayer() * batch * m_width);
    if (m_window > 0)
        state.recent.resize(batch);
    return state;
}

ModelState RecurrentNetwork::selected(const ModelState& state, std::span<const std::size_t> members) const
{
    ModelState result = start(members.size());
    for (std::size_t part = 0; part < m_layers.size() * statesPerLayer(); ++part) {
        for (std::size_t i = 0; i < members.size(); ++i) {
            assert(members[i] < state.batch);
            std::copy_n(state.numbers.data() + (part * state.batch + members[i]) * m_width, m_width,
                        result.numbers.data() + (part * members.size() + i) * m_width);
        }
    }
    for (std::size_t i = 0; i < result.recent.size(); ++i)
        result.recent[i] = state.recent[members[i]];
    return result;
}

bool RecurrentNetwork::read(ModelState& state, std::span<const Token> tokens, std::span<float> logits,
                            const CancelToken& cancel) const
{
    const std::size_t batch = state.batch;
    assert(batch > 0 && !tokens.empty() && tokens.size() % batch == 0);
    assert(logits.size() == batch * static_cast<std::size_t>(m_vocabulary));
    if (m_window == 0)
        return readThrough(state, tokens, logits, cancel);

    // A windowed network knows nothing but its window: read it again from the start.
    for (std::size_t i = 0; i < tokens.size(); ++i)
        state.recent[i % batch].push_back(tokens[i]);
    for (auto& recent : state.recent)
        recent.erase(recent.begin(), recent.end() - static_cast<std::ptrdiff_t>(std::min(recent.size(), m_window)));
    std::fill_n(state.numbers.data(), state.numbers.size(), 0.0F);
    std::vector<Token> window;
    window.reserve(state.recent.front().size() * batch);
    for (std::size_t time = 0; time < state.recent.front().size(); ++time) {
        for (const auto& recent : state.recent)
            window.push_back(recent[time]);
    }
    return readThrough(state, window, logits, cancel);
}

bool RecurrentNetwork::readThrough(ModelState& state, std::span<const Token> tokens, std::span<float> logits,
                                   const CancelToken& cancel) const
{
    const std::size_t perChunk = std::max<std::size_t>(1, kChunkRows / state.batch) * state.batch;
    for (std::size_t at = 0; at < tokens.size(); at += perChunk) {
        if (!readChunk(state, tokens.subspan(at, std::min(perChunk, tokens.size() - at)), cancel))
            return false;
    }
    writeLogits(state, logits);
    return true;
}

bool RecurrentNetwork::readChunk(ModelState& state, std::span<const Token> tokens, const CancelToken& cancel) const
{
    const std::size_t batch = state.batch;
    const std::size_t count = tokens.size();
    state.scratch.reserve(count * gateRows() + batch * gateRows() + count * m_width);
    float* const fromInput = state.scratch.data();            // [time, batch, gates, hidden]
    float* const fromHidden = fromInput + count * gateRows(); // [batch, gates, hidden]
    float* const outputs = fromHidden + batch * gateRows();   // [time, batch, hidden]
    for (std::size_t l = 0; l < m_layers.size(); ++l) {
        const Layer& layer = m_layers[l];
        if (l > 0) {
            startFromBias(fromInput, layer.inputBias, gateRows(), count);
            m_kernels->addProducts(layer.inputWeights.data(), gateRows(), m_width, outputs, count, fromInput,
                                   gateRows());
        }
        float* const hidden = state.numbers.data() + l * statesPerLayer() * batch * m_width; // [batch, hidden]
        float* const cell = hidden + batch * m_width;                                        // for the LSTM
        for (std::size_t time = 0; time < count; time += batch) {
            if (cancel.isCancelled())
                return false;
            startFromBias(fromHidden, layer.hiddenBias, gateRows(), batch);
            m_kernels->addProducts(layer.hiddenWeights.data(), gateRows(), m_width, hidden, batch, fromHidden,
                                   gateRows());
            for (std::size_t b = 0; b < batch; ++b) {
                const auto symbol = static_cast<std::size_t>(tokens[time + b]);
                assert(symbol < static_cast<std::size_t>(m_vocabulary));
                const float* const in =
                    l > 0 ? fromInput + (time + b) * gateRows() : m_symbolInputs.data() + symbol * gateRows();
                const float* const own = fromHidden + b * gateRows();
                float* const output = hidden + b * m_width;
                if (m_kind == Kind::Lstm)
                    m_kernels->lstmCell(in, own, m_width, cell + b * m_width, output);
                else if (m_kind == Kind::Gru)
                    m_kernels->gruCell(in, own, m_width, output);
                else
                    m_kernels->tanhCell(in, own, m_width, output);
            }
            std::memcpy(outputs + time * m_width, hidden, batch * m_width * sizeof(float));
        }
    }
    return true;
}

void RecurrentNetwork::writeLogits(ModelState& state, std::span<float> logits) const
{
    const std::size_t batch = state.batch;
    state.scratch.reserve(batch * (m_width + m_denseWidth + m_headRows));
    float* in = state.scratch.data(); // [batch, hidden]
    float* const dense = in + batch * m_width;
    float* const out = dense + batch * m_denseWidth;
    const std::size_t last = (m_layers.size() - 1) * statesPerLayer() * batch * m_width;
    std::memcpy(in, state.numbers.data() + last, batch * m_width * sizeof(float));
    if (m_normScale.size() > 0) {
        for (std::size_t b = 0; b < batch; ++b)
            m_kernels->scaleAndShift(in + b * m_width, m_normScale.data(), m_normShift.data(), m_width);
    }
    std::size_t columns = m_width;
    if (m_denseWidth > 0) {
        startFromBias(dense, m_denseBias, m_denseWidth, batch);
        m_kernels->addProducts(m_denseWeights.data(), m_denseWidth, m_width, in, batch, dense, m_denseWidth);
        m_kernels->rectify(dense, batch * m_denseWidth);
        in = dense;
        columns = m_denseWidth;
    }
    startFromBias(out, m_headBias, m_headRows, batch);
    m_kernels->addProducts(m_headWeights.data(), m_headRows, columns, in, batch, out, m_headRows);
    const auto vocabulary = static_cast<std::size_t>(m_vocabulary);
    for (std::size_t b = 0; b < batch; ++b)
        std::copy_n(out + b * m_headRows, vocabulary, logits.data() + b * vocabulary);
}

} // namespace continuo
