// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace continuo {

/// Numbers are added in this many fixed lanes, whatever the width of the processor's registers.
inline constexpr std::size_t kLanes = 16;

/// `count` rounded up to whole lanes.
constexpr std::size_t paddedToLanes(std::size_t count)
{
    return (count + kLanes - 1) / kLanes * kLanes;
}

/// The arithmetic of one step of a network, compiled once for each instruction set from one source.
/// Every set gives the same bits: products are added in kLanes fixed partial sums and those in one
/// fixed tree, multiplications and additions are never contracted, exp and tanh are our own. No
/// output depends on the other members of its batch.
///
/// All counts are multiples of kLanes and all rows are padded with zeros; `hidden` below is such a
/// padded width. Pointers may be unaligned. Inputs and outputs do not overlap except where said.
struct LaneKernels
{
    const char* name = ""; ///< "x86-64", "avx2", "avx512", "portable".

    /// out[b, r] += sum over c of weights[r, c] * in[b, c], for b < batch and r < rows.
    /// float weights [rows, columns], in [batch, columns], out [batch, outStride].
    void (*addProducts)(const float* weights, std::size_t rows, std::size_t columns, const float* in, std::size_t batch,
                        float* out, std::size_t outStride) = nullptr;

    /// One LSTM cell. float fromInput and fromHidden [4, hidden] hold both parts of the gates i, f, g, o before their
    /// functions, biases included; cell and output [hidden] change in place.
    void (*lstmCell)(const float* fromInput, const float* fromHidden, std::size_t hidden, float* cell,
                     float* output) = nullptr;

    /// One GRU cell with PyTorch's placing of the reset gate; gates r, z, n as [3, hidden].
    void (*gruCell)(const float* fromInput, const float* fromHidden, std::size_t hidden, float* output) = nullptr;

    /// output = tanh(fromInput + fromHidden).
    void (*tanhCell)(const float* fromInput, const float* fromHidden, std::size_t hidden, float* output) = nullptr;

    /// values = values * scale + shift, in place.
    void (*scaleAndShift)(float* values, const float* scale, const float* shift, std::size_t count) = nullptr;

    /// values = max(values, 0), in place.
    void (*rectify)(float* values, std::size_t count) = nullptr;

    /// out[p, c] += weights[c] * in[p, c], for p < places and c < count.
    void (*addScaled)(const float* weights, std::size_t count, const float* in, std::size_t places,
                      float* out) = nullptr;

    /// GELU by tanh, in place: x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).
    void (*gelu)(float* values, std::size_t count) = nullptr;

    /// Layer norm (eps 1e-5) of the first `count` of `padded` values: out = (in − mean) /
    /// √(variance + eps) · scale + shift. out may be in.
    void (*normalise)(const float* in, std::size_t count, std::size_t padded, const float* scale,
                      const float* shift, float* out) = nullptr;

    /// One query's look at what was there: out = sum over p < positions of softmax(query · key p) ·
    /// value p. Key and value p begin at p · stride; query, keys, values and out are `width` wide.
    /// `weights` is room for `positions` floats in whole lanes.
    void (*attend)(const float* query, const float* keys, const float* values,
                   std::size_t positions, std::size_t stride, std::size_t width, float* weights,
                   float* out) = nullptr;

    /// out = exp(in), tanh(in) and 1 / (1 + exp(-in)): the functions inside the cells, for tests.
    void (*exponential)(const float* in, float* out, std::size_t count) = nullptr;
    void (*hyperbolicTangent)(const float* in, float* out, std::size_t count) = nullptr;
    void (*logistic)(const float* in, float* out, std::size_t count) = nullptr;
};

/// The kernels this processor can run, slowest first; never empty.
std::span<const LaneKernels* const> availableKernels();

/// The last, fastest of them.
const LaneKernels& fastestKernels();

} // namespace continuo
