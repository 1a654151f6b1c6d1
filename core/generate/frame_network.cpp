// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/frame_network.h"

#include "core/generate/tensor_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace continuo {

/// One frame's keys, decided one after another.
class FrameNetwork::Chain final : public NextFrame
{
public:
    Chain(const FrameNetwork& network, std::span<const float> said)
        : m_network(network)
        , m_logits(said.begin(), said.begin() + kFrameKeys)
        , m_context(said.begin() + kFrameKeys, said.end())
    {
    }

    float logit() const override
    {
        assert(m_key < kFrameKeys);
        float sum = m_logits[m_key];
        const float* const said = m_network.m_said.data() + m_key * m_context.size();
        for (std::size_t r = 0; r < m_context.size(); ++r)
            sum += said[r] * std::max(m_context[r], 0.0F);
        return sum;
    }

    void decide(bool isOn) override
    {
        assert(m_key < kFrameKeys);
        if (isOn && !m_context.empty()) {
            const float* const heard = m_network.m_heard.data() + m_key * m_context.size();
            for (std::size_t r = 0; r < m_context.size(); ++r)
                m_context[r] += heard[r];
            for (std::size_t above = m_key + 1; above < kFrameKeys; ++above)
                m_logits[above] += m_network.m_direct[above * kFrameKeys + m_key];
        }
        ++m_key;
    }

private:
    const FrameNetwork& m_network;
    std::vector<float> m_logits;  ///< With what the keys below that are on add to them.
    std::vector<float> m_context; ///< Likewise.
    std::size_t m_key = 0;
};

Result<std::shared_ptr<const FrameNetwork>>
FrameNetwork::make(const NetworkShape& shape, const std::map<std::string, Tensor>& tensors,
                   const std::string& nameForErrors, const LaneKernels& kernels)
{
    const bool isOrdered = shape.head == "ordered-keys";
    if ((!isOrdered && shape.head != "keys") || shape.prediction != "every-step" ||
        shape.rank < 1) {
        return Error{ErrorKind::Refused,
                     "model.unknown-network",
                     fmt::format("{}: this program cannot run the network it describes ({}, {}, "
                                 "head {}). Frames are read by rnn, gru and lstm, every-step, with "
                                 "the head keys or ordered-keys.",
                                 nameForErrors, shape.kind, shape.prediction, shape.head),
                     {{"file", nameForErrors}, {"kind", shape.kind}, {"head", shape.head}}};
    }
    std::shared_ptr<FrameNetwork> network(new FrameNetwork);
    constexpr auto keys = static_cast<int>(kFrameKeys);
    const int rank = isOrdered ? shape.rank : 0;
    auto recurrent =
        RecurrentNetwork::makeForNumbers(shape, keys, keys + rank, tensors, nameForErrors, kernels);
    if (!recurrent)
        return recurrent.error();
    network->m_network = std::move(*recurrent);
    network->m_rank = static_cast<std::size_t>(rank);
    if (isOrdered) {
        TensorReader reader(tensors, nameForErrors);
        network->m_direct = reader.values("ordered.direct", {keys, keys});
        network->m_heard = reader.values("ordered.heard", {keys, rank});
        network->m_said = reader.values("ordered.said", {keys, rank});
        if (reader.error())
            return *reader.error();
    }
    return std::shared_ptr<const FrameNetwork>(std::move(network));
}

bool FrameNetwork::read(ModelState& state, std::span<const FrameKeys> frames, std::span<float> said,
                        const CancelToken& cancel) const
{
    std::vector<float> rows(frames.size() * kFrameKeys, 0.0F);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        for (std::size_t key = 0; key < kFrameKeys; ++key)
            rows[i * kFrameKeys + key] = frames[i][key] ? 1.0F : 0.0F;
    }
    return m_network->readNumbers(state, rows, said, cancel);
}

std::unique_ptr<NextFrame> FrameNetwork::next(std::span<const float> said) const
{
    assert(said.size() == outputs());
    return std::make_unique<Chain>(*this, said);
}

} // namespace continuo
