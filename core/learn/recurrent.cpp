// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/lstm_p.h"
#include "core/learn/network_p.h"
#include "core/learn/weight_maker_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/gru.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/lstm.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/rnn_tanh.h>
#include <ATen/ops/zeros.h>

#include <cmath>

namespace continuo {
namespace {

class RecurrentNetwork final : public Network
{
public:
    RecurrentNetwork(const NetworkShape& shape, std::int64_t vocabulary, std::uint64_t seed)
        : m_shape(shape)
        , m_vocabulary(vocabulary)
    {
        const std::int64_t hidden = shape.hidden;
        const std::int64_t gates = shape.kind == "lstm" ? 4 : shape.kind == "gru" ? 3 : 1;
        const double bound = 1 / std::sqrt(static_cast<double>(hidden));
        WeightMaker make(seed, m_parameters);
        if (shape.embedding > 0)
            make.normal("embedding.weight", {vocabulary, shape.embedding});
        for (int layer = 0; layer < shape.layers; ++layer) {
            const std::string suffix = "_l" + std::to_string(layer);
            const std::int64_t input = layer > 0             ? hidden
                                       : shape.embedding > 0 ? shape.embedding
                                                             : vocabulary;
            make.uniform("rnn.weight_ih" + suffix, {gates * hidden, input}, bound);
            make.uniform("rnn.weight_hh" + suffix, {gates * hidden, hidden}, bound);
            make.uniform("rnn.bias_ih" + suffix, {gates * hidden}, bound);
            make.uniform("rnn.bias_hh" + suffix, {gates * hidden}, bound);
        }
        if (shape.batchNorm) {
            make.constant("norm.weight", hidden, 1);
            make.constant("norm.bias", hidden, 0);
            m_buffers.emplace_back("norm.running_mean", at::zeros({hidden}, at::kFloat));
            m_buffers.emplace_back("norm.running_var", at::ones({hidden}, at::kFloat));
        }
        if (shape.dense > 0) {
            make.uniform("dense.weight", {shape.dense, hidden}, bound);
            make.uniform("dense.bias", {shape.dense}, bound);
        }
        const std::int64_t width = shape.dense > 0 ? shape.dense : hidden;
        const double headBound = 1 / std::sqrt(static_cast<double>(width));
        make.uniform("head.weight", {vocabulary, width}, headBound);
        make.uniform("head.bias", {vocabulary}, headBound);
    }

    at::Tensor hidden(const at::Tensor& tokens, NetworkState* state,
                      const ForwardMode& mode) override
    {
        if (m_shape.kind == "lstm" && mode.isTraining && state == nullptr && tokens.is_cpu() &&
            LstmLayer::isPossible(m_shape.hidden, mode.isBfloat16))
            return lstmHidden(tokens, mode);
        const Bfloat16Scope scope(mode.isBfloat16, tokens.device().type());
        const std::int64_t batch = tokens.size(1);
        std::size_t next = 0;
        at::Tensor x; // float [time, batch, input]
        if (m_shape.embedding > 0)
            x = at::embedding(parameter(next++), tokens);
        else
            x = at::one_hot(tokens, m_vocabulary).to(at::kFloat);
        const bool isLstm = m_shape.kind == "lstm";
        NetworkState after;
        for (int layer = 0; layer < m_shape.layers; ++layer) {
            const std::vector<at::Tensor> weights{parameter(next), parameter(next + 1),
                                                  parameter(next + 2), parameter(next + 3)};
            next += 4;
            const auto memory = [&](std::size_t place) { // float [1, batch, hidden]
                if (state != nullptr && !state->empty())
                    return (*state)[place].unsqueeze(0);
                return at::zeros({1, batch, m_shape.hidden}, weights[0].options());
            };
            const auto first = static_cast<std::size_t>(layer) * (isLstm ? 2 : 1);
            if (isLstm) {
                const std::vector<at::Tensor> start{memory(first), memory(first + 1)};
                auto [y, h, c] =
                    at::lstm(x, start, weights, true, 1, 0.0, mode.isTraining, false, false);
                x = y;
                after.push_back(h.squeeze(0));
                after.push_back(c.squeeze(0));
            } else if (m_shape.kind == "gru") {
                auto [y, h] =
                    at::gru(x, memory(first), weights, true, 1, 0.0, mode.isTraining, false, false);
                x = y;
                after.push_back(h.squeeze(0));
            } else {
                auto [y, h] = at::rnn_tanh(x, memory(first), weights, true, 1, 0.0, mode.isTraining,
                                           false, false);
                x = y;
                after.push_back(h.squeeze(0));
            }
            if (layer + 1 < m_shape.layers)
                x = dropped(x, m_shape.dropout, mode);
        }
        if (state != nullptr) {
            for (at::Tensor& memory : after)
                memory = memory.to(at::kFloat);
            *state = std::move(after);
        }
        return x;
    }

