// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

/// What the soundfont test measures on a rendered note.
namespace continuo::test {

inline constexpr double kSampleRate = 44100.0;

/// A rendered note, both sides, full scale = 1.
struct Recording
{
    std::vector<float> left;
    std::vector<float> right;

    std::vector<double> middle() const
    {
        std::vector<double> sum(left.size());
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] = 0.5 * (static_cast<double>(left[i]) + static_cast<double>(right[i]));
        return sum;
    }
    double peak() const
    {
        float value = 0.0F;
        for (std::size_t i = 0; i < left.size(); ++i)
            value = std::max({value, std::abs(left[i]), std::abs(right[i])});
        return static_cast<double>(value);
    }
};

inline double decibels(double gain)
{
    return 20.0 * std::log10(std::max(gain, 1e-12));
}

/// Second-order filter by its coefficients, a0 = 1.
struct Section
{
    double b0 = 1.0;
    double b1 = 0.0;
    double b2 = 0.0;
    double a1 = 0.0;
    double a2 = 0.0;
    double z1 = 0.0;
    double z2 = 0.0;

    double next(double in)
    {
        const double out = b0 * in + z1;
        z1 = b1 * in - a1 * out + z2;
        z2 = b2 * in - a2 * out;
        return out;
    }
};

/// The two sections of ITU-R BS.1770's K weighting, designed for 44.1 kHz from its analogue
/// description.
inline std::array<Section, 2> kWeighting()
{
    const auto warped = [](double hertz) {
        return std::tan(std::numbers::pi * hertz / kSampleRate);
    };
    const double k = warped(1681.974450955533);
    const double q = 0.7071752369554196;
    const double high = std::pow(10.0, 3.999843853973347 / 20.0);
    const double band = std::pow(high, 0.4996667741545416);
    const double a0 = 1.0 + k / q + k * k;
    Section shelf;
    shelf.b0 = (high + band * k / q + k * k) / a0;
    shelf.b1 = 2.0 * (k * k - high) / a0;
    shelf.b2 = (high - band * k / q + k * k) / a0;
    shelf.a1 = 2.0 * (k * k - 1.0) / a0;
    shelf.a2 = (1.0 - k / q + k * k) / a0;

    const double p = warped(38.13547087602444);
    const double qp = 0.5003270373238773;
    const double c0 = 1.0 + p / qp + p * p;
    Section pass;
    pass.b0 = 1.0;
    pass.b1 = -2.0;
    pass.b2 = 1.0;
    pass.a1 = 2.0 * (p * p - 1.0) / c0;
    pass.a2 = (1.0 - p / qp + p * p) / c0;
    return {shelf, pass};
}

/// Loudness of the loudest 400 ms (steps of 100 ms), K-weighted, both sides added, in LKFS.
inline double loudness(const Recording& recording)
{
    constexpr std::size_t kHop = 4410;
    std::vector<double> hops(recording.left.size() / kHop, 0.0);
    for (const std::vector<float>* side : {&recording.left, &recording.right}) {
        auto [shelf, pass] = kWeighting();
        for (std::size_t i = 0; i < hops.size() * kHop; ++i) {
            const double value = pass.next(shelf.next(static_cast<double>((*side)[i])));
            hops[i / kHop] += value * value / kHop;
        }
    }
    double loudest = 1e-20;
    for (std::size_t i = 0; i + 4 <= hops.size(); ++i)
        loudest = std::max(loudest, (hops[i] + hops[i + 1] + hops[i + 2] + hops[i + 3]) / 4.0);
    return -0.691 + 10.0 * std::log10(loudest);
}

/// RMS in steps of 1 ms over windows of `windowMs`, both sides.
inline std::vector<double> levels(const Recording& recording, int windowMs)
{
    const std::size_t frames = recording.left.size();
    std::vector<double> sums(frames + 1, 0.0);
    for (std::size_t i = 0; i < frames; ++i) {
        const double l = static_cast<double>(recording.left[i]);
        const double r = static_cast<double>(recording.right[i]);
        sums[i + 1] = sums[i] + l * l + r * r;
    }
    const auto window = static_cast<std::size_t>(windowMs * kSampleRate / 1000.0);
    std::vector<double> out;
    for (double at = 0.0; static_cast<std::size_t>(at) + window <= frames;
         at += kSampleRate / 1000.0) {
        const auto start = static_cast<std::size_t>(at);
        out.push_back(std::sqrt(std::max(0.0, sums[start + window] - sums[start]) /
                                static_cast<double>(window)));
    }
    return out;
}

/// Milliseconds from the start until the level first comes within 6 dB of the loudest moment of the
/// first second.
inline double attackMs(const Recording& recording)
{
    constexpr int kWindowMs = 8;
    const std::vector<double> curve = levels(recording, kWindowMs);
    const std::size_t second = std::min<std::size_t>(1000, curve.size());
    const double top =
        *std::max_element(curve.begin(), curve.begin() + static_cast<std::ptrdiff_t>(second));
    const auto at = std::find_if(curve.begin(), curve.end(),
                                 [top](double value) { return value >= 0.5 * top; });
    return static_cast<double>(at - curve.begin()) + 0.5 * kWindowMs;
}

