// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/encode/encoding.h"
#include "core/generate/model.h"
#include "core/weights/model_card.h"
#include "core/weights/ngram_table.h"
#include "core/weights/safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace continuo::tests {

/// Models with weights drawn from a seed or set by hand, for tests that need no training.

inline std::vector<CardSymbol> cardSymbolsOf(const Vocabulary& vocabulary)
{
    std::vector<CardSymbol> symbols;
    for (const Symbol& symbol : vocabulary.symbols()) {
        switch (symbol.kind) {
        case SymbolKind::Pitch:
            symbols.push_back({symbol.name, "pitch", symbol.pitch.value});
            break;
        case SymbolKind::Rest:
            symbols.push_back({symbol.name, "rest", -1});
            break;
        case SymbolKind::Hold:
            symbols.push_back({symbol.name, "hold", -1});
            break;
        case SymbolKind::End:
            symbols.push_back({symbol.name, "end", -1});
            break;
        case SymbolKind::Bar:
            symbols.push_back({symbol.name, "bar", -1});
            break;
        case SymbolKind::Other:
            symbols.push_back({symbol.name, "other", -1});
            break;
        }
    }
    return symbols;
}

/// A network's shape in one line; with a window it predicts the last step only.
inline NetworkShape networkShape(const char* kind, int layers, int hidden, int embedding,
                                 bool batchNorm, int dense, int window)
{
    NetworkShape shape;
    shape.kind = kind;
    shape.layers = layers;
    shape.hidden = hidden;
    shape.embedding = embedding;
    shape.batchNorm = batchNorm;
    shape.dense = dense;
    if (window > 0) {
        shape.prediction = "last-step";
        shape.window = window;
    }
    return shape;
}

/// The same with another batch normalisation behind its dense layer.
inline NetworkShape withDenseNorm(NetworkShape shape)
{
    shape.denseBatchNorm = true;
    return shape;
}

inline NetworkShape transformerShape(int layers, int hidden, int heads, int context,
                                     int feedForward = 2)
{
    NetworkShape shape;
    shape.kind = "transformer";
    shape.layers = layers;
    shape.hidden = hidden;
    shape.heads = heads;
    shape.context = context;
    shape.feedForward = feedForward;
    return shape;
}

/// The same, reading its window both ways.
inline NetworkShape bothWays(NetworkShape shape)
{
    shape.bidirectional = true;
    return shape;
}

inline NetworkShape ngramShape(int order)
{
    NetworkShape shape;
    shape.kind = "ngram";
    shape.order = order;
    return shape;
}

/// A masked convolution.
inline NetworkShape convolutionShape(int layers, int hidden, bool separable, int dilation = 1,
                                     bool residual = true)
{
    NetworkShape shape;
    shape.kind = "conv";
    shape.layers = layers;
    shape.hidden = hidden;
    shape.separable = separable;
    shape.dilation = dilation;
    shape.residual = residual;
    return shape;
}

