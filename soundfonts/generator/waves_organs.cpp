// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/filters.h"
#include "soundfonts/generator/waves.h"

#include <algorithm>
#include <cmath>

namespace continuo::soundfont {

namespace {

Tone organTone(const std::string& name, int root, std::vector<double> ratios,
               std::vector<double> levels)
{
    Tone tone;
    tone.name = name + " " + std::to_string(root);
    tone.root = root;
    tone.sampleRate = 26000;
    tone.lead = 0.08;
    tone.loop = 0.35;
    tone.attack = 0.006;
    tone.ceiling = 9000;
    tone.ratios = ratios;
    tone.amplitude = [ratios = std::move(ratios), levels = std::move(levels)](double n, double) {
        const auto at = std::find(ratios.begin(), ratios.end(), n);
        return levels[static_cast<std::size_t>(at - ratios.begin())];
    };
    return tone;
}

/// Free reeds: many overtones that thin out above `bright` hertz.
Tone reedTone(const std::string& name, int root, double bright)
{
    Tone tone;
    tone.name = name + " " + std::to_string(root);
    tone.root = root;
    tone.sampleRate = 28000;
    tone.ceiling = 10000;
    tone.lead = 0.12;
    tone.loop = 0.4;
    tone.attack = 0.03;
    tone.attackPerPartial = 0.001;
    tone.life = 0.03;
    tone.amplitude = [bright](double n, double f) {
        const double even = std::fmod(n, 2.0) == 0.0 ? 0.75 : 1.0;
        const double x = f / bright;
        return even * power(n, -0.55) / (1.0 + x * x * x);
    };
    return tone;
}

} // namespace

Sample renderOverdriven(const Tone& tone, double drive, double cabinet)
{
    constexpr int kFactor = 4;
    const LoopPlan plan = planLoop(keyToHertz(tone.root), tone.sampleRate, tone.lead, tone.loop);
    const LoopPlan fine{plan.sampleRate * kFactor, plan.lead * kFactor, plan.loop * kFactor};
    std::vector<double> frames = renderPartials(tonePartials(tone, fine), fine);
    addKnock(frames, fine, tone.knock,
             Random(tone.name + " knock", static_cast<std::uint64_t>(tone.root)));
    // The first frames of the loop again, so that the decimation meets no end.
    for (std::size_t i = 0; i < 64 * kFactor; ++i)
        frames.push_back(
            frames[static_cast<std::size_t>(fine.lead) + i % static_cast<std::size_t>(fine.loop)]);

    double power = 0.0;
    for (const double value : frames)
        power += value * value;
    const double gain = drive / std::sqrt(power / static_cast<double>(frames.size()));
    for (double& value : frames)
        value = hyperbolicTangent(gain * value + 0.15) - 0.15;
    std::vector<double> out = decimate(frames, kFactor);
    Biquad::highPass(60.0, 0.7, plan.sampleRate).run(out);
    Biquad::lowPass(std::min(cabinet, 0.45 * plan.sampleRate), 0.8, plan.sampleRate).run(out);
    out.resize(static_cast<std::size_t>(plan.frames()));
    Sample sample = finishSample(tone.name, std::move(out), plan, tone.root);
    sample.decayRate = tone.envelopeDecay * 20.0 / logarithm(10.0);
    return sample;
}

WaveSet drawbarOrgan()
{
    return waveSet({38, 47, 56, 65, 74, 83, 92}, [](int root) {
        Tone tone = organTone("Drawbars", root, {1, 0.5, 1.5, 2, 3, 4, 6, 8},
                              {1.0, 0.4, 0.3, 0.75, 0.4, 0.3, 0.12, 0.2});
        tone.life = 0.01;
        tone.knock = {0.35, 3000, 4000, 250, 0.0005};
        return renderTone(tone);
    });
}

WaveSet organPercussion()
{
    return waveSet({36, 48, 60, 72, 84}, [](int root) {
        Tone tone = organTone("Organ stroke", root, {1, 3}, {0.15, 1.0});
        tone.lead = 0.2;
        tone.loop = 0.1;
        tone.attack = 0.002;
        tone.decay = [](double, double) { return Decay{9.0, 9.0, 1.0}; };
        tone.envelopeDecay = 9.0;
        return renderTone(tone);
    });
}

WaveSet rockOrgan()
{
    return waveSet({38, 47, 56, 65, 74, 83, 92}, [](int root) {
        Tone tone =
            organTone("Rock organ", root, {1, 0.5, 1.5, 2, 3, 4}, {1.0, 0.45, 0.4, 0.8, 0.6, 0.35});
        tone.loop = 0.4;
        tone.life = 0.06;
        return renderOverdriven(tone, 1.5, 6500.0);
    });
}

WaveSet churchOrgan()
{
    return waveSet({38, 46, 54, 62, 70, 78, 87}, [](int root) {
        // Principals at 8, 4, 2 2/3 and 2 feet and a mixture, each rank a little out of tune with
        // the others.
        Tone tone;
        tone.name = "Principals " + std::to_string(root);
        tone.root = root;
        tone.sampleRate = 28000;
        tone.ceiling = 10500;
        tone.lead = 0.16;
        tone.loop = 0.6;
        tone.attack = 0.05;
        tone.voices = 3;
        tone.detuneCents = 2.5;
        tone.centreShare = 0.7;
        tone.life = 0.02;
        tone.maxPartials = 32;
        tone.amplitude = [](double n, double f) {
            double sum = 0.0;
            const double feet[][2] = {{1, 1.0},  {2, 0.7}, {3, 0.35},
                                      {4, 0.45}, {6, 0.2}, {8, 0.25}};
            for (const auto& rank : feet) {
                const double own = n / rank[0];
                if (own == std::floor(own))
                    sum += rank[1] * power(0.42, own - 1.0);
            }
            return sum * 7000.0 / (7000.0 + f);
        };
        tone.knock = {0.12, 2500, 3000, 35, 0.01};
        return renderTone(tone);
    });
}

WaveSet reedOrgan()
{
    return waveSet({40, 49, 58, 67, 76},
                   [](int root) { return renderTone(reedTone("Reed organ", root, 2000)); });
}

WaveSet accordion()
{
    return waveSet({44, 52, 60, 68, 76, 85}, [](int root) {
        Tone tone = reedTone("Accordion", root, 2600);
        // Two reeds beside the one in tune: the tremolo of the instrument.
        tone.loop = 0.7;
        tone.voices = 3;
        tone.detuneCents = 9.0;
        tone.centreShare = 0.62;
        return renderTone(tone);
    });
}

WaveSet harmonica()
{
    return waveSet({58, 66, 74, 82, 91}, [](int root) {
        Tone tone = reedTone("Harmonica", root, 3000);
        tone.life = 0.05;
        const auto reed = tone.amplitude;
        tone.amplitude = [reed](double n, double f) {
            return reed(n, f) *
                   (0.4 + 1.5 * resonance(f, 1500, 1400) + 1.0 * resonance(f, 3300, 1500));
        };
        tone.knock = {0.15, 3000, 3000, 40, 0.01};
        return renderTone(tone);
    });
}

} // namespace continuo::soundfont
