// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// Something about a piece that may make it unfit to learn from.
enum class Problem
{
    ExactDuplicate, ///< An earlier file of the set has the same bytes.
    NearDuplicate,  ///< An earlier piece of other bytes has the same melody, in whatever key or
                    ///< tempo, or most of it.
    Empty,          ///< No notes.
    TooShort,       ///< Fewer than kShortPieceNotes notes.
    DrumsOnly,
    OverlappingNotes,
    UnreleasedNotes, ///< The reader had to end notes that the file never ends.
    ZeroLengthNotes,
    SeveralTempos,
    SeveralMeters,
    ExtremeRange,       ///< Beyond the 88 keys of a piano.
    OffGrid,            ///< More than kOffGridShare of the notes begin off the grid.
    LongSilence,        ///< Nothing sounds for kLongSilenceBars whole bars or more.
    MonotoneRepetition, ///< kMonotoneBars equal bars running, or kMonotoneNotes notes of one pitch
                        ///< in the melody.
    UnreadableRest      ///< A part of the file could not be read; its remarks say where.
};
inline constexpr std::size_t kProblemCount = 15;
inline constexpr std::size_t kShortPieceNotes = 8;
inline constexpr double kOffGridShare = 0.1;
inline constexpr std::int64_t kLongSilenceBars = 4;
inline constexpr std::int64_t kMonotoneBars = 8;
inline constexpr std::size_t kMonotoneNotes = 16;

/// "exact-duplicate", "near-duplicate", …; stable.
std::string_view problemName(Problem problem);
std::optional<Problem> problemNamed(std::string_view name);

/// A set of problems, bit n for Problem n.
using ProblemMask = std::uint32_t;
constexpr ProblemMask problemBit(Problem problem)
{
    return ProblemMask{1} << static_cast<unsigned>(problem);
}
inline constexpr ProblemMask kDuplicateProblems =
    problemBit(Problem::ExactDuplicate) | problemBit(Problem::NearDuplicate);

std::vector<std::string> problemNames(ProblemMask problems);

/// How much a problem spoils a piece to learn from.
enum class Severity
{
    Low,    ///< Most trainings can live with it.
    Medium, ///< It is learned along with the music.
    High    ///< The piece should be repaired or left out.
};
std::string_view severityName(Severity severity); ///< "low", "medium", "high".

struct ProblemInfo
{
    Problem problem = Problem::Empty;
    std::string_view title{}; ///< "Overlapping notes".
    std::string_view
        explanation{}; ///< One or two sentences: when a piece has it, and what harm it does.
    Severity severity = Severity::Low;
    std::span<const std::string_view>
        cures{}; ///< Names of operations of recipe.h, the gentlest first.
};

const ProblemInfo& problemInfo(Problem problem);

} // namespace continuo
