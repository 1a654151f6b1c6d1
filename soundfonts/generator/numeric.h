// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

/// Arithmetic that gives the same bits everywhere: the C library's sine and exponential differ in
/// their last bits from one system to the next, and the soundfont must be byte-identical wherever
/// it is built.
namespace continuo::soundfont {

inline constexpr double kPi = 3.14159265358979323846;

/// Sine of an angle given in turns (1 turn = 2 pi). Error below 1e-14.
double sineOfTurns(double turns);
double cosineOfTurns(double turns);
double exponential(double x);
/// Natural logarithm; `x` > 0.
double logarithm(double x);
/// `base` to the power `exponent`; `base` >= 0.
double power(double base, double exponent);
double hyperbolicTangent(double x);

double decibelsToGain(double decibels);
double gainToDecibels(double gain);
/// Frequency in hertz of a MIDI key in equal temperament, A4 (69) = 440 Hz.
double keyToHertz(double key);

/// A small seeded generator (SplitMix64). The seed is a name and a number, so that a sound keeps
/// its random draws when others are added before it.
class Random
{
public:
    Random(std::string_view name, std::uint64_t salt);

    /// Uniform in [0, 1).
    double uniform();
    /// Uniform in [-1, 1).
    double bipolar();

private:
    std::uint64_t m_state;
};

} // namespace continuo::soundfont
