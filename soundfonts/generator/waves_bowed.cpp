// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/filters.h"
#include "soundfonts/generator/waves.h"

#include <algorithm>
#include <cmath>

namespace continuo::soundfont {

namespace {

double violinBody(double f)
{
    return 0.25 + 0.9 * resonance(f, 280, 90) + 1.0 * resonance(f, 470, 120) +
           0.8 * resonance(f, 720, 260) + 0.6 * resonance(f, 1150, 350) +
           1.1 * resonance(f, 2500, 1500) + 0.35 * resonance(f, 4200, 1800);
}

double celloBody(double f)
{
    return 0.3 + 0.9 * resonance(f, 105, 45) + 1.0 * resonance(f, 190, 70) +
           0.7 * resonance(f, 380, 160) + 0.6 * resonance(f, 700, 300) +
           0.7 * resonance(f, 1700, 1100);
}

/// A vowel: five formants on the falling spectrum of the voice.
double vowel(double f, const double (&formants)[5][3])
{
    double sum = f < formants[0][0]
                     ? 0.16
                     : 0.004; // below its first formant the throat lets everything through
    for (const auto& formant : formants)
        sum += decibelsToGain(formant[1]) * resonance(f, formant[0], formant[2]);
    return sum;
}

WaveSet choir(const char* name, const double (&formants)[5][3])
{
    return waveSet({42, 49, 56, 63, 70, 78}, [name, &formants](int root) {
        Tone tone;
        tone.name = std::string(name) + " " + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 22000;
        tone.ceiling = 7500;
        tone.lead = 0.15;
        tone.loop = 1.0;
        tone.attack = 0.07;
        tone.voices = 7;
        tone.detuneCents = 13.0;
        tone.centreShare = 0.6;
        tone.life = 0.08;
        tone.amplitude = [&formants, root](double n, double f) {
            // Higher voices are smaller: their formants lie a little higher.
            const double shift = root >= 60 ? 1.12 : 1.0;
            return power(n, -0.7) * vowel(f / shift, formants);
        };
        return renderTone(tone);
    });
}

constexpr double kAah[5][3] = {
    {740, 0, 110}, {1150, -4, 130}, {2700, -18, 200}, {3400, -20, 260}, {4500, -30, 300}};
constexpr double kOoh[5][3] = {
    {340, 0, 90}, {780, -14, 110}, {2500, -34, 200}, {3200, -38, 250}, {4300, -48, 300}};

} // namespace

WaveSet violin()
{
    return waveSet({50, 57, 64, 71, 78, 85, 93}, [](int root) {
        Tone tone;
        tone.name = "Violin " + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 29000;
        tone.ceiling = 11000;
        tone.lead = 0.22;
        tone.loop = 0.5;
        tone.attack = 0.06;
        tone.attackPerPartial = 0.004;
        tone.life = 0.07;
        tone.amplitude = [](double n, double f) {
            return power(n, -0.65) * violinBody(f) * exponential(-f / 11000.0);
        };
        tone.knock = {0.18, 3000, 3500, 25, 0.02};
        return renderTone(tone);
    });
}

WaveSet cello()
{
    return waveSet({28, 35, 42, 49, 56, 63, 71}, [](int root) {
        Tone tone;
        tone.name = "Cello " + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 24000;
        tone.ceiling = 8500;
        tone.lead = 0.22;
        tone.loop = 0.5;
        tone.attack = 0.07;
        tone.attackPerPartial = 0.003;
        tone.life = 0.07;
        tone.amplitude = [](double n, double f) {
            return power(n, -0.7) * celloBody(f) * exponential(-f / 6000.0);
        };
        tone.knock = {0.15, 1500, 2000, 25, 0.02};
        return renderTone(tone);
    });
}

WaveSet stringEnsemble()
{
    return waveSet({30, 38, 46, 54, 62, 70, 78, 87}, [](int root) {
        Tone tone;
        tone.name = "Strings " + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 24000;
        tone.ceiling = 9500;
        tone.lead = 0.05;
        tone.loop = 1.0;
        tone.attack = 0.01;
        tone.voices = 9;
        tone.detuneCents = 11.0;
        tone.centreShare = 0.55;
        tone.life = 0.06;
        tone.amplitude = [root](double n, double f) {
            const double share = std::clamp((root - 40.0) / 30.0, 0.0, 1.0);
            const double body = share * violinBody(f) + (1.0 - share) * celloBody(f);
            return power(n, -0.9) * (0.4 + body) * exponential(-f / 6000.0);
        };
        return renderTone(tone);
    });
}

WaveSet choirAah()
{
    return choir("Aah", kAah);
}

WaveSet choirOoh()
{
    return choir("Ooh", kOoh);
}

WaveSet orchestraHit()
{
    return waveSet({46, 57, 68}, [](int root) {
        // The whole orchestra on one note in octaves, struck and let go.
        Tone tone;
        tone.name = "Hit " + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 26000;
        tone.ceiling = 9500;
        tone.lead = 0.5;
        tone.loop = 0.3;
        tone.attack = 0.008;
        tone.voices = 5;
        tone.detuneCents = 10.0;
        tone.amplitude = [](double n, double f) {
            const double octaves = std::fmod(n, 4.0) == 0.0   ? 1.6
                                   : std::fmod(n, 2.0) == 0.0 ? 1.3
                                                              : 0.9;
            return octaves * power(n, -0.6) * exponential(-f / 3200.0);
        };
        tone.decay = [](double n, double) { return Decay{5.0 + 0.25 * n, 5.0 + 0.1 * n, 0.5}; };
        tone.envelopeDecay = 5.0;
        tone.knock = {1.3, 180, 260, 14, 0.002};
        return renderTone(tone);
    });
}

} // namespace continuo::soundfont
