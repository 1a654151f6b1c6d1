// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/waves.h"

#include <cmath>
#include <utility>

namespace continuo::soundfont {

namespace {

Sample staticWave(const char* name, int root, bool oddOnly)
{
    Tone tone;
    tone.name = std::string(name) + " " + std::to_string(root);
    tone.root = root;
    tone.sampleRate = 36000;
    tone.ceiling = 14500;
    tone.maxPartials = 400;
    tone.lead = 0.02;
    tone.loop = 0.12;
    tone.attack = 0.002;
    tone.amplitude = [oddOnly](double n, double f) {
        const double kept = oddOnly && std::fmod(n, 2.0) == 0.0 ? 0.0 : 1.0;
        return kept / n * 9000.0 / (9000.0 + f);
    };
    return renderTone(tone);
}

Tone padTone(const char* name, int root)
{
    Tone tone;
    tone.name = std::string(name) + " " + std::to_string(root);
    tone.root = root;
    tone.sampleRate = 22000;
    tone.ceiling = 8000;
    tone.lead = 0.05;
    tone.loop = 0.95;
    tone.attack = 0.01;
    tone.voices = 9;
    tone.detuneCents = 14.0;
    tone.centreShare = 0.55;
    tone.life = 0.1;
    return tone;
}

} // namespace

WaveSet sawWave()
{
    return waveSet({24, 29, 34, 39, 44, 49, 54, 59, 64, 69, 74, 79, 84, 89, 94, 100},
                   [](int root) { return staticWave("Saw", root, false); });
}

WaveSet squareWave()
{
    return waveSet({24, 29, 34, 39, 44, 49, 54, 59, 64, 69, 74, 79, 84, 89, 94, 100},
                   [](int root) { return staticWave("Square", root, true); });
}

WaveSet synthBass()
{
    return waveSet({29, 38, 47, 57}, [](int root) {
        // A carrier modulated at its own frequency: the overtones close like a rubber band.
        Tone tone;
        tone.name = "Synth bass " + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 22000;
        tone.ceiling = 7500;
        tone.lead = 0.4;
        tone.loop = 0.15;
        tone.attack = 0.002;
        tone.maxPartials = 24;
        tone.amplitude = [](double n, double f) {
            return power(n, -0.6) * exponential(-f / 1500.0);
        };
        tone.decay = [](double n, double) { return Decay{1.2 + 0.9 * n, 1.2 + 0.5 * n, 0.4}; };
        tone.envelopeDecay = 1.2;
        return renderTone(tone);
    });
}

WaveSet warmPad()
{
    return waveSet({38, 48, 58, 68, 78, 88}, [](int root) {
        Tone tone = padTone("Warm pad", root);
        tone.amplitude = [](double n, double f) { return power(n, -1.15) * 4000.0 / (4000.0 + f); };
        return renderTone(tone);
    });
}

WaveSet glassPad()
{
    return waveSet({38, 48, 58, 68, 78, 88}, [](int root) {
        Tone tone = padTone("Glass pad", root);
        tone.life = 0.22;
        tone.detuneCents = 7.0;
        tone.amplitude = [](double n, double f) {
            const double odd = std::fmod(n, 2.0) == 1.0 ? 1.0 : 0.35;
            return odd * power(n, -1.0) * (0.6 + 0.8 * resonance(f, 2600, 1600));
        };
        return renderTone(tone);
    });
}

WaveSet metalPad()
{
    return waveSet({38, 48, 58, 68, 78, 88}, [](int root) {
        Tone tone = padTone("Metal pad", root);
        tone.life = 0.2;
        tone.detuneCents = 8.0;
        tone.ratios = {1, 2, 3, 4.02, 5.43, 6.79, 8.21, 9.4, 11.3, 13.1};
        tone.amplitude = [](double n, double f) { return power(n, -0.75) * 6000.0 / (6000.0 + f); };
        return renderTone(tone);
    });
}

} // namespace continuo::soundfont
