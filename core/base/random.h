// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <span>
#include <utility>

namespace continuo {

/// Random numbers that are a pure function of (seed, domain, a, b, c): Philox4x32-10 of Salmon et al., "Parallel random
/// numbers: as easy as 1, 2, 3" (2011). Any draw can be made in any order on any thread and on any machine; two programs
/// that use different domains never share a draw.
class CounterRandom
{
public:
    /// What a number is drawn for. A new purpose takes a new value.
    enum class Domain : std::uint32_t
    {
        Sampling = 1,
        Split = 2,
        DataOrder = 3,
        Weights = 4,
        Dropout = 5,
        Prompt = 6,
        Test = 7,
        Masks = 8,
        Noise = 9
    };

    constexpr CounterRandom(std::uint64_t seed, Domain domain)
        : m_key{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}
        , m_domain(static_cast<std::uint32_t>(domain))
    {
    }

    /// 64 random bits for the draw (a, b, c), for example (alternative, step, draw).
    constexpr std::uint64_t bits(std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0) const
    {
        const std::array<std::uint32_t, 4> block = philox({a, b, c, m_domain}, m_key);
        return static_cast<std::uint64_t>(block[0]) << 32 | block[1];
    }

    /// Uniform in [0, 1), with 53 bits.
    constexpr double uniform(std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0) const
    {
        return static_cast<double>(bits(a, b, c) >> 11) * 0x1.0p-53;
    }

    /// Uniform in [0, bound) without bias worth speaking of (2^-64 times the bound). `bound` is positive.
    constexpr std::uint64_t below(std::uint64_t bound, std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0) const
    {
        assert(bound > 0);
        // Long multiplication of two 64-bit numbers, high half.
        const std::uint64_t x = bits(a, b, c);
        const std::uint64_t xLow = x & 0xffffffffU;
        const std::uint64_t xHigh = x >> 32;
        const std::uint64_t yLow = bound & 0xffffffffU;
        const std::uint64_t yHigh = bound >> 32;
        const std::uint64_t middle = xHigh * yLow + (xLow * yLow >> 32);
        const std::uint64_t cross = xLow * yHigh + (middle & 0xffffffffU);
        return xHigh * yHigh + (middle >> 32) + (cross >> 32);
    }

    /// Puts `values` into a random order that depends on (seed, domain, a) only (Fisher–Yates).
    template <typename T>
    constexpr void shuffle(std::span<T> values, std::uint32_t a = 0) const
    {
        for (std::size_t i = values.size(); i > 1; --i) {
            const std::size_t j = below(i, a, static_cast<std::uint32_t>(i), 0x53u);
            using std::swap;
            swap(values[i - 1], values[j]);
        }
    }

    static constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                                         std::array<std::uint32_t, 2> key)
    {
        for (int round = 0; round < 10; ++round) {
            const std::uint64_t first = 0xD2511F53ULL * counter[0];
            const std::uint64_t second = 0xCD9E8D57ULL * counter[2];
            counter = {static_cast<std::uint32_t>(second >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(second),
                       static_cast<std::uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
            key[0] += 0x9E3779B9U;
            key[1] += 0xBB67AE85U;
        }
        return counter;
    }

private:
    std::array<std::uint32_t, 2> m_key;
    std::uint32_t m_domain;
};

} // namespace continuo
