// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/waves.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace continuo::soundfont {

namespace {

/// One way in which a bar, a bell or a skin can sound.
struct Mode
{
    double ratio = 1.0;
    double level = 1.0;
    double decay = 2.0; ///< nepers per second at key 72
};

struct Struck
{
    const char* name = "";
    std::vector<Mode> modes;
    double halving = 24.0; ///< semitones up over which the sound becomes half as long
    double lead = 0.6;
    double loop = 0.2;
    double attack = 0.001;
    double sampleRate = 30000;
    double ceiling = 13000;
    Knock knock = {};
    int voices = 1;
    double detuneCents = 0.0;
};

Sample renderStruck(const Struck& struck, int root)
{
    Tone tone;
    tone.name = std::string(struck.name) + " " + std::to_string(root);
    tone.root = root;
    tone.sampleRate = struck.sampleRate;
    tone.ceiling = struck.ceiling;
    tone.lead = struck.lead;
    tone.loop = struck.loop;
    tone.attack = struck.attack;
    tone.knock = struck.knock;
    tone.voices = struck.voices;
    tone.detuneCents = struck.detuneCents;
    for (const Mode& mode : struck.modes)
        tone.ratios.push_back(mode.ratio);
    const auto modeOf = [modes = struck.modes](double ratio) {
        return *std::find_if(modes.begin(), modes.end(),
                             [ratio](const Mode& mode) { return mode.ratio == ratio; });
    };
    const double faster = power(2.0, (root - 72.0) / struck.halving);
    tone.amplitude = [modeOf](double n, double) { return modeOf(n).level; };
    tone.decay = [modeOf, faster](double n, double) {
        const double rate = modeOf(n).decay * faster;
        return Decay{rate, rate, 1.0};
    };
    double slowest = 1e9;
    for (const Mode& mode : struck.modes)
        slowest = std::min(slowest, mode.decay * faster);
    tone.envelopeDecay = struck.loop > 0.0 ? slowest : 0.0;
    return renderTone(tone);
}

} // namespace

WaveSet celesta()
{
    return waveSet({63, 72, 81, 90, 100}, [](int root) {
        return renderStruck(
            {.name = "Celesta",
             .modes =
                 {{1, 1, 1.6}, {2.01, 0.12, 3}, {4.0, 0.25, 6}, {6.9, 0.1, 14}, {10.2, 0.05, 25}},
             .lead = 0.6,
             .knock = {0.5, 1800, 2500, 120, 0.0005}},
            root);
    });
}

WaveSet glockenspiel()
{
    return waveSet({75, 84, 93, 103}, [](int root) {
        return renderStruck(
            {.name = "Glockenspiel",
             .modes = {{1, 1, 1.5}, {2.756, 0.65, 3.5}, {5.404, 0.4, 9}, {8.933, 0.15, 20}},
             .lead = 0.7,
             .sampleRate = 36000,
             .ceiling = 15500,
             .knock = {0.5, 6000, 6000, 200, 0.0003}},
            root);
    });
}

WaveSet musicBox()
{
    return waveSet({63, 72, 81, 91}, [](int root) {
        return renderStruck(
            {.name = "Music box",
             .modes =
                 {{1, 1, 2.2}, {2.0, 0.3, 2.8}, {3.02, 0.2, 4}, {5.9, 0.4, 9}, {6.27, 0.1, 12}},
             .lead = 0.6,
             .knock = {0.6, 3500, 3500, 160, 0.0003}},
            root);
    });
}

WaveSet vibraphone()
{
    return waveSet({56, 64, 72, 80, 88}, [](int root) {
        return renderStruck(
            {.name = "Vibraphone",
             .modes = {{1, 1, 1.0}, {4.0, 0.34, 4.0}, {9.9, 0.28, 14}, {16.2, 0.08, 30}},
             .halving = 30,
             .lead = 0.7,
             .attack = 0.002,
             .knock = {0.5, 1500, 2000, 90, 0.0008}},
            root);
    });
}

WaveSet marimba()
{
    return waveSet({48, 56, 64, 72, 80, 89}, [](int root) {
        return renderStruck({.name = "Marimba",
                             .modes = {{1, 1, 6.0}, {3.98, 0.3, 16}, {9.7, 0.12, 40}},
                             .halving = 18,
                             .lead = 0.4,
                             .loop = 0.1,
                             .attack = 0.0015,
                             .sampleRate = 26000,
                             .knock = {0.7, 600, 700, 90, 0.0008}},
                            root);
    });
}

WaveSet xylophone()
{
    return waveSet({68, 76, 84, 92, 101}, [](int root) {
        return renderStruck({.name = "Xylophone",
                             .modes = {{1, 1, 8}, {3.0, 0.45, 15}, {6.1, 0.3, 30}, {9.8, 0.1, 60}},
                             .halving = 30,
                             .lead = 0.3,
                             .loop = 0.08,
                             .attack = 0.0008,
                             .knock = {1.2, 2500, 3000, 140, 0.0003}},
                            root);
    });
}

WaveSet tubularBells()
{
    return waveSet({57, 65, 73}, [](int root) {
        return renderStruck({.name = "Tubular bell",
                             .modes = {{1, 0.5, 0.9},
                                       {0.5, 0.1, 1.1},
                                       {2.0, 1.0, 1.3},
                                       {3.01, 0.85, 1.8},
                                       {4.17, 0.65, 2.6},
                                       {5.43, 0.5, 3.6},
                                       {6.79, 0.35, 5.0},
                                       {8.21, 0.2, 8.0}},
                             .halving = 40,
                             .lead = 1.0,
                             .loop = 0.4,
                             .knock = {0.5, 3000, 4000, 80, 0.0004}},
                            root);
    });
}

