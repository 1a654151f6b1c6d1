// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "soundfonts/generator/sample.h"

#include <vector>

namespace continuo::soundfont {

/// A key of the General MIDI drum map.
struct Drum
{
    int key = 35;
    std::size_t waves = 0; ///< index into DrumKit::waves
    double cents = 0.0;    ///< tuning of this use of the sample
    double levelDb = 0.0;  ///< loudness in the kit
    double pan = 0.0;      ///< -1 left … 1 right
    int exclusiveClass = 0;
    double release = 3.0; ///< seconds; long where a note's end shall not be heard
};

struct DrumKit
{
    std::vector<WaveSet> waves; ///< each with one sample
    std::vector<Drum> drums;    ///< keys 35 to 81
};

DrumKit makeDrumKit();

} // namespace continuo::soundfont