/// Tensors of the names and shapes that the card describes, uniform in ±scale.
inline std::map<std::string, Tensor> randomTensors(const NetworkShape& shape, Token vocabulary,
                                                   std::uint64_t seed, double scale)
{
    const CounterRandom random(seed, CounterRandom::Domain::Test);
    std::map<std::string, Tensor> tensors;
    std::uint32_t number = 0;
    const auto add = [&](const std::string& name, std::vector<std::int64_t> dimensions,
                         double center, double reach) {
        std::size_t count = 1;
        for (const std::int64_t dimension : dimensions)
            count *= static_cast<std::size_t>(dimension);
        std::vector<float> values(count);
        for (std::size_t i = 0; i < count; ++i) {
            const double u = random.uniform(number, static_cast<std::uint32_t>(i));
            values[i] = static_cast<float>(center + reach * (2 * u - 1));
        }
        ++number;
        tensors[name] = floatTensor(values, std::move(dimensions));
    };
    if (shape.kind == "ngram") {
        NgramTable table(shape.order, vocabulary);
        std::vector<Token> piece;
        for (std::uint32_t i = 0; i < 400; ++i) {
            // A melody that walks, so that contexts come back.
            const auto step = static_cast<Token>(random.below(5, number, i));
            const Token next = ((piece.empty() ? 0 : piece.back()) + step) % vocabulary;
            table.count(piece, next);
            piece.push_back(next);
        }
        return table.tensors();
    }
    if (shape.kind == "conv") {
        const std::int64_t planes = vocabulary / 47;
        const std::int64_t width = shape.hidden;
        for (int l = 0; l < shape.layers; ++l) {
            const std::string layer = "layers." + std::to_string(l) + '.';
            const std::int64_t inputs = l == 0 ? 4 * (planes + 1) : width;
            if (shape.separable && l > 0) {
                add(layer + "depth.weight", {inputs, 1, 3, 3}, 0, scale);
                add(layer + "weight", {width, inputs, 1, 1}, 0, scale);
            } else {
                add(layer + "weight", {width, inputs, 3, 3}, 0, scale / 2);
            }
            add(layer + "norm.weight", {width}, 1, 0.5);
            add(layer + "norm.bias", {width}, 0, 0.5);
            add(layer + "norm.running_mean", {width}, 0, 0.2);
            add(layer + "norm.running_var", {width}, 0.7, 0.4);
        }
        add("head.weight", {4 * planes, width, 1, 1}, 0, scale);
        add("head.bias", {4 * planes}, 0, scale);
        return tensors;
    }
    if (shape.kind == "transformer") {
        const std::int64_t width = shape.hidden;
        const std::int64_t inner = width * shape.feedForward;
        add("embedding.weight", {vocabulary, width}, 0, 1);
        for (int l = 0; l < shape.layers; ++l) {
            const std::string block = "blocks." + std::to_string(l) + '.';
            for (const char* norm : {"norm1", "norm2"}) {
                add(block + norm + ".weight", {width}, 1, 0.5);
                add(block + norm + ".bias", {width}, 0, 0.5);
            }
            const auto linear = [&](const std::string& name, std::int64_t rows,
                                    std::int64_t columns) {
                add(block + name + ".weight", {rows, columns}, 0, scale);
                add(block + name + ".bias", {rows}, 0, scale);
            };
            linear("qkv", 3 * width, width);
            linear("out", width, width);
            linear("up", inner, width);
            linear("down", width, inner);
        }
        add("norm.weight", {width}, 1, 0.5);
        add("norm.bias", {width}, 0, 0.5);
        add("head.weight", {vocabulary, width}, 0, scale);
        add("head.bias", {vocabulary}, 0, scale);
        return tensors;
    }
    if (shape.kind == "gan") {
        const auto player = [&](const std::string& prefix, std::int64_t inputs,
                                std::int64_t outputs) {
            for (int l = 0; l < shape.layers; ++l) {
                const std::string suffix = "_l" + std::to_string(l);
                add(prefix + "rnn.weight_ih" + suffix,
                    {shape.hidden, l > 0 ? shape.hidden : inputs}, 0, scale);
                add(prefix + "rnn.weight_hh" + suffix, {shape.hidden, shape.hidden}, 0, scale);
                add(prefix + "rnn.bias_ih" + suffix, {shape.hidden}, 0, scale);
                add(prefix + "rnn.bias_hh" + suffix, {shape.hidden}, 0, scale);
            }
            add(prefix + "head.weight", {outputs, shape.hidden}, 0, scale);
            add(prefix + "head.bias", {outputs}, 0, scale);
        };
        player("generator.", shape.noise, vocabulary);
        player("discriminator.", vocabulary, 1);
        return tensors;
    }
    const std::int64_t gates = shape.kind == "lstm" ? 4 : shape.kind == "gru" ? 3 : 1;
    if (shape.embedding > 0)
        add("embedding.weight", {vocabulary, shape.embedding}, 0, 1);
    const std::int64_t outputs = shape.hidden * (shape.bidirectional ? 2 : 1);
    for (int l = 0; l < shape.layers; ++l) {
        const std::int64_t inputs = l > 0                 ? outputs
                                    : shape.embedding > 0 ? shape.embedding
                                                          : vocabulary;
        for (const char* direction : {"", "_reverse"}) {
            if (*direction != 0 && !shape.bidirectional)
                continue;
            const std::string suffix = std::to_string(l) + direction;
            add("rnn.weight_ih_l" + suffix, {gates * shape.hidden, inputs}, 0, scale);
            add("rnn.weight_hh_l" + suffix, {gates * shape.hidden, shape.hidden}, 0, scale);
            add("rnn.bias_ih_l" + suffix, {gates * shape.hidden}, 0, scale);
            add("rnn.bias_hh_l" + suffix, {gates * shape.hidden}, 0, scale);
        }
    }
    if (shape.batchNorm) {
        add("norm.weight", {outputs}, 1, 0.5);
        add("norm.bias", {outputs}, 0, 0.5);
        add("norm.running_mean", {outputs}, 0, 0.2);
        add("norm.running_var", {outputs}, 0.5, 0.4);
    }
    if (shape.dense > 0) {
        add("dense.weight", {shape.dense, outputs}, 0, scale);
        add("dense.bias", {shape.dense}, 0, scale);
    }
    if (shape.denseBatchNorm) {
        add("dense.norm.weight", {shape.dense}, 1, 0.5);
        add("dense.norm.bias", {shape.dense}, 0, 0.5);
        add("dense.norm.running_mean", {shape.dense}, 0, 0.2);
        add("dense.norm.running_var", {shape.dense}, 0.5, 0.4);
    }
    add("head.weight", {vocabulary, shape.dense > 0 ? shape.dense : outputs}, 0, scale);
    add("head.bias", {vocabulary}, 0, scale);
    return tensors;
}

