// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/convolution_network.h"

#include "core/encode/voices.h"
#include "core/generate/lane_layout.h"
#include "core/generate/tensor_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace continuo {

namespace {

constexpr auto kRows = static_cast<std::size_t>(VoicesEncoding::kRows);
constexpr auto kRest = static_cast<std::size_t>(VoicesEncoding::kRest);
constexpr std::size_t kNeighbours = 9;

/// What a batch norm makes of a channel: value · scale + shift.
struct Norm
{
    std::vector<double> scale{};
    std::vector<double> shift{};
};

Norm readNorm(TensorReader& reader, const std::string& layer, std::int64_t width)
{
    const std::vector<float> weight = reader.values(layer + "norm.weight", {width});
    const std::vector<float> bias = reader.values(layer + "norm.bias", {width});
    const std::vector<float> mean = reader.values(layer + "norm.running_mean", {width});
    const std::vector<float> variance = reader.values(layer + "norm.running_var", {width});
    Norm norm;
    if (reader.error())
        return norm;
    for (std::size_t i = 0; i < weight.size(); ++i) {
        norm.scale.push_back(weight[i] / std::sqrt(std::max(double{variance[i]}, 0.0) + 1e-5));
        norm.shift.push_back(bias[i] - mean[i] * norm.scale.back());
    }
    return norm;
}

/// [width, inputs, taps] with each row scaled, as [taps, paddedWidth, paddedInputs].
LaneBuffer byTap(const std::vector<float>& values, std::size_t width, std::size_t inputs,
                 std::size_t taps, const std::vector<double>& scale)
{
    const std::size_t rows = paddedToLanes(width);
    const std::size_t columns = paddedToLanes(inputs);
    LaneBuffer buffer(taps * rows * columns);
    for (std::size_t row = 0; row < width; ++row) {
        for (std::size_t column = 0; column < inputs; ++column) {
            for (std::size_t tap = 0; tap < taps; ++tap)
                buffer[(tap * rows + row) * columns + column] =
                    static_cast<float>(values[(row * inputs + column) * taps + tap] * scale[row]);
        }
    }
    return buffer;
}

} // namespace

Result<std::shared_ptr<const ConvolutionNetwork>>
ConvolutionNetwork::make(const NetworkShape& shape, Token classes,
                         const std::map<std::string, Tensor>& tensors,
                         const std::string& nameForErrors, const LaneKernels& kernels)
{
    const auto rows = static_cast<Token>(kRows);
    if (shape.kind != "conv" || (classes != rows && classes != 2 * rows)) {
        return Error{ErrorKind::Refused,
                     "model.unknown-network",
                     fmt::format("{}: this program cannot run the network it describes ({}).",
                                 nameForErrors, describe(shape)),
                     {{"file", nameForErrors}, {"kind", shape.kind}}};
    }
    auto network = std::shared_ptr<ConvolutionNetwork>(new ConvolutionNetwork);
    network->m_kernels = &kernels;
    network->m_isResidual = shape.residual;
    network->m_classes = classes;
    network->m_planes = static_cast<std::size_t>(classes / rows);
    const std::size_t planes = kVoices * (network->m_planes + 1);
    const auto width = static_cast<std::size_t>(shape.hidden);
    network->m_inputs = paddedToLanes(planes);
    network->m_width = paddedToLanes(width);

    TensorReader reader(tensors, nameForErrors);
    for (int l = 0; l < shape.layers; ++l) {
        const std::string name = "layers." + std::to_string(l) + '.';
        const std::size_t inputs = l == 0 ? planes : width;
        const auto in = static_cast<std::int64_t>(inputs);
        const auto out = static_cast<std::int64_t>(width);
        const bool isSeparable = shape.separable && l > 0;
        std::vector<float> depth;
        if (isSeparable)
            depth = reader.values(name + "depth.weight", {in, 1, 3, 3});
        const std::int64_t side = isSeparable ? 1 : 3;
        const std::vector<float> weights = reader.values(name + "weight", {out, in, side, side});
        const Norm norm = readNorm(reader, name, out);
        if (reader.error())
            return *reader.error();
        Layer layer;
        layer.inputs = paddedToLanes(inputs);
        layer.dilation = static_cast<std::size_t>(convolutionDilation(shape, l));
        if (isSeparable) {
            layer.depth = LaneBuffer(kNeighbours * layer.inputs);
            for (std::size_t tap = 0; tap < kNeighbours; ++tap) {
                for (std::size_t c = 0; c < inputs; ++c)
                    layer.depth[tap * layer.inputs + c] = depth[c * kNeighbours + tap];
            }
        }
        layer.weights = byTap(weights, width, inputs, isSeparable ? 1 : kNeighbours, norm.scale);
        layer.bias = LaneBuffer(width);
        for (std::size_t i = 0; i < width; ++i)
            layer.bias[i] = static_cast<float>(norm.shift[i]);
        network->m_layers.push_back(std::move(layer));
    }
    const std::size_t answers = kVoices * network->m_planes;
    const auto out = static_cast<std::int64_t>(answers);
    const std::vector<float> head =
        reader.values("head.weight", {out, static_cast<std::int64_t>(width), 1, 1});
    const std::vector<float> bias = reader.values("head.bias", {out});
    if (reader.error())
        return *reader.error();
    network->m_headRows = paddedToLanes(answers);
    network->m_headWeights = paddedMatrix(head, 1, answers, width, network->m_headRows);
    network->m_headBias = paddedVector(bias, 1, answers, network->m_headRows);
    return std::shared_ptr<const ConvolutionNetwork>(std::move(network));
}

