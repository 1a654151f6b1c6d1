// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/audition.h"

#include "soundfonts/generator/filters.h"
#include "soundfonts/generator/numeric.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace continuo::soundfont {

namespace {

constexpr double kRate = 32000.0;
constexpr int kFrames = 48000;    // 1.5 s
constexpr int kHop = 3200;        // 100 ms
constexpr int kHopsPerWindow = 4; // 400 ms
constexpr int kControl = 64;      // frames between two settings of the filter
constexpr int kStandardVelocity = 100;

double frameAt(const Sample& sample, long index)
{
    if (sample.isLooped() && index >= sample.loopEnd)
        index = sample.loopStart + (index - sample.loopStart) % (sample.loopEnd - sample.loopStart);
    if (index < 0 || index >= static_cast<long>(sample.frames.size()))
        return 0.0;
    return sample.frames[static_cast<std::size_t>(index)];
}

/// Third-order Hermite interpolation.
double interpolated(const Sample& sample, double position)
{
    const long index = static_cast<long>(position);
    const double x = position - static_cast<double>(index);
    const double a = frameAt(sample, index - 1);
    const double b = frameAt(sample, index);
    const double c = frameAt(sample, index + 1);
    const double d = frameAt(sample, index + 2);
    const double slopeB = 0.5 * (c - a);
    const double slopeC = 0.5 * (d - b);
    const double cubic = 2.0 * (b - c) + slopeB + slopeC;
    const double square = 3.0 * (c - b) - 2.0 * slopeB - slopeC;
    return b + x * (slopeB + x * (square + x * cubic));
}

double envelopeDb(double t, const Envelope& envelope, double rate)
{
    const double fallen = t - envelope.delay - envelope.attack - envelope.hold;
    return fallen > 0.0 ? -std::min(envelope.sustainDb, fallen * rate) : 0.0;
}

/// Rise of an attack that is straight in amplitude, 0…1.
double rise(double t, double attack)
{
    return t <= 0.0 ? 0.0 : std::min(1.0, t / std::max(attack, 1e-6));
}

void addVoice(const Zone& zone, int key, int velocity, std::vector<double>& left,
              std::vector<double>& right)
{
    const Layer& layer = *zone.layer;
    const Sample& sample = *zone.sample;
    const double semitones = (layer.fixedPitch ? 0.0 : static_cast<double>(key - zone.rootKey())) +
                             layer.semitones + layer.cents / 100.0;
    const double step = power(2.0, semitones / 12.0) * sample.sampleRate / kRate;
    const double gain = decibelsToGain(-zone.attenuationDb);
    const double panTurns = (layer.pan + 1.0) / 8.0;
    const double gainLeft = gain * cosineOfTurns(panTurns);
    const double gainRight = gain * sineOfTurns(panTurns);
    const double rate = zone.decayRate();
    const double cutoff = zone.cutoff(velocity);
    const bool filtered = cutoff < 19000.0 || layer.filter.envelopeCents != 0.0;
    const double q = decibelsToGain(layer.filter.resonanceDb - 3.01);

    double position = zone.startFrames();
    Biquad filter = Biquad::lowPass(std::min(cutoff, 0.45 * kRate), q, kRate);
    double level = 1.0;
    double levelStep = 1.0;
    for (int i = 0; i < kFrames; ++i) {
        const double t = i / kRate - layer.envelope.delay;
        if (i % kControl == 0) {
            const double now = decibelsToGain(envelopeDb(i / kRate, layer.envelope, rate));
            const double then =
                decibelsToGain(envelopeDb((i + kControl) / kRate, layer.envelope, rate));
            level = now;
            levelStep = (then - now) / kControl;
            if (filtered) {
                const double fallen =
                    std::max(0.0, t - layer.filter.envelopeAttack) / layer.filter.envelopeDecay;
                const double shape = std::max(layer.filter.envelopeSustain, 1.0 - fallen);
                const double cents =
                    layer.filter.envelopeCents * rise(t, layer.filter.envelopeAttack) * shape;
                filter.tune(Biquad::lowPass(
                    std::min(cutoff * power(2.0, cents / 1200.0), 0.45 * kRate), q, kRate));
            }
        }
        if (t < 0.0)
            continue;
        double value = interpolated(sample, position) * level * rise(t, layer.envelope.attack);
        if (filtered)
            value = filter.next(value) / std::sqrt(q * std::sqrt(2.0));
        left[static_cast<std::size_t>(i)] += value * gainLeft;
        right[static_cast<std::size_t>(i)] += value * gainRight;
        level += levelStep;
        position += step;
        if (sample.isLooped()) {
            while (position >= sample.loopEnd)
                position -= sample.loopEnd - sample.loopStart;
        } else if (position >= static_cast<double>(sample.frames.size())) {
            break;
        }
    }
}

/// Mean squares of K-weighted hops.
void addHops(std::vector<double>& frames, std::vector<double>& hops)
{
    Biquad shelf = Biquad::highShelf(1681.97, 0.7072, 3.99984, kRate);
    Biquad pass = Biquad::highPass(38.135, 0.5003, kRate);
    for (int i = 0; i < kFrames; ++i) {
        const double value = pass.next(shelf.next(frames[static_cast<std::size_t>(i)]));
        hops[static_cast<std::size_t>(i / kHop)] += value * value / kHop;
    }
}

int centreKey(const Zone& zone)
{
    const int root = zone.rootKey() - zone.layer->semitones;
    return std::clamp(root, zone.lowKey, zone.highKey);
}

/// Zones that sound together: those of the same stretch of velocities.
using VelocityRange = std::pair<int, int>;

std::vector<VelocityRange> velocityRanges(const Program& program)
{
    std::vector<VelocityRange> ranges;
    for (const Layer& layer : program.layers) {
        const VelocityRange range{layer.lowVelocity, layer.highVelocity};
        if (range != VelocityRange{0, 127} &&
            std::find(ranges.begin(), ranges.end(), range) == ranges.end())
            ranges.push_back(range);
    }
    if (ranges.empty())
        ranges.emplace_back(0, 127);
    std::sort(ranges.begin(), ranges.end());
    return ranges;
}

/// Brings the zones of one velocity range to `target(key)` when played at `velocity`.
void levelRange(Program& program, const VelocityRange& range, int velocity,
                const std::map<int, double>& targets)
{
    for (int pass = 0; pass < 2; ++pass) {
        std::vector<double> corrections(program.zones.size(), 0.0);
        for (std::size_t i = 0; i < program.zones.size(); ++i) {
            const Layer& layer = *program.zones[i].layer;
            if (layer.lowVelocity > range.first || layer.highVelocity < range.second)
                continue;
            const int key = centreKey(program.zones[i]);
            const auto wanted = targets.lower_bound(key);
            const double target =
                wanted == targets.end() ? std::prev(targets.end())->second : wanted->second;
            corrections[i] = auditionLoudness(program.zones, key, velocity) - target;
        }
        for (std::size_t i = 0; i < program.zones.size(); ++i)
            program.zones[i].attenuationDb += corrections[i];
    }
}

void level(Program& program, double targetDb)
{
    for (Zone& zone : program.zones)
        zone.attenuationDb = -zone.layer->levelDb;

    const std::vector<VelocityRange> ranges = velocityRanges(program);
    std::size_t standard = 0;
    while (standard + 1 < ranges.size() && ranges[standard].second < kStandardVelocity)
        ++standard;

    const bool isKit = program.bank == 128;
    if (isKit) {
        // Each drum is its own sound; its layers' levels say how loud it is in the kit.
        for (Zone& zone : program.zones) {
            zone.attenuationDb = 0.0;
            const std::vector<Zone> alone{zone};
            const double now = auditionLoudness(alone, zone.lowKey, kStandardVelocity);
            zone.attenuationDb = now - (targetDb + program.loudnessDb + zone.layer->levelDb);
        }
        return;
    }

    levelRange(program, ranges[standard], kStandardVelocity,
               {{127, targetDb + program.loudnessDb}});
    // The others meet their neighbour where they touch, so that no step is heard between
    // velocities.
    const auto meet = [&program](int fromVelocity, const VelocityRange& to, int velocity) {
        std::map<int, double> targets;
        for (const Zone& zone : program.zones) {
            if (zone.layer->lowVelocity <= to.first && zone.layer->highVelocity >= to.second) {
                const int key = centreKey(zone);
                targets[key] = auditionLoudness(program.zones, key, fromVelocity);
            }
        }
        levelRange(program, to, velocity, targets);
    };
    for (std::size_t i = standard; i + 1 < ranges.size(); ++i)
        meet(ranges[i].second, ranges[i + 1], ranges[i + 1].first);
    for (std::size_t i = standard; i > 0; --i)
        meet(ranges[i].first, ranges[i - 1], ranges[i - 1].second);
}

} // namespace

