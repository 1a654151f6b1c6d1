// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/event.h"

#include <array>
#include <bit>
#include <cassert>

namespace continuo {

Event metaEvent(Tick time, Meta meta, std::string_view payload)
{
    return {.time = time, .status = 0xff, .data1 = static_cast<std::uint8_t>(meta), .payload = Bytes(payload)};
}

Event tempoEvent(Tick time, std::uint32_t microsecondsPerQuarter)
{
    assert(microsecondsPerQuarter > 0 && microsecondsPerQuarter < 1U << 24);
    const std::array<std::uint8_t, 3> bytes{static_cast<std::uint8_t>(microsecondsPerQuarter >> 16),
                                            static_cast<std::uint8_t>(microsecondsPerQuarter >> 8),
                                            static_cast<std::uint8_t>(microsecondsPerQuarter)};
    return {.time = time,
            .status = 0xff,
            .data1 = static_cast<std::uint8_t>(Meta::Tempo),
            .payload = Bytes(std::span<const std::uint8_t>(bytes))};
}

Event timeSignatureEvent(Tick time, int numerator, int denominator)
{
    assert(numerator > 0 && numerator < 256 && std::has_single_bit(static_cast<unsigned>(denominator)));
    // 24 MIDI clocks a quarter; a metronome click every beat, dotted in compound meters.
    const bool isCompound = denominator >= 8 && numerator % 3 == 0 && numerator > 3;
    const int clocks = 96 / denominator * (isCompound ? 3 : 1);
    const std::array<std::uint8_t, 4> bytes{static_cast<std::uint8_t>(numerator),
                                            static_cast<std::uint8_t>(std::countr_zero(static_cast<unsigned>(denominator))),
                                            static_cast<std::uint8_t>(clocks > 0 ? clocks : 1), 8};
    return {.time = time,
            .status = 0xff,
            .data1 = static_cast<std::uint8_t>(Meta::TimeSignature),
            .payload = Bytes(std::span<const std::uint8_t>(bytes))};
}

Event keySignatureEvent(Tick time, int sharps, bool isMinor)
{
    assert(sharps >= -7 && sharps <= 7);
    const std::array<std::uint8_t, 2> bytes{static_cast<std::uint8_t>(sharps),
                                            static_cast<std::uint8_t>(isMinor ? 1 : 0)};
    return {.time = time,
            .status = 0xff,
            .data1 = static_cast<std::uint8_t>(Meta::KeySignature),
            .payload = Bytes(std::span<const std::uint8_t>(bytes))};
}

Event programChange(Tick time, std::uint8_t channel, std::uint8_t program)
{
    assert(channel < 16 && program < 128);
    return {.time = time, .status = static_cast<std::uint8_t>(0xc0 | channel), .data1 = program};
}

} // namespace continuo
