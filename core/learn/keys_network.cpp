// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/frame.h"
#include "core/learn/keys_network_p.h"
#include "core/learn/weight_maker_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/relu.h>

namespace continuo {
namespace {

constexpr auto kKeys = static_cast<std::int64_t>(kFrameKeys);

} // namespace

KeysNetwork::KeysNetwork(const NetworkShape& shape, std::uint64_t seed)
    : m_rank(shape.head == "ordered-keys" ? shape.rank : 0)
    , m_network(makeRecurrentNetwork(shape, {kKeys, kKeys + m_rank}, seed))
    , m_parameters(m_network->parameters())
{
    if (m_rank == 0)
        return;
    WeightMaker make(seed, m_parameters);
    m_direct = make.uniform("ordered.direct", {kKeys, kKeys}, 0);
    m_heard = make.normal("ordered.heard", {kKeys, m_rank}, 0.1);
    m_said = make.normal("ordered.said", {kKeys, m_rank}, 0.1);
}

at::Tensor KeysNetwork::keyLogits(const at::Tensor& hidden, const at::Tensor& frames,
                                   std::int64_t mostKeys, const ForwardMode& mode)
{
    const at::Tensor alone = logits(hidden, mode);
    if (m_rank == 0)
        return alone;
    // What the keys above are told changes where a key is on, so it is computed once for each that
    // is and not once for each of all.
    const at::Tensor below = frames.cumsum(1) - frames; // [n, keys], how many are on below each
    const at::Tensor count = at::arange(mostKeys + 1, frames.options()).view({1, -1, 1});
    const at::Tensor lowest =
        below.unsqueeze(1).lt(count).to(at::kFloat) * frames.unsqueeze(1); // [n, count, keys]
    const at::Tensor context = alone.narrow(1, kKeys, m_rank).unsqueeze(1);
    const at::Tensor told = at::relu(at::matmul(lowest, m_heard) + context); // [n, count, rank]
    const at::Tensor said = at::matmul(told, m_said.t());                    // [n, count, keys]
    const at::Tensor place = below.clamp_max(static_cast<double>(mostKeys)).to(at::kLong);
    return alone.narrow(1, 0, kKeys) + at::linear(frames, m_direct.tril(-1)) +
           said.gather(1, place.unsqueeze(1)).squeeze(1);
}

std::int64_t KeysNetwork::floatsPerSymbol() const
{
    // A few keys are on at a time; what follows each is kept.
    constexpr std::int64_t fewKeys = 8;
    return m_network->floatsPerSymbol() + 4 * kKeys +
           (m_rank > 0 ? fewKeys * (4 * kKeys + 4 * m_rank) : 0);
}

} // namespace continuo
