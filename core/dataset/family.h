// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// From one note of a melody to the next, whatever its key and tempo.
struct MelodyStep
{
    std::int8_t interval = 0; ///< Semitones, −127..127.
    /// Twice the binary logarithm of (time from the next note to the one after) / (time from this note to the next),
    /// rounded and limited to −12..12: 0 equal, 2 twice as long, 3 three times as long.
    std::int8_t rhythm = 0;

    friend bool operator==(const MelodyStep&, const MelodyStep&) = default;
    friend auto operator<=>(const MelodyStep&, const MelodyStep&) = default;
};

/// A melody without its key and tempo: one step fewer than it has notes, empty for none or one note.
using MelodyPrint = std::vector<MelodyStep>;

/// The longest print that is made; what follows in a longer melody is not compared.
inline constexpr std::size_t kLongestPrint = 20'000;

/// The print of a single line: notes in order that do not overlap, as melodyOf() gives them. The last note counts with
/// its own length.
MelodyPrint melodyPrint(std::span<const Note> melody);

/// Notes of the passages that are compared.
inline constexpr std::size_t kPassageNotes = 8;

/// The distinct passages of kPassageNotes notes as hashes, sorted: 7 intervals and the rhythm between their 7 starts.
std::vector<std::uint64_t> passagesOf(const MelodyPrint& print);

/// A piece as the search for families sees it.
struct FamilyMember
{
    MelodyPrint melody{};
    std::string contentHash{}; ///< Of its file; pieces of equal files and equal place are relatives too.
    std::size_t ordinal = 0;   ///< Its place within the file.
};

/// How much of the shorter melody's passages must stand in the longer one for the two to be relatives.
inline constexpr double kFamilyOverlap = 0.5;
/// With fewer distinct passages than this only equal prints count.
inline constexpr std::size_t kFewestPassages = 12;

/// The family of each member, as the index of one member of it (the least index). Two pieces are in one family when they
/// are the same place of equal files, when their prints are equal, when at least kFamilyOverlap of the passages of the
/// one with fewer also stand in the other, or when a chain of such pairs joins them. The result does not depend on the
/// order of the members. Time and memory grow with the number of notes: a passage that more than a hundred unlike
/// melodies share joins nobody.
std::vector<std::size_t> findFamilies(std::span<const FamilyMember> members);

} // namespace continuo
