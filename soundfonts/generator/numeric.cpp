// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/numeric.h"

#include <cmath>

namespace continuo::soundfont {

namespace {

constexpr double kLn2 = 0.69314718055994530942;
constexpr double kSqrtHalf = 0.70710678118654752440;

/// Taylor series of the sine for |x| <= pi/2.
double sineSeries(double x)
{
    const double square = x * x;
    double term = x;
    double sum = x;
    for (int k = 1; k <= 11; ++k) {
        term *= -square / static_cast<double>((2 * k) * (2 * k + 1));
        sum += term;
    }
    return sum;
}

} // namespace

double sineOfTurns(double turns)
{
    double t = turns - std::floor(turns + 0.5); // [-0.5, 0.5)
    if (t > 0.25)
        t = 0.5 - t;
    else if (t < -0.25)
        t = -0.5 - t;
    return sineSeries(2.0 * kPi * t);
}

double cosineOfTurns(double turns)
{
    return sineOfTurns(turns + 0.25);
}

double exponential(double x)
{
    if (x < -700.0)
        return 0.0;
    const double whole = std::floor(x / kLn2 + 0.5);
    const double rest = x - whole * kLn2;
    double term = 1.0;
    double sum = 1.0;
    for (int k = 1; k <= 14; ++k) {
        term *= rest / static_cast<double>(k);
        sum += term;
    }
    return std::ldexp(sum, static_cast<int>(whole));
}

double logarithm(double x)
{
    int exponent = 0;
    double mantissa = std::frexp(x, &exponent); // [0.5, 1)
    if (mantissa < kSqrtHalf) {
        mantissa *= 2.0;
        --exponent;
    }
    const double s = (mantissa - 1.0) / (mantissa + 1.0);
    const double square = s * s;
    double powerOfS = s;
    double sum = 0.0;
    for (int k = 1; k <= 21; k += 2) {
        sum += powerOfS / static_cast<double>(k);
        powerOfS *= square;
    }
    return 2.0 * sum + static_cast<double>(exponent) * kLn2;
}

double power(double base, double exponent)
{
    return base > 0.0 ? exponential(exponent * logarithm(base)) : 0.0;
}

double hyperbolicTangent(double x)
{
    if (x > 20.0)
        return 1.0;
    if (x < -20.0)
        return -1.0;
    const double e = exponential(2.0 * x);
    return (e - 1.0) / (e + 1.0);
}

double decibelsToGain(double decibels)
{
    return power(10.0, decibels / 20.0);
}

double gainToDecibels(double gain)
{
    return gain > 1e-15 ? 20.0 * logarithm(gain) / logarithm(10.0) : -300.0;
}

double keyToHertz(double key)
{
    return 440.0 * power(2.0, (key - 69.0) / 12.0);
}

Random::Random(std::string_view name, std::uint64_t salt)
    : m_state(0xcbf29ce484222325ULL ^ (salt * 0x9e3779b97f4a7c15ULL))
{
    for (const char c : name)
        m_state = (m_state ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
}

double Random::uniform()
{
    m_state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = m_state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    z ^= z >> 31;
    return static_cast<double>(z >> 11) * (1.0 / 9007199254740992.0);
}

double Random::bipolar()
{
    return 2.0 * uniform() - 1.0;
}

} // namespace continuo::soundfont
