// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "soundfonts/generator/font.h"

#include <vector>

namespace continuo::soundfont {

/// Plays one note through a plain model of a SoundFont synthesizer and tells its loudness: the
/// power of the loudest 400 ms of the first 1.5 s after K weighting (ITU-R BS.1770), in decibels
/// relative to full scale, both sides added. The synthesizer's own fall of volume with velocity is
/// left out; the filter's darkening is not.
double auditionLoudness(const std::vector<Zone>& zones, int key, int velocity);

/// Sets every zone's attenuation so that each program has the same loudness over its keys and
/// velocity layers, then scales the samples so that the quietest use of each needs no
/// amplification. `samples` are all that the programs use. `targetDb` is what `auditionLoudness`
/// shall give for a full-velocity note of a program at 0 dB.
void calibrate(std::vector<Program>& programs, const std::vector<Sample*>& samples,
               double targetDb);

} // namespace continuo::soundfont
