// SPDX-License-Identifier: GPL-3.0-or-later
#include "soundfonts/generator/font.h"

#include <algorithm>
#include <cassert>

#include "soundfonts/generator/numeric.h"

namespace continuo::soundfont {

double Zone::cutoff(double velocity) const
{
    const Filter& filter = layer->filter;
    const double key = layer->fixedPitch ? 60.0 : 0.5 * (lowKey + highKey);
    const double cents = filter.track * (key - 60.0) * 100.0 - filter.velocityCents * (127.0 - velocity) / 127.0;
    return std::clamp(filter.cutoff * power(2.0, cents / 1200.0), 60.0, 20000.0);
}

double Zone::decayRate() const
{
    const double own = layer->envelope.decayRate > 0.0 ? layer->envelope.decayRate : sample->decayRate;
    return own * layer->envelope.decayFactor;
}

bool Zone::covers(int key, int velocity) const
{
    return key >= lowKey && key <= highKey && velocity >= layer->lowVelocity && velocity <= layer->highVelocity;
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
                last = std::min(last, (waves[i].rootKey + waves[i + 1].rootKey) / 2 - layer.semitones);
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
