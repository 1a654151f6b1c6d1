// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

namespace continuo::ui {

/// Exponential smoothing without the pull towards zero at the start: m_t = w·m_{t−1} + (1 − w)·x_t
/// from m_0 = 0, shown as m_t / (1 − w^t) (Kingma and Ba, "Adam", section 3). `weight` 0 (as it is)
/// to below 1. What is no number is passed over and shown as the value before it; before the first
/// number it stays no number.
std::vector<double> smoothed(std::span<const double> values, double weight);

} // namespace continuo::ui
