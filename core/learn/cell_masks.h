// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace continuo {

/// 1 for the cells of a crop that a masked network has to find, else 0: `hidden` of `cells`, every
/// such choice equally likely. A pure function of its arguments; a and b name the draw. `hidden` is
/// from 1 to `cells`.
std::vector<std::uint8_t> cellMask(const CounterRandom& random, std::uint32_t a, std::uint32_t b,
                                   std::size_t cells, std::size_t hidden);

/// The mask of a crop in training: from one cell to all, every number equally likely. `place` is
/// where the crop begins in its stream.
std::vector<std::uint8_t> trainingMask(std::int64_t seed, std::int64_t step, std::size_t place,
                                       std::size_t cells);

/// A held-out piece is judged under this many masks …
inline constexpr std::size_t kJudgingMasks = 4;
/// … which are the same for every training: mask k of kJudgingMasks hides from k to k + 1 quarters
/// of the cells. `piece` is its number within the part.
std::vector<std::uint8_t> judgingMask(std::size_t piece, std::size_t k, std::size_t cells);

} // namespace continuo
