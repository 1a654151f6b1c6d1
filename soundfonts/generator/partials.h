// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "soundfonts/generator/numeric.h"
#include "soundfonts/generator/sample.h"

#include <functional>
#include <string>
#include <vector>

namespace continuo::soundfont {

/// Where a sample's lead-in ends and how long its loop is. The loop holds a whole number of periods
/// of the fundamental: the sample rate is bent by a fraction of a per cent to make that exact.
struct LoopPlan
{
    int sampleRate = 32000;
    int lead = 0; ///< frames before the loop
    int loop = 0; ///< frames in the loop; 0 = plays once

    int frames() const { return lead + loop; }
    double seconds() const { return static_cast<double>(frames()) / sampleRate; }
};

LoopPlan planLoop(double fundamental, double sampleRate, double leadSeconds, double loopSeconds);

/// A sine with a life: it rises, then falls at two rates, and is steady from the loop on.
struct Partial
{
    double frequency = 440.0; ///< hertz; rounded to a whole number of periods per loop
    double amplitude = 1.0;
    double phase = 0.0;     ///< turns
    double attack = 0.002;  ///< seconds from silence to full
    double fastDecay = 0.0; ///< nepers per second, beyond the volume envelope's own fall
    double slowDecay = 0.0; ///< nepers per second
    double slowShare = 1.0; ///< 0…1, the share of the amplitude that falls slowly
    double delay = 0.0;     ///< seconds of silence before the attack
};

/// Sum of `partials` over the plan's frames; those above 46 % of the sample rate are left out.
/// What comes out repeats exactly: frame lead + i equals frame lead + loop + i.
std::vector<double> renderPartials(const std::vector<Partial>& partials, const LoopPlan& plan);

struct Decay
{
    double fast = 0.0; ///< nepers per second
    double slow = 0.0;
    double slowShare = 1.0;
};

/// A burst of filtered noise at the start of a sound: hammer, plectrum, breath.
struct Knock
{
    double level = 0.0;  ///< peak, relative to the tone's RMS
    double centre = 500; ///< hertz
    double width = 500;  ///< hertz
    double decay = 30;   ///< nepers per second
    double attack = 0.001;
};

/// What a harmonic (or nearly harmonic) sound is made of at one root key.
struct Tone
{
    std::string name;
    int root = 60;
    double sampleRate = 28000;     ///< hertz, at most
    double lead = 0.2;             ///< seconds before the loop
    double loop = 0.6;             ///< seconds; 0 = plays once
    double attack = 0.003;         ///< seconds
    double attackPerPartial = 0.0; ///< seconds added for each partial above the first
    int maxPartials = 80;
    double ceiling = 11000.0;   ///< hertz; no partial above
    double inharmonicity = 0.0; ///< B of n·sqrt(1 + B n²); the first partial stays in tune
    double life = 0.0;          ///< share of each partial's amplitude that wanders slowly
    int voices = 1;             ///< players in an ensemble
    double detuneCents = 0.0;   ///< of the outermost player
    double centreShare = 0.75;  ///< share of an ensemble's power that plays exactly in tune
    /// Partial numbers, for sounds whose partials are not 1, 2, 3…; empty = harmonic.
    std::vector<double> ratios;
    /// Amplitude of the partial with number n (its ratio for inharmonic sounds) at frequency f in
    /// hertz.
    std::function<double(double n, double f)> amplitude;
    /// How it falls; empty = it is steady.
    std::function<Decay(double n, double f)> decay;
    /// What the volume envelope will take care of, nepers per second.
    double envelopeDecay = 0.0;
    Knock knock;
};

std::vector<Partial> tonePartials(const Tone& tone, const LoopPlan& plan);
/// The least sample rate, up to the tone's own, that keeps all its partials but the faintest.
double neededRate(const Tone& tone);
Sample renderTone(const Tone& tone);

/// Adds the burst to the frames before the loop, scaled by the frames' own loudness.
void addKnock(std::vector<double>& frames, const LoopPlan& plan, const Knock& knock, Random random);

/// Makes a sample of rendered frames: mean removed, a few frames of the loop repeated after its
/// end.
Sample finishSample(std::string name, std::vector<double> frames, const LoopPlan& plan,
                    int rootKey);

} // namespace continuo::soundfont