/// A whole model file for an encoding.
inline TensorFile modelFile(const Encoding& encoding, const NetworkShape& shape,
                            std::map<std::string, Tensor> tensors)
{
    ModelCard card;
    card.name = "hand-made";
    card.encoding = std::string(encoding.name());
    card.encodingVersion = encoding.version();
    card.encodingOptionsJson = encoding.optionsJson();
    card.vocabulary = cardSymbolsOf(encoding.vocabulary());
    card.network = shape;
    TensorFile file;
    file.metadata = toMetadata(card);
    file.tensors = std::move(tensors);
    return file;
}

/// A small network of random weights whose opinions are strong enough to differ from symbol to
/// symbol.
inline GeneratingModel randomModel(const std::string& encodingOptions, std::uint64_t seed,
                                   NetworkShape shape = {},
                                   const LaneKernels& kernels = fastestKernels())
{
    const auto encoding = makeEncoding("grid", encodingOptions).value();
    if (shape == NetworkShape{})
        shape.hidden = 24;
    auto tensors = randomTensors(shape, encoding->vocabulary().size(), seed, 0.6);
    return modelFromTensors(modelFile(*encoding, shape, std::move(tensors)), "hand-made", kernels)
        .value();
}

/// A masked convolution of random weights for the encoding `voices`.
inline GeneratingModel randomVoicesModel(const std::string& options, std::uint64_t seed,
                                         const NetworkShape& shape = convolutionShape(4, 16, true, 2),
                                         const LaneKernels& kernels = fastestKernels())
{
    const auto encoding = makeEncoding("voices", options).value();
    auto tensors = randomTensors(shape, encoding->vocabulary().size(), seed, 0.6);
    return modelFromTensors(modelFile(*encoding, shape, std::move(tensors)), "hand-made", kernels)
        .value();
}

/// The same network in plain double precision, straight from the definitions.
class ReferenceNetwork
{
public:
    ReferenceNetwork(const NetworkShape& shape, Token vocabulary,
                     const std::map<std::string, Tensor>& tensors)
        : m_shape(shape)
        , m_vocabulary(vocabulary)
    {
        for (const auto& [name, tensor] : tensors) {
            const std::vector<float> values = floatValues(tensor);
            m_values[name].assign(values.begin(), values.end());
        }
        const auto layers = static_cast<std::size_t>(shape.layers);
        m_hidden.assign(layers, std::vector<double>(static_cast<std::size_t>(shape.hidden), 0.0));
        m_cell = m_hidden;
    }

    std::vector<double> read(Token token)
    {
        std::vector<double> x = input(token);
        for (std::size_t l = 0; l < m_hidden.size(); ++l)
            x = step(l, "", x);
        return answer(std::move(x));
    }

    /// What is read is numbers, not one symbol.
    std::vector<double> readNumbers(std::vector<double> x)
    {
        if (m_shape.embedding > 0) {
            const auto& table = m_values["embedding.weight"];
            const auto width = static_cast<std::size_t>(m_shape.embedding);
            std::vector<double> laidOut(width);
            for (std::size_t i = 0; i < x.size(); ++i)
                for (std::size_t j = 0; j < width; ++j)
                    laidOut[j] += x[i] * table[i * width + j];
            x = std::move(laidOut);
        }
        for (std::size_t l = 0; l < m_hidden.size(); ++l)
            x = step(l, "", x);
        return answer(std::move(x));
    }