std::size_t ConvolutionNetwork::voices() const
{
    return kVoices;
}

std::array<ConvolutionNetwork::Neighbour, 9> ConvolutionNetwork::neighbours(std::size_t dilation)
{
    std::array<Neighbour, kNeighbours> all{};
    const auto far = static_cast<std::ptrdiff_t>(dilation);
    for (std::size_t i = 0; i < kNeighbours; ++i)
        all[i] = {(static_cast<std::ptrdiff_t>(i / 3) - 1) * far,
                  (static_cast<std::ptrdiff_t>(i % 3) - 1) * far};
    return all;
}

template <typename Work>
void ConvolutionNetwork::forEachStretch(std::size_t steps, const Neighbour& neighbour,
                                        Work work) const
{
    const auto rows = static_cast<std::ptrdiff_t>(kRows);
    const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, -neighbour.row);
    const std::ptrdiff_t last = std::min(rows, rows - neighbour.row);
    if (first >= last)
        return;
    for (std::ptrdiff_t t = 0; t < static_cast<std::ptrdiff_t>(steps); ++t) {
        const std::ptrdiff_t from = t + neighbour.time;
        if (from < 0 || from >= static_cast<std::ptrdiff_t>(steps))
            continue;
        work(static_cast<std::size_t>(t * rows + first),
             static_cast<std::size_t>(from * rows + first + neighbour.row),
             static_cast<std::size_t>(last - first));
    }
}

void ConvolutionNetwork::fillPlanes(std::span<const Token> cells, LaneBuffer& planes) const
{
    const std::size_t steps = cells.size() / kVoices;
    for (std::size_t t = 0; t < steps; ++t) {
        float* const step = planes.data() + t * kRows * m_inputs;
        for (std::size_t v = 0; v < kVoices; ++v) {
            const Token cell = cells[t * kVoices + v];
            if (cell == kHiddenCell) {
                for (std::size_t row = 0; row < kRows; ++row)
                    step[row * m_inputs + kVoices * m_planes + v] = 1;
                continue;
            }
            assert(cell >= 0 && cell < m_classes);
            const std::size_t plane = static_cast<std::size_t>(cell) / kRows;
            const std::size_t row = static_cast<std::size_t>(cell) % kRows;
            step[row * m_inputs + v * m_planes + plane] = 1;
        }
    }
    static_assert(kRest + 1 == kRows);
}

