// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/font.h"

#include "soundfonts/generator/numeric.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace continuo::soundfont {

double Zone::cutoff(double velocity) const
{
    const Filter& filter = layer->filter;
    const double key = layer->fixedPitch ? 60.0 : 0.5 * (lowKey + highKey);
    // The format's cutoff ends at 20 kHz; velocity takes away from what is left after that.
    const double full =
        std::min(20000.0, filter.cutoff * power(2.0, filter.track * (key - 60.0) / 12.0));
    return std::max(60.0,
                    full * power(2.0, -filter.velocityCents * (127.0 - velocity) / 127.0 / 1200.0));
}

double Zone::decayRate() const
{
    const double own =
        layer->envelope.decayRate > 0.0 ? layer->envelope.decayRate : sample->decayRate;
    return own * layer->envelope.decayFactor;
}

int Zone::startFrames() const
{
    if (layer->startShare <= 0.0 || !sample->isLooped())
        return 0;
    const double period = sample->sampleRate / keyToHertz(sample->rootKey);
    const double wanted = layer->startShare * (sample->loopEnd - sample->loopStart);
    return static_cast<int>(std::floor(std::floor(wanted / period + 0.5) * period + 0.5));
}

bool Zone::covers(int key, int velocity) const
{
    return key >= lowKey && key <= highKey && velocity >= layer->lowVelocity &&
           velocity <= layer->highVelocity;
}

void resolveZones(Program& program)
{
    program.zones.clear();
    for (const Layer& layer : program.layers) {
        assert(layer.waves && !layer.waves->empty());
        const WaveSet& waves = *layer.waves;
        int next = layer.lowKey;
        for (std::size_t i = 0; i < waves.size() && next <= layer.highKey; ++i) {
            int last = layer.highKey;
            if (i + 1 < waves.size())
                last =
                    std::min(last, (waves[i].rootKey + waves[i + 1].rootKey) / 2 - layer.semitones);
            if (last < next)
                continue;
            Zone zone;
            zone.layer = &layer;
            zone.sample = &waves[i];
            zone.lowKey = next;
            zone.highKey = last;
            program.zones.push_back(zone);
            next = last + 1;
        }
    }
}

} // namespace continuo::soundfont
