// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/tempo_map.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace continuo {

TempoMap::TempoMap(int ticksPerQuarter, std::uint32_t microsecondsPerQuarter)
    : m_changes{{Tick{}, microsecondsPerQuarter, 0.0}}
    , m_ticksPerQuarter(ticksPerQuarter)
{
    assert(ticksPerQuarter > 0 && microsecondsPerQuarter > 0);
}

TempoMap::TempoMap(const Score& score)
    : TempoMap(std::max(1, score.ticksPerQuarter), 500'000)
{
    if (score.smpte) {
        const double framesPerSecond = score.smpte->framesPerSecond == 29 ? 30.0 / 1.001 : score.smpte->framesPerSecond;
        m_smpteSecondsPerTick = 1.0 / (framesPerSecond * score.smpte->ticksPerFrame);
        return;
    }
    std::vector<Change> found;
    for (const Track& track : score.tracks) {
        for (const Event& event : track.events) {
            if (!event.isMeta(Meta::Tempo) || event.payload.size() != 3)
                continue;
            const std::uint32_t tempo = static_cast<std::uint32_t>(event.payload[0]) << 16 |
                                        static_cast<std::uint32_t>(event.payload[1]) << 8 | event.payload[2];
            if (tempo > 0)
                found.push_back({event.time, tempo, 0.0});
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const Change& a, const Change& b) { return a.time < b.time; });
    for (Change& change : found) {
        if (change.time == m_changes.back().time) {
            m_changes.back().microsecondsPerQuarter = change.microsecondsPerQuarter;
        } else if (change.microsecondsPerQuarter != m_changes.back().microsecondsPerQuarter) {
            change.seconds = ticksToSeconds(change.time);
            m_changes.push_back(change);
        }
    }
}

double TempoMap::secondsPerTick(const Change& change) const
{
    if (m_smpteSecondsPerTick > 0)
        return m_smpteSecondsPerTick;
    return change.microsecondsPerQuarter * 1e-6 / m_ticksPerQuarter;
}

double TempoMap::ticksToSeconds(Tick time) const
{
    const auto next = std::upper_bound(m_changes.begin() + 1, m_changes.end(), time,
                                       [](Tick value, const Change& change) { return value < change.time; });
    const Change& change = *(next - 1);
    return change.seconds + static_cast<double>((time - change.time).value) * secondsPerTick(change);
}

Tick TempoMap::secondsToTicks(double seconds) const
{
    if (!(seconds > 0))
        return {};
    const auto next = std::upper_bound(m_changes.begin() + 1, m_changes.end(), seconds,
                                       [](double value, const Change& change) { return value < change.seconds; });
    const Change& change = *(next - 1);
    return change.time + Tick{std::llround((seconds - change.seconds) / secondsPerTick(change))};
}

std::uint32_t TempoMap::microsecondsPerQuarterAt(Tick time) const
{
    const auto next = std::upper_bound(m_changes.begin() + 1, m_changes.end(), time,
                                       [](Tick value, const Change& change) { return value < change.time; });
    return (next - 1)->microsecondsPerQuarter;
}

} // namespace continuo
