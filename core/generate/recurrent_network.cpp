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

/// Symbols that a network works through at once when it reads both ways.
constexpr std::size_t kRowsBothWays = 2048;

/// Batch normalisation by its running figures: x · scale + shift. Empty where a tensor is missing.
struct Norm
{
    std::vector<double> scale{};
    std::vector<double> shift{};
};

Norm readNorm(TensorReader& reader, const std::string& prefix, std::int64_t width)
{
    const auto weight = reader.values(prefix + "weight", {width});
    const auto bias = reader.values(prefix + "bias", {width});
    const auto mean = reader.values(prefix + "running_mean", {width});
    const auto variance = reader.values(prefix + "running_var", {width});
    Norm norm;
    for (std::size_t i = 0; i < weight.size() && !reader.error(); ++i) {
        norm.scale.push_back(weight[i] /
                             std::sqrt(std::max(0.0, double{variance[i]}) + kNormEpsilon));
        norm.shift.push_back(bias[i] - mean[i] * norm.scale.back());
    }
    return norm;
}

} // namespace

Result<std::shared_ptr<const RecurrentNetwork>>
RecurrentNetwork::make(const NetworkShape& shape, Token vocabularySize,
                       const std::map<std::string, Tensor>& tensors,
                       const std::string& nameForErrors, const LaneKernels& kernels)
{
    return assemble(shape, vocabularySize, vocabularySize, false, tensors, nameForErrors, kernels);
}

Result<std::shared_ptr<const RecurrentNetwork>>
RecurrentNetwork::makeForNumbers(const NetworkShape& shape, int inputs, int outputs,
                                 const std::map<std::string, Tensor>& tensors,
                                 const std::string& nameForErrors, const LaneKernels& kernels)
{
    return assemble(shape, inputs, outputs, true, tensors, nameForErrors, kernels);
}