void ConvolutionNetwork::runLayer(const Layer& layer, const LaneBuffer& in, std::size_t steps,
                                  LaneBuffer& scratch, LaneBuffer& out) const
{
    const std::size_t places = steps * kRows;
    const auto around = neighbours(layer.dilation);
    startFromBias(out.data(), layer.bias, m_width, places);
    if (layer.depth.size() == 0) {
        for (std::size_t i = 0; i < kNeighbours; ++i) {
            const float* const weights = layer.weights.data() + i * m_width * layer.inputs;
            forEachStretch(steps, around[i],
                           [&](std::size_t to, std::size_t from, std::size_t count) {
                               m_kernels->addProducts(weights, m_width, layer.inputs,
                                                      in.data() + from * layer.inputs, count,
                                                      out.data() + to * m_width, m_width);
                           });
        }
        return;
    }
    std::fill_n(scratch.data(), places * layer.inputs, 0.0F);
    for (std::size_t i = 0; i < kNeighbours; ++i) {
        forEachStretch(steps, around[i], [&](std::size_t to, std::size_t from, std::size_t count) {
            m_kernels->addScaled(layer.depth.data() + i * layer.inputs, layer.inputs,
                                 in.data() + from * layer.inputs, count,
                                 scratch.data() + to * layer.inputs);
        });
    }
    // Step by step, so that what goes in stays near.
    for (std::size_t t = 0; t < steps; ++t)
        m_kernels->addProducts(layer.weights.data(), m_width, layer.inputs,
                               scratch.data() + t * kRows * layer.inputs, kRows,
                               out.data() + t * kRows * m_width, m_width);
}

bool ConvolutionNetwork::read(std::span<const Token> cells, std::span<float> logits,
                              const CancelToken& cancel) const
{
    const std::size_t steps = cells.size() / kVoices;
    const auto classes = static_cast<std::size_t>(m_classes);
    assert(steps > 0 && cells.size() % kVoices == 0 && logits.size() == cells.size() * classes);
    const std::size_t places = steps * kRows;
    LaneBuffer planes(places * m_inputs);
    fillPlanes(cells, planes);
    LaneBuffer x(places * m_width);
    LaneBuffer y(places * m_width);
    LaneBuffer z(places * m_width);
    LaneBuffer scratch(places * m_width);
    runLayer(m_layers.front(), planes, steps, scratch, x);
    m_kernels->rectify(x.data(), places * m_width);
    for (std::size_t l = 1; l < m_layers.size(); ++l) {
        if (cancel.isCancelled())
            return false;
        runLayer(m_layers[l], x, steps, scratch, y);
        m_kernels->rectify(y.data(), places * m_width);
        if (m_isResidual && l + 1 < m_layers.size()) {
            ++l;
            runLayer(m_layers[l], y, steps, scratch, z);
            float* const sum = z.data();
            const float* const before = x.data();
            for (std::size_t i = 0; i < places * m_width; ++i)
                sum[i] += before[i];
            m_kernels->rectify(sum, places * m_width);
            std::swap(x, z);
        } else {
            std::swap(x, y);
        }
    }
    LaneBuffer answers(places * m_headRows);
    startFromBias(answers.data(), m_headBias, m_headRows, places);
    for (std::size_t t = 0; t < steps; ++t)
        m_kernels->addProducts(m_headWeights.data(), m_headRows, m_width,
                               x.data() + t * kRows * m_width, kRows,
                               answers.data() + t * kRows * m_headRows, m_headRows);
    for (std::size_t t = 0; t < steps; ++t) {
        for (std::size_t row = 0; row < kRows; ++row) {
            const float* const place = answers.data() + (t * kRows + row) * m_headRows;
            for (std::size_t v = 0; v < kVoices; ++v) {
                for (std::size_t plane = 0; plane < m_planes; ++plane)
                    logits[(t * kVoices + v) * classes + plane * kRows + row] =
                        place[v * m_planes + plane];
            }
        }
    }
    return !cancel.isCancelled();
}

} // namespace continuo
