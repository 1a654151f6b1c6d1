// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/lstm_p.h"
#include "core/learn/network_p.h"
#include "core/learn/recurrent_steps_p.h"
#include "core/learn/weight_maker_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/gru.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/lstm.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/rnn_tanh.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <array>
#include <cassert>
#include <cmath>

namespace continuo {
namespace {

class RecurrentNetwork final : public Network
{
public:
    RecurrentNetwork(const NetworkShape& shape, NetworkEnds ends, std::uint64_t seed)
        : m_shape(shape)
        , m_ends(ends)
    {
        const std::int64_t hidden = shape.hidden;
        const std::int64_t gates = shape.kind == "lstm" ? 4 : shape.kind == "gru" ? 3 : 1;
        const double bound = 1 / std::sqrt(static_cast<double>(hidden));
        const std::int64_t outputs = hidden * directions();
        WeightMaker make(seed, m_parameters);
        if (shape.embedding > 0)
            make.normal("embedding.weight", {ends.inputs, shape.embedding});
        for (int layer = 0; layer < shape.layers; ++layer) {
            const std::int64_t input = layer > 0             ? outputs
                                       : shape.embedding > 0 ? shape.embedding
                                                             : ends.inputs;
            for (std::int64_t direction = 0; direction < directions(); ++direction) {
                const std::string suffix =
                    "_l" + std::to_string(layer) + (direction > 0 ? "_reverse" : "");
                make.uniform("rnn.weight_ih" + suffix, {gates * hidden, input}, bound);
                make.uniform("rnn.weight_hh" + suffix, {gates * hidden, hidden}, bound);
                make.uniform("rnn.bias_ih" + suffix, {gates * hidden}, bound);
                make.uniform("rnn.bias_hh" + suffix, {gates * hidden}, bound);
            }
        }
        if (shape.batchNorm) {
            make.constant("norm.weight", outputs, 1);
            make.constant("norm.bias", outputs, 0);
            m_buffers.emplace_back("norm.running_mean", at::zeros({outputs}, at::kFloat));
            m_buffers.emplace_back("norm.running_var", at::ones({outputs}, at::kFloat));
        }
        if (shape.dense > 0) {
            make.uniform("dense.weight", {shape.dense, outputs}, bound);
            make.uniform("dense.bias", {shape.dense}, bound);
        }
        if (shape.denseBatchNorm) {
            make.constant("dense.norm.weight", shape.dense, 1);
            make.constant("dense.norm.bias", shape.dense, 0);
            m_buffers.emplace_back("dense.norm.running_mean", at::zeros({shape.dense}, at::kFloat));
            m_buffers.emplace_back("dense.norm.running_var", at::ones({shape.dense}, at::kFloat));
        }
        const std::int64_t width = shape.dense > 0 ? shape.dense : outputs;
        const double headBound = 1 / std::sqrt(static_cast<double>(width));
        make.uniform("head.weight", {ends.outputs, width}, headBound);
        make.uniform("head.bias", {ends.outputs}, headBound);
    }

