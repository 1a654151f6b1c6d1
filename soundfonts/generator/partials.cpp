// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/partials.h"

#include "soundfonts/generator/filters.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <utility>

namespace continuo::soundfont {

namespace {

constexpr int kBlock = 32; // frames between two values of a partial's gain
constexpr int kSettleFrames =
    48; // steady before the loop, so that interpolation meets the same frames
constexpr double kInaudible = 1e-6;
constexpr double kFaint = 0.004;       // 48 dB below the strongest partial: need not be kept
constexpr double kRatePerHertz = 2.2;  // sample rate for each hertz of bandwidth
constexpr double kLeastRate = 11000.0; // below it a synthesizer's interpolation is heard

/// Gain of a partial over time, in steps of one block, without an exponential per step.
class GainCurve
{
public:
    GainCurve(const Partial& partial, const LoopPlan& plan)
        : m_partial(partial)
        , m_step(static_cast<double>(kBlock) / plan.sampleRate)
        , m_end(plan.loop > 0
                    ? static_cast<double>(std::max(0, plan.lead - kSettleFrames)) / plan.sampleRate
                    : 1e9)
        , m_fastStep(exponential(-partial.fastDecay * m_step))
        , m_slowStep(exponential(-partial.slowDecay * m_step))
    {
    }

    double value() const
    {
        const double t = m_time - m_partial.delay;
        if (t <= 0.0)
            return 0.0;
        const double x = m_partial.attack > 0.0 ? std::min(1.0, t / m_partial.attack) : 1.0;
        const double fall = (1.0 - m_partial.slowShare) * m_fast + m_partial.slowShare * m_slow;
        return m_partial.amplitude * x * x * (3.0 - 2.0 * x) * fall;
    }

    bool isOver() const
    {
        return m_time > m_partial.delay + m_partial.attack &&
               value() < kInaudible * m_partial.amplitude;
    }

