// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/network_p.h"
#include "core/learn/torch_threads_p.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linear.h>

#include <cassert>
#include <cmath>
#include <mutex>
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

/// 1 / kept with the probability `kept`, else 0, in the shape of x: the same for any number of
/// threads. libtorch draws such masks one number after the other, which took a sixth of the time of
/// a small network's training.
template <typename Element>
at::Tensor mask(const at::Tensor& x, double kept, at::Generator generator)
{
    std::uint64_t key = 0;
    {
        const std::lock_guard<std::mutex> lock(generator.mutex());
        key = at::check_generator<at::CPUGeneratorImpl>(generator)->random64();
    }
    at::Tensor mask = at::empty(x.sizes(), x.options());
    auto* const values = mask.mutable_data_ptr<Element>();
    const Element scale(static_cast<float>(1 / kept));
    const auto limit = static_cast<std::uint64_t>(std::llround(kept * 0x1p32));
    onTorchThreads((mask.numel() + 1) / 2, [&](std::int64_t first, std::int64_t end) {
        for (std::int64_t pair = first; pair < end; ++pair) {
            // Two draws of 32 bits by SplitMix64 (Steele, Lea and Flood 2014).
            std::uint64_t bits = key + static_cast<std::uint64_t>(pair + 1) * 0x9E3779B97F4A7C15U;
            bits = (bits ^ bits >> 30U) * 0xBF58476D1CE4E5B9U;
            bits = (bits ^ bits >> 27U) * 0x94D049BB133111EBU;
            bits ^= bits >> 31U;
            values[2 * pair] = bits >> 32U < limit ? scale : Element(0.0F);
            if (2 * pair + 1 < mask.numel())
                values[2 * pair + 1] = (bits & 0xFFFFFFFFU) < limit ? scale : Element(0.0F);
        }
    });
    return mask;
}

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
    if (x.is_cpu() && x.scalar_type() == at::kFloat)
        return x * mask<float>(x, kept, mode.dropout);
    if (x.is_cpu() && x.scalar_type() == at::kBFloat16)
        return x * mask<at::BFloat16>(x, kept, mode.dropout);
    return x * at::empty_like(x).bernoulli_(kept, mode.dropout).mul_(1 / kept);
}

at::Tensor evenLinear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias)
{
    constexpr std::int64_t kRows = 512;
    const std::int64_t rows = x.size(0);
    const std::int64_t missing = (kRows - rows % kRows) % kRows;
    if (missing == 0 || rows < kRows || !x.is_cpu() || !at::autocast::is_autocast_enabled(at::kCPU))
        return at::linear(x, weight, bias);
    return at::linear(at::constant_pad_nd(x, {0, 0, 0, missing}), weight, bias).narrow(0, 0, rows);
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