double auditionLoudness(const std::vector<Zone>& zones, int key, int velocity)
{
    std::vector<double> left(kFrames, 0.0);
    std::vector<double> right(kFrames, 0.0);
    for (const Zone& zone : zones)
        if (zone.covers(key, velocity))
            addVoice(zone, key, velocity, left, right);
    std::vector<double> hops(kFrames / kHop, 0.0);
    addHops(left, hops);
    addHops(right, hops);
    double loudest = 1e-20;
    for (std::size_t i = 0; i + kHopsPerWindow <= hops.size(); ++i) {
        double sum = 0.0;
        for (std::size_t k = 0; k < kHopsPerWindow; ++k)
            sum += hops[i + k] / kHopsPerWindow;
        loudest = std::max(loudest, sum);
    }
    return gainToDecibels(std::sqrt(loudest));
}

void calibrate(std::vector<Program>& programs, const std::vector<Sample*>& samples, double targetDb)
{
    for (Sample* sample : samples) {
        double peak = 1e-12;
        for (const double value : sample->frames)
            peak = std::max(peak, std::abs(value));
        for (double& value : sample->frames)
            value /= peak;
    }
    for (Program& program : programs)
        level(program, targetDb);

    std::map<const Sample*, double> least;
    for (const Program& program : programs)
        for (const Zone& zone : program.zones) {
            const auto [entry, isNew] = least.emplace(zone.sample, zone.attenuationDb);
            if (!isNew)
                entry->second = std::min(entry->second, zone.attenuationDb);
        }
    for (Sample* sample : samples) {
        const auto entry = least.find(sample);
        if (entry == least.end())
            continue;
        const double gain = decibelsToGain(-entry->second);
        for (double& value : sample->frames)
            value *= gain;
    }
    for (Program& program : programs)
        for (Zone& zone : program.zones)
            zone.attenuationDb -= least[zone.sample];
}

} // namespace continuo::soundfont
