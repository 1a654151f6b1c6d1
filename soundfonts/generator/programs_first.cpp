// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/general_midi.h"
#include "soundfonts/generator/layers.h"

#include <string>
#include <utility>
#include <vector>

namespace continuo::soundfont {

namespace {

/// The grand: soft hammers, then hard ones that are darker for middling notes.
std::vector<Layer> grandLayers(const WaveLibrary& library)
{
    Layer soft = struckLayer(library.grandSoft, 0.55, 2400);
    Layer hard = struckLayer(library.grandHard, 0.55, 3600);
    hard.filter.cutoff = 7500;
    hard.filter.track = 0.35;
    return {spreadOut(forVelocities(soft, 0, 70), 0.7),
            spreadOut(forVelocities(hard, 71, 127), 0.7)};
}

Filter swelling(double cutoff, double envelopeCents, double attack, double velocityCents)
{
    return {.cutoff = cutoff,
            .track = 0.3,
            .envelopeCents = envelopeCents,
            .envelopeAttack = attack,
            .envelopeDecay = 1.0,
            .envelopeSustain = 1.0,
            .velocityCents = velocityCents};
}

Filter closing(double cutoff, double resonanceDb, double envelopeCents, double decay,
               double velocityCents)
{
    return {.cutoff = cutoff,
            .track = 0.5,
            .resonanceDb = resonanceDb,
            .envelopeCents = envelopeCents,
            .envelopeDecay = decay,
            .velocityCents = velocityCents};
}

void addKeyboards(const WaveLibrary& library, std::vector<Program>& programs)
{
    const auto add = [&programs](std::string name, std::vector<Layer> layers) {
        addProgram(programs, std::move(name), std::move(layers));
    };

    add("Grand Piano", grandLayers(library));
    std::vector<Layer> bright = grandLayers(library);
    bright[0] = spreadOut(forVelocities(struckLayer(library.grandHard, 0.55, 4800), 0, 70), 0.7);
    bright[0].filter.cutoff = 14000;
    bright[0].filter.track = 0.5;
    bright[1].filter = {.velocityCents = 1600};
    add("Bright Piano", bright);
    std::vector<Layer> electricGrand;
    for (Layer layer : grandLayers(library)) {
        layer.envelope.decayFactor = 1.35;
        layer.filter.resonanceDb = 2.0;
        electricGrand.push_back(withReverb(layer, 0.06, 0.2));
        electricGrand.push_back(atLevel(tuned(layer, 0, 7.0), -8));
    }
    add("Electric Grand", electricGrand);
    std::vector<Layer> honkyTonk;
    for (const Layer& layer : grandLayers(library)) {
        honkyTonk.push_back(panned(layer, -0.15));
        honkyTonk.push_back(atLevel(panned(tuned(layer, 0, 13.0), 0.25), -7));
    }
    add("Honky-tonk Piano", honkyTonk);
    add("Tine Piano",
        {forVelocities(withReverb(struckLayer(library.tineSoft, 0.35, 1200), 0.06, 0.12), 0, 84),
         forVelocities(withReverb(struckLayer(library.tineHard, 0.35, 2400), 0.06, 0.12), 85,
                       127)});
    add("FM Piano", {withReverb(struckLayer(library.digitalPiano, 0.4, 4200), 0.08, 0.2)});
    add("Harpsichord", {spreadOut(struckLayer(library.harpsichord, 0.25, 600), 0.6)});
    add("Clavinet", {struckLayer(library.clavinet, 0.12, 2600)});

    add("Celesta", {spreadOut(struckLayer(library.celesta, 0.7, 1800), 0.6)});
    add("Glockenspiel", {struckLayer(library.glockenspiel, 1.6, 1800)});
    add("Music Box", {withReverb(struckLayer(library.musicBox, 1.4, 1500), 0.12)});
    add("Vibraphone", {withTremolo(struckLayer(library.vibraphone, 0.6, 2400), 2.0, 5.4)});
    add("Marimba", {spreadOut(struckLayer(library.marimba, 0.6, 2800), 0.6)});
    addProgram(programs, "Xylophone", {spreadOut(struckLayer(library.xylophone, 0.5, 2200), 0.6)},
               -1.5);
    add("Tubular Bells", {withReverb(struckLayer(library.tubularBells, 2.5, 1800), 0.15)});
    add("Dulcimer", {struckLayer(library.dulcimer, 0.9, 2600)});

    const Filter open;
    add("Drawbar Organ",
        {withReverb(heldLayer(library.drawbarOrgan, 0.004, 0.08, open), 0.06, 0.15)});
    add("Percussive Organ",
        {heldLayer(library.drawbarOrgan, 0.004, 0.08, {.cutoff = 4500, .track = 0.3}),
         atLevel(struckLayer(library.organPercussion, 0.1, 0), -2)});
    add("Rock Organ",
        {withReverb(withTremolo(heldLayer(library.rockOrgan, 0.004, 0.09, open), 0.8, 6.4), 0.06,
                    0.3)});
    add("Church Organ",
        joined(stereoPair(withReverb(heldLayer(library.churchOrgan, 0.03, 0.5, open), 0.3), 0.55),
               {}));
    add("Reed Organ", {heldLayer(library.reedOrgan, 0.03, 0.15, {.velocityCents = 1200})});
    add("Accordion", {heldLayer(library.accordion, 0.025, 0.12, {.velocityCents = 1200})});
    add("Harmonica",
        {withVibrato(heldLayer(library.harmonica, 0.02, 0.12, {.velocityCents = 2200}), 12)});
    add("Bandoneon", {heldLayer(library.accordion, 0.02, 0.1,
                                {.cutoff = 3600, .track = 0.3, .velocityCents = 1800})});
}

void addGuitarsAndBasses(const WaveLibrary& library, std::vector<Program>& programs)
{
    const auto add = [&programs](std::string name, std::vector<Layer> layers) {
        addProgram(programs, std::move(name), std::move(layers));
    };

    add("Nylon Guitar", {struckLayer(library.nylonGuitar, 0.4, 3000)});
    add("Steel Guitar", {struckLayer(library.steelGuitar, 0.45, 3000)});
    Layer jazz = struckLayer(library.electricGuitar, 0.35, 1800);
    jazz.filter.cutoff = 2300;
    jazz.filter.track = 0.5;
    add("Jazz Guitar", {jazz});
    add("Clean Guitar", {withReverb(struckLayer(library.electricGuitar, 0.4, 2600), 0.08, 0.15)});
    // Short: its peaks are high for its loudness.
    addProgram(programs, "Muted Guitar", {struckLayer(library.mutedGuitar, 0.2, 2600)}, -1.5);
    add("Overdriven Guitar", {withVibrato(struckLayer(library.overdriven, 0.3, 1800), 8)});
    add("Distortion Guitar", {withVibrato(struckLayer(library.distorted, 0.3, 1400), 8)});
    add("Guitar Harmonics", {struckLayer(library.guitarHarmonics, 0.6, 1500)});

    add("Acoustic Bass", {struckLayer(library.acousticBass, 0.25, 2400)});
    add("Finger Bass", {struckLayer(library.fingerBass, 0.22, 2600)});
    add("Picked Bass", {struckLayer(library.pickedBass, 0.22, 2600)});
    add("Fretless Bass", {withVibrato(struckLayer(library.fretlessBass, 0.25, 2400), 10)});
    add("Slap Bass 1", {struckLayer(library.slapBass, 0.2, 3400)});
    Layer slap = struckLayer(library.slapBass, 0.2, 2000);
    slap.filter = closing(2600, 3.0, 3000, 0.35, 2600);
    add("Slap Bass 2", {slap});
    Layer sawBass = heldLayer(library.saw, 0.002, 0.12, closing(420, 6.0, 3600, 0.45, 2400));
    sawBass.envelope.decayRate = 9.0;
    sawBass.envelope.sustainDb = 12.0;
    add("Synth Bass 1", {sawBass});
    add("Synth Bass 2", {struckLayer(library.synthBass, 0.15, 2400)});
}

void addStringsAndBrass(const WaveLibrary& library, std::vector<Program>& programs)
{
    const auto add = [&programs](std::string name, std::vector<Layer> layers) {
        addProgram(programs, std::move(name), std::move(layers));
    };

    add("Violin",
        {withVibrato(
            withReverb(heldLayer(library.violin, 0.08, 0.22, {.velocityCents = 2200}), 0.1), 14)});
    add("Viola",
        {withVibrato(withReverb(heldLayer(library.violin, 0.09, 0.22,
                                          {.cutoff = 4200, .track = 0.3, .velocityCents = 1800}),
                                0.1),
                     13)});
    add("Cello",
        {withVibrato(withReverb(heldLayer(library.cello, 0.09, 0.25, {.velocityCents = 2200}), 0.1),
                     13)});
    add("Contrabass",
        {withVibrato(withReverb(heldLayer(library.cello, 0.11, 0.25,
                                          {.cutoff = 2600, .track = 0.3, .velocityCents = 1800}),
                                0.1),
                     8)});
    add("Tremolo Strings", stereoPair(withTremolo(withReverb(heldLayer(library.strings, 0.11, 0.35,
                                                                       {.velocityCents = 1800}),
                                                             0.15),
                                                  4.5, 11.0),
                                      0.6));
    add("Pizzicato Strings", {withReverb(struckLayer(library.pizzicato, 0.35, 2400), 0.12)});
    add("Harp", {spreadOut(withReverb(struckLayer(library.harp, 1.0, 2400), 0.12), 0.7)});
    add("Timpani", {withReverb(struckLayer(library.timpani, 1.2, 2000), 0.15)});

    add("Strings",
        stereoPair(withReverb(heldLayer(library.strings, 0.14, 0.5, {.velocityCents = 2000}), 0.18),
                   0.65));
    add("Slow Strings",
        stereoPair(withReverb(heldLayer(library.strings, 0.28, 0.9,
                                        {.cutoff = 4200, .track = 0.3, .velocityCents = 1400}),
                              0.22),
                   0.65));
    const Filter soft = {.cutoff = 5500, .track = 0.4, .velocityCents = 1600};
    add("Synth Strings 1",
        joined(stereoPair(heldLayer(library.strings, 0.12, 0.7, soft), 0.6),
               {atLevel(tuned(heldLayer(library.saw, 0.12, 0.7, soft), 0, 0.0), -7)}));
    add("Synth Strings 2",
        joined(stereoPair(heldLayer(library.warmPad, 0.2, 1.0,
                                    {.cutoff = 4500, .track = 0.4, .velocityCents = 1400}),
                          0.6),
               {}));
    add("Choir Aahs",
        stereoPair(withReverb(heldLayer(library.aah, 0.09, 0.5, {.velocityCents = 1400}), 0.2),
                   0.55));
    add("Voice Oohs",
        stereoPair(withReverb(heldLayer(library.ooh, 0.09, 0.5, {.velocityCents = 1400}), 0.2),
                   0.55));
    add("Synth Voice", {withReverb(heldLayer(library.aah, 0.06, 0.35,
                                             {.cutoff = 3200, .track = 0.3, .velocityCents = 1200}),
                                   0.12, 0.2),
                        atLevel(heldLayer(library.glassPad, 0.06, 0.35, {.cutoff = 2600}), -8)});
    add("Orchestra Hit", {withReverb(struckLayer(library.orchestraHit, 0.6, 2000), 0.15)});

    add("Trumpet",
        {withVibrato(heldLayer(library.trumpet, 0.015, 0.12, swelling(8000, 1600, 0.06, 3600)),
                     7)});
    add("Trombone",
        {withVibrato(heldLayer(library.trumpet, 0.025, 0.14, swelling(3200, 1500, 0.08, 3000)),
                     6)});
    add("Tuba", {heldLayer(library.horn, 0.03, 0.15, swelling(1300, 1400, 0.08, 2400))});
    add("Muted Trumpet",
        {withVibrato(heldLayer(library.mutedTrumpet, 0.015, 0.12, {.velocityCents = 2400}), 7)});
    add("French Horn",
        {withReverb(heldLayer(library.horn, 0.035, 0.2, swelling(2200, 1500, 0.1, 3000)), 0.15)});
    add("Brass Section",
        stereoPair(
            withReverb(heldLayer(library.brass, 0.03, 0.2, swelling(6500, 1500, 0.08, 3400)), 0.12),
            0.5));
    const Filter synthBrass = {.cutoff = 1500,
                               .track = 0.5,
                               .resonanceDb = 1.5,
                               .envelopeCents = 2600,
                               .envelopeAttack = 0.07,
                               .envelopeDecay = 0.9,
                               .envelopeSustain = 0.55,
                               .velocityCents = 2400};
    Layer analog = heldLayer(library.saw, 0.02, 0.2, synthBrass);
    add("Synth Brass 1", {analog, atLevel(tuned(panned(analog, 0.3), 0, 9.0), -8),
                          atLevel(tuned(panned(analog, -0.3), 0, -9.0), -8)});
    Filter darker = synthBrass;
    darker.cutoff = 900;
    darker.envelopeAttack = 0.12;
    add("Synth Brass 2", {heldLayer(library.brass, 0.04, 0.3, darker),
                          atLevel(heldLayer(library.saw, 0.04, 0.3, darker), -4)});
}

} // namespace

void addKeyboardsToSynthBrass(const WaveLibrary& library, std::vector<Program>& programs)
{
    addKeyboards(library, programs);
    addGuitarsAndBasses(library, programs);
    addStringsAndBrass(library, programs);
}

} // namespace continuo::soundfont
