// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/filters.h"
#include "soundfonts/generator/waves.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace continuo::soundfont {

namespace {

Tone windTone(const char* name, int root, double attack)
{
    Tone tone;
    tone.name = std::string(name) + " " + std::to_string(root);
    tone.root = root;
    tone.sampleRate = 27000;
    tone.ceiling = 10500;
    tone.lead = std::max(0.12, 3.0 * attack);
    tone.loop = 0.4;
    tone.attack = attack;
    tone.life = 0.03;
    return tone;
}

/// Brass: overtones that come later the higher they are, and thin out above `bright` hertz.
Tone brassTone(const char* name, int root, double bright, double steepness, double thin)
{
    Tone tone = windTone(name, root, 0.03);
    tone.attackPerPartial = 0.005;
    tone.lead = 0.22;
    tone.amplitude = [bright, steepness, thin](double, double f) {
        return f / (f + thin) / (1.0 + power(f / bright, steepness));
    };
    tone.knock = {0.12, 800, 1000, 40, 0.008};
    return tone;
}

double clarinetOddness(double f)
{
    return 0.08 +
           0.9 / (1.0 + power(1700.0 / f,
                              4.0)); // even overtones are weak below the cut-off of the tone holes
}

} // namespace

WaveSet trumpet()
{
    return waveSet({36, 43, 50, 57, 64, 71, 78, 86}, [](int root) {
        const double bright = 950.0 * power(2.0, std::clamp((root - 46.0) / 24.0, -0.6, 1.1));
        Tone tone = brassTone("Brass", root, bright, 2.5, 0.22 * bright);
        return renderTone(tone);
    });
}

WaveSet mutedTrumpet()
{
    return waveSet({55, 63, 71, 79, 87}, [](int root) {
        Tone tone = brassTone("Muted trumpet", root, 3800, 4.0, 1200);
        const auto open = tone.amplitude;
        tone.amplitude = [open](double n, double f) {
            return open(n, f) *
                   (0.25 + 1.4 * resonance(f, 1600, 700) + 0.9 * resonance(f, 3000, 1200));
        };
        return renderTone(tone);
    });
}

WaveSet horn()
{
    return waveSet({30, 37, 44, 51, 58, 65, 73}, [](int root) {
        const double bright = 420.0 * power(2.0, std::clamp((root - 46.0) / 30.0, -0.7, 0.8));
        Tone tone = brassTone("Horn", root, bright, 2.6, 0.25 * bright);
        tone.sampleRate = 22000;
        tone.attack = 0.045;
        return renderTone(tone);
    });
}

WaveSet brassEnsemble()
{
    return waveSet({39, 47, 55, 63, 71, 80}, [](int root) {
        const double bright = 1300.0 * power(2.0, std::clamp((root - 55.0) / 30.0, -0.6, 0.8));
        Tone tone = brassTone("Brass section", root, bright, 2.4, 0.2 * bright);
        tone.loop = 0.8;
        tone.voices = 5;
        tone.detuneCents = 8.0;
        tone.centreShare = 0.6;
        return renderTone(tone);
    });
}

WaveSet saxophone()
{
    return waveSet({38, 45, 52, 59, 66, 73, 81}, [](int root) {
        Tone tone = windTone("Saxophone", root, 0.025);
        tone.attackPerPartial = 0.002;
        tone.life = 0.05;
        const double size = power(2.0, (root - 60.0) / 36.0); // a smaller horn speaks higher
        tone.amplitude = [size](double n, double f) {
            const double x = f / size;
            return power(n, -0.35) / (1.0 + power(x / 2300.0, 2.6)) *
                   (0.5 + 1.2 * resonance(x, 620, 420) + 0.7 * resonance(x, 1350, 600) +
                    0.4 * resonance(x, 2900, 1200));
        };
        tone.knock = {0.25, 1600, 2200, 35, 0.008};
        return renderTone(tone);
    });
}

WaveSet oboe()
{
    return waveSet({54, 61, 68, 75, 83}, [](int root) {
        Tone tone = windTone("Oboe", root, 0.025);
        tone.amplitude = [](double n, double f) {
            return power(n, -0.25) * f / (f + 500.0) / (1.0 + power(f / 3800.0, 4.0)) *
                   (0.35 + 1.5 * resonance(f, 1250, 800) + 1.0 * resonance(f, 3000, 900));
        };
        tone.knock = {0.1, 2500, 2500, 50, 0.005};
        return renderTone(tone);
    });
}

