// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/filters.h"
#include "soundfonts/generator/waves.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace continuo::soundfont {

namespace {

constexpr std::size_t kLongNoise = 65536;

/// Frames that repeat exactly, as a looped sample at key 60.
Sample loopedSample(const char* name, const std::vector<double>& loop, int sampleRate)
{
    LoopPlan plan;
    plan.sampleRate = sampleRate;
    plan.lead = 64;
    plan.loop = static_cast<int>(loop.size());
    std::vector<double> frames(loop.end() - plan.lead, loop.end());
    frames.insert(frames.end(), loop.begin(), loop.end());
    return finishSample(name, std::move(frames), plan, 60);
}

Sample shotSample(const char* name, std::vector<double> frames, int sampleRate)
{
    LoopPlan plan;
    plan.sampleRate = sampleRate;
    plan.lead = static_cast<int>(frames.size());
    return finishSample(name, std::move(frames), plan, 60);
}

/// A band of noise between two frequencies in hertz.
std::vector<double> noiseBand(std::size_t frames, double sampleRate, double low, double high,
                              const char* seed)
{
    return periodicNoise(
        frames, sampleRate,
        [low, high](double f) {
            return f * f / (f * f + low * low) / (1.0 + power(f / high, 3.0));
        },
        Random(seed, 7));
}

/// 0…1…0 over one turn.
double swell(double turns)
{
    return 0.5 - 0.5 * cosineOfTurns(turns);
}

} // namespace

WaveSet reverseCymbal()
{
    constexpr int kRate = 44000;
    std::vector<double> frames = noiseBand(kLongNoise, kRate, 2500, 9000, "reverse cymbal");
    const double length = static_cast<double>(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const double left = (length - static_cast<double>(i)) / kRate;
        frames[i] *= exponential(-2.6 * left) * std::min(1.0, left / 0.02);
    }
    return {shotSample("Reverse cymbal", std::move(frames), kRate)};
}

WaveSet fretNoise()
{
    constexpr int kRate = 30000;
    Random random("fret noise", 1);
    std::vector<double> frames(kRate * 35 / 100);
    double turns = 0.0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        // The finger slides over the windings: a hoarse whistle that rises and slows.
        const double x = static_cast<double>(i) / static_cast<double>(frames.size());
        turns += (900.0 + 1500.0 * std::sqrt(x)) / kRate;
        const double whistle = sineOfTurns(turns) + 0.5 * sineOfTurns(2.0 * turns);
        frames[i] = swell(std::sqrt(x)) *
                    (whistle * (0.3 + 0.3 * random.bipolar()) + 0.4 * random.bipolar());
    }
    Biquad::bandPass(2600, 0.8, kRate).run(frames);
    return {shotSample("Fret noise", std::move(frames), kRate)};
}

WaveSet seashore()
{
    constexpr int kRate = 18000;
    std::vector<double> low = noiseBand(kLongNoise, kRate, 120, 500, "sea low");
    const std::vector<double> high = noiseBand(kLongNoise, kRate, 900, 5000, "sea high");
    for (std::size_t i = 0; i < low.size(); ++i) {
        const double turns = static_cast<double>(i) / static_cast<double>(kLongNoise);
        const double wave = swell(turns);
        low[i] = low[i] * (0.35 + 0.65 * wave) + high[i] * (0.05 + 0.8 * wave * wave * wave);
    }
    return {loopedSample("Seashore", low, kRate)};
}

WaveSet birdTweet()
{
    constexpr int kRate = 30000;
    std::vector<double> frames(kRate * 13 / 10);
    const double chirps[][4] = {
        {0.02, 0.09, 3000, 4600}, {0.16, 0.07, 4200, 3100}, {0.26, 0.07, 4300, 3000},
        {0.36, 0.07, 4400, 2900}, {0.52, 0.22, 2600, 5200}, {0.80, 0.05, 4800, 4800},
        {0.88, 0.05, 4800, 4800}, {0.96, 0.05, 4800, 4800}, {1.06, 0.12, 5000, 2800}};
    for (const auto& chirp : chirps) {
        const int start = static_cast<int>(chirp[0] * kRate);
        const int length = static_cast<int>(chirp[1] * kRate);
        double turns = 0.0;
        for (int i = 0; i < length; ++i) {
            const double x = static_cast<double>(i) / length;
            turns += (chirp[2] + (chirp[3] - chirp[2]) * x) / kRate;
            frames[static_cast<std::size_t>(start + i)] +=
                swell(x) * (sineOfTurns(turns) + 0.08 * sineOfTurns(2.0 * turns));
        }
    }
    return {loopedSample("Bird", frames, kRate)};
}

WaveSet telephoneRing()
{
    constexpr int kRate = 24000;
    // Two bells and a clapper that goes to and fro 20 times a second.
    std::vector<double> frames(kRate);
    const double bells[][2] = {{1000, 1.0},  {1260, 0.9},  {2140, 0.4},
                               {2710, 0.35}, {4030, 0.15}, {5180, 0.12}};
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const double t = static_cast<double>(i) / kRate;
        const double stroke = t * 20.0 - std::floor(t * 20.0);
        for (const auto& bell : bells)
            frames[i] += bell[1] * sineOfTurns(bell[0] * t);
        frames[i] *= 0.35 + 0.65 * exponential(-5.0 * stroke) * std::min(1.0, stroke / 0.04);
    }
    return {loopedSample("Telephone", frames, kRate)};
}

WaveSet helicopter()
{
    constexpr int kRate = 16384;
    std::vector<double> low = noiseBand(kLongNoise / 2, kRate, 30, 160, "rotor low");
    const std::vector<double> high = noiseBand(kLongNoise / 2, kRate, 300, 2200, "rotor high");
    for (std::size_t i = 0; i < low.size(); ++i) {
        const double stroke = 11.0 * static_cast<double>(i) / kRate; // 22 whole strokes in the loop
        const double thump = power(swell(stroke), 3.0);
        low[i] = low[i] * (0.25 + 1.6 * thump) + high[i] * (0.12 + 0.5 * thump) +
                 0.15 * sineOfTurns(66.0 * static_cast<double>(i) / kRate);
    }
    return {loopedSample("Helicopter", low, kRate)};
}

WaveSet applause()
{
    constexpr int kRate = 24000;
    Random random("applause", 3);
    std::vector<double> frames(kLongNoise);
    for (int clap = 0; clap < 700; ++clap) {
        // One pair of hands: a short burst, each with its own colour.
        std::vector<double> burst(700);
        for (double& value : burst)
            value = random.bipolar();
        Biquad::bandPass(700.0 + 1900.0 * random.uniform(), 1.6, kRate).run(burst);
        const double level = 0.2 + random.uniform() * random.uniform();
        const auto start = static_cast<std::size_t>(random.uniform() * kLongNoise);
        for (std::size_t i = 0; i < burst.size(); ++i)
            frames[(start + i) % kLongNoise] +=
                level * burst[i] * exponential(-static_cast<double>(i) / 110.0);
    }
    return {loopedSample("Applause", frames, kRate)};
}

WaveSet gunshot()
{
    constexpr int kRate = 24000;
    std::vector<double> frames = noiseBand(32768, kRate, 60, 3000, "shot");
    const std::vector<double> tail = noiseBand(32768, kRate, 50, 500, "shot tail");
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const double t = static_cast<double>(i) / kRate;
        frames[i] = frames[i] * exponential(-28.0 * t) + 0.35 * tail[i] * exponential(-4.5 * t);
    }
    return {shotSample("Gunshot", std::move(frames), kRate)};
}

} // namespace continuo::soundfont
