// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/transformer_network.h"

#include "core/generate/exact_math.h"
#include "core/generate/lane_layout.h"
#include "core/generate/tensor_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

namespace continuo {

namespace {

constexpr int kLargestWidth = 1 << 16;
constexpr int kMostLayers = 64;

/// Rows of one call that are worked through layer by layer: the weights are then read once for all
/// of them.
constexpr std::size_t kChunkRows = 64;

/// A window grows by as many places at once.
constexpr std::size_t kPlacesAtOnce = 64;

struct Angle
{
    double cosine = 1;
    double sine = 0;
};

/// For 0 <= radians <= 1, the same on every machine: the series end below 1e-17.
Angle angleOf(double radians)
{
    const double square = radians * radians;
    double cosine = 1;
    double sine = 1;
    for (int i = 18; i > 0; i -= 2) {
        cosine = 1 - cosine * square / ((i - 1) * i);
        sine = 1 - sine * square / (i * (i + 1));
    }
    return {cosine, sine * radians};
}

Angle sum(const Angle& a, const Angle& b)
{
    return {a.cosine * b.cosine - a.sine * b.sine, a.sine * b.cosine + a.cosine * b.sine};
}

/// values = values + bias.
void addBias(float* rows, const LaneBuffer& bias, std::size_t width, std::size_t count)
{
    for (std::size_t row = 0; row < count; ++row) {
        for (std::size_t i = 0; i < width; ++i)
            rows[row * width + i] += bias.data()[i];
    }
}

} // namespace

Result<std::shared_ptr<const TransformerNetwork>>
TransformerNetwork::make(const NetworkShape& shape, Token vocabularySize,
                         const std::map<std::string, Tensor>& tensors,
                         const std::string& nameForErrors, const LaneKernels& kernels)
{
    const auto fits = [](int value, int least) { return value >= least && value <= kLargestWidth; };
    if (shape.kind != "transformer" || shape.prediction != "every-step" || vocabularySize < 1 ||
        !fits(shape.layers, 1) || shape.layers > kMostLayers || !fits(shape.hidden, 1) ||
        !fits(shape.heads, 1) || shape.hidden % (2 * shape.heads) != 0 || !fits(shape.context, 2) ||
        !fits(shape.feedForward, 1)) {
        return Error{
            ErrorKind::Refused,
            "model.unknown-network",
            fmt::format("{}: this program cannot run the network it describes ({}, {}).",
                        nameForErrors, describe(shape), shape.prediction),
            {{"file", nameForErrors}, {"kind", shape.kind}, {"prediction", shape.prediction}}};
    }
    std::shared_ptr<TransformerNetwork> network(new TransformerNetwork);
    TransformerNetwork& made = *network;
    made.m_kernels = &kernels;
    made.m_vocabulary = vocabularySize;
    made.m_context = static_cast<std::size_t>(shape.context);
    made.m_heads = static_cast<std::size_t>(shape.heads);
    made.m_hidden = static_cast<std::size_t>(shape.hidden);
    made.m_width = paddedToLanes(made.m_hidden);
    const std::size_t headWidth = made.m_hidden / made.m_heads;
    made.m_half = headWidth / 2;
    made.m_headWidth = paddedToLanes(headWidth);
    const auto vocabulary = static_cast<std::size_t>(vocabularySize);
    const std::int64_t hidden = shape.hidden;
    const std::int64_t inner = hidden * shape.feedForward;
    made.m_innerWidth = paddedToLanes(static_cast<std::size_t>(inner));
    made.m_headRows = paddedToLanes(vocabulary);

    TensorReader reader(tensors, nameForErrors);
    const auto matrix = [&](const std::string& name, std::int64_t rows, std::int64_t columns,
                            std::size_t paddedRows) {
        const std::vector<float> values = reader.values(name, {rows, columns});
        if (reader.error())
            return LaneBuffer();
        return paddedMatrix(values, 1, static_cast<std::size_t>(rows),
                            static_cast<std::size_t>(columns), paddedRows);
    };
    const auto vector = [&](const std::string& name, std::int64_t size, std::size_t padded) {
        const std::vector<float> values = reader.values(name, {size});
        if (reader.error())
            return LaneBuffer();
        return paddedVector(values, 1, static_cast<std::size_t>(size), padded);
    };
    const auto norm = [&](const std::string& name) {
        return Norm{vector(name + ".weight", hidden, made.m_width),
                    vector(name + ".bias", hidden, made.m_width)};
    };
    made.m_symbols = matrix("embedding.weight", vocabularySize, hidden, vocabulary);
    for (int layer = 0; layer < shape.layers; ++layer) {
        const std::string name = fmt::format("blocks.{}.", layer);
        Block block;
        block.before = norm(name + "norm1");
        const std::vector<float> parts = reader.values(name + "qkv.weight", {3 * hidden, hidden});
        const std::vector<float> partBias = reader.values(name + "qkv.bias", {3 * hidden});
        const std::vector<float> out = reader.values(name + "out.weight", {hidden, hidden});
        if (reader.error())
            return *reader.error();
        block.partWeights =
            paddedMatrix(parts, 3 * made.m_heads, headWidth, made.m_hidden, made.m_headWidth);
        block.partBias = paddedVector(partBias, 3 * made.m_heads, headWidth, made.m_headWidth);
        block.outWeights = paddedBlocks(out, 1, made.m_hidden, made.m_width, made.m_heads,
                                        headWidth, made.m_headWidth);
        block.outBias = vector(name + "out.bias", hidden, made.m_width);
        block.between = norm(name + "norm2");
        block.upWeights = matrix(name + "up.weight", inner, hidden, made.m_innerWidth);
        block.upBias = vector(name + "up.bias", inner, made.m_innerWidth);
        block.downWeights = matrix(name + "down.weight", hidden, inner, made.m_width);
        block.downBias = vector(name + "down.bias", hidden, made.m_width);
        if (reader.error())
            return *reader.error();
        made.m_blocks.push_back(std::move(block));
    }
    made.m_norm = norm("norm");
    made.m_headWeights = matrix("head.weight", vocabularySize, hidden, made.m_headRows);
    made.m_headBias = vector("head.bias", vocabularySize, made.m_headRows);
    if (reader.error())
        return *reader.error();
    made.prepareAngles(headWidth);
    return std::shared_ptr<const TransformerNetwork>(std::move(network));
}

void TransformerNetwork::prepareAngles(std::size_t headWidth)
{
    constexpr double kLogBase = 9.210340371976182736; // ln 10000
    m_cosines.resize(m_context * m_half);
    m_sines.resize(m_context * m_half);
    for (std::size_t i = 0; i < m_half; ++i) {
        const double share = 2.0 * static_cast<double>(i) / static_cast<double>(headWidth);
        const Angle step = angleOf(exactExp(-share * kLogBase));
        Angle angle;
        for (std::size_t place = 0; place < m_context; ++place) {
            m_cosines[place * m_half + i] = static_cast<float>(angle.cosine);
            m_sines[place * m_half + i] = static_cast<float>(angle.sine);
            angle = sum(angle, step);
        }
    }
}

// A state's numbers are float [layers, 2, batch, capacity, heads, headWidth]: keys, then values;
// its `recent` are the symbols of the window.

std::size_t TransformerNetwork::capacity(const ModelState& state) const
{
    return state.numbers.size() / (m_blocks.size() * 2 * state.batch * rowWidth());
}

ModelState TransformerNetwork::start(std::size_t batch) const
{
    ModelState state;
    state.batch = batch;
    state.recent.resize(batch);
    return state;
}

void TransformerNetwork::makeRoom(ModelState& state, std::size_t places, std::size_t used) const
{
    const std::size_t before = capacity(state);
    if (places <= before)
        return;
    const std::size_t wished =
        std::max(2 * before, (places + kPlacesAtOnce - 1) / kPlacesAtOnce * kPlacesAtOnce);
    const std::size_t after = std::max(places, std::min(wished, m_context));
    const std::size_t rows = m_blocks.size() * 2 * state.batch;
    LaneBuffer numbers(rows * after * rowWidth());
    for (std::size_t row = 0; row < rows; ++row)
        std::copy_n(state.numbers.data() + row * before * rowWidth(), used * rowWidth(),
                    numbers.data() + row * after * rowWidth());
    state.numbers = std::move(numbers);
}

ModelState TransformerNetwork::selected(const ModelState& state,
                                        std::span<const std::size_t> members) const
{
    ModelState result = start(members.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
        assert(members[i] < state.batch);
        result.recent[i] = state.recent[members[i]];
    }
    const std::size_t used = state.recent.empty() ? 0 : state.recent.front().size();
    if (members.empty() || used == 0)
        return result;
    makeRoom(result, std::min(used + 1, m_context), 0);
    const std::size_t from = capacity(state);
    const std::size_t to = capacity(result);
    for (std::size_t part = 0; part < m_blocks.size() * 2; ++part) {
        for (std::size_t i = 0; i < members.size(); ++i) {
            std::copy_n(state.numbers.data() +
                            (part * state.batch + members[i]) * from * rowWidth(),
                        used * rowWidth(),
                        result.numbers.data() + (part * members.size() + i) * to * rowWidth());
        }
    }
    return result;
}

bool TransformerNetwork::read(ModelState& state, std::span<const Token> tokens,
                              std::span<float> logits, const CancelToken& cancel) const
{
    const std::size_t batch = state.batch;
    assert(batch > 0 && !tokens.empty() && tokens.size() % batch == 0);
    assert(logits.size() == batch * static_cast<std::size_t>(m_vocabulary));
    const std::size_t used = state.recent.front().size();
    const std::size_t all = used + tokens.size() / batch;
    for (std::size_t i = 0; i < tokens.size(); ++i)
        state.recent[i % batch].push_back(tokens[i]);
    // The window is full at some place of these: only the last window matters, and it is read from
    // its beginning.
    const std::size_t start = contextStart(all - 1, m_context);
    if (start == 0)
        return readWindow(state, tokens, used, logits, cancel);
    std::vector<Token> window;
    window.reserve((all - start) * batch);
    for (auto& recent : state.recent)
        recent.erase(recent.begin(), recent.begin() + static_cast<std::ptrdiff_t>(start));
    for (std::size_t time = 0; time < all - start; ++time) {
        for (const auto& recent : state.recent)
            window.push_back(recent[time]);
    }
    return readWindow(state, window, 0, logits, cancel);
}

bool TransformerNetwork::readWindow(ModelState& state, std::span<const Token> tokens,
                                    std::size_t place, std::span<float> logits,
                                    const CancelToken& cancel) const
{
    const std::size_t batch = state.batch;
    makeRoom(state, place + tokens.size() / batch, place);
    const std::size_t stepsAtOnce = std::max<std::size_t>(1, kChunkRows / batch);
    for (std::size_t at = 0; at < tokens.size();) {
        const std::size_t count = std::min(stepsAtOnce * batch, tokens.size() - at);
        if (!readChunk(state, tokens.subspan(at, count), place + at / batch, cancel))
            return false;
        at += count;
        if (at == tokens.size()) {
            const Room room = roomFor(state, count);
            writeLogits(state, room.stream + (count - batch) * m_width, room.normed, logits);
        }
    }
    return true;
}

TransformerNetwork::Room TransformerNetwork::roomFor(ModelState& state, std::size_t rows) const
{
    const std::size_t logitsWidth = m_width + m_headRows; // the last norm and the head
    const std::size_t normed = std::max(rows * m_width, state.batch * logitsWidth);
    const std::size_t weights = paddedToLanes(m_context);
    state.scratch.reserve(rows * (m_width + 4 * rowWidth() + m_innerWidth) + normed + weights);
    Room room;
    room.stream = state.scratch.data();
    room.normed = room.stream + rows * m_width;
    room.parts = room.normed + normed;
    room.seen = room.parts + rows * 3 * rowWidth();
    room.inner = room.seen + rows * rowWidth();
    room.weights = room.inner + rows * m_innerWidth;
    return room;
}

bool TransformerNetwork::readChunk(ModelState& state, std::span<const Token> tokens,
                                   std::size_t place, const CancelToken& cancel) const
{
    const std::size_t rows = tokens.size();
    const Room room = roomFor(state, rows);
    for (std::size_t row = 0; row < rows; ++row) {
        const auto symbol = static_cast<std::size_t>(tokens[row]);
        assert(symbol < static_cast<std::size_t>(m_vocabulary));
        std::copy_n(m_symbols.data() + symbol * m_width, m_width, room.stream + row * m_width);
    }
    for (std::size_t layer = 0; layer < m_blocks.size(); ++layer) {
        if (cancel.isCancelled())
            return false;
        const Block& block = m_blocks[layer];
        for (std::size_t row = 0; row < rows; ++row)
            m_kernels->normalise(room.stream + row * m_width, m_hidden, m_width,
                                 block.before.scale.data(), block.before.shift.data(),
                                 room.normed + row * m_width);
        startFromBias(room.parts, block.partBias, 3 * rowWidth(), rows);
        m_kernels->addProducts(block.partWeights.data(), 3 * rowWidth(), m_width, room.normed, rows,
                               room.parts, 3 * rowWidth());
        attendTo(state, layer, room, rows, place);
        addBias(room.stream, block.outBias, m_width, rows);
        m_kernels->addProducts(block.outWeights.data(), m_width, rowWidth(), room.seen, rows,
                               room.stream, m_width);

        for (std::size_t row = 0; row < rows; ++row)
            m_kernels->normalise(room.stream + row * m_width, m_hidden, m_width,
                                 block.between.scale.data(), block.between.shift.data(),
                                 room.normed + row * m_width);
        startFromBias(room.inner, block.upBias, m_innerWidth, rows);
        m_kernels->addProducts(block.upWeights.data(), m_innerWidth, m_width, room.normed, rows,
                               room.inner, m_innerWidth);
        m_kernels->gelu(room.inner, rows * m_innerWidth);
        addBias(room.stream, block.downBias, m_width, rows);
        m_kernels->addProducts(block.downWeights.data(), m_width, m_innerWidth, room.inner, rows,
                               room.stream, m_width);
    }
    return true;
}

void TransformerNetwork::attendTo(ModelState& state, std::size_t layer, const Room& room,
                                  std::size_t rows, std::size_t place) const
{
    const std::size_t batch = state.batch;
    const std::size_t places = capacity(state);
    const float scale = 1.0F / std::sqrt(static_cast<float>(2 * m_half));
    float* const keys = state.numbers.data() + layer * 2 * batch * places * rowWidth();
    float* const values = keys + batch * places * rowWidth();
    // By time and then by member: what a row looks at is there before it.
    for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t now = place + row / batch;
        const std::size_t own = (row % batch) * places * rowWidth();
        float* const query = room.parts + row * 3 * rowWidth();
        float* const key = query + rowWidth();
        turn(query, now);
        turn(key, now);
        for (std::size_t i = 0; i < rowWidth(); ++i)
            query[i] *= scale;
        std::copy_n(key, rowWidth(), keys + own + now * rowWidth());
        std::copy_n(key + rowWidth(), rowWidth(), values + own + now * rowWidth());
        for (std::size_t head = 0; head < m_heads; ++head) {
            const std::size_t part = head * m_headWidth;
            m_kernels->attend(query + part, keys + own + part, values + own + part, now + 1,
                              rowWidth(), m_headWidth, room.weights,
                              room.seen + row * rowWidth() + part);
        }
    }
}

