// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/network_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <ATen/ops/empty_like.h>

#include <cassert>
#include <string_view>

namespace continuo {
namespace {

/// The one place that knows which file makes which kind.
struct Maker
{
    std::string_view kind{};
    std::unique_ptr<Network> (*make)(const NetworkShape&, NetworkEnds, std::uint64_t) = nullptr;
};

constexpr Maker kMakers[] = {{"rnn", makeRecurrentNetwork},
                             {"gru", makeRecurrentNetwork},
                             {"lstm", makeRecurrentNetwork},
                             {"transformer", makeTransformer},
                             {"conv", makeConvolutionNetwork}};

} // namespace

std::unique_ptr<Network> makeNetwork(const NetworkShape& shape, NetworkEnds ends,
                                     std::uint64_t seed)
{
    for (const Maker& maker : kMakers) {
        if (maker.kind == shape.kind)
            return maker.make(shape, ends, seed);
    }
    assert(false);
    return nullptr;
}

at::Tensor dropped(const at::Tensor& x, double share, const ForwardMode& mode)
{
    if (!mode.isTraining || share <= 0)
        return x;
    const double kept = 1 - share;
    return x * at::empty_like(x).bernoulli_(kept, mode.dropout).mul_(1 / kept);
}

ProductScope::ProductScope(at::ScalarType products, at::DeviceType device)
    : m_isOn(products != at::kFloat)
    , m_device(device)
{
    if (!m_isOn)
        return;
    at::autocast::set_autocast_dtype(m_device, products);
    at::autocast::set_autocast_enabled(m_device, true);
    at::autocast::increment_nesting();
}

ProductScope::~ProductScope()
{
    if (!m_isOn)
        return;
    if (at::autocast::decrement_nesting() == 0)
        at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(m_device, false);
}

} // namespace continuo