    at::Tensor hidden(const at::Tensor& read, NetworkState* state, const ForwardMode& mode) override
    {
        if (m_shape.kind == "lstm" && mode.isTraining && state == nullptr && read.is_cpu() &&
            !m_shape.bidirectional && m_shape.recurrentDropout <= 0 && mode.products != at::kHalf &&
            LstmLayer::isPossible(m_shape.hidden, mode.products == at::kBFloat16))
            return lstmHidden(read, mode);
        const ProductScope scope(mode.products, read.device().type());
        std::size_t next = 0;
        at::Tensor x; // float [time, batch, input]
        if (read.is_floating_point())
            x = m_shape.embedding > 0 ? at::matmul(read, parameter(next++)) : read;
        else if (m_shape.embedding > 0)
            x = at::embedding(parameter(next++), read);
        else
            x = at::one_hot(read, m_ends.inputs).to(at::kFloat);
        assert(state == nullptr || !m_shape.bidirectional);
        NetworkState after;
        for (int layer = 0; layer < m_shape.layers; ++layer) {
            const bool isLast = layer + 1 == m_shape.layers;
            at::Tensor y = readLayer(x, next, state, after, mode);
            if (m_shape.bidirectional) {
                // Backwards; the last layer's answer stays where it has read the whole window.
                const at::Tensor back =
                    readLayer(reversed(x, mode.lengths), next, state, after, mode);
                y = at::cat({y, isLast ? back : reversed(back, mode.lengths)}, 2);
            }
            x = isLast || m_shape.recurrentDropout > 0 ? y : dropped(y, m_shape.dropout, mode);
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
        const ProductScope scope(mode.products, hidden.device().type());
        std::size_t next = (m_shape.embedding > 0 ? 1U : 0U) +
                           4 * static_cast<std::size_t>(m_shape.layers * directions());
        at::Tensor x = hidden; // [n, hidden]
        if (m_shape.batchNorm)
            x = normalised(x, next, 0, mode);
        x = dropped(x, m_shape.dropout, mode);
        if (m_shape.dense > 0) {
            x = at::relu(evenLinear(x, parameter(next), parameter(next + 1)));
            next += 2;
            if (m_shape.denseBatchNorm)
                x = normalised(x, next, m_shape.batchNorm ? 2 : 0, mode);
            x = dropped(x, m_shape.dropout, mode);
        }
        return evenLinear(x, parameter(next), parameter(next + 1)).to(at::kFloat); // [n, outputs]
    }

    std::int64_t floatsPerSymbol() const override
    {
        // Step by step the gates are kept as they come from below, from before, summed and bent.
        const std::int64_t each = m_shape.recurrentDropout > 0 ? 24 : 12;
        return each * m_shape.layers * m_shape.hidden * directions() + 4 * m_ends.outputs;
    }

    const NamedTensors& parameters() const override { return m_parameters; }
    const NamedTensors& buffers() const override { return m_buffers; }

private:
    std::int64_t directions() const { return m_shape.bidirectional ? 2 : 1; }

    /// Batch normalisation with the two weights that come next and the two buffers from `buffer`
    /// on. x: [n, width].
    at::Tensor normalised(const at::Tensor& x, std::size_t& next, std::size_t buffer,
                          const ForwardMode& mode) const
    {
        // One row has no variance; it is judged by the running figures.
        const bool usesBatch = mode.isTraining && x.size(0) > 1;
        next += 2;
        return at::batch_norm(x.to(at::kFloat), parameter(next - 2), parameter(next - 1),
                              m_buffers[buffer].second, m_buffers[buffer + 1].second, usesBatch,
                              0.1, 1e-5, false);
    }

    /// One layer in one direction, with the four weights that come next. x: [time, batch, input].
    at::Tensor readLayer(const at::Tensor& x, std::size_t& next, const NetworkState* state,
                         NetworkState& after, const ForwardMode& mode) const
    {
        const std::vector<at::Tensor> weights{
            parameter(next), dropped(parameter(next + 1), m_shape.weightDropout, mode),
            parameter(next + 2), parameter(next + 3)};
        next += 4;
        const auto memory = [&] { // float [1, batch, hidden]
            if (state != nullptr && !state->empty())
                return (*state)[after.size()].unsqueeze(0);
            return at::zeros({1, x.size(1), m_shape.hidden}, weights[0].options());
        };
        if (mode.isTraining && m_shape.recurrentDropout > 0) {
            assert(state == nullptr);
            std::array<at::Tensor, 2> zero{memory().squeeze(0), memory().squeeze(0)};
            const at::Tensor mask = dropped(at::ones(zero[0].sizes(), zero[0].options()),
                                            m_shape.recurrentDropout, mode);
            return readStepByStep(m_shape.kind, x, {weights[0], weights[1], weights[2], weights[3]},
                                  mask, zero);
        }
        if (m_shape.kind == "lstm") {
            std::vector<at::Tensor> start{memory()};
            start.push_back(state != nullptr && !state->empty()
                                ? (*state)[after.size() + 1].unsqueeze(0)
                                : start.front());
            auto [y, h, c] =
                at::lstm(x, start, weights, true, 1, 0.0, mode.isTraining, false, false);
            after.push_back(h.squeeze(0));
            after.push_back(c.squeeze(0));
            return y;
        }
        auto [y, h] =
            m_shape.kind == "gru"
                ? at::gru(x, memory(), weights, true, 1, 0.0, mode.isTraining, false, false)
                : at::rnn_tanh(x, memory(), weights, true, 1, 0.0, mode.isTraining, false, false);
        after.push_back(h.squeeze(0));
        return y;
    }

    /// Every sequence the other way round, within its length; what is behind it stays.
    static at::Tensor reversed(const at::Tensor& x, const at::Tensor& lengths)
    {
        if (!lengths.defined())
            return x.flip(0);
        const at::Tensor clock = at::arange(x.size(0), lengths.options()).unsqueeze(1); // [time, 1]
        const at::Tensor places =
            at::where(clock.lt(lengths), lengths - 1 - clock, clock); // [time, batch]
        return x.gather(0, places.unsqueeze(2).expand_as(x));
    }

    /// hidden() by the layers of our own.
    at::Tensor lstmHidden(const at::Tensor& read, const ForwardMode& mode)
    {
        m_lstm.resize(static_cast<std::size_t>(m_shape.layers));
        const bool isBfloat16 = mode.products == at::kBFloat16;
        std::size_t next = m_shape.embedding > 0 ? 1 : 0;
        at::Tensor x;
        for (std::size_t layer = 0; layer < m_lstm.size(); ++layer, next += 4) {
            const at::Tensor& inputWeight = parameter(next);
            const at::Tensor hiddenWeight =
                dropped(parameter(next + 1), m_shape.weightDropout, mode);
            const at::Tensor bias = parameter(next + 2) + parameter(next + 3); // [4 * hidden]
            if (layer > 0) {
                x = m_lstm[layer].readLayer(dropped(x, m_shape.dropout, mode), inputWeight, bias,
                                            hiddenWeight, isBfloat16);
                continue;
            }
            if (read.is_floating_point()) { // every place is a symbol of its own
                const at::Tensor numbers = m_shape.embedding > 0
                                               ? at::matmul(read, parameter(0)).flatten(0, 1)
                                               : read.flatten(0, 1); // [time * batch, inputs]
                const at::Tensor places =
                    at::arange(numbers.size(0), read.options().dtype(at::kLong))
                        .view({read.size(0), read.size(1)});
                x = m_lstm[layer].readTable(at::linear(numbers, inputWeight, bias), places,
                                            hiddenWeight, isBfloat16);
                continue;
            }
            const at::Tensor table = m_shape.embedding > 0
                                         ? at::linear(parameter(0), inputWeight, bias)
                                         : inputWeight.t() + bias; // [symbol, 4 * hidden]
            x = m_lstm[layer].readTable(table, read, hiddenWeight, isBfloat16);
        }
        return x;
    }

    const at::Tensor& parameter(std::size_t place) const { return m_parameters[place].second; }

    NetworkShape m_shape;
    NetworkEnds m_ends{};
    NamedTensors m_parameters{};
    NamedTensors m_buffers{};
    std::vector<LstmLayer> m_lstm{};
};

} // namespace

std::unique_ptr<Network> makeRecurrentNetwork(const NetworkShape& shape, NetworkEnds ends,
                                              std::uint64_t seed)
{
    return std::make_unique<RecurrentNetwork>(shape, ends, seed);
}

} // namespace continuo
