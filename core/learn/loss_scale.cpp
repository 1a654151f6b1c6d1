// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/loss_scale_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_amp_foreach_non_finite_check_and_unscale.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <vector>

namespace continuo {

LossScale::LossScale(at::Device device)
    : m_device(device)
{
    m_memory.emplace_back("optimizer.lossScale", at::zeros({2}, at::kFloat));
    set(kFirst, 0);
}

double LossScale::value() const
{
    return static_cast<double>(m_memory.front().second.const_data_ptr<float>()[0]);
}

std::int64_t LossScale::goodSteps() const
{
    return static_cast<std::int64_t>(m_memory.front().second.const_data_ptr<float>()[1]);
}

bool LossScale::unscale(const Network::NamedTensors& parameters)
{
    const at::NoGradGuard noGradients;
    std::vector<at::Tensor> gradients;
    for (const auto& [name, parameter] : parameters)
        if (parameter.grad().defined())
            gradients.push_back(parameter.grad());
    const auto options = at::TensorOptions(m_device).dtype(at::kFloat);
    at::Tensor isInfinite = at::zeros({}, options);
    at::_amp_foreach_non_finite_check_and_unscale_(gradients, isInfinite,
                                                   at::full({}, 1 / value(), options));
    if (isInfinite.item<float>() > 0) {
        if (value() <= 1)
            return true;
        set(value() / 2, 0);
        for (const auto& [name, parameter] : parameters)
            at::Tensor(parameter).mutable_grad() = at::Tensor();
        return false;
    }
    if (goodSteps() + 1 < kGoodSteps)
        set(value(), goodSteps() + 1);
    else
        set(std::min(value() * 2, kMost), 0);
    return true;
}

void LossScale::set(double value, std::int64_t goodSteps)
{
    float* const memory = m_memory.front().second.mutable_data_ptr<float>();
    memory[0] = static_cast<float>(value);
    memory[1] = static_cast<float>(goodSteps);
}

} // namespace continuo
