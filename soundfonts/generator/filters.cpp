// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/filters.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <complex>

namespace continuo::soundfont {

namespace {

struct Design
{
    double cosine = 0.0;
    double alpha = 0.0;
};

Design design(double frequency, double q, double sampleRate)
{
    const double turns = frequency / sampleRate;
    return {cosineOfTurns(turns), sineOfTurns(turns) / (2.0 * q)};
}

/// Product written out: the library's checks for infinities are slow and differ between libraries.
std::complex<double> product(std::complex<double> a, std::complex<double> b)
{
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

void inverseTransform(std::vector<std::complex<double>>& values)
{
    const std::size_t n = values.size();
    for (std::size_t i = 1, j = 0; i < n; ++i) {
        std::size_t bit = n >> 1;
        for (; (j & bit) != 0; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j)
            std::swap(values[i], values[j]);
    }
    std::vector<std::complex<double>> roots(n / 2);
    for (std::size_t i = 0; i < n / 2; ++i) {
        const double turns = static_cast<double>(i) / static_cast<double>(n);
        roots[i] = {cosineOfTurns(turns), sineOfTurns(turns)};
    }
    for (std::size_t size = 2; size <= n; size *= 2) {
        const std::size_t stride = n / size;
        for (std::size_t start = 0; start < n; start += size) {
            for (std::size_t i = 0; i < size / 2; ++i) {
                const std::complex<double> odd =
                    product(values[start + i + size / 2], roots[i * stride]);
                const std::complex<double> even = values[start + i];
                values[start + i] = even + odd;
                values[start + i + size / 2] = even - odd;
            }
        }
    }
}

} // namespace

Biquad::Biquad(double b0, double b1, double b2, double a0, double a1, double a2)
    : m_b0(b0 / a0)
    , m_b1(b1 / a0)
    , m_b2(b2 / a0)
    , m_a1(a1 / a0)
    , m_a2(a2 / a0)
{
}

Biquad Biquad::lowPass(double frequency, double q, double sampleRate)
{
    const auto [c, alpha] = design(frequency, q, sampleRate);
    return {(1.0 - c) / 2.0, 1.0 - c, (1.0 - c) / 2.0, 1.0 + alpha, -2.0 * c, 1.0 - alpha};
}

Biquad Biquad::highPass(double frequency, double q, double sampleRate)
{
    const auto [c, alpha] = design(frequency, q, sampleRate);
    return {(1.0 + c) / 2.0, -1.0 - c, (1.0 + c) / 2.0, 1.0 + alpha, -2.0 * c, 1.0 - alpha};
}

Biquad Biquad::bandPass(double frequency, double q, double sampleRate)
{
    const auto [c, alpha] = design(frequency, q, sampleRate);
    return {alpha, 0.0, -alpha, 1.0 + alpha, -2.0 * c, 1.0 - alpha};
}

Biquad Biquad::highShelf(double frequency, double q, double gainDb, double sampleRate)
{
    const auto [c, alpha] = design(frequency, q, sampleRate);
    const double a = decibelsToGain(gainDb / 2.0);
    const double beta = 2.0 * std::sqrt(a) * alpha;
    return {a * ((a + 1.0) + (a - 1.0) * c + beta), -2.0 * a * ((a - 1.0) + (a + 1.0) * c),
            a * ((a + 1.0) + (a - 1.0) * c - beta), (a + 1.0) - (a - 1.0) * c + beta,
            2.0 * ((a - 1.0) - (a + 1.0) * c),      (a + 1.0) - (a - 1.0) * c - beta};
}

void Biquad::run(std::vector<double>& frames)
{
    for (double& value : frames)
        value = next(value);
}

void Biquad::tune(const Biquad& other)
{
    m_b0 = other.m_b0;
    m_b1 = other.m_b1;
    m_b2 = other.m_b2;
    m_a1 = other.m_a1;
    m_a2 = other.m_a2;
}

std::vector<double> periodicNoise(std::size_t frames, double sampleRate,
                                  const std::function<double(double)>& amplitude, Random random)
{
    assert(frames >= 4 && (frames & (frames - 1)) == 0);
    std::vector<std::complex<double>> spectrum(frames);
    for (std::size_t bin = 1; bin < frames / 2; ++bin) {
        const double gain =
            amplitude(static_cast<double>(bin) * sampleRate / static_cast<double>(frames));
        const double turns = random.uniform();
        const double level = gain * (0.5 + random.uniform());
        spectrum[bin] = {level * cosineOfTurns(turns), level * sineOfTurns(turns)};
        spectrum[frames - bin] = std::conj(spectrum[bin]);
    }
    inverseTransform(spectrum);
    double power = 1e-30;
    for (const auto& value : spectrum)
        power += value.real() * value.real();
    const double scale = 1.0 / std::sqrt(power / static_cast<double>(frames));
    std::vector<double> out(frames);
    for (std::size_t i = 0; i < frames; ++i)
        out[i] = spectrum[i].real() * scale;
    return out;
}

std::vector<double> decimate(const std::vector<double>& frames, int factor)
{
    const int half = 16 * factor;
    std::vector<double> taps(static_cast<std::size_t>(2 * half + 1));
    double sum = 0.0;
    for (int i = -half; i <= half; ++i) {
        const double x = 0.9 * static_cast<double>(i) / factor;
        const double sinc = i == 0 ? 1.0 : sineOfTurns(x / 2.0) / (kPi * x);
        const double window = 0.5 + 0.5 * cosineOfTurns(0.5 * static_cast<double>(i) / (half + 1));
        taps[static_cast<std::size_t>(i + half)] = sinc * window;
        sum += sinc * window;
    }
    for (double& tap : taps)
        tap /= sum;

    const int length = static_cast<int>(frames.size());
    std::vector<double> out(frames.size() / static_cast<std::size_t>(factor));
    for (int i = 0; i < static_cast<int>(out.size()); ++i) {
        double value = 0.0;
        for (int k = std::max(-half, -i * factor); k <= half && i * factor + k < length; ++k)
            value += frames[static_cast<std::size_t>(i * factor + k)] *
                     taps[static_cast<std::size_t>(k + half)];
        out[static_cast<std::size_t>(i)] = value;
    }
    return out;
}

} // namespace continuo::soundfont
