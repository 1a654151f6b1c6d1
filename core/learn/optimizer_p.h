// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/network_p.h"
#include "core/learn/train_job.h"

#include <cstdint>
#include <string>

namespace continuo {

/// Adam, AdamW, RMSprop or SGD with momentum over the parameters of a network, or a part of one.
/// Its memory is tensors with names, so that it can be stored and restored bit for bit.
class Optimizer
{
public:
    /// Keeps references to the parameters; make it after they are on their device.
    Optimizer(const TrainSettings& settings, const Network::NamedTensors& parameters);

    /// One step along the gradients, which are scaled down to `clipNorm` where that is set and then
    /// dropped. `step` counts from 1 and is the number of this one. Returns the norm of the
    /// gradients before, a scalar tensor.
    at::Tensor apply(double learningRate, std::int64_t step);

    /// "optimizer.first.head.weight" …: float, the parameter's shape.
    const Network::NamedTensors& memory() const { return m_memory; }

private:
    TrainSettings m_settings;
    std::vector<at::Tensor> m_parameters{};
    std::vector<at::Tensor> m_first{};  ///< Mean gradient, or momentum; empty where not used.
    std::vector<at::Tensor> m_second{}; ///< Mean squared gradient; empty where not used.
    Network::NamedTensors m_memory{};
};

} // namespace continuo
