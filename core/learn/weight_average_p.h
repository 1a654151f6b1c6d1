// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/network_p.h"

#include <cstdint>
#include <vector>

namespace continuo {

/// The exponential moving average of a network's weights and running figures (Polyak averaging).
/// It is what the model is: judged and written under the weights' own names, while those that
/// learning goes on with are kept beside it.
class WeightAverage
{
public:
    /// Keeps references to the tensors and begins with what they are; make it after they are on
    /// their device. share: of the average in what it becomes, above 0 and below 1.
    WeightAverage(double share, const std::vector<const Network::NamedTensors*>& groups);

    /// After step number `step`, which counts from 1. In the first steps the share is smaller,
    /// (1 + step) / (10 + step), so that the weights from before learning are soon forgotten.
    void follow(std::int64_t step);

    /// Learning goes on with the averages, as from a model.
    void adopt();

    /// The averages, under the tensors' names.
    const Network::NamedTensors& averages() const { return m_averages; }

    /// What learning goes on with, under "optimizer.raw." and the tensors' names.
    const Network::NamedTensors& learned() const { return m_learned; }

    /// The network computes with the averages while it lives.
    class Scope
    {
    public:
        /// average may be null: then nothing changes.
        explicit Scope(const WeightAverage* average);
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
        ~Scope();

    private:
        const WeightAverage* m_average = nullptr;
        std::vector<at::Tensor> m_before{};
    };

private:
    double m_share = 0;
    Network::NamedTensors m_learned{};
    Network::NamedTensors m_averages{};
};

} // namespace continuo
