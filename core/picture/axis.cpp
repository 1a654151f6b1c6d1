// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/picture/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace continuo {

namespace {

/// The round number (1, 2, 2.5 or 5 times a power of ten) nearest above `raw`.
double roundStep(double raw)
{
    const double magnitude = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0})
        if (raw <= factor * magnitude * (1 + 1e-9))
            return factor * magnitude;
    return 10 * magnitude;
}

std::string withThousands(std::string digits)
{
    const std::size_t begin = digits.starts_with('-') ? 1 : 0;
    const std::size_t point = std::min(digits.find('.'), digits.size());
    for (std::size_t at = point; at > begin + 3; at -= 3)
        digits.insert(at - 3, ",");
    return digits;
}

std::string fixed(double value, int decimals)
{
    const std::string text = fmt::format("{:.{}f}", value, decimals);
    // "-0.00" is 0.
    return withThousands(text.find_first_of("123456789") == std::string::npos && text.starts_with('-') ? text.substr(1)
                                                                                                         : text);
}

/// Values apart enough to be told apart.
void widen(double& lowest, double& highest)
{
    assert(std::isfinite(lowest) && std::isfinite(highest));
    if (lowest > highest)
        std::swap(lowest, highest);
    const double least = std::max(1e-12, 1e-9 * std::max(std::abs(lowest), std::abs(highest)));
    if (highest - lowest < least) {
        const double half = std::max(0.5 * std::abs(lowest) * 0.2, 0.5 * least);
        lowest -= half > 1e-12 ? half : 0.5;
        highest += half > 1e-12 ? half : 0.5;
    }
}

} // namespace

double Axis::fraction(double value) const
{
    if (isLog)
        return std::log(value / from) / std::log(to / from);
    return (value - from) / (to - from);
}

std::string Axis::label(double tick) const
{
    if (isLog)
        return readableNumber(tick);
    int decimals = 0;
    for (double scaled = step; decimals < 9 && std::abs(scaled - std::round(scaled)) > 1e-6; scaled *= 10)
        ++decimals;
    return fixed(tick, decimals);
}

Axis axisFor(double lowest, double highest, int ticks)
{
    Axis axis = tightAxisFor(lowest, highest, ticks);
    axis.from = std::floor(axis.from / axis.step + 1e-9) * axis.step;
    axis.to = std::ceil(axis.to / axis.step - 1e-9) * axis.step;
    axis.ticks.clear();
    const auto steps = static_cast<int>(std::lround((axis.to - axis.from) / axis.step));
    for (int i = 0; i <= steps; ++i)
        axis.ticks.push_back(axis.from + i * axis.step);
    return axis;
}

Axis tightAxisFor(double lowest, double highest, int ticks)
{
    widen(lowest, highest);
    Axis axis{.from = lowest, .to = highest};
    axis.step = roundStep((highest - lowest) / std::max(1, ticks));
    const double first = std::ceil(lowest / axis.step - 1e-9);
    for (int i = 0; (first + i) * axis.step <= highest + axis.step * 1e-9; ++i)
        axis.ticks.push_back((first + i) * axis.step);
    return axis;
}

Axis logAxisFor(double lowest, double highest)
{
    assert(lowest > 0 && std::isfinite(highest));
    Axis axis{.from = lowest, .to = std::max(highest, lowest * 1.0001), .isLog = true, .step = 0};
    const double decades = std::log10(axis.to / axis.from);
    const std::vector<double> factors = decades > 5   ? std::vector{1.0}
                                        : decades > 2 ? std::vector{1.0, 3.0}
                                                      : std::vector{1.0, 1.5, 2.0, 3.0, 5.0, 7.0};
    const double first = std::pow(10.0, std::floor(std::log10(axis.from)));
    double below = axis.from;
    double above = axis.to;
    for (double decade = first; decade <= axis.to * 10; decade *= 10) {
        for (const double factor : factors) {
            const double tick = decade * factor;
            if (tick <= axis.from * (1 + 1e-9))
                below = tick;
            if (tick >= axis.to * (1 - 1e-9) && above == axis.to)
                above = tick;
            axis.ticks.push_back(tick);
        }
    }
    axis.from = std::min(axis.from, below);
    axis.to = std::max(axis.to, above);
    std::erase_if(axis.ticks, [&axis](double tick) {
        return tick < axis.from * (1 - 1e-9) || tick > axis.to * (1 + 1e-9);
    });
    return axis;
}

std::string readableNumber(double value, int digits, bool keepsZeros)
{
    if (!std::isfinite(value))
        return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    if (value == 0)
        return "0";
    const double size = std::abs(value);
    if (size >= 1e15 || size < 1e-9)
        return fmt::format("{:.{}g}", value, digits);
    const int whole = static_cast<int>(std::floor(std::log10(size))) + 1;
    const int decimals = std::clamp(digits - whole, 0, 12);
    std::string text = fixed(value, decimals);
    if (!keepsZeros && text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.')
            text.pop_back();
    }
    return text;
}

} // namespace continuo
