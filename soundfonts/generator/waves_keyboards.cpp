// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/waves.h"

#include <algorithm>
#include <cmath>

namespace continuo::soundfont {

namespace {

/// 0 at key 21, 1 at key 108.
double alongKeyboard(int root)
{
    return static_cast<double>(root - 21) / 87.0;
}

Sample grandNote(int root, bool hard)
{
    const double x = alongKeyboard(root);
    Tone tone;
    tone.name = hard ? "Grand f " : "Grand p ";
    tone.name += std::to_string(root);
    tone.root = root;
    tone.sampleRate = hard ? 28000 : 24000;
    tone.ceiling = hard ? 11000 : 8000;
    tone.lead = root < 45 ? 1.5 : root < 72 ? 1.2 : 0.3 + 0.9 * (108 - root) / 36.0;
    tone.loop = root < 60 ? 0.8 : root < 84 ? 0.5 : 0.25;
    tone.attack = 0.004 - 0.0028 * x;
    // Stiffness of the string: least around the tenor, high at both ends.
    tone.inharmonicity =
        3.5e-4 * exponential(0.071 * (root - 60)) + 3.0e-4 * exponential(-0.085 * (root - 21));
    tone.maxPartials = 90;
    tone.voices = root >= 48 ? 3 : root >= 34 ? 2 : 1;
    tone.detuneCents = 0.9;
    tone.centreShare = 0.62;

    const double felt = (hard ? 2700.0 : 950.0) * power(2.0, (root - 60) / 30.0);
    tone.amplitude = [felt, hard](double n, double f) {
        const double strike =
            0.15 + std::abs(sineOfTurns(n / 16.0)); // the hammer meets the string at 1/8
        const double tail =
            hard ? 0.10 * exponential(-f / (2.5 * felt)) : 0.04 * exponential(-f / (3.0 * felt));
        const double board = f * f / (f * f + 75.0 * 75.0);
        return strike * power(n, -0.45) * board * (exponential(-f / felt) + tail);
    };
    const double fundamental = std::min(9.0, 0.28 * exponential(0.059 * (root - 36)));
    tone.decay = [fundamental](double n, double f) {
        const double fast =
            fundamental * (1.0 + 0.004 * n * n) + 0.9 * (f / 1000.0) * std::sqrt(f / 1000.0);
        return Decay{1.35 * fast, 0.45 * fast, 0.22};
    };
    tone.envelopeDecay = 0.45 * fundamental * 1.004;
    tone.knock = {(hard ? 1.1 : 0.55) * (1.0 - 0.8 * x), 240.0 + 900.0 * x, 400.0 + 1200.0 * x,
                  55.0 + 60.0 * x, 0.001};
    return renderTone(tone);
}

} // namespace

WaveSet grandPiano(bool hard)
{
    const auto note = [hard](int root) { return grandNote(root, hard); };
    if (hard)
        return waveSet({23, 28, 33, 38, 43, 48, 53, 58, 63, 68, 73, 78, 83, 88, 93, 99, 105}, note);
    return waveSet({25, 32, 39, 46, 53, 60, 67, 74, 81, 88, 96, 104}, note);
}

WaveSet tinePiano(bool hard)
{
    return waveSet({30, 38, 46, 54, 62, 70, 78, 86, 95}, [hard](int root) {
        Tone tone;
        tone.name = (hard ? "Tine f " : "Tine p ") + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 26000;
        tone.lead = root < 72 ? 0.6 : 0.4;
        tone.loop = 0.2;
        tone.attack = 0.002;
        tone.ratios = {1, 2, 3, 4, 5, 6, 7, 8, 6.93, 12.4, 19.8};
        const double push = hard ? 1.0 : 0.42;
        tone.amplitude = [push, root](double n, double f) {
            const double keyed = std::clamp((96.0 - root) / 48.0, 0.15, 1.0);
            if (n == 6.93)
                return 0.20 * push * keyed;
            if (n == 12.4)
                return 0.07 * push * keyed;
            if (n == 19.8)
                return 0.03 * push * push * keyed;
            const double even = std::fmod(n, 2.0) == 0.0 ? 1.2 : 0.7;
            return n == 1.0 ? 1.0 : even * power(0.42 * push, n - 1.0) * 3000.0 / (3000.0 + f);
        };
        const double fundamental = 0.8 * power(2.0, (root - 60) / 22.0);
        tone.decay = [fundamental](double n, double) {
            if (n == 6.93 || n == 12.4 || n == 19.8)
                return Decay{16.0 + n, 16.0 + n, 1.0};
            return Decay{fundamental * (1.0 + 0.7 * (n - 1.0)),
                         fundamental * (1.0 + 0.35 * (n - 1.0)), 0.4};
        };
        tone.envelopeDecay = fundamental;
        tone.knock = {0.3 * push, 900, 1400, 160, 0.0005};
        return renderTone(tone);
    });
}

WaveSet digitalPiano()
{
    return waveSet({29, 37, 45, 53, 61, 69, 77, 85, 93}, [](int root) {
        Tone tone;
        tone.name = "FM piano " + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 30000;
        tone.ceiling = 12500;
        tone.lead = 0.5;
        tone.loop = 0.4;
        tone.attack = 0.0015;
        // The sidebands of a carrier at 1 modulated at 1, and of a second one modulated at 14.
        tone.ratios = {1, 2, 3, 4, 5, 6, 13, 14, 15, 27, 29};
        tone.voices = 3;
        tone.detuneCents = 3.5;
        tone.centreShare = 0.6;
        tone.amplitude = [root](double n, double) {
            const double keyed = std::clamp((100.0 - root) / 50.0, 0.1, 1.0);
            if (n > 20.0)
                return 0.03 * keyed;
            if (n > 10.0)
                return (n == 14.0 ? 0.10 : 0.16) * keyed;
            return power(0.38, n - 1.0) * (n == 1.0 ? 1.0 : 1.3);
        };
        const double fundamental = 0.5 * power(2.0, (root - 60) / 24.0);
        tone.decay = [fundamental](double n, double) {
            if (n > 10.0)
                return Decay{9.0, 5.0, 0.5};
            return Decay{fundamental * (1.0 + 0.8 * (n - 1.0)),
                         fundamental * (1.0 + 0.4 * (n - 1.0)), 0.5};
        };
        tone.envelopeDecay = fundamental;
        return renderTone(tone);
    });
}

WaveSet harpsichord()
{
    return waveSet({33, 42, 51, 60, 69, 78, 87}, [](int root) {
        Tone tone;
        tone.name = "Harpsichord " + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 28000;
        tone.ceiling = 11500;
        tone.lead = 0.6;
        tone.loop = 0.3;
        tone.attack = 0.001;
        tone.inharmonicity = 4e-5;
        tone.voices = 3;
        tone.detuneCents = 1.0;
        tone.amplitude = [](double n, double f) {
            const double pluck = 0.1 + std::abs(sineOfTurns(n * 0.13 / 2.0));
            const double octave = std::fmod(n, 2.0) == 0.0 ? 1.5 : 1.0; // the four-foot stop
            return pluck * octave * power(n, -0.35) * exponential(-f / 6500.0) * f / (f + 120.0);
        };
        const double fundamental = 1.4 * power(2.0, (root - 60) / 26.0);
        tone.decay = [fundamental](double n, double f) {
            const double fast = fundamental * (1.0 + 0.012 * n * n) + 0.4 * f / 1000.0;
            return Decay{1.3 * fast, 0.6 * fast, 0.4};
        };
        tone.envelopeDecay = 0.6 * fundamental;
        tone.knock = {0.7, 3500, 4000, 220, 0.0004};
        return renderTone(tone);
    });
}

WaveSet clavinet()
{
    return waveSet({32, 40, 48, 56, 64, 72, 81}, [](int root) {
        Tone tone;
        tone.name = "Clavinet " + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 28000;
        tone.ceiling = 9500;
        tone.lead = 0.5;
        tone.loop = 0.2;
        tone.attack = 0.001;
        tone.inharmonicity = 1e-4;
        tone.amplitude = [](double n, double f) {
            const double pickups =
                0.08 + std::abs(sineOfTurns(n * 0.09)) * std::abs(sineOfTurns(n * 0.21));
            return pickups * power(n, -0.25) * exponential(-f / 2600.0);
        };
        const double fundamental = 1.5 * power(2.0, (root - 60) / 26.0);
        tone.decay = [fundamental](double n, double f) {
            const double fast = fundamental * (1.0 + 0.01 * n * n) + 0.5 * f / 1000.0;
            return Decay{1.4 * fast, 0.7 * fast, 0.5};
        };
        tone.envelopeDecay = 0.7 * fundamental;
        tone.knock = {0.9, 1800, 2500, 180, 0.0004};
        return renderTone(tone);
    });
}

WaveSet dulcimer()
{
    return waveSet({51, 58, 65, 72, 80}, [](int root) {
        Tone tone;
        tone.name = "Dulcimer " + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 30000;
        tone.lead = 0.6;
        tone.loop = 0.5;
        tone.attack = 0.0012;
        tone.inharmonicity = 1.5e-4;
        tone.voices = 3;
        tone.detuneCents = 3.0;
        tone.centreShare = 0.6;
        tone.amplitude = [](double n, double f) {
            const double strike = 0.2 + std::abs(sineOfTurns(n / 14.0));
            return strike * power(n, -0.55) * exponential(-f / 3600.0);
        };
        const double fundamental = 1.8 * power(2.0, (root - 60) / 26.0);
        tone.decay = [fundamental](double n, double f) {
            const double fast = fundamental * (1.0 + 0.02 * n * n) + 0.25 * f / 1000.0;
            return Decay{1.5 * fast, 0.6 * fast, 0.4};
        };
        tone.envelopeDecay = 0.6 * fundamental;
        tone.knock = {0.9, 1500, 1800, 130, 0.0004};
        return renderTone(tone);
    });
}

} // namespace continuo::soundfont