    void advance()
    {
        if (m_time + m_step > m_end)
            return;
        m_time += m_step;
        if (m_time > m_partial.delay) {
            m_fast *= m_fastStep;
            m_slow *= m_slowStep;
        }
    }

private:
    Partial m_partial;
    double m_step;
    double m_end;
    double m_fastStep;
    double m_slowStep;
    double m_time = 0.0;
    double m_fast = 1.0;
    double m_slow = 1.0;
};

/// One player in tune, the others around it in pairs; what is left of the power is theirs. The
/// lowest partials, which carry the pitch, stay closer together. Players who meet on the same
/// frequency of the loop add their power.
void addPlayers(const Tone& tone, const Partial& partial, double n, double loopSeconds,
                Random& random, std::vector<Partial>& partials)
{
    const double othersShare = (1.0 - tone.centreShare) * std::min(1.0, n / 4.0);
    const double each = partial.amplitude * std::sqrt(othersShare / (tone.voices - 1));
    const std::size_t first = partials.size();
    partials.push_back(partial);
    partials.back().amplitude *= std::sqrt(1.0 - othersShare);
    for (int voice = 1; voice < tone.voices; ++voice) {
        const int pair = (voice + 1) / 2;
        const double cents =
            tone.detuneCents * pair / (tone.voices / 2) * (voice % 2 == 1 ? 1.0 : -1.0);
        Partial other = partial;
        other.frequency *= power(2.0, cents / 1200.0);
        other.amplitude = each;
        other.phase = random.uniform();
        const auto meets = [&](const Partial& earlier) {
            return std::floor(earlier.frequency * loopSeconds + 0.5) ==
                   std::floor(other.frequency * loopSeconds + 0.5);
        };
        const auto met = loopSeconds > 0.0
                             ? std::find_if(partials.begin() + static_cast<std::ptrdiff_t>(first),
                                            partials.end(), meets)
                             : partials.end();
        if (met != partials.end())
            met->amplitude = std::sqrt(met->amplitude * met->amplitude + each * each);
        else
            partials.push_back(other);
    }
}

} // namespace

LoopPlan planLoop(double fundamental, double sampleRate, double leadSeconds, double loopSeconds)
{
    LoopPlan plan;
    plan.sampleRate = static_cast<int>(sampleRate);
    plan.lead = static_cast<int>(leadSeconds * sampleRate);
    if (loopSeconds > 0.0) {
        const double periods = std::max(1.0, std::floor(fundamental * loopSeconds + 0.5));
        plan.loop = static_cast<int>(std::floor(periods * sampleRate / fundamental + 0.5));
        plan.sampleRate = static_cast<int>(std::floor(fundamental * plan.loop / periods + 0.5));
    }
    return plan;
}

std::vector<double> renderPartials(const std::vector<Partial>& partials, const LoopPlan& plan)
{
    const int blocks = (plan.frames() + kBlock - 1) / kBlock;
    std::vector<double> out(static_cast<std::size_t>(blocks * kBlock), 0.0);
    for (const Partial& partial : partials) {
        double turnsPerFrame = partial.frequency / plan.sampleRate;
        if (turnsPerFrame > 0.46 || partial.amplitude <= 0.0)
            continue;
        if (plan.loop > 0)
            turnsPerFrame = std::max(1.0, std::floor(turnsPerFrame * plan.loop + 0.5)) / plan.loop;

        // Four oscillators one frame apart, each turned by four frames at a time.
        std::array<double, 4> real{};
        std::array<double, 4> imaginary{};
        for (std::size_t lane = 0; lane < 4; ++lane) {
            const double turns = partial.phase + turnsPerFrame * static_cast<double>(lane);
            real[lane] = cosineOfTurns(turns);
            imaginary[lane] = sineOfTurns(turns);
        }
        const double turnReal = cosineOfTurns(4.0 * turnsPerFrame);
        const double turnImaginary = sineOfTurns(4.0 * turnsPerFrame);

        GainCurve curve(partial, plan);
        double gain = curve.value();
        double* frame = out.data();
        for (int block = 0; block < blocks; ++block) {
            curve.advance();
            const double next = curve.value();
            const double slope = (next - gain) / kBlock;
            for (int i = 0; i < kBlock; i += 4, frame += 4) {
                for (std::size_t lane = 0; lane < 4; ++lane) {
                    frame[lane] += imaginary[lane] * (gain + slope * static_cast<double>(lane));
                    const double r = real[lane] * turnReal - imaginary[lane] * turnImaginary;
                    imaginary[lane] = real[lane] * turnImaginary + imaginary[lane] * turnReal;
                    real[lane] = r;
                }
                gain += 4.0 * slope;
            }
            gain = next;
            if (curve.isOver())
                break;
        }
    }
    out.resize(static_cast<std::size_t>(plan.frames()));
    return out;
}

std::vector<Partial> tonePartials(const Tone& tone, const LoopPlan& plan)
{
    const double fundamental = keyToHertz(tone.root);
    const double limit = std::min(tone.ceiling, 0.46 * plan.sampleRate);
    const double loopSeconds =
        plan.loop > 0 ? static_cast<double>(plan.loop) / plan.sampleRate : 0.0;
    Random random(tone.name, static_cast<std::uint64_t>(tone.root));
    std::vector<Partial> partials;

    const int count = tone.ratios.empty() ? tone.maxPartials : static_cast<int>(tone.ratios.size());
    for (int i = 0; i < count; ++i) {
        const double n = tone.ratios.empty() ? i + 1.0 : tone.ratios[static_cast<std::size_t>(i)];
        const double stretch =
            std::sqrt((1.0 + tone.inharmonicity * n * n) / (1.0 + tone.inharmonicity));
        const double frequency = fundamental * n * stretch;
        if (frequency > limit && n > 1.0)
            continue;

        Partial partial;
        partial.frequency = frequency;
        partial.amplitude = tone.amplitude(n, frequency);
        // Fundamentals start together, so that layers of one program never cancel each other's.
        partial.phase = n == 1.0 ? 0.0 : random.uniform();
        partial.attack = tone.attack + tone.attackPerPartial * (n - 1.0);
        if (tone.decay) {
            const Decay decay = tone.decay(n, frequency);
            partial.fastDecay = std::max(0.0, decay.fast - tone.envelopeDecay);
            partial.slowDecay = std::max(0.0, decay.slow - tone.envelopeDecay);
            partial.slowShare = decay.slowShare;
        }

        if (tone.voices > 1) {
            addPlayers(tone, partial, n, loopSeconds, random, partials);
        } else {
            partials.push_back(partial);
        }

        if (tone.life > 0.0 && loopSeconds > 0.0) {
            for (const double side : {-1.0, 1.0}) {
                Partial wander = partial;
                wander.frequency +=
                    side * (1.0 + std::floor(random.uniform() * 4.0 * loopSeconds)) / loopSeconds;
                const double share =
                    n <= 1.0 ? 0.4 * tone.life : tone.life; // the pitch itself is steadier
                wander.amplitude = partial.amplitude * share * (0.4 + 0.6 * random.uniform());
                wander.phase = random.uniform();
                partials.push_back(wander);
            }
        }
    }
    return partials;
}

void addKnock(std::vector<double>& frames, const LoopPlan& plan, const Knock& knock, Random random)
{
    if (knock.level <= 0.0)
        return;
    const int wanted = static_cast<int>((knock.attack + 7.0 / knock.decay) * plan.sampleRate);
    const int length = std::min(wanted, plan.loop > 0 ? plan.lead - kSettleFrames : plan.frames());
    if (length <= 0)
        return;

    double power = 0.0;
    for (int i = 0; i < plan.frames(); ++i)
        power += frames[static_cast<std::size_t>(i)] * frames[static_cast<std::size_t>(i)];
    const double rms = std::sqrt(power / std::max(1, plan.frames()));

    std::vector<double> burst(static_cast<std::size_t>(length));
    for (double& value : burst)
        value = random.bipolar();
    const double nyquistSafe = 0.45 * plan.sampleRate;
    Biquad::bandPass(std::min(knock.centre, nyquistSafe), knock.centre / knock.width,
                     plan.sampleRate)
        .run(burst);
    const double step = exponential(-knock.decay / plan.sampleRate);
    double gain = 1.0;
    double peak = 1e-12;
    for (int i = 0; i < length; ++i) {
        double& value = burst[static_cast<std::size_t>(i)];
        const double rise = std::min(1.0, i / (knock.attack * plan.sampleRate + 1.0));
        const double out = std::min(1.0, static_cast<double>(length - i) / (0.2 * length));
        value *= gain * rise * out;
        gain *= step;
        peak = std::max(peak, std::abs(value));
    }
    for (int i = 0; i < length; ++i)
        frames[static_cast<std::size_t>(i)] +=
            burst[static_cast<std::size_t>(i)] * knock.level * rms / peak;
}

Sample finishSample(std::string name, std::vector<double> frames, const LoopPlan& plan, int rootKey)
{
    assert(static_cast<int>(frames.size()) == plan.frames());
    Sample sample;
    sample.name = std::move(name);
    sample.sampleRate = plan.sampleRate;
    sample.rootKey = rootKey;
    const int meanFrom = plan.loop > 0 ? plan.lead : 0;
    double mean = 0.0;
    for (int i = meanFrom; i < plan.frames(); ++i)
        mean += frames[static_cast<std::size_t>(i)];
    mean /= std::max(1, plan.frames() - meanFrom);
    for (double& value : frames)
        value -= mean;
    if (plan.loop > 0) {
        sample.loopStart = plan.lead;
        sample.loopEnd = plan.frames();
        for (int i = 0; i < 16; ++i)
            frames.push_back(frames[static_cast<std::size_t>(plan.lead + i % plan.loop)]);
    } else {
        // Ends in silence, whatever was left of it.
        const int fade = std::min(plan.frames(), plan.sampleRate / 100);
        for (int i = 0; i < fade; ++i)
            frames[static_cast<std::size_t>(plan.frames() - 1 - i)] *=
                static_cast<double>(i) / fade;
    }
    sample.frames = std::move(frames);
    return sample;
}

double neededRate(const Tone& tone)
{
    LoopPlan wide;
    wide.sampleRate = static_cast<int>(tone.sampleRate);
    double loudest = 0.0;
    const std::vector<Partial> partials = tonePartials(tone, wide);
    for (const Partial& partial : partials)
        loudest = std::max(loudest, partial.amplitude);
    double top = tone.knock.level > 0.0 ? tone.knock.centre + 0.5 * tone.knock.width : 0.0;
    for (const Partial& partial : partials)
        if (partial.amplitude > kFaint * loudest)
            top = std::max(top, partial.frequency);
    return std::clamp(kRatePerHertz * top, kLeastRate, tone.sampleRate);
}

Sample renderTone(const Tone& tone)
{
    const LoopPlan plan = planLoop(keyToHertz(tone.root), neededRate(tone), tone.lead, tone.loop);
    std::vector<double> frames = renderPartials(tonePartials(tone, plan), plan);
    addKnock(frames, plan, tone.knock,
             Random(tone.name + " knock", static_cast<std::uint64_t>(tone.root)));
    Sample sample = finishSample(tone.name, std::move(frames), plan, tone.root);
    sample.decayRate = tone.envelopeDecay * 20.0 / logarithm(10.0);
    return sample;
}

} // namespace continuo::soundfont
