// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "soundfonts/generator/partials.h"
#include "soundfonts/generator/sample.h"

#include <initializer_list>

/// The sounds themselves. Each function renders one wave set from a model of how the instrument
/// makes its sound; levels do not matter, they are calibrated later.
namespace continuo::soundfont {

// waves_keyboards.cpp
WaveSet
grandPiano(bool hard); ///< struck strings in pairs and triples, stiff, with a soft or a hard hammer
WaveSet tinePiano(bool hard); ///< electric piano with tines
WaveSet digitalPiano();       ///< electric piano by frequency modulation
WaveSet harpsichord();
WaveSet clavinet();
WaveSet dulcimer();

// waves_organs.cpp
WaveSet drawbarOrgan();
WaveSet organPercussion(); ///< the short third-harmonic stroke of a percussive organ
WaveSet rockOrgan();       ///< overdriven
WaveSet churchOrgan();
WaveSet reedOrgan();
WaveSet accordion();
WaveSet harmonica();

// waves_plucked.cpp
WaveSet nylonGuitar();
WaveSet steelGuitar();
WaveSet electricGuitar();
WaveSet mutedGuitar();
WaveSet overdrivenGuitar(bool distorted);
WaveSet guitarHarmonics();
WaveSet acousticBass();
WaveSet electricBass(bool picked);
WaveSet fretlessBass();
WaveSet slapBass();
WaveSet harp();
WaveSet pizzicato();
WaveSet sitar();
WaveSet banjo();
WaveSet shamisen();
WaveSet koto();

// waves_bowed.cpp
WaveSet violin();
WaveSet cello();
WaveSet stringEnsemble();
WaveSet choirAah();
WaveSet choirOoh();
WaveSet orchestraHit();

// waves_winds.cpp
WaveSet trumpet(); ///< also the trombone, on lower keys
WaveSet mutedTrumpet();
WaveSet horn(); ///< also the tuba, on lower keys
WaveSet brassEnsemble();
WaveSet saxophone();
WaveSet oboe();
WaveSet bassoon();
WaveSet clarinet();
WaveSet flute();
WaveSet recorder();
WaveSet panFlute();
WaveSet ocarina();
WaveSet bagpipe();
WaveSet breath(); ///< noise that loops, for layers; sounds untransposed at key 60

// waves_synth.cpp
WaveSet sawWave();
WaveSet squareWave();
WaveSet synthBass();
WaveSet warmPad();
WaveSet glassPad();
WaveSet metalPad();

// waves_struck.cpp
WaveSet celesta();
WaveSet glockenspiel();
WaveSet musicBox();
WaveSet vibraphone();
WaveSet marimba();
WaveSet xylophone();
WaveSet tubularBells();
WaveSet kalimba();
WaveSet tinkleBell();
WaveSet agogo();
WaveSet steelDrums();
WaveSet woodblock();
WaveSet timpani();
WaveSet taiko();
WaveSet melodicTom();
WaveSet synthDrum();

// waves_effects.cpp
WaveSet reverseCymbal();
WaveSet fretNoise();
WaveSet seashore();
WaveSet birdTweet();
WaveSet telephoneRing();
WaveSet helicopter();
WaveSet applause();
WaveSet gunshot();

/// Height of a resonance of the given centre and half-power width at frequency f, all in hertz; 1
/// at the centre.
inline double resonance(double f, double centre, double width)
{
    const double x = (f - centre) / (0.5 * width);
    return 1.0 / (1.0 + x * x);
}

/// One sample per root.
template <typename Make>
WaveSet waveSet(std::initializer_list<int> roots, Make make)
{
    WaveSet waves;
    for (const int root : roots)
        waves.push_back(make(root));
    return waves;
}

/// Renders a tone through a soft limiter: `drive` is how many times its RMS exceeds the limiter's
/// knee. Rendered at four times the rate so that the new overtones do not fold back; then a cabinet
/// cuts above `cabinet` hertz.
Sample renderOverdriven(const Tone& tone, double drive, double cabinet);

} // namespace continuo::soundfont
