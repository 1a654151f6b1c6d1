// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/smoothing.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace continuo::ui {

std::vector<double> smoothed(std::span<const double> values, double weight)
{
    assert(weight >= 0 && weight < 1);
    std::vector<double> result;
    result.reserve(values.size());
    double mean = 0;
    double remainder = 1; // weight^t
    double shown = std::numeric_limits<double>::quiet_NaN();
    for (const double value : values) {
        if (std::isfinite(value)) {
            mean = weight * mean + (1 - weight) * value;
            remainder *= weight;
            shown = mean / (1 - remainder);
        }
        result.push_back(shown);
    }
    return result;
}

} // namespace continuo::ui
