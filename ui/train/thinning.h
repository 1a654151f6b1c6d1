// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace continuo::ui {

/// The places of the points that make up the picture of a curve that is `columns` pixels wide from
/// `from` to `to`: in every column the first, the lowest, the highest and the last, and one point
/// on either side of the range, rising. Where there are few points, all of them. `x` rises; what is
/// no number in `y` is a gap and stays one.
std::vector<std::size_t> thinned(std::span<const double> x, std::span<const double> y, double from,
                                 double to, int columns);

} // namespace continuo::ui
