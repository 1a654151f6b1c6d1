// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/cell_masks.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace continuo {
namespace {

/// The draw that is no cell's.
constexpr std::uint32_t kNumberDraw = 0xffffffff;

} // namespace

std::vector<std::uint8_t> cellMask(const CounterRandom& random, std::uint32_t a, std::uint32_t b,
                                   std::size_t cells, std::size_t hidden)
{
    assert(hidden >= 1 && hidden <= cells && cells < kNumberDraw);
    std::vector<std::uint32_t> order(cells);
    std::iota(order.begin(), order.end(), 0U);
    std::vector<std::uint64_t> draws(cells);
    for (std::uint32_t cell = 0; cell < cells; ++cell)
        draws[cell] = random.bits(a, b, cell);
    const auto last = order.begin() + static_cast<std::ptrdiff_t>(hidden) - 1;
    std::nth_element(order.begin(), last, order.end(), [&](std::uint32_t x, std::uint32_t y) {
        return draws[x] != draws[y] ? draws[x] < draws[y] : x < y;
    });
    std::vector<std::uint8_t> mask(cells, 0);
    for (std::size_t i = 0; i < hidden; ++i)
        mask[order[i]] = 1;
    return mask;
}

std::vector<std::uint8_t> trainingMask(std::int64_t seed, std::int64_t step, std::size_t place,
                                       std::size_t cells)
{
    const CounterRandom random(static_cast<std::uint64_t>(seed), CounterRandom::Domain::Masks);
    const auto a = static_cast<std::uint32_t>(step);
    const auto b = static_cast<std::uint32_t>(place);
    const std::size_t hidden = 1 + random.below(cells, a, b, kNumberDraw);
    return cellMask(random, a, b, cells, hidden);
}

std::vector<std::uint8_t> judgingMask(std::size_t piece, std::size_t k, std::size_t cells)
{
    assert(k < kJudgingMasks);
    const CounterRandom random(0x6a756467, CounterRandom::Domain::Masks);
    const auto a = static_cast<std::uint32_t>(k);
    const auto b = static_cast<std::uint32_t>(piece);
    const double share =
        (static_cast<double>(k) + random.uniform(a, b, kNumberDraw)) / kJudgingMasks;
    const auto hidden = static_cast<std::size_t>(share * static_cast<double>(cells)) + 1;
    return cellMask(random, a, b, cells, std::min(hidden, cells));
}

} // namespace continuo
