// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/network_p.h"

#include <cstdint>
#include <memory>

namespace continuo {

/// A recurrent network that reads frames of keys and says which keys are on in the next one: with
/// the head "keys" each for itself, with "ordered-keys" each given those below it.
class KeysNetwork final : public Network
{
public:
    KeysNetwork(const NetworkShape& shape, std::uint64_t seed);

    /// read: float [time, batch, keys], 0 or 1.
    at::Tensor hidden(const at::Tensor& read, NetworkState* state, const ForwardMode& mode) override
    {
        return m_network->hidden(read, state, mode);
    }

    /// What the history alone says, float [n, keys + rank]: logits, and the context in which the
    /// keys are then ordered.
    at::Tensor logits(const at::Tensor& hidden, const ForwardMode& mode) override
    {
        return m_network->logits(hidden, mode);
    }

    /// The logit of every key of `frames`, float [n, keys], given the history, of which hidden,
    /// [n, width], is known, and given the keys below it. `mostKeys`: no frame has more on.
    at::Tensor keyLogits(const at::Tensor& hidden, const at::Tensor& frames, std::int64_t mostKeys,
                         const ForwardMode& mode);

    std::int64_t floatsPerSymbol() const override;
    const NamedTensors& parameters() const override { return m_parameters; }
    const NamedTensors& buffers() const override { return m_network->buffers(); }

private:
    std::int64_t m_rank = 0; ///< 0: the keys do not depend on each other.
    std::unique_ptr<Network> m_network;
    NamedTensors m_parameters{}; ///< The network's, then the head's.
    at::Tensor m_direct{};       // float [keys, keys]
    at::Tensor m_heard{};        // float [keys, rank]
    at::Tensor m_said{};         // float [keys, rank]
};

} // namespace continuo
