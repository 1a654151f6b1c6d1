// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
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

/// A melody without its key and tempo: one step fewer than it has notes, empty for none or one note. Notes of one pitch
/// running count as one long note, for whether a tie is played or struck again differs from one edition to the next.
using MelodyPrint = std::vector<MelodyStep>;

/// The longest print that is made; what follows in a longer melody is not compared.
inline constexpr std::size_t kLongestPrint = 20'000;

/// The print of a single line: notes in order that do not overlap, as melodyOf() gives them. The last note counts with
/// its own length.
MelodyPrint melodyPrint(std::span<const Note> melody);

/// What of a melody is compared, piece by piece.
struct PassageKind
{
    std::size_t notes = 0;  ///< Notes of a passage, 2..16.
    bool hasRhythm = false; ///< Whether rhythm counts too, or intervals alone.
};

/// Passages that are shared by chance hardly ever.
inline constexpr PassageKind kFamilyPassage{10, false};
/// Passages that count as a leak where they stand in training and held-out pieces.
inline constexpr PassageKind kLeakPassage{8, true};

/// The passages of a melody as hashes, one for each note that enough others follow.
std::vector<std::uint64_t> passagesInOrder(const MelodyPrint& print, PassageKind kind);

/// The distinct passages of a melody as hashes, sorted.
std::vector<std::uint64_t> passagesOf(const MelodyPrint& print, PassageKind kind);

/// A piece as the search for families sees it.
struct FamilyMember
{
    MelodyPrint melody{};
    std::string title{};       ///< As the file says; may be empty.
    std::string contentHash{}; ///< Of its file; pieces of equal files and equal place are relatives too.
    std::size_t ordinal = 0;   ///< Its place within the file.
};

/// Relatives share this part of the passages of the one that has fewer …
inline constexpr double kFamilyOverlap = 0.35;
/// … and at least this many: short melodies share some by chance.
inline constexpr std::size_t kFewestCommonPassages = 10;
/// Near-duplicates are of similar length: see findNearDuplicates().
inline constexpr double kNearDuplicateShare = 0.5;

/// Which relatives are nearly the same piece, as the index of one of them (the least index). Two are when
/// - they are the same place of equal files, or their prints are equal, or
/// - they share passages of kFamilyPassage as relatives do, and the shorter melody has kNearDuplicateShare of the notes of
///   the longer at least: an excerpt, a variation or another setting of the same name is a relative, but no duplicate, or
/// - a chain of such pairs joins them.
///
/// The result depends neither on the order nor on what else is a relative. Of those that differ each is compared with 500 others at least.
std::vector<std::size_t> findNearDuplicates(std::span<const FamilyMember> relatives);

/// The family of each member, as the index of one member of it (the least index). Two pieces are in one family when
/// - they are the same place of equal files, or their prints are equal, or
/// - they share passages of kFamilyPassage as said above, or
/// - they have the same title and a fifth of the passages of six notes (ornaments written out or not), or
/// - a chain of such pairs joins them.
///
/// The result depends on neither the order of the members nor the number of threads. Time and memory grow with the number of notes, not with its
/// square: of melodies that share one passage the first hundred are compared, unless they are alike and count as one.
std::vector<std::size_t> findFamilies(std::span<const FamilyMember> members, unsigned threads = usableThreads());

} // namespace continuo
