// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/tempo.h"

#include "core/music/tempo_map.h"

namespace continuo {

ScorePatch setTempo(const Score& score, Tick at, std::uint32_t microsecondsPerQuarter)
{
    ScorePatch patch;
    if (score.tracks.empty() || score.smpte || TempoMap(score).microsecondsPerQuarterAt(at) == microsecondsPerQuarter)
        return patch;
    // As TempoMap reads them: the last one before or at the place, of two at one tick that of the later track.
    const Track* holder = nullptr;
    const Event* holding = nullptr;
    for (const Track& track : score.tracks) {
        for (const Event& event : track.events) {
            if (event.time > at)
                break;
            const bool isTempo = event.isMeta(Meta::Tempo) && event.payload.size() == 3 &&
                                 (event.payload[0] | event.payload[1] | event.payload[2]) != 0;
            if (isTempo && (!holding || event.time >= holding->time)) {
                holder = &track;
                holding = &event;
            }
        }
    }
    Event changed = tempoEvent(holding ? holding->time : Tick{}, microsecondsPerQuarter);
    if (holding) {
        changed.id = holding->id;
        patch.removedEvents.push_back({holder->id, *holding});
        patch.addedEvents.push_back({holder->id, changed});
        return patch;
    }
    changed.id = score.nextId;
    patch.addedEvents.push_back({score.tracks.front().id, changed});
    patch.nextIdBefore = score.nextId;
    patch.nextIdAfter = score.nextId + 1;
    return patch;
}

} // namespace continuo
