// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/pitch.h"
#include "core/music/time.h"

#include <cstdint>

namespace continuo {

/// Names one note of a score, across edits and undo. 0 means not yet in a score.
using NoteId = std::uint32_t;

inline constexpr std::uint8_t kDefaultVelocity = 90;
inline constexpr std::uint8_t kDefaultReleaseVelocity = 64; ///< What a note-off without a velocity means (MIDI 1.0).
inline constexpr std::uint8_t kDrumChannel = 9;             ///< Channel 10 as people count.

/// One note. A plain value: editing means making a changed copy.
struct Note
{
    Tick start{};  ///< From the beginning of the score; never negative.
    Tick length{}; ///< Never negative; files do hold notes of length zero.
    NoteId id = 0;
    Pitch pitch{};
    std::uint8_t velocity = kDefaultVelocity; ///< Note-on velocity, 1..127.
    std::uint8_t releaseVelocity = kDefaultReleaseVelocity;
    std::uint8_t channel = 0; ///< MIDI channel 0..15.

    constexpr Tick end() const { return start + length; }
    friend bool operator==(const Note&, const Note&) = default;
};

/// The order of notes in a track: by start, then by id, which is the order of arrival.
constexpr bool noteBefore(const Note& a, const Note& b)
{
    return a.start != b.start ? a.start < b.start : a.id < b.id;
}

} // namespace continuo
