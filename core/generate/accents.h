// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/meter.h"
#include "core/music/note.h"

#include <array>
#include <cstdint>
#include <map>
#include <span>

namespace continuo {

/// Velocities for notes of an encoding that has none: the mean of the seed melody's notes at the same place in the bar;
/// where none stands, of those equally strong (first beat, other beats, between beats); else of all. Without a seed
/// melody the accents of the meter: 100, 88 and 80.
class Accents
{
public:
    Accents(std::span<const Note> melody, MeterMap meter);

    std::uint8_t velocityAt(Tick time) const;
    bool followsMelody() const { return m_all.count > 0; }

private:
    struct Mean
    {
        std::int64_t sum = 0;
        std::int64_t count = 0;

        void add(std::uint8_t velocity);
        std::uint8_t value() const; ///< 1..127, rounded; `count` is not 0.
    };
    struct Place
    {
        std::int64_t inBar = 0;   ///< In twelfths of a quarter, rounded.
        std::size_t strength = 0; ///< 0 the first beat, 1 another, 2 between.
    };
    Place placeOf(Tick time) const;

    MeterMap m_meter;
    std::map<std::int64_t, Mean> m_places;
    std::array<Mean, 3> m_strengths;
    Mean m_all;
};

} // namespace continuo
