// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/generate/noise_case.h"

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/rnn_tanh.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

namespace continuo::tests {

std::vector<float> logitsByLibtorch(const NetworkShape& shape,
                                    const std::map<std::string, Tensor>& tensors,
                                    std::span<const float> noise, std::int64_t batch)
{
    const at::NoGradGuard noGradients;
    const auto of = [&tensors](const std::string& name) {
        const Tensor& tensor = tensors.at("generator." + name);
        return at::tensor(floatValues(tensor), at::kFloat).view(tensor.shape);
    };
    std::vector<at::Tensor> weights;
    for (int l = 0; l < shape.layers; ++l)
        for (const char* name :
             {"rnn.weight_ih_l", "rnn.weight_hh_l", "rnn.bias_ih_l", "rnn.bias_hh_l"})
            weights.push_back(of(name + std::to_string(l)));
    const at::Tensor input = at::tensor(std::vector<float>(noise.begin(), noise.end()), at::kFloat)
                                 .view({-1, batch, shape.noise});
    const at::Tensor start = at::zeros({shape.layers, batch, shape.hidden}, at::kFloat);
    const auto [hidden, last] =
        at::rnn_tanh(input, start, weights, true, shape.layers, 0.0, false, false, false);
    const at::Tensor logits = at::linear(hidden, of("head.weight"), of("head.bias")).contiguous();
    const float* const values = logits.const_data_ptr<float>();
    return {values, values + logits.numel()};
}

} // namespace continuo::tests