    at::Tensor logits(const at::Tensor& hidden, const ForwardMode& mode) override
    {
        const Bfloat16Scope scope(mode.isBfloat16, hidden.device().type());
        std::size_t next =
            (m_shape.embedding > 0 ? 1U : 0U) + 4 * static_cast<std::size_t>(m_shape.layers);
        at::Tensor x = hidden; // [n, hidden]
        if (m_shape.batchNorm) {
            // One row has no variance; it is judged by the running figures.
            const bool usesBatch = mode.isTraining && x.size(0) > 1;
            x = at::batch_norm(x.to(at::kFloat), parameter(next), parameter(next + 1),
                               m_buffers[0].second, m_buffers[1].second, usesBatch, 0.1, 1e-5,
                               false);
            next += 2;
        }
        x = dropped(x, m_shape.dropout, mode);
        if (m_shape.dense > 0) {
            x = at::relu(at::linear(x, parameter(next), parameter(next + 1)));
            next += 2;
            x = dropped(x, m_shape.dropout, mode);
        }
        return at::linear(x, parameter(next), parameter(next + 1))
            .to(at::kFloat); // [n, vocabulary]
    }

    std::int64_t floatsPerSymbol() const override
    {
        return std::int64_t{12} * m_shape.layers * m_shape.hidden + 4 * m_vocabulary;
    }

    const NamedTensors& parameters() const override { return m_parameters; }
    const NamedTensors& buffers() const override { return m_buffers; }

private:
    /// hidden() by the layers of our own.
    at::Tensor lstmHidden(const at::Tensor& tokens, const ForwardMode& mode)
    {
        m_lstm.resize(static_cast<std::size_t>(m_shape.layers));
        std::size_t next = m_shape.embedding > 0 ? 1 : 0;
        at::Tensor x;
        for (std::size_t layer = 0; layer < m_lstm.size(); ++layer, next += 4) {
            const at::Tensor& inputWeight = parameter(next);
            const at::Tensor& hiddenWeight = parameter(next + 1);
            const at::Tensor bias = parameter(next + 2) + parameter(next + 3); // [4 * hidden]
            if (layer > 0) {
                x = m_lstm[layer].readLayer(dropped(x, m_shape.dropout, mode), inputWeight, bias,
                                            hiddenWeight, mode.isBfloat16);
                continue;
            }
            const at::Tensor table = m_shape.embedding > 0
                                         ? at::linear(parameter(0), inputWeight, bias)
                                         : inputWeight.t() + bias; // [symbol, 4 * hidden]
            x = m_lstm[layer].readTable(table, tokens, hiddenWeight, mode.isBfloat16);
        }
        return x;
    }

    const at::Tensor& parameter(std::size_t place) const { return m_parameters[place].second; }

    NetworkShape m_shape;
    std::int64_t m_vocabulary = 0;
    NamedTensors m_parameters{};
    NamedTensors m_buffers{};
    std::vector<LstmLayer> m_lstm{};
};

} // namespace

std::unique_ptr<Network> makeRecurrentNetwork(const NetworkShape& shape, std::int64_t vocabulary,
                                              std::uint64_t seed)
{
    return std::make_unique<RecurrentNetwork>(shape, vocabulary, seed);
}

} // namespace continuo
