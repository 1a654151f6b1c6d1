// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "soundfonts/generator/sample.h"

#include <string>
#include <vector>

namespace continuo::soundfont {

/// The volume envelope: linear rise, then a fall that is straight in decibels.
struct Envelope
{
    double delay = 0.0;    ///< seconds
    double attack = 0.001; ///< seconds
    double hold = 0.0;     ///< seconds
    double decayRate =
        0.0; ///< decibels per second; 0 = the sample's own rate, or steady where it has none
    double decayFactor = 1.0; ///< multiplies the rate
    double sustainDb = 100.0; ///< where a decay ends, decibels below the peak
    double release = 0.3;     ///< seconds for 100 dB
};

/// The voice's low-pass filter.
struct Filter
{
    double cutoff = 20000.0;       ///< hertz at key 60; 20000 = open
    double track = 0.0;            ///< octaves of cutoff per octave of key
    double resonanceDb = 0.0;      ///< height of the peak
    double envelopeCents = 0.0;    ///< added at the top of the modulation envelope
    double envelopeAttack = 0.001; ///< seconds
    double envelopeDecay = 1.0;    ///< seconds from top to bottom
    double envelopeSustain = 0.0;  ///< 0…1, share that remains
    double velocityCents = 0.0;    ///< how far the cutoff is lower at velocity 0 than at 127
};

struct Wobble
{
    double delay = 0.0;     ///< seconds
    double frequency = 5.0; ///< hertz
    double depth = 0.0;     ///< cents (vibrato) or decibels (tremolo)
};

/// One wave set as part of a program.
struct Layer
{
    const WaveSet* waves = nullptr;
    int lowKey = 0;
    int highKey = 127;
    int lowVelocity = 0;
    int highVelocity = 127;
    double levelDb = 0.0; ///< relative to the program's other layers
    double pan = 0.0;     ///< -1 left … 1 right
    /// How far key 127 sits to the right of where the layer is, and key 0 to the left.
    double keyPan = 0.0;
    int semitones = 0;
    double cents = 0.0;
    bool fixedPitch = false; ///< noise that does not follow the key
    int rootKey = -1; ///< the key at which the sample sounds untransposed; -1 = the sample's own
    double startShare =
        0.0; ///< start this share of the loop later, so that two sides of a stereo pair differ
    Envelope envelope;
    Filter filter;
    Wobble vibrato;
    Wobble tremolo;
    double pitchEnvelopeCents = 0.0; ///< the modulation envelope's effect on pitch
    double reverb = 0.06;            ///< 0…1
    double chorus = 0.0;             ///< 0…1
    int exclusiveClass = 0;          ///< a note ends others of the same class; 0 = none
};

/// A layer's sample on its stretch of keys.
struct Zone
{
    const Layer* layer = nullptr;
    const Sample* sample = nullptr;
    int lowKey = 0;
    int highKey = 127;
    double attenuationDb = 0.0; ///< may be negative until the font is calibrated

    int rootKey() const { return layer->rootKey >= 0 ? layer->rootKey : sample->rootKey; }
    /// Cutoff in hertz at the zone's root key and a velocity of 0…127.
    double cutoff(double velocity) const;
    /// Decibels per second; 0 = steady.
    double decayRate() const;
    /// Frames by which the sample starts later: a whole number of periods, so that both sides of a
    /// pair keep the fundamental in phase and a mono listener loses nothing.
    int startFrames() const;
    bool covers(int key, int velocity) const;
};

struct Program
{
    int bank = 0;
    int number = 0;
    std::string name; ///< at most 20 characters
    std::vector<Layer> layers;
    double loudnessDb = 0.0; ///< relative to the other programs
    std::vector<Zone> zones; ///< made by `resolveZones`
};

/// Shares the keys of each layer between the samples of its wave set, each key to the nearest root.
void resolveZones(Program& program);

} // namespace continuo::soundfont
