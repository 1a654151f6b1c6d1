// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/lstm_kernels_p.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>

namespace continuo {

/// One LSTM layer in training, from the zero state, on the CPU: what at::lstm computes, with the
/// gradients by hand. It is faster because the rows of a batch are dealt out to the threads once
/// for all times, the gates are finished in the registers that held their sums, and the gradients
/// of the weights are one product over all places. Results do not depend on the number of threads.
/// Used by one thread at a time.
class LstmLayer
{
public:
    /// Whether this processor can compute such a layer here.
    static bool isPossible(std::int64_t hidden, bool isBfloat16);

    /// table: float [symbols, 4 * hidden], what each symbol adds to the gates, biases included;
    /// tokens: int64 [time, batch], contiguous; hiddenWeight: float [4 * hidden, hidden]. Result:
    /// [time, batch, hidden] in bfloat16 or float.
    at::Tensor readTable(const at::Tensor& table, const at::Tensor& tokens,
                         const at::Tensor& hiddenWeight, bool isBfloat16);

    /// input: [time, batch, hidden] as the layer below gives it; bias: float [4 * hidden], the sum
    /// of both.
    at::Tensor readLayer(const at::Tensor& input, const at::Tensor& inputWeight,
                         const at::Tensor& bias, const at::Tensor& hiddenWeight, bool isBfloat16);

    /// A tensor for one stretch of work that the next one takes over if nobody holds it any more.
    const at::Tensor& scratch(std::size_t place, at::IntArrayRef sizes, at::ScalarType type);

private:
    std::array<at::Tensor, 8> m_scratch{};
};

} // namespace continuo
