// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <string_view>

namespace continuo {

/// The weights of a recurrent layer in one direction, in PyTorch's layout and order of gates.
struct RecurrentWeights
{
    at::Tensor input{};      // float [gates * hidden, inputs]
    at::Tensor hidden{};     // float [gates * hidden, hidden]
    at::Tensor inputBias{};  // float [gates * hidden]
    at::Tensor hiddenBias{}; // float [gates * hidden]
};

/// One recurrent layer step by step: what at::lstm, at::gru and at::rnn_tanh compute, with dropout
/// inside the recurrence, which they do not have. At every step the products with the hidden
/// weights read the outputs of the step before times `mask`: float [batch, hidden], 0 where a unit
/// is dropped, the same at all steps (Gal and Ghahramani 2016; Keras' recurrent_dropout);
/// undefined: all are read. What a unit remembers itself, an LSTM's cell and the share of its
/// output that a GRU keeps, is never dropped.
///
/// kind: "lstm", "gru" or "rnn"; x: [time, batch, inputs]. `state`: float [batch, hidden], the
/// output before the first step and, for an LSTM, the cell; what they are after the last step comes
/// back in it. Result: float [time, batch, hidden].
at::Tensor readStepByStep(std::string_view kind, const at::Tensor& x,
                          const RecurrentWeights& weights, const at::Tensor& mask,
                          std::array<at::Tensor, 2>& state);

} // namespace continuo
