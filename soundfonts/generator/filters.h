// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "soundfonts/generator/numeric.h"

#include <cstddef>
#include <functional>
#include <vector>

namespace continuo::soundfont {

/// A second-order filter in transposed direct form, the usual bilinear designs.
class Biquad
{
public:
    /// Frequencies and rates in hertz, `frequency` below half the rate.
    static Biquad lowPass(double frequency, double q, double sampleRate);
    static Biquad highPass(double frequency, double q, double sampleRate);
    /// Unity gain at the centre.
    static Biquad bandPass(double frequency, double q, double sampleRate);
    static Biquad highShelf(double frequency, double q, double gainDb, double sampleRate);

    double next(double in)
    {
        const double out = m_b0 * in + m_z1;
        m_z1 = m_b1 * in - m_a1 * out + m_z2;
        m_z2 = m_b2 * in - m_a2 * out;
        return out;
    }

    void run(std::vector<double>& frames);

    /// Takes the coefficients of `other` and keeps its own state.
    void tune(const Biquad& other);

private:
    Biquad(double b0, double b1, double b2, double a0, double a1, double a2);

    double m_b0;
    double m_b1;
    double m_b2;
    double m_a1;
    double m_a2;
    double m_z1 = 0.0;
    double m_z2 = 0.0;
};

/// Noise that repeats exactly after `frames` (a power of two), with the given amplitude at each
/// frequency in hertz. Its RMS is 1.
std::vector<double> periodicNoise(std::size_t frames, double sampleRate,
                                  const std::function<double(double)>& amplitude, Random random);

/// Keeps every `factor`-th frame after a linear-phase low-pass; frames beyond the ends count as
/// silence.
std::vector<double> decimate(const std::vector<double>& frames, int factor);

} // namespace continuo::soundfont
