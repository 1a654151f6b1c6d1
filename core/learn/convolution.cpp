// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/network_p.h"
#include "core/learn/weight_maker_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/full.h>
#include <ATen/ops/relu.h>

#include <cmath>

namespace continuo {
namespace {

/// Convolutions over time and pitch, as Coconet has them; NetworkShape says what they compute. It
/// reads planes and says planes: hidden() is all there is, logits() hands it through.
class ConvolutionNetwork final : public Network
{
public:
    ConvolutionNetwork(const NetworkShape& shape, NetworkEnds ends, std::uint64_t seed)
        : m_shape(shape)
        , m_ends(ends)
    {
        const std::int64_t width = shape.hidden;
        WeightMaker make(seed, m_parameters);
        for (int layer = 0; layer < shape.layers; ++layer) {
            const std::string name = "layers." + std::to_string(layer) + '.';
            const std::int64_t inputs = layer == 0 ? ends.inputs : width;
            if (isSeparable(layer)) {
                make.normal(name + "depth.weight", {inputs, 1, 3, 3}, 1.0 / 3);
                make.normal(name + "weight", {width, inputs, 1, 1},
                            std::sqrt(2.0 / static_cast<double>(inputs)));
            } else {
                make.normal(name + "weight", {width, inputs, 3, 3},
                            std::sqrt(2.0 / static_cast<double>(9 * inputs)));
            }
            make.constant(name + "norm.weight", width, 1);
            make.constant(name + "norm.bias", width, 0);
            m_buffers.emplace_back(name + "norm.running_mean", at::full({width}, 0.0, at::kFloat));
            m_buffers.emplace_back(name + "norm.running_var", at::full({width}, 1.0, at::kFloat));
        }
        make.normal("head.weight", {ends.outputs, width, 1, 1},
                    0.1 / std::sqrt(static_cast<double>(width)));
        make.constant("head.bias", ends.outputs, 0);
    }

    /// planes: float [batch, inputs, time, rows]. Result: float [batch, outputs, time, rows].
    at::Tensor hidden(const at::Tensor& planes, [[maybe_unused]] NetworkState* state,
                      const ForwardMode& mode) override
    {
        const ProductScope scope(mode.products, planes.device().type());
        std::size_t next = 0;
        at::Tensor x =
            at::relu(layer(0, planes.contiguous(at::MemoryFormat::ChannelsLast), next, mode));
        int number = 1;
        while (number < m_shape.layers) {
            at::Tensor y = at::relu(layer(number, x, next, mode));
            ++number;
            // Two layers are a block; a last one without a partner stands alone.
            if (m_shape.residual && number < m_shape.layers) {
                y = at::relu(layer(number, y, next, mode) + x);
                ++number;
            }
            x = dropped(y, m_shape.dropout, mode);
        }
        return convolved(x, parameter(next), parameter(next + 1), 0, 1, 1).to(at::kFloat);
    }

    at::Tensor logits(const at::Tensor& hidden, const ForwardMode&) override { return hidden; }

    std::int64_t floatsPerSymbol() const override
    {
        // Of each layer what goes in, the convolution and the norm, for every row of pitch.
        constexpr std::int64_t kRows = 47;
        const std::int64_t each = m_shape.separable ? 5 : 4;
        return kRows * each * m_shape.layers * m_shape.hidden;
    }

    const NamedTensors& parameters() const override { return m_parameters; }
    const NamedTensors& buffers() const override { return m_buffers; }

private:
    bool isSeparable(int layer) const { return m_shape.separable && layer > 0; }

    const at::Tensor& parameter(std::size_t place) const { return m_parameters[place].second; }

    static at::Tensor convolved(const at::Tensor& x, const at::Tensor& weight,
                                const at::Tensor& bias, std::int64_t padding, std::int64_t dilation,
                                std::int64_t groups)
    {
        return at::convolution(x, weight, bias, {1, 1}, {padding, padding}, {dilation, dilation},
                               false, {0, 0}, groups);
    }

    /// Convolution and norm, with the weights that come next.
    at::Tensor layer(int number, const at::Tensor& x, std::size_t& next, const ForwardMode& mode)
    {
        const std::int64_t dilation = convolutionDilation(m_shape, number);
        at::Tensor y = x;
        if (isSeparable(number)) {
            y = convolved(y, parameter(next), {}, dilation, dilation, y.size(1));
            y = convolved(y, parameter(next + 1), {}, 0, 1, 1);
            next += 2;
        } else {
            y = convolved(y, parameter(next), {}, dilation, dilation, 1);
            ++next;
        }
        const auto buffer = static_cast<std::size_t>(2 * number);
        y = at::batch_norm(y, parameter(next), parameter(next + 1), m_buffers[buffer].second,
                           m_buffers[buffer + 1].second, mode.isTraining, 0.1, 1e-5, false);
        next += 2;
        return y;
    }

    NetworkShape m_shape;
    NetworkEnds m_ends;
    NamedTensors m_parameters{};
    NamedTensors m_buffers{};
};

} // namespace

std::unique_ptr<Network> makeConvolutionNetwork(const NetworkShape& shape, NetworkEnds ends,
                                                std::uint64_t seed)
{
    return std::make_unique<ConvolutionNetwork>(shape, ends, seed);
}

} // namespace continuo
