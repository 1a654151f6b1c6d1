// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace continuo {

/// e^x, to about one unit in the last place, with the same bits on every processor: the C library's differ between
/// machines with and without fused multiply-add. 0 below −745, infinity above 709.78; nan stays nan.
double exactExp(double x);

/// ln x for x >= 0, likewise; −infinity for 0.
double exactLog(double x);

} // namespace continuo