WaveSet kalimba()
{
    return waveSet({53, 62, 71, 80}, [](int root) {
        return renderStruck(
            {.name = "Kalimba",
             .modes =
                 {{1, 1, 4.2}, {2.0, 0.08, 6}, {5.4, 0.25, 18}, {6.3, 0.14, 22}, {13.0, 0.05, 50}},
             .lead = 0.5,
             .loop = 0.12,
             .sampleRate = 26000,
             .knock = {0.8, 700, 900, 90, 0.0008}},
            root);
    });
}

WaveSet tinkleBell()
{
    return waveSet({64, 76, 88}, [](int root) {
        return renderStruck({.name = "Tinkle bell",
                             .modes = {{1, 1, 1.8},
                                       {2.4, 0.4, 3},
                                       {2.98, 0.25, 4},
                                       {4.5, 0.35, 6},
                                       {5.33, 0.2, 9},
                                       {7.2, 0.15, 12}},
                             .lead = 0.6,
                             .sampleRate = 34000,
                             .ceiling = 14500,
                             .voices = 3,
                             .detuneCents = 4.0},
                            root);
    });
}

WaveSet agogo()
{
    return waveSet({64, 74, 84}, [](int root) {
        return renderStruck(
            {.name = "Agogo",
             .modes = {{1, 1, 7}, {1.51, 0.4, 9}, {2.63, 0.8, 10}, {3.9, 0.6, 12}, {5.6, 0.4, 18}},
             .halving = 48,
             .lead = 0.45,
             .loop = 0.1,
             .knock = {0.6, 4000, 4000, 180, 0.0003}},
            root);
    });
}

WaveSet steelDrums()
{
    return waveSet({50, 58, 66, 74, 83}, [](int root) {
        return renderStruck({.name = "Steel drum",
                             .modes = {{1, 1, 2.6},
                                       {2.0, 0.75, 3.4},
                                       {3.0, 0.3, 5},
                                       {4.02, 0.22, 6},
                                       {5.1, 0.1, 9},
                                       {6.2, 0.08, 12}},
                             .halving = 40,
                             .lead = 0.7,
                             .loop = 0.25,
                             .attack = 0.004,
                             .sampleRate = 26000,
                             .knock = {0.5, 900, 1200, 70, 0.001},
                             .voices = 3,
                             .detuneCents = 4.0},
                            root);
    });
}

WaveSet woodblock()
{
    return waveSet({56, 66, 76, 87}, [](int root) {
        return renderStruck({.name = "Woodblock",
                             .modes = {{1, 1, 20}, {2.52, 0.45, 32}, {4.2, 0.25, 50}},
                             .halving = 60,
                             .lead = 0.35,
                             .loop = 0.0,
                             .attack = 0.0006,
                             .knock = {0.8, 2500, 3000, 180, 0.0003}},
                            root);
    });
}

WaveSet timpani()
{
    return waveSet({36, 42, 48, 55}, [](int root) {
        return renderStruck({.name = "Timpani",
                             .modes = {{1, 1, 4.2},
                                       {1.504, 0.6, 4.8},
                                       {1.99, 0.35, 6},
                                       {2.44, 0.22, 8},
                                       {2.9, 0.12, 10},
                                       {0.85, 0.3, 30}},
                             .halving = 36,
                             .lead = 0.9,
                             .loop = 0.4,
                             .attack = 0.004,
                             .sampleRate = 20000,
                             .knock = {1.6, 130, 150, 28, 0.002}},
                            root);
    });
}

WaveSet taiko()
{
    return waveSet({40, 50, 60}, [](int root) {
        return renderStruck(
            {.name = "Taiko",
             .modes =
                 {{1, 1, 12}, {1.59, 0.5, 18}, {2.14, 0.3, 24}, {2.65, 0.2, 30}, {3.5, 0.1, 40}},
             .halving = 36,
             .lead = 0.8,
             .loop = 0.0,
             .attack = 0.003,
             .sampleRate = 22000,
             .knock = {2.0, 250, 350, 40, 0.001}},
            root);
    });
}

WaveSet melodicTom()
{
    return waveSet({41, 50, 60}, [](int root) {
        return renderStruck({.name = "Tom",
                             .modes = {{1, 1, 11}, {1.6, 0.35, 18}, {2.2, 0.2, 26}, {2.9, 0.1, 34}},
                             .halving = 36,
                             .lead = 0.7,
                             .loop = 0.0,
                             .attack = 0.002,
                             .sampleRate = 24000,
                             .knock = {1.6, 900, 1400, 60, 0.0008}},
                            root);
    });
}

WaveSet synthDrum()
{
    return waveSet({42, 53, 65}, [](int root) {
        return renderStruck({.name = "Synth drum",
                             .modes = {{1, 1, 8}, {2.0, 0.1, 16}, {3.0, 0.08, 20}},
                             .halving = 48,
                             .lead = 0.7,
                             .loop = 0.0,
                             .attack = 0.001,
                             .sampleRate = 24000,
                             .knock = {0.6, 2500, 3000, 60, 0.0005}},
                            root);
    });
}

} // namespace continuo::soundfont
