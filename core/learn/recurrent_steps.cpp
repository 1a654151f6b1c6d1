// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/recurrent_steps_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tanh.h>

#include <cstdint>
#include <vector>

namespace continuo {

at::Tensor readStepByStep(std::string_view kind, const at::Tensor& x,
                          const RecurrentWeights& weights, const at::Tensor& mask,
                          std::array<at::Tensor, 2>& state)
{
    // What is read from below does not wait for the step before: one product for all times.
    const at::Tensor fromBelow = at::linear(x, weights.input, weights.inputBias)
                                     .to(at::kFloat); // [time, batch, gates * hidden]
    auto& [h, c] = state;
    std::vector<at::Tensor> outputs;
    outputs.reserve(static_cast<std::size_t>(x.size(0)));
    for (const at::Tensor& below : fromBelow.unbind(0)) {
        const at::Tensor before =
            at::linear(mask.defined() ? h * mask : h, weights.hidden, weights.hiddenBias)
                .to(at::kFloat); // [batch, gates * hidden]
        if (kind == "gru") {
            const std::vector<at::Tensor> in = below.chunk(3, 1);
            const std::vector<at::Tensor> own = before.chunk(3, 1);
            const at::Tensor reset = at::sigmoid(in[0] + own[0]);
            const at::Tensor update = at::sigmoid(in[1] + own[1]);
            const at::Tensor candidate = at::tanh(in[2] + reset * own[2]);
            h = candidate + update * (h - candidate);
        } else if (kind == "lstm") {
            const std::vector<at::Tensor> gates = (below + before).chunk(4, 1);
            c = at::sigmoid(gates[1]) * c + at::sigmoid(gates[0]) * at::tanh(gates[2]);
            h = at::sigmoid(gates[3]) * at::tanh(c);
        } else {
            h = at::tanh(below + before);
        }
        outputs.push_back(h);
    }
    return at::stack(outputs);
}

} // namespace continuo
