// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/key.h"
#include "core/music/meter.h"
#include "core/music/score.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// Lists of texts, tempos and meters in PieceFacts stop at this many entries; the counts go on.
inline constexpr std::size_t kFactListLimit = 64;
/// Texts in PieceFacts are cut to this many bytes, at a character's end.
inline constexpr std::size_t kFactTextLimit = 400;

/// What is known about one piece. "Pitched" notes are those outside the drum channel. Every definition stands in
/// docs/dataset.md.
struct PieceFacts
{
    struct Tempo
    {
        double seconds = 0;           ///< Where it begins.
        double quartersPerMinute = 0; ///< Of quarter notes whatever the meter, to a thousandth.
        friend bool operator==(const Tempo&, const Tempo&) = default;
    };
    struct MeterChange
    {
        std::int64_t bar = 0; ///< The first bar of a piece is 1.
        Meter meter{};
        friend bool operator==(const MeterChange&, const MeterChange&) = default;
    };

    std::string title{};
    std::string composer{};
    std::string copyright{};
    std::vector<std::string> texts{};      ///< Text events, in order.
    std::vector<std::string> trackNames{}; ///< Of tracks that have one.

    int format = 1;          ///< Of the Standard MIDI File; 1 for others.
    int ticksPerQuarter = 0; ///< 0 where time is counted in SMPTE frames.
    std::size_t tracks = 0;
    std::size_t notes = 0; ///< Drums included.
    std::size_t drumNotes = 0;
    std::int64_t bars = 0;      ///< Begun before the last note ends; 0 without notes or with SMPTE time.
    double durationSeconds = 0; ///< To the end of the last note, event or track.

    std::vector<Tempo> tempos{};
    std::size_t tempoCount = 0; ///< Changes to another tempo, and the first one.
    std::vector<MeterChange> meters{};
    std::size_t meterCount = 0;
    std::optional<KeyEstimate> key{};

    std::optional<int> lowest{};  ///< Key number of the lowest pitched note.
    std::optional<int> highest{};
    std::size_t polyphony = 0;   ///< The most pitched notes that sound together.
    double density = 0;          ///< Notes a second, over durationSeconds.
    std::vector<int> programs{}; ///< Program changes outside the drum channel, 0..127, ascending, each once.
    int lowestVelocity = 0;      ///< 0 without notes, as are the next three.
    int highestVelocity = 0;
    double meanVelocity = 0;
    double velocityDeviation = 0; ///< Standard deviation.
    double offGridShare = 0;      ///< Share of notes that begin off sixteenths and triplet sixteenths, 0..1.

    std::size_t overlappingNotes = 0; ///< Begin before the one before of the same track, channel and key has ended.
    std::size_t zeroLengthNotes = 0;

    friend bool operator==(const PieceFacts&, const PieceFacts&) = default;
};

PieceFacts factsOf(const Score& score);

/// Text of a file as it stands in facts: UTF-8, control characters as spaces, trimmed, at most kFactTextLimit bytes.
std::string factText(std::string_view bytes);

/// The name of the first meter or key, "-" where there is none: "6/8", "G major".
std::string meterFact(const PieceFacts& facts);
std::string keyFact(const PieceFacts& facts);

/// All facts as one JSON object in the names of PieceFacts: `meters` as [{bar, meter}], the key as `key`, `keyRunnerUp`
/// (names, or null), `keyCorrelation` and `keyConfidence`.
std::string factsToJson(const PieceFacts& facts);
/// Errors: dataset.damaged.
Result<PieceFacts> factsFromJson(std::string_view json);

/// Something about a piece that may make it unfit to learn from.
enum class Problem
{
    ExactDuplicate, ///< An earlier file of the set has the same bytes.
    NearDuplicate,  ///< An earlier piece of other bytes has the same melody, in whatever key or tempo, or most of it.
    Empty,          ///< No notes.
    TooShort,       ///< Fewer than kShortPieceNotes notes.
    DrumsOnly,
    OverlappingNotes,
    UnreleasedNotes, ///< The reader had to end notes that the file never ends.
    ZeroLengthNotes,
    SeveralTempos,
    SeveralMeters,
    ExtremeRange, ///< Beyond the 88 keys of a piano.
    OffGrid       ///< More than kOffGridShare of the notes begin off the grid.
};
inline constexpr std::size_t kProblemCount = 12;
inline constexpr std::size_t kShortPieceNotes = 8;
inline constexpr double kOffGridShare = 0.1;

/// "exact-duplicate", "near-duplicate", …; stable.
std::string_view problemName(Problem problem);

/// A set of problems, bit n for Problem n.
using ProblemMask = std::uint32_t;
constexpr ProblemMask problemBit(Problem problem)
{
    return ProblemMask{1} << static_cast<unsigned>(problem);
}

std::vector<std::string> problemNames(ProblemMask problems);

/// The problems that show in a piece alone: not duplicates, and not unreleased notes, which only its reader knows.
ProblemMask problemsOf(const PieceFacts& facts);

} // namespace continuo
