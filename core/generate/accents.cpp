// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/accents.h"

#include <algorithm>

namespace continuo {

namespace {

constexpr std::int64_t kPlacesPerQuarter = 12;

std::int64_t placeNumber(Tick time, int ticksPerQuarter)
{
    return (2 * time.value * kPlacesPerQuarter + ticksPerQuarter) / (2 * std::int64_t{ticksPerQuarter});
}

} // namespace

void Accents::Mean::add(std::uint8_t velocity)
{
    sum += velocity;
    ++count;
}

std::uint8_t Accents::Mean::value() const
{
    return static_cast<std::uint8_t>(std::clamp<std::int64_t>((2 * sum + count) / (2 * count), 1, 127));
}

Accents::Accents(std::span<const Note> melody, MeterMap meter)
    : m_meter(std::move(meter))
{
    for (const Note& note : melody) {
        const Place place = placeOf(note.start);
        m_places[place.inBar].add(note.velocity);
        m_strengths[place.strength].add(note.velocity);
        m_all.add(note.velocity);
    }
}

Accents::Place Accents::placeOf(Tick time) const
{
    const int ticksPerQuarter = m_meter.ticksPerQuarter();
    const Meter meter = m_meter.meterAt(time);
    const std::int64_t bar = std::max<std::int64_t>(1, placeNumber(meter.barLength(ticksPerQuarter), ticksPerQuarter));
    const std::int64_t beat =
        std::max<std::int64_t>(1, placeNumber(meter.beatLength(ticksPerQuarter), ticksPerQuarter));
    Place place;
    // A note a hair before the bar line belongs to the next bar.
    place.inBar = placeNumber(m_meter.position(time).inBar, ticksPerQuarter) % bar;
    place.strength = place.inBar == 0 ? 0 : place.inBar % beat == 0 ? 1 : 2;
    return place;
}

std::uint8_t Accents::velocityAt(Tick time) const
{
    const Place place = placeOf(time);
    if (!followsMelody()) {
        constexpr std::array<std::uint8_t, 3> meterAccents{100, 88, 80};
        return meterAccents[place.strength];
    }
    if (const auto found = m_places.find(place.inBar); found != m_places.end())
        return found->second.value();
    if (m_strengths[place.strength].count > 0)
        return m_strengths[place.strength].value();
    return m_all.value();
}

} // namespace continuo
