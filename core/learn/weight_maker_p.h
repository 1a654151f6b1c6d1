// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/learn/network_p.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace continuo {

/// Draws the weights of one network, each tensor from its own row of numbers.
class WeightMaker
{
public:
    WeightMaker(std::uint64_t seed, Network::NamedTensors& into)
        : m_random(seed, CounterRandom::Domain::Weights)
        , m_into(into)
    {
    }

    /// Uniform in [−bound, bound).
    at::Tensor uniform(std::string name, std::vector<std::int64_t> sizes, double bound)
    {
        at::Tensor tensor = at::empty(sizes, at::kFloat);
        float* const values = tensor.mutable_data_ptr<float>();
        const auto row = static_cast<std::uint32_t>(m_into.size());
        for (std::int64_t i = 0; i < tensor.numel(); ++i)
            values[i] = static_cast<float>(
                (2 * m_random.uniform(row, static_cast<std::uint32_t>(i)) - 1) * bound);
        return keep(std::move(name), std::move(tensor));
    }

    /// Normal around zero, by Box and Muller.
    at::Tensor normal(std::string name, std::vector<std::int64_t> sizes, double deviation = 1)
    {
        at::Tensor tensor = at::empty(sizes, at::kFloat);
        float* const values = tensor.mutable_data_ptr<float>();
        const auto row = static_cast<std::uint32_t>(m_into.size());
        for (std::int64_t i = 0; i < tensor.numel(); ++i) {
            const auto number = static_cast<std::uint32_t>(i);
            const double radius = std::sqrt(-2 * std::log(1 - m_random.uniform(row, number, 0)));
            values[i] = static_cast<float>(
                deviation *
                (radius * std::cos(2 * std::numbers::pi * m_random.uniform(row, number, 1))));
        }
        return keep(std::move(name), std::move(tensor));
    }

    at::Tensor constant(std::string name, std::int64_t size, float value)
    {
        return keep(std::move(name), at::full({size}, value, at::kFloat));
    }

private:
    at::Tensor keep(std::string name, at::Tensor tensor)
    {
        tensor.requires_grad_(true);
        m_into.emplace_back(std::move(name), tensor);
        return tensor;
    }

    CounterRandom m_random;
    Network::NamedTensors& m_into;
};

} // namespace continuo