/// How many decibels the level in [fromMs, fromMs + 200) lies below the loudest 200 ms.
inline double fallDb(const Recording& recording, int fromMs)
{
    const std::vector<double> curve = levels(recording, 200);
    const double top = *std::max_element(curve.begin(), curve.end());
    return decibels(top) -
           decibels(curve[std::min(static_cast<std::size_t>(fromMs), curve.size() - 1)]);
}

struct PitchReading
{
    double cents = 0.0; ///< deviation of the fundamental from the nominal frequency
    double shareDb =
        -300.0; ///< the fundamental's strongest moment against the loudest level, decibels
};

/// Frequency of the partial near `nominal` hertz: the signal is turned down by the nominal
/// frequency, narrowed to a quarter of it, and the drift of its phase from `fromMs` on is fitted by
/// a straight line, until it is 30 dB weaker.
inline PitchReading fundamental(const std::vector<double>& frames, double nominal, double fromMs)
{
    const auto window =
        static_cast<std::size_t>(std::max(8.0 * kSampleRate / nominal, 0.012 * kSampleRate));
    const std::size_t hop = std::max<std::size_t>(1, window / 8);
    std::vector<double> hann(window);
    for (std::size_t i = 0; i < window; ++i)
        hann[i] = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * (static_cast<double>(i) + 0.5) /
                                       static_cast<double>(window));

    std::vector<std::complex<double>> turned(frames.size());
    double loudest = 0.0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const double angle = -2.0 * std::numbers::pi *
                             std::fmod(nominal * static_cast<double>(i) / kSampleRate, 1.0);
        turned[i] = frames[i] * std::complex<double>(std::cos(angle), std::sin(angle));
    }
    std::vector<std::complex<double>> line;
    for (std::size_t start = static_cast<std::size_t>(fromMs * kSampleRate / 1000.0);
         start + window <= frames.size(); start += hop) {
        std::complex<double> sum = 0.0;
        double power = 0.0;
        for (std::size_t i = 0; i < window; ++i) {
            sum += hann[i] * turned[start + i];
            power += frames[start + i] * frames[start + i];
        }
        line.push_back(sum * 2.0 / static_cast<double>(window));
        loudest = std::max(loudest, power / static_cast<double>(window));
    }
    PitchReading reading;
    if (line.size() < 3)
        return reading;
    double strongest = 0.0;
    for (const auto& value : line)
        strongest = std::max(strongest, std::abs(value));
    reading.shareDb =
        decibels(strongest * std::numbers::sqrt2 / std::sqrt(std::max(loudest, 1e-20)));

    double sumW = 0.0;
    double sumX = 0.0;
    double sumY = 0.0;
    double sumXX = 0.0;
    double sumXY = 0.0;
    double phase = std::arg(line[0]);
    for (std::size_t k = 0; k < line.size(); ++k) {
        if (std::abs(line[k]) < strongest * 0.0316 && k > 3)
            break;
        if (k > 0)
            phase += std::arg(line[k] * std::conj(line[k - 1]));
        const double w = std::norm(line[k]);
        const double x = static_cast<double>(k * hop) / kSampleRate;
        sumW += w;
        sumX += w * x;
        sumY += w * phase;
        sumXX += w * x * x;
        sumXY += w * x * phase;
    }
    const double slope = (sumW * sumXY - sumX * sumY) / (sumW * sumXX - sumX * sumX);
    const double hertz = nominal + slope / (2.0 * std::numbers::pi);
    reading.cents = 1200.0 * std::log2(hertz / nominal);
    return reading;
}

/// Autocorrelation at a lag in seconds, normalised to -1…1, over half a second from `fromMs`.
inline double selfSimilarity(const std::vector<double>& frames, double lagSeconds, double fromMs)
{
    const double lag = lagSeconds * kSampleRate;
    const auto whole = static_cast<std::size_t>(lag);
    const double part = lag - static_cast<double>(whole);
    const auto start = static_cast<std::size_t>(fromMs * kSampleRate / 1000.0);
    const std::size_t end =
        std::min(start + static_cast<std::size_t>(kSampleRate / 2.0), frames.size() - whole - 2);
    double cross = 0.0;
    double first = 1e-20;
    double second = 1e-20;
    for (std::size_t i = start; i < end; ++i) {
        const double later = (1.0 - part) * frames[i + whole] + part * frames[i + whole + 1];
        cross += frames[i] * later;
        first += frames[i] * frames[i];
        second += later * later;
    }
    return cross / std::sqrt(first * second);
}

/// Share of the power above (or, with `below`, under) a frequency, by a fourth-order filter.
inline double powerShare(const std::vector<double>& frames, double hertz, bool below)
{
    const double k = std::tan(std::numbers::pi * hertz / kSampleRate);
    std::array<Section, 2> filter;
    const std::array<double, 2> q{0.5412, 1.3066};
    for (std::size_t i = 0; i < 2; ++i) {
        const double a0 = 1.0 + k / q[i] + k * k;
        filter[i].a1 = 2.0 * (k * k - 1.0) / a0;
        filter[i].a2 = (1.0 - k / q[i] + k * k) / a0;
        filter[i].b0 = (below ? k * k : 1.0) / a0;
        filter[i].b1 = (below ? 2.0 : -2.0) * filter[i].b0;
        filter[i].b2 = filter[i].b0;
    }
    double kept = 0.0;
    double all = 1e-20;
    for (const double value : frames) {
        const double out = filter[1].next(filter[0].next(value));
        kept += out * out;
        all += value * value;
    }
    return kept / all;
}

} // namespace continuo::test
