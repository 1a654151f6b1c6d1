// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/weight_average_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_lerp.h>

#include <algorithm>
#include <cassert>

namespace continuo {

WeightAverage::WeightAverage(double share, const std::vector<const Network::NamedTensors*>& groups)
    : m_share(share)
{
    assert(share > 0 && share < 1);
    const at::NoGradGuard noGradients;
    for (const Network::NamedTensors* group : groups) {
        for (const auto& [name, tensor] : *group) {
            m_learned.emplace_back("optimizer.raw." + name, tensor);
            m_averages.emplace_back(name, tensor.detach().clone());
        }
    }
}

void WeightAverage::follow(std::int64_t step)
{
    const at::NoGradGuard noGradients;
    const auto steps = static_cast<double>(step);
    const double share = std::min(m_share, (1 + steps) / (10 + steps));
    std::vector<at::Tensor> averages;
    std::vector<at::Tensor> learned;
    for (std::size_t i = 0; i < m_averages.size(); ++i) {
        averages.push_back(m_averages[i].second);
        learned.push_back(m_learned[i].second.detach());
    }
    at::_foreach_lerp_(averages, learned, 1 - share);
}

void WeightAverage::adopt()
{
    const at::NoGradGuard noGradients;
    for (std::size_t i = 0; i < m_averages.size(); ++i)
        m_learned[i].second.copy_(m_averages[i].second);
}

WeightAverage::Scope::Scope(const WeightAverage* average)
    : m_average(average)
{
    if (m_average == nullptr)
        return;
    const at::NoGradGuard noGradients;
    for (std::size_t i = 0; i < m_average->m_learned.size(); ++i) {
        const at::Tensor& tensor = m_average->m_learned[i].second;
        m_before.push_back(tensor.detach());
        tensor.set_data(m_average->m_averages[i].second);
    }
}

WeightAverage::Scope::~Scope()
{
    for (std::size_t i = 0; i < m_before.size(); ++i)
        m_average->m_learned[i].second.set_data(m_before[i]);
}

} // namespace continuo
