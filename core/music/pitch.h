// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace continuo {

/// A MIDI key number, 0..127; 60 is middle C.
struct Pitch
{
    std::uint8_t value = 60;

    constexpr int pitchClass() const { return value % 12; }
    friend constexpr auto operator<=>(Pitch, Pitch) = default;
};

/// "C4" for 60 (middle C is C4); black keys as sharps: "F#3".
std::string pitchName(Pitch pitch);

/// "C", "C#" … "B" for 0..11.
std::string_view pitchClassName(int pitchClass);

/// Reads "C4", "f#3", "Bb-1" or a MIDI number "60". Nothing if it is neither or out of 0..127.
std::optional<Pitch> parsePitch(std::string_view text);

} // namespace continuo
