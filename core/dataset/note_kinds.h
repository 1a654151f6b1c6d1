// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace continuo {

/// Steps of a melody go from −kWidestInterval to kWidestInterval semitones; wider ones count as the
/// widest.
inline constexpr int kWidestInterval = 12;
inline constexpr std::size_t kIntervalCount = 2 * kWidestInterval + 1;

/// Note values that durations are counted as, in quarters: a 32nd to a whole note, with dotted
/// ones.
inline constexpr std::array<double, 9> kNoteValues{0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4};

/// Where in the bar notes begin is counted in sixteenths from its start; the last counts all behind
/// the fourth quarter.
inline constexpr std::size_t kOnsetCount = 17;

/// What notes there are in some pieces. Drums do not count.
struct NoteStatistics
{
    std::array<std::int64_t, 128> pitches{}; ///< By MIDI key.
    std::array<std::int64_t, 12> pitchClasses{};
    std::array<std::int64_t, kIntervalCount>
        intervals{}; ///< From one note of the melody to the next.
    std::array<std::int64_t, kNoteValues.size()>
        durations{};                                ///< The nearest of kNoteValues by ratio.
    std::array<std::int64_t, kOnsetCount> onsets{}; ///< At the nearest sixteenth.
    std::size_t pieces = 0;

    void add(const Score& score);
    /// `melody` is melodyOf() the score.
    void add(const Score& score, std::span<const Note> melody);
    friend bool operator==(const NoteStatistics&, const NoteStatistics&) = default;
};

/// Which kinds of notes a piece has: what NoteStatistics counts more than none of. Bits have the
/// places that counts have there.
struct NoteKinds
{
    std::bitset<128> pitches{};
    std::bitset<kIntervalCount> intervals{};
    std::bitset<kNoteValues.size()> durations{};
    std::bitset<kOnsetCount> onsets{};

    friend bool operator==(const NoteKinds&, const NoteKinds&) = default;
};

NoteKinds noteKinds(const NoteStatistics& statistics);
/// `melody` is melodyOf() the score.
NoteKinds noteKindsOf(const Score& score, std::span<const Note> melody);

/// Four hexadecimal numbers, "pitches:intervals:durations:onsets", the highest place first.
std::string noteKindsToText(const NoteKinds& kinds);
/// Nothing where the text is not of that form.
std::optional<NoteKinds> noteKindsFromText(std::string_view text);

} // namespace continuo
