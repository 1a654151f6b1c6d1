// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/general_midi.h"

#include "soundfonts/generator/layers.h"

#include <cassert>

namespace continuo::soundfont {

std::vector<Sample*> WaveLibrary::samples()
{
    std::vector<Sample*> all;
    for (WaveSet* waves : {&grandHard,    &grandSoft,
                           &tineHard,     &tineSoft,
                           &digitalPiano, &harpsichord,
                           &clavinet,     &dulcimer,
                           &drawbarOrgan, &organPercussion,
                           &rockOrgan,    &churchOrgan,
                           &reedOrgan,    &accordion,
                           &harmonica,    &nylonGuitar,
                           &steelGuitar,  &electricGuitar,
                           &mutedGuitar,  &overdriven,
                           &distorted,    &guitarHarmonics,
                           &acousticBass, &fingerBass,
                           &pickedBass,   &fretlessBass,
                           &slapBass,     &harp,
                           &pizzicato,    &sitar,
                           &banjo,        &shamisen,
                           &koto,         &violin,
                           &cello,        &strings,
                           &aah,          &ooh,
                           &orchestraHit, &trumpet,
                           &mutedTrumpet, &horn,
                           &brass,        &saxophone,
                           &oboe,         &bassoon,
                           &clarinet,     &flute,
                           &recorder,     &panFlute,
                           &ocarina,      &bagpipe,
                           &breath,       &saw,
                           &square,       &synthBass,
                           &warmPad,      &glassPad,
                           &metalPad,     &celesta,
                           &glockenspiel, &musicBox,
                           &vibraphone,   &marimba,
                           &xylophone,    &tubularBells,
                           &kalimba,      &tinkleBell,
                           &agogo,        &steelDrums,
                           &woodblock,    &timpani,
                           &taiko,        &melodicTom,
                           &synthDrum,    &reverseCymbal,
                           &fretNoise,    &seashore,
                           &birdTweet,    &telephoneRing,
                           &helicopter,   &applause,
                           &gunshot})
        for (Sample& sample : *waves)
            all.push_back(&sample);
    for (WaveSet& waves : drums.waves)
        for (Sample& sample : waves)
            all.push_back(&sample);
    return all;
}

namespace {

Program drumProgram(const DrumKit& kit)
{
    Program program;
    program.bank = 128;
    program.name = "Standard kit";
    program.loudnessDb = -2.0;
    for (const Drum& drum : kit.drums) {
        Layer layer = struckLayer(kit.waves[drum.waves], drum.release, 1200);
        layer.lowKey = drum.key;
        layer.highKey = drum.key;
        layer.rootKey = drum.key;
        layer.cents = drum.cents;
        layer.levelDb = drum.levelDb;
        layer.pan = drum.pan;
        layer.exclusiveClass = drum.exclusiveClass;
        program.layers.push_back(layer);
    }
    return program;
}

} // namespace

std::vector<Program> generalMidiPrograms(const WaveLibrary& library)
{
    std::vector<Program> programs;
    addKeyboardsToSynthBrass(library, programs);
    addReedsToEffects(library, programs);
    assert(programs.size() == 128);
    programs.push_back(drumProgram(library.drums));
    for (Program& program : programs)
        resolveZones(program);
    return programs;
}

} // namespace continuo::soundfont