    /// A whole window, both ways, from the zero state.
    std::vector<double> readBothWays(const std::vector<Token>& window)
    {
        std::vector<std::vector<double>> below;
        for (const Token token : window)
            below.push_back(input(token));
        std::vector<double> last;
        for (std::size_t l = 0; l < m_hidden.size(); ++l) {
            std::vector<std::vector<double>> above(window.size());
            const auto clear = [&] {
                std::ranges::fill(m_hidden[l], 0.0);
                std::ranges::fill(m_cell[l], 0.0);
            };
            clear();
            for (std::size_t t = 0; t < window.size(); ++t)
                above[t] = step(l, "", below[t]);
            last = above.back();
            clear();
            for (std::size_t t = window.size(); t-- > 0;) {
                const std::vector<double> back = step(l, "_reverse", below[t]);
                above[t].insert(above[t].end(), back.begin(), back.end());
            }
            last.insert(last.end(), m_hidden[l].begin(), m_hidden[l].end());
            below = std::move(above);
        }
        return answer(std::move(last));
    }

private:
    std::vector<double> input(Token token)
    {
        std::vector<double> x;
        if (m_shape.embedding > 0) {
            const auto& table = m_values["embedding.weight"];
            const auto width = static_cast<std::ptrdiff_t>(m_shape.embedding);
            x.assign(table.begin() + token * width, table.begin() + (token + 1) * width);
        } else {
            x.assign(static_cast<std::size_t>(m_vocabulary), 0.0);
            x[static_cast<std::size_t>(token)] = 1;
        }
        return x;
    }

    /// From the last layer's outputs to logits.
    std::vector<double> answer(std::vector<double> x)
    {
        const auto normalise = [&](const std::string& prefix) {
            for (std::size_t i = 0; i < x.size(); ++i) {
                x[i] = (x[i] - m_values[prefix + "running_mean"][i]) /
                           std::sqrt(m_values[prefix + "running_var"][i] + 1e-5) *
                           m_values[prefix + "weight"][i] +
                       m_values[prefix + "bias"][i];
            }
        };
        if (m_shape.batchNorm)
            normalise("norm.");
        if (m_shape.dense > 0) {
            x = affine("dense.weight", "dense.bias", x);
            for (double& value : x)
                value = value > 0 ? value : 0;
            if (m_shape.denseBatchNorm)
                normalise("dense.norm.");
        }
        return affine("head.weight", "head.bias", x);
    }

    std::vector<double> affine(const std::string& weight, const std::string& bias,
                               const std::vector<double>& x)
    {
        std::vector<double> result = m_values[bias];
        const auto& w = m_values[weight];
        for (std::size_t row = 0; row < result.size(); ++row) {
            for (std::size_t column = 0; column < x.size(); ++column)
                result[row] += w[row * x.size() + column] * x[column];
        }
        return result;
    }

    std::vector<double> step(std::size_t l, const std::string& direction,
                             const std::vector<double>& x)
    {
        const std::string suffix = std::to_string(l) + direction;
        const std::vector<double> in =
            affine("rnn.weight_ih_l" + suffix, "rnn.bias_ih_l" + suffix, x);
        const std::vector<double> own =
            affine("rnn.weight_hh_l" + suffix, "rnn.bias_hh_l" + suffix, m_hidden[l]);
        const auto logistic = [](double value) { return 1 / (1 + std::exp(-value)); };
        const std::size_t n = m_hidden[l].size();
        for (std::size_t i = 0; i < n; ++i) {
            if (m_shape.kind == "lstm") {
                const double forget = logistic(in[n + i] + own[n + i]);
                m_cell[l][i] = forget * m_cell[l][i] +
                               logistic(in[i] + own[i]) * std::tanh(in[2 * n + i] + own[2 * n + i]);
                m_hidden[l][i] = logistic(in[3 * n + i] + own[3 * n + i]) * std::tanh(m_cell[l][i]);
            } else if (m_shape.kind == "gru") {
                const double reset = logistic(in[i] + own[i]);
                const double update = logistic(in[n + i] + own[n + i]);
                const double candidate = std::tanh(in[2 * n + i] + reset * own[2 * n + i]);
                m_hidden[l][i] = (1 - update) * candidate + update * m_hidden[l][i];
            } else {
                m_hidden[l][i] = std::tanh(in[i] + own[i]);
            }
        }
        return m_hidden[l];
    }

    NetworkShape m_shape;
    Token m_vocabulary;
    std::map<std::string, std::vector<double>> m_values;
    std::vector<std::vector<double>> m_hidden;
    std::vector<std::vector<double>> m_cell;
};

} // namespace continuo::tests