WaveSet bassoon()
{
    return waveSet({37, 44, 51, 58, 66}, [](int root) {
        Tone tone = windTone("Bassoon", root, 0.03);
        tone.sampleRate = 22000;
        tone.ceiling = 7000;
        tone.amplitude = [](double n, double f) {
            return power(n, -0.4) * f / (f + 180.0) / (1.0 + power(f / 1500.0, 2.6)) *
                   (0.3 + 1.5 * resonance(f, 480, 260) + 0.6 * resonance(f, 1150, 500));
        };
        tone.knock = {0.12, 900, 1200, 40, 0.006};
        return renderTone(tone);
    });
}

WaveSet clarinet()
{
    return waveSet({51, 58, 65, 72, 79, 87}, [](int root) {
        Tone tone = windTone("Clarinet", root, 0.03);
        tone.amplitude = [](double n, double f) {
            const double odd = std::fmod(n, 2.0) == 1.0 ? 1.0 : clarinetOddness(f);
            return odd * power(n, -0.6) / (1.0 + power(f / 3200.0, 2.6));
        };
        tone.knock = {0.08, 1500, 2000, 45, 0.006};
        return renderTone(tone);
    });
}

WaveSet flute()
{
    return waveSet({61, 68, 75, 82, 89, 97}, [](int root) {
        Tone tone = windTone("Flute", root, 0.05);
        tone.attackPerPartial = 0.008;
        tone.life = 0.05;
        tone.amplitude = [root](double n, double f) {
            const double low = std::clamp((84.0 - root) / 24.0, 0.0, 1.0);
            const double second = 0.25 + 0.45 * low;
            if (n == 1.0)
                return 1.0;
            return (n == 2.0 ? second : (0.28 + 0.1 * low) * power(0.5, n - 3.0)) /
                   (1.0 + power(f / 4500.0, 3.0));
        };
        tone.knock = {0.3, 2200, 2600, 28, 0.015};
        return renderTone(tone);
    });
}

WaveSet recorder()
{
    return waveSet({63, 71, 79, 88}, [](int root) {
        Tone tone = windTone("Recorder", root, 0.03);
        tone.life = 0.02;
        tone.maxPartials = 9;
        tone.amplitude = [](double n, double f) {
            const double level[] = {0.0, 1.0, 0.14, 0.26, 0.05, 0.09, 0.02, 0.03, 0.01, 0.01};
            return level[static_cast<std::size_t>(n)] * 6000.0 / (6000.0 + f);
        };
        tone.knock = {0.3, 3200, 3000, 45, 0.006};
        return renderTone(tone);
    });
}

WaveSet panFlute()
{
    return waveSet({62, 70, 78, 87}, [](int root) {
        Tone tone = windTone("Pan flute", root, 0.04);
        tone.life = 0.08;
        tone.maxPartials = 7;
        tone.amplitude = [](double n, double) {
            const double level[] = {0.0, 1.0, 0.06, 0.16, 0.02, 0.05, 0.01, 0.02};
            return level[static_cast<std::size_t>(n)];
        };
        // The chiff: breath before the pipe speaks, at the pitch's third overtone.
        tone.knock = {0.8, std::min(9000.0, 3.0 * keyToHertz(root)), 1800, 24, 0.004};
        return renderTone(tone);
    });
}

WaveSet ocarina()
{
    return waveSet({59, 69, 79, 90}, [](int root) {
        Tone tone = windTone("Ocarina", root, 0.04);
        tone.life = 0.02;
        tone.loop = 0.4;
        tone.maxPartials = 4;
        tone.amplitude = [](double n, double) {
            const double level[] = {0.0, 1.0, 0.035, 0.06, 0.01};
            return level[static_cast<std::size_t>(n)];
        };
        tone.knock = {0.15, 2500, 2500, 40, 0.008};
        return renderTone(tone);
    });
}

WaveSet bagpipe()
{
    return waveSet({52, 60, 68, 77}, [](int root) {
        Tone tone = windTone("Chanter", root, 0.02);
        tone.amplitude = [](double n, double f) {
            return power(n, -0.1) / (1.0 + power(f / 3400.0, 4.0)) *
                   (0.4 + 1.2 * resonance(f, 1050, 700) + 1.1 * resonance(f, 2300, 900));
        };
        return renderTone(tone);
    });
}

WaveSet breath()
{
    constexpr std::size_t kFrames = 32768;
    LoopPlan plan;
    plan.sampleRate = 24000;
    plan.lead = 64;
    plan.loop = static_cast<int>(kFrames);
    const std::vector<double> noise = periodicNoise(
        kFrames, plan.sampleRate,
        [](double f) { return f / (f + 400.0) / (1.0 + power(f / 5500.0, 2.0)); },
        Random("breath", 1));
    std::vector<double> frames(noise.end() - plan.lead, noise.end());
    frames.insert(frames.end(), noise.begin(), noise.end());
    return {finishSample("Breath", std::move(frames), plan, 60)};
}

} // namespace continuo::soundfont
