// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/drums.h"

#include "soundfonts/generator/filters.h"
#include "soundfonts/generator/numeric.h"
#include "soundfonts/generator/partials.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace continuo::soundfont {

namespace {

/// A drum stroke put together from decaying sines and bursts of noise.
class Stroke
{
public:
    Stroke(std::string name, double seconds, int sampleRate)
        : m_name(std::move(name))
        , m_rate(sampleRate)
        , m_frames(static_cast<std::size_t>(seconds * sampleRate))
    {
    }

    /// `decay` in nepers per second. The frequency starts `glide` times higher and arrives within
    /// about `glideTime`.
    Stroke& sine(double hertz, double level, double decay, double glide = 1.0,
                 double glideTime = 0.02)
    {
        double turns = 0.0;
        for (std::size_t i = 0; i < m_frames.size(); ++i) {
            const double t = static_cast<double>(i) / m_rate;
            const double bend =
                glide == 1.0 ? 1.0 : 1.0 + (glide - 1.0) * exponential(-t / glideTime);
            m_frames[i] +=
                level * sineOfTurns(turns) * exponential(-decay * t) * std::min(1.0, t / 0.0008);
            turns += hertz * bend / m_rate;
        }
        return *this;
    }

    /// Noise between `low` and `high` hertz that rises in `attack` seconds after `delay`.
    Stroke& noise(double level, double decay, double low, double high, double attack = 0.0005,
                  double delay = 0.0)
    {
        Random random(m_name, ++m_draws);
        std::vector<double> burst(m_frames.size());
        for (double& value : burst)
            value = random.bipolar();
        const double top = 0.45 * m_rate;
        Biquad::highPass(std::min(low, top), 0.7, m_rate).run(burst);
        Biquad::highPass(std::min(low, top), 0.7, m_rate).run(burst);
        if (high < top)
            Biquad::lowPass(high, 0.7, m_rate).run(burst);
        double power = 1e-12;
        for (const double value : burst)
            power += value * value;
        const double scale = level / std::sqrt(power / static_cast<double>(burst.size()));
        for (std::size_t i = 0; i < m_frames.size(); ++i) {
            const double t = static_cast<double>(i) / m_rate - delay;
            if (t > 0.0)
                m_frames[i] +=
                    scale * burst[i] * exponential(-decay * t) * std::min(1.0, t / attack);
        }
        return *this;
    }

    /// Sheet metal: `count` unrelated partials between two frequencies; the high ones die first.
    Stroke& metal(double level, double decay, double low, double high, int count,
                  double attack = 0.0008)
    {
        Random random(m_name, ++m_draws);
        LoopPlan plan;
        plan.sampleRate = m_rate;
        plan.lead = static_cast<int>(m_frames.size());
        std::vector<Partial> partials;
        for (int i = 0; i < count; ++i) {
            Partial partial;
            partial.frequency = low * power(high / low, (i + random.uniform()) / count);
            partial.amplitude =
                level * (0.3 + random.uniform()) / std::sqrt(static_cast<double>(count));
            partial.phase = random.uniform();
            partial.attack = attack;
            partial.slowDecay =
                decay * (0.55 + 0.9 * random.uniform()) * (0.7 + 0.6 * partial.frequency / high);
            partials.push_back(partial);
        }
        const std::vector<double> sum = renderPartials(partials, plan);
        for (std::size_t i = 0; i < m_frames.size(); ++i)
            m_frames[i] += sum[i];
        return *this;
    }

