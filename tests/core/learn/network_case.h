// SPDX-License-Identifier: GPL-3.0-or-later
// What tests want of the parts that networks share, without torch's headers.
#pragma once

#include <cstdint>
#include <vector>

namespace continuo::test {

/// `count` ones after dropout.
std::vector<float> droppedOnes(double share, std::int64_t count, bool isBfloat16, int threads,
                               std::uint64_t seed);

/// A product of `rows` rows and its gradients by rows, weight and bias, one behind the other, with
/// bfloat16 products.
std::vector<float> linearOf(std::int64_t rows, bool isEven);

} // namespace continuo::test
