// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/general_midi.h"
#include "soundfonts/generator/layers.h"

#include <string>
#include <utility>
#include <vector>

namespace continuo::soundfont {

namespace {

/// Breath under a wind's tone.
Layer breathLayer(const WaveLibrary& library, double levelDb, double cutoff, double attack,
                  double release)
{
    Layer layer = heldLayer(library.breath, attack, release, {.cutoff = cutoff});
    layer.fixedPitch = true;
    return atLevel(layer, levelDb);
}

void addReedsAndPipes(const WaveLibrary& library, std::vector<Program>& programs)
{
    const auto add = [&programs](std::string name, std::vector<Layer> layers) {
        addProgram(programs, std::move(name), std::move(layers));
    };
    const auto reed = [](const WaveSet& waves, double cutoff, double vibrato) {
        return withVibrato(
            heldLayer(waves, 0.015, 0.12, {.cutoff = cutoff, .track = 0.3, .velocityCents = 2600}),
            vibrato);
    };

    add("Soprano Sax", {reed(library.saxophone, 12000, 9)});
    add("Alto Sax", {reed(library.saxophone, 11000, 9)});
    add("Tenor Sax", {reed(library.saxophone, 9000, 9)});
    add("Baritone Sax", {reed(library.saxophone, 9000, 6)});
    add("Oboe", {reed(library.oboe, 14000, 9)});
    add("English Horn", {reed(library.oboe, 3400, 8)});
    add("Bassoon", {reed(library.bassoon, 9000, 5)});
    add("Clarinet", {reed(library.clarinet, 9000, 0)});

    const auto pipe = [](const WaveSet& waves, double attack, double vibrato) {
        return withVibrato(heldLayer(waves, attack, 0.14, {.velocityCents = 1800}), vibrato);
    };
    add("Piccolo", {pipe(library.flute, 0.02, 8), breathLayer(library, -26, 9000, 0.02, 0.1)});
    add("Flute", {pipe(library.flute, 0.03, 9), breathLayer(library, -24, 7000, 0.03, 0.12)});
    add("Recorder",
        {pipe(library.recorder, 0.015, 5), breathLayer(library, -30, 7000, 0.02, 0.08)});
    add("Pan Flute",
        {pipe(library.panFlute, 0.02, 7), breathLayer(library, -17, 6000, 0.02, 0.15)});
    add("Blown Bottle",
        {pipe(library.ocarina, 0.04, 3), breathLayer(library, -14, 2500, 0.03, 0.2)});
    add("Shakuhachi", {withVibrato(pipe(library.panFlute, 0.03, 22), 22, 0.8, 4.6),
                       breathLayer(library, -16, 5000, 0.01, 0.18)});
    add("Whistle", {pipe(library.ocarina, 0.03, 10), breathLayer(library, -30, 8000, 0.02, 0.1)});
    add("Ocarina", {pipe(library.ocarina, 0.03, 7), breathLayer(library, -27, 5000, 0.02, 0.1)});
}

void addLeadsAndPads(const WaveLibrary& library, std::vector<Program>& programs)
{
    const auto add = [&programs](std::string name, std::vector<Layer> layers) {
        addProgram(programs, std::move(name), std::move(layers));
    };
    const Filter lead = {.cutoff = 6500, .track = 0.5, .velocityCents = 2000};

    add("Square Lead", {withVibrato(heldLayer(library.square, 0.004, 0.1, lead), 8)});
    add("Saw Lead", {withVibrato(heldLayer(library.saw, 0.004, 0.1, lead), 8),
                     atLevel(tuned(heldLayer(library.saw, 0.004, 0.1, lead), 0, 8.0), -7)});
    add("Calliope Lead",
        {withVibrato(heldLayer(library.recorder, 0.02, 0.12, {}), 7),
         atLevel(heldLayer(library.square, 0.02, 0.12, {.cutoff = 2500, .track = 0.6}), -9),
         breathLayer(library, -22, 6000, 0.01, 0.12)});
    Layer chiff = struckLayer(library.organPercussion, 0.1, 0);
    add("Chiff Lead",
        {withVibrato(heldLayer(library.panFlute, 0.006, 0.12, {}), 7), atLevel(chiff, -6),
         atLevel(heldLayer(library.saw, 0.006, 0.12, {.cutoff = 2200, .track = 0.6}), -9)});
    add("Charang Lead",
        {withVibrato(heldLayer(library.distorted, 0.002, 0.2, {.velocityCents = 1600}), 8),
         atLevel(heldLayer(library.saw, 0.002, 0.2, lead), -6)});
    add("Voice Lead",
        {withVibrato(heldLayer(library.aah, 0.04, 0.2, {.velocityCents = 1200}), 8),
         atLevel(heldLayer(library.saw, 0.04, 0.2, {.cutoff = 1800, .track = 0.6}), -9)});
    add("Fifths Lead", {heldLayer(library.saw, 0.004, 0.12, lead),
                        atLevel(tuned(heldLayer(library.saw, 0.004, 0.12, lead), 7, 2.0), -3)});
    Layer bassLead = heldLayer(library.saw, 0.003, 0.12,
                               {.cutoff = 900,
                                .track = 0.5,
                                .resonanceDb = 4.0,
                                .envelopeCents = 3000,
                                .envelopeDecay = 0.7,
                                .envelopeSustain = 0.3,
                                .velocityCents = 2400});
    add("Bass Lead",
        {bassLead, atLevel(tuned(heldLayer(library.square, 0.003, 0.12, lead), -12), -11)});

    const auto padded = [](const WaveSet& waves, double attack, double release, double cutoff) {
        return withReverb(heldLayer(waves, attack, release,
                                    {.cutoff = cutoff, .track = 0.3, .velocityCents = 1200}),
                          0.25, 0.15);
    };
    add("New Age Pad",
        joined(stereoPair(padded(library.warmPad, 0.25, 1.5, 3500), 0.6),
               {withReverb(atLevel(struckLayer(library.digitalPiano, 1.2, 2000), -3), 0.25)}));
    add("Warm Pad", stereoPair(padded(library.warmPad, 0.25, 1.3, 2200), 0.6));
    Layer poly = padded(library.saw, 0.03, 0.6, 3800);
    add("Polysynth Pad", {poly, atLevel(tuned(panned(poly, 0.4), 0, 8.0), -7),
                          atLevel(tuned(panned(poly, -0.4), 0, -8.0), -7)});
    add("Choir Pad", joined(stereoPair(padded(library.aah, 0.2, 1.3, 4000), 0.6),
                            stereoPair(atLevel(padded(library.ooh, 0.25, 1.3, 4000), -4), 0.3)));
    add("Bowed Pad", stereoPair(padded(library.glassPad, 0.35, 1.5, 5000), 0.6));
    add("Metallic Pad", joined(stereoPair(padded(library.metalPad, 0.15, 1.5, 6000), 0.6),
                               {atLevel(padded(library.saw, 0.2, 1.2, 1500), -10)}));
    add("Halo Pad", joined(stereoPair(padded(library.ooh, 0.3, 1.6, 5000), 0.6),
                           stereoPair(atLevel(padded(library.glassPad, 0.4, 1.6, 5000), -5), 0.4)));
    Layer sweep = padded(library.warmPad, 0.3, 1.5, 500);
    sweep.filter.resonanceDb = 4.0;
    sweep.filter.envelopeCents = 3900;
    sweep.filter.envelopeAttack = 1.6;
    sweep.filter.envelopeDecay = 4.0;
    sweep.filter.envelopeSustain = 0.4;
    add("Sweep Pad", stereoPair(sweep, 0.6));

    add("Rain", joined(stereoPair(atLevel(padded(library.warmPad, 0.4, 1.5, 2500), -4), 0.6),
                       {withReverb(struckLayer(library.musicBox, 1.5, 1800), 0.3, 0.2)}));
    add("Soundtrack", joined(stereoPair(padded(library.warmPad, 0.35, 1.5, 3000), 0.6),
                             {atLevel(tuned(padded(library.glassPad, 0.35, 1.5, 4000), 7), -9)}));
    add("Crystal", {withReverb(struckLayer(library.glockenspiel, 1.5, 1500), 0.25),
                    atLevel(withReverb(struckLayer(library.celesta, 1.2, 1500), 0.25), -3)});
    add("Atmosphere", joined(stereoPair(atLevel(padded(library.warmPad, 0.4, 1.5, 2500), -5), 0.6),
                             {withReverb(struckLayer(library.nylonGuitar, 0.9, 2400), 0.25)}));
    add("Brightness",
        joined(stereoPair(padded(library.glassPad, 0.1, 1.2, 9000), 0.6),
               {atLevel(withReverb(struckLayer(library.tinkleBell, 1.2, 1500), 0.25), -5)}));
    add("Goblins", joined(stereoPair(padded(library.metalPad, 0.45, 1.8, 2500), 0.6),
                          {atLevel(padded(library.ooh, 0.3, 1.6, 4000), -4)}));
    // An echo adds to the sound before it or cancels it, as their phases happen to meet. Where the
    // sound falls fast, the note dies away at every key and however a synthesizer counts the delay.
    Layer echo = struckLayer(library.digitalPiano, 0.8, 1800);
    echo.envelope.decayFactor = 2.2;
    Layer second = panned(atLevel(echo, -7), 0.6);
    second.envelope.delay = 0.28;
    Layer third = panned(atLevel(echo, -13), -0.6);
    third.envelope.delay = 0.56;
    add("Echoes", {withReverb(echo, 0.2), second, third});
    add("Sci-fi",
        joined(stereoPair(padded(library.metalPad, 0.08, 1.2, 8000), 0.6),
               {withTremolo(atLevel(padded(library.glassPad, 0.1, 1.2, 6000), -4), 4.0, 7.0)}));
}

void addWorldAndPercussion(const WaveLibrary& library, std::vector<Program>& programs)
{
    const auto add = [&programs](std::string name, std::vector<Layer> layers) {
        addProgram(programs, std::move(name), std::move(layers));
    };
    // The shortest sounds stay a little below the others: their peaks are high for their loudness.
    const auto addShort = [&programs](std::string name, std::vector<Layer> layers) {
        addProgram(programs, std::move(name), std::move(layers), -2.0);
    };

    add("Sitar", {struckLayer(library.sitar, 0.8, 2200)});
    add("Banjo", {struckLayer(library.banjo, 0.35, 2400)});
    add("Shamisen", {struckLayer(library.shamisen, 0.3, 2400)});
    add("Koto", {struckLayer(library.koto, 0.7, 2600)});
    add("Kalimba", {struckLayer(library.kalimba, 0.6, 2200)});
    add("Bagpipe", {heldLayer(library.bagpipe, 0.01, 0.08, {})});
    add("Fiddle", {withVibrato(heldLayer(library.violin, 0.04, 0.15, {.velocityCents = 1600}), 8)});
    add("Shanai", {withVibrato(heldLayer(library.bagpipe, 0.02, 0.12,
                                         {.cutoff = 5200, .track = 0.3, .velocityCents = 1800}),
                               12)});

    add("Tinkle Bell", {withReverb(struckLayer(library.tinkleBell, 1.6, 1500), 0.15)});
    addShort("Agogo", {struckLayer(library.agogo, 0.9, 1800)});
    add("Steel Drums", {struckLayer(library.steelDrums, 0.7, 2200)});
    addShort("Woodblock", {struckLayer(library.woodblock, 1.0, 1800)});
    addShort("Taiko Drum", {withReverb(struckLayer(library.taiko, 2.0, 2000), 0.15)});
    Layer tom = struckLayer(library.melodicTom, 2.0, 2000);
    tom.pitchEnvelopeCents = 350;
    tom.filter.envelopeDecay = 0.09;
    add("Melodic Tom", {tom});
    Layer synth = struckLayer(library.synthDrum, 2.0, 2000);
    synth.pitchEnvelopeCents = 1500;
    synth.filter.envelopeDecay = 0.13;
    add("Synth Drum", {synth});
    add("Reverse Cymbal", {struckLayer(library.reverseCymbal, 0.3, 0)});

    const auto effect = [](const WaveSet& waves, double release) {
        Layer layer = struckLayer(waves, release, 0);
        layer.envelope.sustainDb = 0.0;
        return layer;
    };
    add("Fret Noise", {effect(library.fretNoise, 0.4)});
    Layer breath = struckLayer(library.breath, 0.3, 0);
    breath.envelope.attack = 0.15;
    breath.envelope.decayRate = 45;
    breath.filter = {.cutoff = 3500, .track = 0.5};
    breath.fixedPitch = true;
    addShort("Breath Noise", {breath});
    Layer sea = effect(library.seashore, 2.0);
    sea.envelope.attack = 0.6;
    add("Seashore", stereoPair(sea, 0.7));
    add("Bird Tweet", {effect(library.birdTweet, 0.2)});
    add("Telephone Ring", {effect(library.telephoneRing, 0.3)});
    Layer rotor = effect(library.helicopter, 1.0);
    rotor.envelope.attack = 0.3;
    add("Helicopter", {rotor});
    Layer clapping = effect(library.applause, 1.5);
    clapping.envelope.attack = 0.3;
    add("Applause", stereoPair(clapping, 0.7));
    addShort("Gunshot", {struckLayer(library.gunshot, 3.0, 0)});
}

} // namespace

void addReedsToEffects(const WaveLibrary& library, std::vector<Program>& programs)
{
    addReedsAndPipes(library, programs);
    addLeadsAndPads(library, programs);
    addWorldAndPercussion(library, programs);
}

} // namespace continuo::soundfont