Result<std::shared_ptr<const RecurrentNetwork>>
RecurrentNetwork::assemble(const NetworkShape& shape, int inputCount, int outputCount,
                           bool readsNumbers, const std::map<std::string, Tensor>& tensors,
                           const std::string& nameForErrors, const LaneKernels& kernels)
{
    const bool isLastStep = shape.prediction == "last-step";
    const bool isKnown = (shape.kind == "rnn" || shape.kind == "gru" || shape.kind == "lstm") &&
                         (isLastStep || (shape.prediction == "every-step" && !shape.bidirectional)) &&
                         !(readsNumbers && shape.bidirectional);
    const auto fits = [](int value, int least) { return value >= least && value <= kLargestWidth; };
    if (!isKnown || inputCount < 1 || outputCount < 1 || shape.layers < 1 || shape.layers > kMostLayers || !fits(shape.hidden, 1) ||
        !fits(shape.embedding, 0) || !fits(shape.dense, 0) || !fits(shape.window, isLastStep ? 1 : 0)) {
        return Error{
            ErrorKind::Refused,
            "model.unknown-network",
            fmt::format("{}: this program cannot run the network it describes ({} with {} layers "
                        "of {}, {}). "
                        "It knows rnn, gru and lstm, every-step and last-step, and reads both ways "
                        "in last-step only.",
                        nameForErrors, shape.kind, shape.layers, shape.hidden, shape.prediction),
            {{"file", nameForErrors}, {"kind", shape.kind}, {"prediction", shape.prediction}}};
    }

    std::shared_ptr<RecurrentNetwork> network(new RecurrentNetwork);
    RecurrentNetwork& made = *network;
    made.m_kernels = &kernels;
    made.m_kind = shape.kind == "rnn" ? Kind::Rnn : shape.kind == "gru" ? Kind::Gru : Kind::Lstm;
    made.m_gates = shape.kind == "rnn" ? 1 : shape.kind == "gru" ? 3 : 4;
    made.m_directions = shape.bidirectional ? 2 : 1;
    made.m_vocabulary = outputCount;
    made.m_window = isLastStep && !readsNumbers ? static_cast<std::size_t>(shape.window) : 0;
    const auto hidden = static_cast<std::size_t>(shape.hidden);
    const auto vocabulary = static_cast<std::size_t>(outputCount);
    const auto readWidth = static_cast<std::size_t>(inputCount);
    const auto embedding = static_cast<std::size_t>(shape.embedding);
    const std::size_t gates = made.m_gates;
    const std::size_t width = paddedToLanes(hidden);
    made.m_width = width;

    TensorReader reader(tensors, nameForErrors);
    const std::int64_t rows = static_cast<std::int64_t>(gates) * shape.hidden;
    std::vector<float> embeddings;
    if (embedding > 0)
        embeddings = reader.values("embedding.weight", {inputCount, shape.embedding});
    const std::size_t directions = made.m_directions;
    const int outputs = shape.hidden * static_cast<int>(directions);
    for (int place = 0; place < shape.layers * static_cast<int>(directions); ++place) {
        const int l = place / static_cast<int>(directions);
        const int inputs = l > 0 ? outputs : shape.embedding > 0 ? shape.embedding : inputCount;
        const std::string suffix =
            fmt::format("_l{}{}", l, place % static_cast<int>(directions) > 0 ? "_reverse" : "");
        const auto inputWeights = reader.values("rnn.weight_ih" + suffix, {rows, inputs});
        const auto hiddenWeights = reader.values("rnn.weight_hh" + suffix, {rows, shape.hidden});
        const auto inputBias = reader.values("rnn.bias_ih" + suffix, {rows});
        const auto hiddenBias = reader.values("rnn.bias_hh" + suffix, {rows});
        if (reader.error())
            return *reader.error();
        Layer layer;
        layer.hiddenWeights = paddedMatrix(hiddenWeights, gates, hidden, hidden, width);
        layer.hiddenBias = paddedVector(hiddenBias, gates, hidden, width);
        const LaneBuffer bias = paddedVector(inputBias, gates, hidden, width);
        if (l > 0) {
            layer.inputWeights =
                paddedBlocks(inputWeights, gates, hidden, width, directions, hidden, width);
            layer.inputBias = bias;
        } else if (readsNumbers) {
            layer.inputWeights = paddedMatrix(inputWeights, gates, hidden,
                                              embedding > 0 ? embedding : readWidth, width);
            layer.inputBias = bias;
        } else {
            LaneBuffer& table = layer.symbolInputs;
            table = LaneBuffer(readWidth * gates * width);
            startFromBias(table.data(), bias, gates * width, readWidth);
            if (embedding > 0) {
                const LaneBuffer weights = paddedMatrix(inputWeights, gates, hidden, embedding, width);
                const LaneBuffer symbols = paddedMatrix(embeddings, 1, readWidth, embedding, readWidth);
                kernels.addProducts(weights.data(), gates * width, paddedToLanes(embedding), symbols.data(), readWidth,
                                    table.data(), gates * width);
            } else {
                for (std::size_t gate = 0; gate < gates; ++gate) {
                    for (std::size_t unit = 0; unit < hidden; ++unit) {
                        const float* const row = inputWeights.data() + (gate * hidden + unit) * readWidth;
                        for (std::size_t symbol = 0; symbol < readWidth; ++symbol)
                            table[symbol * gates * width + gate * width + unit] += row[symbol];
                    }
                }
            }
        }
        made.m_layers.push_back(std::move(layer));
    }

    if (shape.batchNorm) {
        const Norm norm = readNorm(reader, "norm.", outputs);
        if (reader.error())
            return *reader.error();
        made.m_normScale = LaneBuffer(made.outputWidth());
        made.m_normShift = LaneBuffer(made.outputWidth());
        for (std::size_t i = 0; i < norm.scale.size(); ++i) {
            const std::size_t to = i / hidden * width + i % hidden;
            made.m_normScale[to] = static_cast<float>(norm.scale[i]);
            made.m_normShift[to] = static_cast<float>(norm.shift[i]);
        }
    }
    if (shape.dense > 0) {
        const auto dense = static_cast<std::size_t>(shape.dense);
        made.m_denseWidth = paddedToLanes(dense);
        const auto weight = reader.values("dense.weight", {shape.dense, outputs});
        const auto bias = reader.values("dense.bias", {shape.dense});
        if (reader.error())
            return *reader.error();
        made.m_denseWeights =
            paddedBlocks(weight, 1, dense, made.m_denseWidth, directions, hidden, width);
        made.m_denseBias = paddedVector(bias, 1, dense, made.m_denseWidth);
    }
    made.m_headRows = paddedToLanes(vocabulary);
    const std::int64_t beforeHead = shape.dense > 0 ? shape.dense : outputs;
    auto weight = reader.values("head.weight", {outputCount, beforeHead});
    auto bias = reader.values("head.bias", {outputCount});
    Norm denseNorm;
    if (shape.dense > 0 && shape.denseBatchNorm)
        denseNorm = readNorm(reader, "dense.norm.", shape.dense);
    if (reader.error())
        return *reader.error();
    // Nothing stands between this norm and the head: it becomes a part of the head's weights.
    for (std::size_t row = 0; row < bias.size() && !denseNorm.scale.empty(); ++row) {
        const std::size_t width = denseNorm.scale.size();
        double shifted = bias[row];
        for (std::size_t column = 0; column < width; ++column) {
            float& each = weight[row * width + column];
            shifted += double{each} * denseNorm.shift[column];
            each = static_cast<float>(each * denseNorm.scale[column]);
        }
        bias[row] = static_cast<float>(shifted);
    }
    made.m_headWeights =
        shape.dense > 0
            ? paddedMatrix(weight, 1, vocabulary, static_cast<std::size_t>(shape.dense),
                           made.m_headRows)
            : paddedBlocks(weight, 1, vocabulary, made.m_headRows, directions, hidden, width);
    made.m_headBias = paddedVector(bias, 1, vocabulary, made.m_headRows);
    if (readsNumbers) {
        made.m_inputs = readWidth;
        if (embedding > 0) {
            // [inputs, embedding] in the file; the kernels want it the other way round.
            std::vector<float> turned(embeddings.size());
            for (std::size_t input = 0; input < readWidth; ++input)
                for (std::size_t unit = 0; unit < embedding; ++unit)
                    turned[unit * readWidth + input] = embeddings[input * embedding + unit];
            made.m_embeddingWidth = paddedToLanes(embedding);
            made.m_embeddingWeights =
                paddedMatrix(turned, 1, embedding, readWidth, made.m_embeddingWidth);
        }
    }
    return std::shared_ptr<const RecurrentNetwork>(std::move(network));
}

