// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/meter.h"

#include <algorithm>
#include <cassert>

namespace continuo {

Tick Meter::barLength(int ticksPerQuarter) const
{
    return {std::max<std::int64_t>(1, std::int64_t{4} * ticksPerQuarter * numerator / denominator)};
}

Tick Meter::beatLength(int ticksPerQuarter) const
{
    const bool isCompound = denominator >= 8 && numerator % 3 == 0 && numerator > 3;
    return {std::max<std::int64_t>(1, std::int64_t{4} * ticksPerQuarter * (isCompound ? 3 : 1) / denominator)};
}

std::string meterName(Meter meter)
{
    return std::to_string(meter.numerator) + "/" + std::to_string(meter.denominator);
}

MeterMap::MeterMap(int ticksPerQuarter, Meter meter)
    : m_changes{{Tick{}, meter, 0}}
    , m_ticksPerQuarter(ticksPerQuarter)
{
    assert(ticksPerQuarter > 0);
}

MeterMap::MeterMap(const Score& score)
    : MeterMap(std::max(1, score.ticksPerQuarter), Meter{})
{
    std::vector<Change> found;
    for (const Track& track : score.tracks)
        for (const Event& event : track.events)
            if (event.isMeta(Meta::TimeSignature) && event.payload.size() >= 2 && event.payload[0] > 0 &&
                event.payload[1] <= 30)
                found.push_back({event.time, {event.payload[0], 1 << event.payload[1]}, 0});
    std::stable_sort(found.begin(), found.end(), [](const Change& a, const Change& b) { return a.time < b.time; });
    for (Change& change : found) {
        Change& last = m_changes.back();
        const std::int64_t bar = last.meter.barLength(m_ticksPerQuarter).value;
        if (change.time == last.time) {
            last.meter = change.meter;
        } else if (change.meter != last.meter || (change.time - last.time).value % bar != 0) {
            // The same meter set anew inside a bar ends a short bar, as after a pickup.
            change.bar = last.bar + ((change.time - last.time).value + bar - 1) / bar;
            m_changes.push_back(change);
        }
    }
}

MeterMap::Position MeterMap::position(Tick time) const
{
    assert(time.value >= 0);
    const auto next = std::upper_bound(m_changes.begin() + 1, m_changes.end(), time,
                                       [](Tick value, const Change& change) { return value < change.time; });
    const Change& change = *(next - 1);
    const std::int64_t bar = change.meter.barLength(m_ticksPerQuarter).value;
    const std::int64_t offset = (time - change.time).value;
    return {change.bar + offset / bar, {offset % bar}};
}

Tick MeterMap::barStart(std::int64_t bar) const
{
    const auto next = std::upper_bound(m_changes.begin() + 1, m_changes.end(), bar,
                                       [](std::int64_t value, const Change& change) { return value < change.bar; });
    const Change& change = *(next - 1);
    return change.time + Tick{(bar - change.bar) * change.meter.barLength(m_ticksPerQuarter).value};
}

Meter MeterMap::meterAt(Tick time) const
{
    const auto next = std::upper_bound(m_changes.begin() + 1, m_changes.end(), time,
                                       [](Tick value, const Change& change) { return value < change.time; });
    return (next - 1)->meter;
}

} // namespace continuo
