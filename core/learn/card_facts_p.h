// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

/// What NVIDIA's driver says of a graphics card.
struct CardFacts
{
    std::string name{}; ///< "NVIDIA RTX A2000"
    std::uint64_t memoryBytes = 0;
    int major = 0; ///< Compute capability, 8.6 for example; 0.0 where there is no driver.
    int minor = 0;

    /// Ampere and later have instructions for products in bfloat16 and TF32.
    bool hasShortProducts() const { return major >= 8; }
    /// Volta and later compute products in half.
    bool hasHalfProducts() const { return major >= 7; }

    friend bool operator==(const CardFacts&, const CardFacts&) = default;
};

/// The precisions a card with those facts has instructions for, float32 first.
std::vector<std::string> precisionsOf(const CardFacts& card);

/// The card with that number, from 0, as CUDA counts them. Asks the driver's library, which is
/// opened at the first call and stays open. Nothing where there is no such library or card.
/// Thread-safe.
std::optional<CardFacts> cardFacts(int number, const char* library = "libcuda.so.1");

} // namespace continuo
