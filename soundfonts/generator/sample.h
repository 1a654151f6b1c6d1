// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace continuo::soundfont {

/// One recording-to-be: mono frames around zero, at any scale until the font is calibrated.
struct Sample
{
    std::string name;           ///< at most 20 characters
    std::vector<double> frames; ///< for a looped sample at least 8 frames follow loopEnd
    int sampleRate = 32000;     ///< hertz
    int loopStart = 0;
    int loopEnd = 0;  ///< first frame after the loop; 0 where the sample plays once
    int rootKey = 60; ///< MIDI key at which it sounds untransposed
    /// How fast the volume envelope must fall for this sample to decay as its model does, decibels
    /// per second.
    double decayRate = 0.0;

    bool isLooped() const { return loopEnd > 0; }
};

/// The same sound at several root keys, ascending.
using WaveSet = std::vector<Sample>;

} // namespace continuo::soundfont
