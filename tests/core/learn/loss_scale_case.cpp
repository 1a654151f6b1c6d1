// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/learn/loss_scale_case.h"

#include "core/learn/loss_scale_p.h"

#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

namespace continuo::test {

LossScaleResult lossScaleOf(const LossScaleCase& given)
{
    LossScale scale(at::kCPU);
    float* const memory = scale.memory().front().second.mutable_data_ptr<float>();
    memory[0] = given.scale;
    memory[1] = static_cast<float>(given.goodSteps);
    LossScaleResult result;
    for (const std::vector<float>& values : given.gradients) {
        // Two weights, of which one has no gradient.
        const auto count = static_cast<std::int64_t>(values.size());
        Network::NamedTensors parameters{{"a", at::zeros({count}).requires_grad_(true)},
                                         {"b", at::zeros({2}).requires_grad_(true)}};
        parameters[0].second.mutable_grad() = at::tensor(values, at::kFloat);
        result.isStep.push_back(scale.unscale(parameters));
        result.scales.push_back(scale.value());
        result.goodSteps.push_back(scale.goodSteps());
        std::vector<float> after;
        if (const at::Tensor gradient = parameters[0].second.grad(); gradient.defined())
            after.assign(gradient.const_data_ptr<float>(),
                         gradient.const_data_ptr<float>() + gradient.numel());
        result.unscaled.push_back(std::move(after));
    }
    return result;
}

} // namespace continuo::test