ModelState RecurrentNetwork::start(std::size_t batch) const
{
    ModelState state;
    state.batch = batch;
    if (m_directions == 1) // else nothing is carried from one window to the next
        state.numbers = LaneBuffer(m_layers.size() * statesPerLayer() * batch * m_width);
    if (m_window > 0)
        state.recent.resize(batch);
    return state;
}

ModelState RecurrentNetwork::selected(const ModelState& state, std::span<const std::size_t> members) const
{
    ModelState result = start(members.size());
    for (std::size_t part = 0; m_directions == 1 && part < m_layers.size() * statesPerLayer();
         ++part) {
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
    return m_directions > 1 ? readBothWays(state, window, logits, cancel)
                            : readThrough(state, window, logits, cancel);
}

bool RecurrentNetwork::readThrough(ModelState& state, std::span<const Token> tokens, std::span<float> logits,
                                   const CancelToken& cancel) const
{
    const std::size_t perChunk = std::max<std::size_t>(1, kChunkRows / state.batch) * state.batch;
    for (std::size_t at = 0; at < tokens.size(); at += perChunk) {
        if (!readChunk(state, tokens.subspan(at, std::min(perChunk, tokens.size() - at)), {},
                       cancel))
            return false;
    }
    writeLast(state, logits);
    return true;
}

bool RecurrentNetwork::readNumbers(ModelState& state, std::span<const float> rows,
                                   std::span<float> outputs, const CancelToken& cancel) const
{
    const std::size_t batch = state.batch;
    assert(m_inputs > 0 && m_directions == 1 && batch > 0 && !rows.empty());
    assert(rows.size() % (m_inputs * batch) == 0);
    assert(outputs.size() == batch * static_cast<std::size_t>(m_vocabulary));
    const std::size_t stride = paddedToLanes(m_inputs);
    const std::size_t count = rows.size() / m_inputs;
    const std::size_t perChunk = std::max<std::size_t>(1, kChunkRows / batch) * batch;
    LaneBuffer numbers(std::min(perChunk, count) * stride);
    for (std::size_t at = 0; at < count; at += perChunk) {
        const std::size_t here = std::min(perChunk, count - at);
        for (std::size_t row = 0; row < here; ++row)
            std::copy_n(rows.data() + (at + row) * m_inputs, m_inputs,
                        numbers.data() + row * stride);
        if (!readChunk(state, {}, {numbers.data(), here * stride}, cancel))
            return false;
    }
    writeLast(state, outputs);
    return true;
}

void RecurrentNetwork::writeLast(ModelState& state, std::span<float> logits) const
{
    const std::size_t last = (m_layers.size() - 1) * statesPerLayer() * state.batch * m_width;
    writeLogits(state, state.numbers.data() + last, logits);
}

bool RecurrentNetwork::readChunk(ModelState& state, std::span<const Token> tokens,
                                 std::span<const float> numbers, const CancelToken& cancel) const
{
    const std::size_t batch = state.batch;
    const std::size_t inputs = paddedToLanes(m_inputs);
    const std::size_t count = m_inputs > 0 ? numbers.size() / inputs : tokens.size();
    state.scratch.reserve(count * gateRows() + batch * gateRows() + count * m_width +
                          count * m_embeddingWidth);
    float* const fromInput = state.scratch.data();            // [time, batch, gates, hidden]
    float* const fromHidden = fromInput + count * gateRows(); // [batch, gates, hidden]
    float* const outputs = fromHidden + batch * gateRows();   // [time, batch, hidden]
    float* const embedded = outputs + count * m_width;        // [time, batch, embedding]
    const float* below = m_inputs > 0 ? numbers.data() : outputs;
    std::size_t belowWidth = m_inputs > 0 ? inputs : m_width;
    if (m_embeddingWidth > 0) {
        std::fill_n(embedded, count * m_embeddingWidth, 0.0F);
        m_kernels->addProducts(m_embeddingWeights.data(), m_embeddingWidth, inputs, below, count,
                               embedded, m_embeddingWidth);
        below = embedded;
        belowWidth = m_embeddingWidth;
    }
    for (std::size_t l = 0; l < m_layers.size(); ++l) {
        const Layer& layer = m_layers[l];
        const bool readsSymbols = l == 0 && m_inputs == 0;
        if (!readsSymbols) {
            startFromBias(fromInput, layer.inputBias, gateRows(), count);
            m_kernels->addProducts(layer.inputWeights.data(), gateRows(), belowWidth, below, count,
                                   fromInput, gateRows());
        }
        below = outputs;
        belowWidth = m_width;
        float* const hidden = state.numbers.data() + l * statesPerLayer() * batch * m_width; // [batch, hidden]
        float* const cell = hidden + batch * m_width;                                        // for the LSTM
        for (std::size_t time = 0; time < count; time += batch) {
            if (cancel.isCancelled())
                return false;
            startFromBias(fromHidden, layer.hiddenBias, gateRows(), batch);
            m_kernels->addProducts(layer.hiddenWeights.data(), gateRows(), m_width, hidden, batch, fromHidden,
                                   gateRows());
            for (std::size_t b = 0; b < batch; ++b) {
                assert(!readsSymbols || (tokens[time + b] >= 0 && tokens[time + b] < m_vocabulary));
                const float* const in =
                    readsSymbols ? layer.symbolInputs.data() +
                                       static_cast<std::size_t>(tokens[time + b]) * gateRows()
                                 : fromInput + (time + b) * gateRows();
                runCell(in, fromHidden + b * gateRows(), cell + b * m_width, hidden + b * m_width);
            }
            std::memcpy(outputs + time * m_width, hidden, batch * m_width * sizeof(float));
        }
    }
    return true;
}

void RecurrentNetwork::runCell(const float* fromInput, const float* fromHidden, float* cell,
                               float* output) const
{
    if (m_kind == Kind::Lstm)
        m_kernels->lstmCell(fromInput, fromHidden, m_width, cell, output);
    else if (m_kind == Kind::Gru)
        m_kernels->gruCell(fromInput, fromHidden, m_width, output);
    else
        m_kernels->tanhCell(fromInput, fromHidden, m_width, output);
}

bool RecurrentNetwork::readBothWays(ModelState& state, std::span<const Token> window,
                                    std::span<float> logits, const CancelToken& cancel) const
{
    // All steps of a layer are kept at once, so as many members go together as keep that small.
    const std::size_t time = window.size() / state.batch;
    const std::size_t together = std::clamp<std::size_t>(kRowsBothWays / time, 1, state.batch);
    LaneBuffer answers(state.batch * outputWidth()); // [batch, directions, hidden]
    for (std::size_t first = 0; first < state.batch; first += together) {
        const std::size_t members = std::min(together, state.batch - first);
        std::vector<Token> tokens; // [time, members]
        tokens.reserve(time * members);
        for (std::size_t t = 0; t < time; ++t) {
            const auto begin =
                window.begin() + static_cast<std::ptrdiff_t>(t * state.batch + first);
            tokens.insert(tokens.end(), begin, begin + static_cast<std::ptrdiff_t>(members));
        }
        if (!readSomeBothWays(state, tokens, members, answers.data() + first * outputWidth(),
                              cancel))
            return false;
    }
    writeLogits(state, answers.data(), logits);
    return true;
}

bool RecurrentNetwork::readSomeBothWays(ModelState& state, std::span<const Token> tokens,
                                        std::size_t members, float* answers,
                                        const CancelToken& cancel) const
{
    const std::size_t rows = tokens.size();
    const std::size_t steps = rows / members;
    state.scratch.reserve(rows * (gateRows() + 2 * outputWidth()) +
                          members * (gateRows() + 2 * m_width));
    float* const fromInput = state.scratch.data();            // [time, members, gates, hidden]
    float* below = fromInput + rows * gateRows();             // [time, members, directions, hidden]
    float* outputs = below + rows * outputWidth();            // [time, members, directions, hidden]
    float* const fromHidden = outputs + rows * outputWidth(); // [members, gates, hidden]
    float* const hidden = fromHidden + members * gateRows();  // [members, hidden]
    float* const cell = hidden + members * m_width;           // [members, hidden]
    for (std::size_t place = 0; place < m_layers.size(); ++place) {
        const Layer& layer = m_layers[place];
        const std::size_t direction = place % m_directions;
        const bool isFirst = place < m_directions;
        if (!isFirst) {
            startFromBias(fromInput, layer.inputBias, gateRows(), rows);
            m_kernels->addProducts(layer.inputWeights.data(), gateRows(), outputWidth(), below,
                                   rows, fromInput, gateRows());
        }
        std::fill_n(hidden, 2 * members * m_width, 0.0F);
        for (std::size_t step = 0; step < steps; ++step) {
            if (cancel.isCancelled())
                return false;
            const std::size_t time = direction == 0 ? step : steps - 1 - step;
            startFromBias(fromHidden, layer.hiddenBias, gateRows(), members);
            m_kernels->addProducts(layer.hiddenWeights.data(), gateRows(), m_width, hidden, members,
                                   fromHidden, gateRows());
            for (std::size_t b = 0; b < members; ++b) {
                const std::size_t row = time * members + b;
                const auto symbol = static_cast<std::size_t>(tokens[row]);
                assert(symbol < static_cast<std::size_t>(m_vocabulary));
                const float* const in = isFirst ? layer.symbolInputs.data() + symbol * gateRows()
                                                : fromInput + row * gateRows();
                float* const output = hidden + b * m_width;
                runCell(in, fromHidden + b * gateRows(), cell + b * m_width, output);
                std::memcpy(outputs + (row * m_directions + direction) * m_width, output,
                            m_width * sizeof(float));
            }
        }
        // What each direction says when it has read the whole window; the last layer's is the
        // answer.
        for (std::size_t b = 0; b < members; ++b)
            std::memcpy(answers + (b * m_directions + direction) * m_width, hidden + b * m_width,
                        m_width * sizeof(float));
        if (direction + 1 == m_directions)
            std::swap(below, outputs);
    }
    return true;
}

void RecurrentNetwork::writeLogits(ModelState& state, const float* outputs,
                                   std::span<float> logits) const
{
    const std::size_t batch = state.batch;
    const std::size_t width = outputWidth();
    state.scratch.reserve(batch * (width + m_denseWidth + m_headRows));
    float* in = state.scratch.data(); // [batch, directions, hidden]
    float* const dense = in + batch * width;
    float* const out = dense + batch * m_denseWidth;
    std::memcpy(in, outputs, batch * width * sizeof(float));
    if (m_normScale.size() > 0) {
        for (std::size_t b = 0; b < batch; ++b)
            m_kernels->scaleAndShift(in + b * width, m_normScale.data(), m_normShift.data(), width);
    }
    std::size_t columns = width;
    if (m_denseWidth > 0) {
        startFromBias(dense, m_denseBias, m_denseWidth, batch);
        m_kernels->addProducts(m_denseWeights.data(), m_denseWidth, width, in, batch, dense,
                               m_denseWidth);
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