    WaveSet finish()
    {
        Biquad::highPass(25.0, 0.7, m_rate).run(m_frames);
        LoopPlan plan;
        plan.sampleRate = m_rate;
        plan.lead = static_cast<int>(m_frames.size());
        return {finishSample(m_name, std::move(m_frames), plan, 60)};
    }

private:
    std::string m_name;
    int m_rate;
    std::vector<double> m_frames;
    std::uint64_t m_draws = 0;
};

WaveSet handClap()
{
    Stroke clap("Hand clap", 0.4, 32000);
    for (const double delay : {0.0, 0.011, 0.021})
        clap.noise(0.9, 190, 700, 4500, 0.0005, delay);
    return clap.noise(0.8, 26, 700, 4000, 0.0005, 0.031).finish();
}

WaveSet guiro(const char* name, double seconds, int strokes)
{
    Stroke scrape(name, seconds + 0.06, 30000);
    for (int i = 0; i < strokes; ++i) {
        const double x = static_cast<double>(i) / strokes;
        scrape.noise(0.35 + 0.65 * x, 260, 1800, 7500, 0.001, seconds * x);
    }
    return scrape.finish();
}

WaveSet whistle(const char* name, double seconds)
{
    // A pea whistle: the tone warbles as the pea turns.
    constexpr int kRate = 30000;
    std::vector<double> frames(static_cast<std::size_t>(seconds * kRate));
    double turns = 0.0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const double t = static_cast<double>(i) / kRate;
        turns += (2750.0 + 120.0 * sineOfTurns(31.0 * t)) / kRate;
        const double shape = std::min({1.0, t / 0.01, (seconds - t) / 0.03});
        frames[i] = shape * sineOfTurns(turns) * (0.75 + 0.25 * sineOfTurns(31.0 * t));
    }
    LoopPlan plan;
    plan.sampleRate = kRate;
    plan.lead = static_cast<int>(frames.size());
    return {finishSample(name, std::move(frames), plan, 60)};
}

WaveSet cuica(const char* name, double seconds, double from, double to)
{
    constexpr int kRate = 24000;
    std::vector<double> frames(static_cast<std::size_t>(seconds * kRate));
    double turns = 0.0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const double x = static_cast<double>(i) / static_cast<double>(frames.size());
        turns += (from + (to - from) * x) / kRate;
        const double shape = std::min({1.0, x / 0.08, (1.0 - x) / 0.3});
        frames[i] = shape * (sineOfTurns(turns) + 0.45 * sineOfTurns(2.0 * turns) +
                             0.2 * sineOfTurns(3.0 * turns));
    }
    LoopPlan plan;
    plan.sampleRate = kRate;
    plan.lead = static_cast<int>(frames.size());
    return {finishSample(name, std::move(frames), plan, 60)};
}

WaveSet cymbal(const char* name, double seconds, double decay, double low, double wash)
{
    return Stroke(name, seconds, 36000)
        .metal(1.0, decay, low, 15000, 110, 0.002)
        .metal(1.2, decay * 1.6, 3500, 16500, 70)
        .noise(wash, decay * 1.3, 4000, 20000, 0.004)
        .noise(0.5, 60, 2000, 20000)
        .finish();
}

} // namespace

