// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/network_p.h"
#include "core/learn/weight_maker_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/zeros.h>

#include <cassert>
#include <cmath>
#include <numbers>

namespace continuo {
namespace {

/// A decoder of blocks with the norms first and rotary positions; NetworkShape says what it
/// computes. It carries no state: every call reads its tokens as one window each.
class Transformer final : public Network
{
public:
    Transformer(const NetworkShape& shape, NetworkEnds ends, std::uint64_t seed)
        : m_shape(shape)
        , m_ends(ends)
    {
        constexpr double kDeviation = 0.02;
        // Every block adds to the same stream twice; the sum is to be as large as one of them.
        const double residual = kDeviation / std::sqrt(2.0 * shape.layers);
        const std::int64_t width = shape.hidden;
        const std::int64_t inner = width * shape.feedForward;
        WeightMaker make(seed, m_parameters);
        make.normal("embedding.weight", {ends.inputs, width}, kDeviation);
        for (int layer = 0; layer < shape.layers; ++layer) {
            const std::string block = "blocks." + std::to_string(layer) + '.';
            make.constant(block + "norm1.weight", width, 1);
            make.constant(block + "norm1.bias", width, 0);
            make.normal(block + "qkv.weight", {3 * width, width}, kDeviation);
            make.constant(block + "qkv.bias", 3 * width, 0);
            make.normal(block + "out.weight", {width, width}, residual);
            make.constant(block + "out.bias", width, 0);
            make.constant(block + "norm2.weight", width, 1);
            make.constant(block + "norm2.bias", width, 0);
            make.normal(block + "up.weight", {inner, width}, kDeviation);
            make.constant(block + "up.bias", inner, 0);
            make.normal(block + "down.weight", {width, inner}, residual);
            make.constant(block + "down.bias", width, 0);
        }
        make.constant("norm.weight", width, 1);
        make.constant("norm.bias", width, 0);
        make.normal("head.weight", {ends.outputs, width}, kDeviation);
        make.constant("head.bias", ends.outputs, 0);
    }

    at::Tensor hidden(const at::Tensor& tokens, [[maybe_unused]] NetworkState* state,
                      const ForwardMode& mode) override
    {
        assert(state == nullptr);
        const ProductScope scope(mode.products, tokens.device().type());
        const std::int64_t time = tokens.size(0);
        const std::int64_t batch = tokens.size(1);
        prepareAngles(time);
        std::size_t next = 0;
        at::Tensor x = dropped(at::embedding(parameter(next++), tokens.t()), m_shape.dropout, mode);
        for (int layer = 0; layer < m_shape.layers; ++layer) { // x: float [batch, time, hidden]
            at::Tensor y = linear(norm(x, next), next);
            const at::Tensor parts = y.view({batch, time, 3, m_shape.heads, headWidth()})
                                         .permute({2, 0, 3, 1, 4}); // [3, batch, heads, time, d]
            y = at::scaled_dot_product_attention(turned(parts[0]), turned(parts[1]), parts[2], {},
                                                 0.0, true); // [batch, heads, time, d]
            y = linear(y.transpose(1, 2).reshape({batch, time, m_shape.hidden}), next);
            x = x + dropped(y, m_shape.dropout, mode);
            y = at::gelu(linear(norm(x, next), next), "tanh");
            x = x + dropped(linear(y, next), m_shape.dropout, mode);
        }
        return norm(x, next).transpose(0, 1);
    }

    at::Tensor logits(const at::Tensor& hidden, const ForwardMode& mode) override
    {
        const ProductScope scope(mode.products, hidden.device().type());
        std::size_t next = m_parameters.size() - 2;
        return linear(hidden, next).to(at::kFloat); // [n, outputs]
    }

    std::size_t context() const override { return static_cast<std::size_t>(m_shape.context); }

    std::int64_t floatsPerSymbol() const override
    {
        const std::int64_t block = (std::int64_t{18} + 4 * m_shape.feedForward) * m_shape.hidden;
        return m_shape.layers * block + 4 * m_ends.outputs;
    }

    const NamedTensors& parameters() const override { return m_parameters; }
    const NamedTensors& buffers() const override { return m_buffers; }

private:
    const at::Tensor& parameter(std::size_t place) const { return m_parameters[place].second; }
    std::int64_t headWidth() const { return m_shape.hidden / m_shape.heads; }

    /// By the weight and the bias that come next.
    at::Tensor linear(const at::Tensor& x, std::size_t& next) const
    {
        next += 2;
        return at::linear(x, parameter(next - 2), parameter(next - 1));
    }

    at::Tensor norm(const at::Tensor& x, std::size_t& next) const
    {
        next += 2;
        return at::layer_norm(x, {m_shape.hidden}, parameter(next - 2), parameter(next - 1), 1e-5);
    }

    /// Cosines and sines for that many places.
    void prepareAngles(std::int64_t time)
    {
        if (m_cosines.defined() && m_cosines.size(0) >= time)
            return;
        const auto options = parameter(0).options().dtype(at::kDouble).requires_grad(false);
        const at::Tensor speed = (at::arange(headWidth() / 2, options) *
                                  (-2 * std::log(10000.0) / static_cast<double>(headWidth())))
                                     .exp();                                   // [d / 2]
        const at::Tensor angles = at::outer(at::arange(time, options), speed); // [time, d / 2]
        m_cosines = angles.cos().to(at::kFloat);
        m_sines = angles.sin().to(at::kFloat);
    }

    /// x: [batch, heads, time, d], each place turned by its angles.
    at::Tensor turned(const at::Tensor& x) const
    {
        const std::int64_t half = headWidth() / 2;
        const at::Tensor cosines = m_cosines.narrow(0, 0, x.size(2));
        const at::Tensor sines = m_sines.narrow(0, 0, x.size(2));
        const at::Tensor first = x.narrow(3, 0, half);
        const at::Tensor second = x.narrow(3, half, half);
        return at::cat({first * cosines - second * sines, second * cosines + first * sines}, 3);
    }

    NetworkShape m_shape;
    NetworkEnds m_ends{};
    NamedTensors m_parameters{};
    NamedTensors m_buffers{};
    at::Tensor m_cosines{}; // float [places, d / 2]
    at::Tensor m_sines{};
};

} // namespace

std::unique_ptr<Network> makeTransformer(const NetworkShape& shape, NetworkEnds ends,
                                         std::uint64_t seed)
{
    return std::make_unique<Transformer>(shape, ends, seed);
}

} // namespace continuo
