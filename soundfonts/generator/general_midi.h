// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "soundfonts/generator/drums.h"
#include "soundfonts/generator/font.h"
#include "soundfonts/generator/waves.h"

#include <vector>

namespace continuo::soundfont {

/// Every wave set of the font, rendered once.
struct WaveLibrary
{
    WaveSet grandHard = grandPiano(true);
    WaveSet grandSoft = grandPiano(false);
    WaveSet tineHard = tinePiano(true);
    WaveSet tineSoft = tinePiano(false);
    WaveSet digitalPiano = soundfont::digitalPiano();
    WaveSet harpsichord = soundfont::harpsichord();
    WaveSet clavinet = soundfont::clavinet();
    WaveSet dulcimer = soundfont::dulcimer();
    WaveSet drawbarOrgan = soundfont::drawbarOrgan();
    WaveSet organPercussion = soundfont::organPercussion();
    WaveSet rockOrgan = soundfont::rockOrgan();
    WaveSet churchOrgan = soundfont::churchOrgan();
    WaveSet reedOrgan = soundfont::reedOrgan();
    WaveSet accordion = soundfont::accordion();
    WaveSet harmonica = soundfont::harmonica();
    WaveSet nylonGuitar = soundfont::nylonGuitar();
    WaveSet steelGuitar = soundfont::steelGuitar();
    WaveSet electricGuitar = soundfont::electricGuitar();
    WaveSet mutedGuitar = soundfont::mutedGuitar();
    WaveSet overdriven = overdrivenGuitar(false);
    WaveSet distorted = overdrivenGuitar(true);
    WaveSet guitarHarmonics = soundfont::guitarHarmonics();
    WaveSet acousticBass = soundfont::acousticBass();
    WaveSet fingerBass = electricBass(false);
    WaveSet pickedBass = electricBass(true);
    WaveSet fretlessBass = soundfont::fretlessBass();
    WaveSet slapBass = soundfont::slapBass();
    WaveSet harp = soundfont::harp();
    WaveSet pizzicato = soundfont::pizzicato();
    WaveSet sitar = soundfont::sitar();
    WaveSet banjo = soundfont::banjo();
    WaveSet shamisen = soundfont::shamisen();
    WaveSet koto = soundfont::koto();
    WaveSet violin = soundfont::violin();
    WaveSet cello = soundfont::cello();
    WaveSet strings = stringEnsemble();
    WaveSet aah = choirAah();
    WaveSet ooh = choirOoh();
    WaveSet orchestraHit = soundfont::orchestraHit();
    WaveSet trumpet = soundfont::trumpet();
    WaveSet mutedTrumpet = soundfont::mutedTrumpet();
    WaveSet horn = soundfont::horn();
    WaveSet brass = brassEnsemble();
    WaveSet saxophone = soundfont::saxophone();
    WaveSet oboe = soundfont::oboe();
    WaveSet bassoon = soundfont::bassoon();
    WaveSet clarinet = soundfont::clarinet();
    WaveSet flute = soundfont::flute();
    WaveSet recorder = soundfont::recorder();
    WaveSet panFlute = soundfont::panFlute();
    WaveSet ocarina = soundfont::ocarina();
    WaveSet bagpipe = soundfont::bagpipe();
    WaveSet breath = soundfont::breath();
    WaveSet saw = sawWave();
    WaveSet square = squareWave();
    WaveSet synthBass = soundfont::synthBass();
    WaveSet warmPad = soundfont::warmPad();
    WaveSet glassPad = soundfont::glassPad();
    WaveSet metalPad = soundfont::metalPad();
    WaveSet celesta = soundfont::celesta();
    WaveSet glockenspiel = soundfont::glockenspiel();
    WaveSet musicBox = soundfont::musicBox();
    WaveSet vibraphone = soundfont::vibraphone();
    WaveSet marimba = soundfont::marimba();
    WaveSet xylophone = soundfont::xylophone();
    WaveSet tubularBells = soundfont::tubularBells();
    WaveSet kalimba = soundfont::kalimba();
    WaveSet tinkleBell = soundfont::tinkleBell();
    WaveSet agogo = soundfont::agogo();
    WaveSet steelDrums = soundfont::steelDrums();
    WaveSet woodblock = soundfont::woodblock();
    WaveSet timpani = soundfont::timpani();
    WaveSet taiko = soundfont::taiko();
    WaveSet melodicTom = soundfont::melodicTom();
    WaveSet synthDrum = soundfont::synthDrum();
    WaveSet reverseCymbal = soundfont::reverseCymbal();
    WaveSet fretNoise = soundfont::fretNoise();
    WaveSet seashore = soundfont::seashore();
    WaveSet birdTweet = soundfont::birdTweet();
    WaveSet telephoneRing = soundfont::telephoneRing();
    WaveSet helicopter = soundfont::helicopter();
    WaveSet applause = soundfont::applause();
    WaveSet gunshot = soundfont::gunshot();
    DrumKit drums = makeDrumKit();

    /// All samples, in a fixed order.
    std::vector<Sample*> samples();
};

/// The 128 programs of bank 0 and the drum kit, zones resolved; they refer to the library's
/// samples.
std::vector<Program> generalMidiPrograms(const WaveLibrary& library);

/// The parts that `generalMidiPrograms` puts together, programs 0–63 and 64–127.
void addKeyboardsToSynthBrass(const WaveLibrary& library, std::vector<Program>& programs);
void addReedsToEffects(const WaveLibrary& library, std::vector<Program>& programs);

} // namespace continuo::soundfont
