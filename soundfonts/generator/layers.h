// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "soundfonts/generator/font.h"

#include <string>
#include <utility>
#include <vector>

/// Short ways to write the layers of a program.
namespace continuo::soundfont {

/// A sound that dies away by itself; `velocityCents` is how much darker a soft note is.
inline Layer struckLayer(const WaveSet& waves, double release, double velocityCents)
{
    Layer layer;
    layer.waves = &waves;
    layer.envelope = {.attack = 0.0, .sustainDb = 100.0, .release = release};
    layer.filter = {.velocityCents = velocityCents};
    return layer;
}

/// A sound that lasts as long as the key is held.
inline Layer heldLayer(const WaveSet& waves, double attack, double release, Filter filter = {})
{
    Layer layer;
    layer.waves = &waves;
    layer.envelope = {.attack = attack, .sustainDb = 0.0, .release = release};
    layer.filter = filter;
    return layer;
}

/// Wind player's vibrato: it comes after the note has settled.
inline Layer withVibrato(Layer layer, double cents, double delay = 0.7, double frequency = 5.2)
{
    layer.vibrato = {delay, frequency, cents};
    return layer;
}

inline Layer withTremolo(Layer layer, double decibels, double frequency, double delay = 0.0)
{
    layer.tremolo = {delay, frequency, decibels};
    return layer;
}

inline Layer tuned(Layer layer, int semitones, double cents = 0.0)
{
    layer.semitones += semitones;
    layer.cents += cents;
    return layer;
}

inline Layer atLevel(Layer layer, double decibels)
{
    layer.levelDb += decibels;
    return layer;
}

inline Layer panned(Layer layer, double pan)
{
    layer.pan = pan;
    return layer;
}

/// Low keys to the left, high keys to the right, as one sits before a keyboard.
inline Layer spreadOut(Layer layer, double width)
{
    layer.keyPan = width;
    return layer;
}

inline Layer forVelocities(Layer layer, int low, int high)
{
    layer.lowVelocity = low;
    layer.highVelocity = high;
    return layer;
}

inline Layer withReverb(Layer layer, double reverb, double chorus = 0.0)
{
    layer.reverb = reverb;
    layer.chorus = chorus;
    return layer;
}

/// The same waves twice, to the left and the right, the right one started elsewhere in its loop.
inline std::vector<Layer> stereoPair(const Layer& layer, double width)
{
    Layer right = panned(layer, width);
    right.startShare = 0.47;
    return {panned(layer, -width), right};
}

inline std::vector<Layer> joined(std::vector<Layer> layers, const std::vector<Layer>& more)
{
    layers.insert(layers.end(), more.begin(), more.end());
    return layers;
}

/// Appends the next program of bank 0.
inline void addProgram(std::vector<Program>& programs, std::string name, std::vector<Layer> layers,
                       double loudnessDb = 0.0)
{
    Program program;
    program.number = static_cast<int>(programs.size());
    program.name = std::move(name);
    program.layers = std::move(layers);
    program.loudnessDb = loudnessDb;
    programs.push_back(std::move(program));
}

} // namespace continuo::soundfont
