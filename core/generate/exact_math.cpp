// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/exact_math.h"

#include <cmath>
#include <limits>

namespace continuo {

namespace {

// ln 2 in two parts; the first has 32 bits, so that its product with an exponent is exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

} // namespace

double exactExp(double x)
{
    if (!(x > -746))
        return x != x ? x : 0.0;
    if (x > 709.78)
        return std::numeric_limits<double>::infinity();
    const double n = std::floor(x * 1.4426950408889634 + 0.5);
    const double r = (x - n * kLn2High) - n * kLn2Low;
    // Taylor: with |r| <= 0.3466 the remainder after r^13 is below 5e-18.
    double sum = 1;
    for (int i = 13; i > 0; --i)
        sum = sum * r / i + 1;
    return std::ldexp(sum, static_cast<int>(n));
}

double exactLog(double x)
{
    if (x == 0)
        return -std::numeric_limits<double>::infinity();
    int exponent = 0;
    double m = std::frexp(x, &exponent);
    if (m < 0.70710678118654752) {
        m = m * 2;
        --exponent;
    }
    // ln m = 2 artanh s with s = (m − 1) / (m + 1), |s| <= 0.172: the series ends below 1e-18 after s^21.
    const double s = (m - 1) / (m + 1);
    const double square = s * s;
    double sum = 0;
    for (int i = 21; i >= 3; i -= 2)
        sum = (sum + 1.0 / i) * square;
    return exponent * kLn2High + (exponent * kLn2Low + 2 * (s + s * sum));
}

} // namespace continuo
