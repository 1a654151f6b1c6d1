// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/network_p.h"

#include <cstdint>
#include <span>

namespace continuo {

/// What the loss is multiplied with where products are computed in float16, so that small gradients
/// do not vanish. A power of two, found while learning: it is halved, and the step left out, where
/// a gradient is not finite, and doubled after kGoodSteps steps that were.
class LossScale
{
public:
    static constexpr double kFirst = 65536;
    static constexpr double kMost = 16777216;
    static constexpr std::int64_t kGoodSteps = 1000;

    /// device: where the gradients are.
    explicit LossScale(at::Device device);

    double value() const;
    std::int64_t goodSteps() const;

    /// Divides the gradients of the parameters by the scale and moves it on. False where they are
    /// not finite: then they are dropped, and the step must be left out. At a scale of 1 the cause
    /// lies elsewhere, so they stay as they are and the answer is true.
    bool unscale(const Network::NamedTensors& parameters);

    /// "optimizer.lossScale": float [2], on the CPU: the scale and the good steps since it changed.
    const Network::NamedTensors& memory() const { return m_memory; }

private:
    void set(double value, std::int64_t goodSteps);

    at::Device m_device;
    Network::NamedTensors m_memory{};
};

} // namespace continuo