void TransformerNetwork::turn(float* heads, std::size_t place) const
{
    const float* const cosines = m_cosines.data() + place * m_half;
    const float* const sines = m_sines.data() + place * m_half;
    for (std::size_t head = 0; head < m_heads; ++head) {
        float* const first = heads + head * m_headWidth;
        float* const second = first + m_half;
        for (std::size_t i = 0; i < m_half; ++i) {
            const float a = first[i];
            const float b = second[i];
            first[i] = a * cosines[i] - b * sines[i];
            second[i] = b * cosines[i] + a * sines[i];
        }
    }
}

void TransformerNetwork::writeLogits(const ModelState& state, const float* stream, float* room,
                                     std::span<float> logits) const
{
    const std::size_t batch = state.batch;
    float* const out = room + batch * m_width;
    for (std::size_t b = 0; b < batch; ++b)
        m_kernels->normalise(stream + b * m_width, m_hidden, m_width, m_norm.scale.data(),
                             m_norm.shift.data(), room + b * m_width);
    startFromBias(out, m_headBias, m_headRows, batch);
    m_kernels->addProducts(m_headWeights.data(), m_headRows, m_width, room, batch, out, m_headRows);
    const auto vocabulary = static_cast<std::size_t>(m_vocabulary);
    for (std::size_t b = 0; b < batch; ++b)
        std::copy_n(out + b * m_headRows, vocabulary, logits.data() + b * vocabulary);
}

} // namespace continuo
