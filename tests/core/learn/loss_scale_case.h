// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace continuo::test {

/// A loss scale and the gradients it is given, one list of values for each step. libtorch's headers
/// cannot stand beside Qt's.
struct LossScaleCase
{
    float scale = 65536;
    std::int64_t goodSteps = 0;
    std::vector<std::vector<float>> gradients{};
};

struct LossScaleResult
{
    std::vector<bool> isStep{};                 ///< What unscale() answered.
    std::vector<double> scales{};               ///< After each step.
    std::vector<std::int64_t> goodSteps{};      ///< Likewise.
    std::vector<std::vector<float>> unscaled{}; ///< The gradients after it; empty: dropped.
};

LossScaleResult lossScaleOf(const LossScaleCase& given);

} // namespace continuo::test