DrumKit makeDrumKit()
{
    DrumKit kit;
    const auto add = [&kit](WaveSet waves) {
        kit.waves.push_back(std::move(waves));
        return kit.waves.size() - 1;
    };
    const auto use = [&kit](Drum drum) { kit.drums.push_back(drum); };

    const std::size_t kickDeep = add(Stroke("Kick deep", 0.5, 24000)
                                         .sine(48, 1.0, 11, 3.2, 0.022)
                                         .noise(0.18, 120, 300, 3000)
                                         .finish());
    const std::size_t kick = add(Stroke("Kick", 0.42, 26000)
                                     .sine(56, 1.0, 14, 3.6, 0.018)
                                     .sine(112, 0.15, 25)
                                     .noise(0.35, 170, 1200, 6000)
                                     .finish());
    use({.key = 35, .waves = kickDeep});
    use({.key = 36, .waves = kick});

    const std::size_t sideStick = add(Stroke("Side stick", 0.18, 32000)
                                          .sine(820, 0.5, 55)
                                          .sine(1720, 0.6, 60)
                                          .sine(2650, 0.3, 80)
                                          .noise(0.6, 150, 1500, 7000)
                                          .finish());
    const std::size_t snare = add(Stroke("Snare", 0.42, 34000)
                                      .sine(185, 0.8, 22, 1.3, 0.012)
                                      .sine(330, 0.45, 28)
                                      .noise(0.5, 18, 1100, 6000)
                                      .noise(0.4, 90, 2500, 9000)
                                      .finish());
    const std::size_t snareElectric = add(Stroke("Snare electric", 0.38, 34000)
                                              .sine(215, 0.9, 18, 1.6, 0.02)
                                              .noise(0.55, 20, 900, 5500)
                                              .noise(0.5, 100, 3000, 14000)
                                              .finish());
    use({.key = 37, .waves = sideStick, .levelDb = -6});
    use({.key = 38, .waves = snare});
    use({.key = 39, .waves = add(handClap()), .levelDb = -3, .pan = 0.1});
    use({.key = 40, .waves = snareElectric});

    const std::size_t tomLow = add(Stroke("Tom low", 0.8, 26000)
                                       .sine(82, 1.0, 7.5, 1.5, 0.05)
                                       .sine(131, 0.3, 13, 1.3, 0.04)
                                       .sine(176, 0.18, 18)
                                       .noise(0.3, 90, 500, 5000)
                                       .finish());
    const std::size_t tomHigh = add(Stroke("Tom high", 0.6, 26000)
                                        .sine(148, 1.0, 9.5, 1.45, 0.04)
                                        .sine(236, 0.3, 16, 1.3, 0.03)
                                        .sine(318, 0.18, 22)
                                        .noise(0.3, 100, 700, 6000)
                                        .finish());
    use({.key = 41, .waves = tomLow, .cents = 0, .levelDb = -1, .pan = 0.5});
    use({.key = 43, .waves = tomLow, .cents = 300, .levelDb = -1, .pan = 0.35});
    use({.key = 45, .waves = tomLow, .cents = 600, .levelDb = -1, .pan = 0.2});
    use({.key = 47, .waves = tomHigh, .cents = -100, .levelDb = -1, .pan = -0.05});
    use({.key = 48, .waves = tomHigh, .cents = 200, .levelDb = -1, .pan = -0.2});
    use({.key = 50, .waves = tomHigh, .cents = 500, .levelDb = -1, .pan = -0.35});

    const std::size_t hatClosed = add(Stroke("Hat closed", 0.14, 40000)
                                          .metal(0.8, 45, 3500, 17000, 60)
                                          .noise(0.5, 55, 6500, 20000)
                                          .finish());
    const std::size_t hatPedal = add(Stroke("Hat pedal", 0.16, 40000)
                                         .metal(0.7, 38, 3200, 15000, 50, 0.003)
                                         .noise(0.5, 45, 5000, 15000, 0.003)
                                         .finish());
    const std::size_t hatOpen = add(Stroke("Hat open", 0.9, 38000)
                                        .metal(0.9, 5.0, 3300, 16500, 90)
                                        .noise(0.4, 6.5, 6000, 20000)
                                        .finish());
    use({.key = 42, .waves = hatClosed, .levelDb = -9, .pan = -0.3, .exclusiveClass = 1});
    use({.key = 44, .waves = hatPedal, .levelDb = -10, .pan = -0.3, .exclusiveClass = 1});
    use({.key = 46, .waves = hatOpen, .levelDb = -8, .pan = -0.3, .exclusiveClass = 1});

    const std::size_t crash = add(cymbal("Crash", 1.9, 2.0, 420, 0.5));
    const std::size_t ride = add(Stroke("Ride", 1.6, 36000)
                                     .metal(0.5, 2.0, 480, 4000, 40)
                                     .metal(0.9, 2.4, 4000, 16000, 70)
                                     .sine(3150, 0.12, 4)
                                     .sine(4420, 0.1, 5)
                                     .noise(0.5, 130, 4000, 16000)
                                     .finish());
    const std::size_t bell = add(Stroke("Ride bell", 1.3, 34000)
                                     .sine(820, 0.5, 3.0)
                                     .sine(1490, 0.6, 3.4)
                                     .sine(2280, 0.5, 4.2)
                                     .sine(3370, 0.35, 5.5)
                                     .sine(4810, 0.2, 7)
                                     .metal(0.35, 3.5, 1500, 12000, 50)
                                     .finish());
    const std::size_t china = add(cymbal("China", 1.2, 3.4, 260, 1.1));
    use({.key = 49, .waves = crash, .levelDb = -4, .pan = -0.4});
    use({.key = 51, .waves = ride, .levelDb = -9, .pan = 0.4});
    use({.key = 52, .waves = china, .levelDb = -5, .pan = 0.5});
    use({.key = 53, .waves = bell, .levelDb = -8, .pan = 0.4});
    use({.key = 55, .waves = crash, .cents = 700, .levelDb = -6, .pan = -0.15});
    use({.key = 57, .waves = crash, .cents = -200, .levelDb = -4, .pan = 0.45});
    use({.key = 59, .waves = ride, .cents = 180, .levelDb = -9, .pan = 0.45});

    const std::size_t jingle = add(Stroke("Tambourine", 0.5, 36000)
                                       .metal(0.9, 12, 5200, 16000, 50)
                                       .noise(0.5, 60, 4000, 16000)
                                       .noise(0.35, 30, 5000, 16000, 0.002, 0.035)
                                       .finish());
    const std::size_t cowbell = add(Stroke("Cowbell", 0.5, 30000)
                                        .sine(562, 0.8, 12)
                                        .sine(845, 1.0, 11)
                                        .sine(1410, 0.3, 18)
                                        .sine(2240, 0.25, 22)
                                        .noise(0.3, 150, 2000, 8000)
                                        .finish());
    Stroke rattle("Vibraslap", 0.9, 30000);
    for (int i = 0; i < 22; ++i)
        rattle.noise(0.8 * exponential(-0.09 * i), 220, 2200, 6500, 0.0008, 0.032 * i);
    const std::size_t vibraslap = add(rattle.finish());
    use({.key = 54, .waves = jingle, .levelDb = -9, .pan = 0.25});
    use({.key = 56, .waves = cowbell, .levelDb = -6, .pan = 0.15});
    use({.key = 58, .waves = vibraslap, .levelDb = -8, .pan = -0.3});

    const std::size_t skin = add(Stroke("Hand drum", 0.45, 28000)
                                     .sine(310, 1.0, 16, 1.08, 0.02)
                                     .sine(494, 0.35, 24)
                                     .sine(668, 0.2, 32)
                                     .noise(0.4, 130, 900, 7000)
                                     .finish());
    const std::size_t skinMuted = add(Stroke("Hand drum muted", 0.2, 28000)
                                          .sine(320, 1.0, 45, 1.1, 0.01)
                                          .sine(520, 0.4, 55)
                                          .noise(0.6, 110, 900, 7000)
                                          .finish());
    use({.key = 60, .waves = skin, .cents = 500, .levelDb = -4, .pan = 0.3});
    use({.key = 61, .waves = skin, .cents = 50, .levelDb = -4, .pan = 0.3});
    use({.key = 62, .waves = skinMuted, .cents = -300, .levelDb = -4, .pan = -0.3});
    use({.key = 63, .waves = skin, .cents = -500, .levelDb = -4, .pan = -0.3});
    use({.key = 64, .waves = skin, .cents = -1000, .levelDb = -4, .pan = -0.3});

    const std::size_t timbale = add(Stroke("Timbale", 0.6, 32000)
                                        .sine(420, 1.0, 9, 1.06, 0.02)
                                        .sine(672, 0.5, 12)
                                        .sine(960, 0.4, 15)
                                        .sine(1480, 0.25, 20)
                                        .noise(0.5, 110, 2000, 10000)
                                        .finish());
    const std::size_t agogoBell = add(Stroke("Agogo bell", 0.5, 32000)
                                          .sine(920, 1.0, 9)
                                          .sine(1395, 0.35, 12)
                                          .sine(2430, 0.5, 13)
                                          .sine(3620, 0.3, 17)
                                          .finish());
    use({.key = 65, .waves = timbale, .cents = 300, .levelDb = -4, .pan = 0.35});
    use({.key = 66, .waves = timbale, .cents = -200, .levelDb = -4, .pan = 0.35});
    use({.key = 67, .waves = agogoBell, .cents = 300, .levelDb = -8, .pan = -0.4});
    use({.key = 68, .waves = agogoBell, .cents = -100, .levelDb = -8, .pan = -0.4});

    const std::size_t cabasa =
        add(Stroke("Cabasa", 0.16, 36000).noise(0.9, 45, 5000, 16000, 0.018).finish());
    const std::size_t maracas =
        add(Stroke("Maracas", 0.12, 36000).noise(0.9, 70, 4200, 13000, 0.008).finish());
    use({.key = 69, .waves = cabasa, .levelDb = -11, .pan = -0.35});
    use({.key = 70, .waves = maracas, .levelDb = -12, .pan = 0.35});
    use({.key = 71,
         .waves = add(whistle("Whistle short", 0.16)),
         .levelDb = -5,
         .pan = 0.2,
         .exclusiveClass = 2});
    use({.key = 72,
         .waves = add(whistle("Whistle long", 0.5)),
         .levelDb = -5,
         .pan = 0.2,
         .exclusiveClass = 2});
    use({.key = 73,
         .waves = add(guiro("Guiro short", 0.1, 9)),
         .levelDb = -8,
         .pan = -0.2,
         .exclusiveClass = 3});
    use({.key = 74,
         .waves = add(guiro("Guiro long", 0.34, 26)),
         .levelDb = -8,
         .pan = -0.2,
         .exclusiveClass = 3});

    const std::size_t claves = add(Stroke("Claves", 0.2, 32000)
                                       .sine(2480, 1.0, 34)
                                       .sine(5050, 0.12, 70)
                                       .noise(0.2, 300, 3000, 12000)
                                       .finish());
    const std::size_t block = add(Stroke("Wood block", 0.2, 30000)
                                      .sine(780, 1.0, 36)
                                      .sine(1950, 0.35, 55)
                                      .sine(3100, 0.12, 80)
                                      .noise(0.3, 220, 1500, 7000)
                                      .finish());
    use({.key = 75, .waves = claves, .levelDb = -7, .pan = 0.1});
    use({.key = 76, .waves = block, .cents = 500, .levelDb = -6, .pan = 0.3});
    use({.key = 77, .waves = block, .cents = 0, .levelDb = -6, .pan = 0.3});
    use({.key = 78,
         .waves = add(cuica("Cuica muted", 0.18, 620, 700)),
         .levelDb = -6,
         .pan = -0.25,
         .exclusiveClass = 4});
    use({.key = 79,
         .waves = add(cuica("Cuica open", 0.36, 430, 720)),
         .levelDb = -6,
         .pan = -0.25,
         .exclusiveClass = 4});

    const std::size_t triangle = add(Stroke("Triangle", 1.4, 36000)
                                         .sine(4010, 0.5, 2.3)
                                         .sine(5230, 0.6, 2.6)
                                         .sine(6890, 0.4, 3.1)
                                         .sine(8720, 0.35, 3.8)
                                         .sine(11350, 0.2, 5)
                                         .sine(1620, 0.08, 5)
                                         .noise(0.3, 250, 5000, 16000)
                                         .finish());
    const std::size_t triangleMuted = add(Stroke("Triangle muted", 0.2, 36000)
                                              .sine(4010, 0.5, 30)
                                              .sine(5230, 0.6, 32)
                                              .sine(6890, 0.4, 36)
                                              .sine(8720, 0.35, 40)
                                              .noise(0.3, 250, 5000, 16000)
                                              .finish());
    use({.key = 80, .waves = triangleMuted, .levelDb = -11, .pan = -0.45, .exclusiveClass = 5});
    use({.key = 81, .waves = triangle, .levelDb = -11, .pan = -0.45, .exclusiveClass = 5});

    std::sort(kit.drums.begin(), kit.drums.end(),
              [](const Drum& a, const Drum& b) { return a.key < b.key; });
    return kit;
}

} // namespace continuo::soundfont
