// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/problem.h"

#include <array>

namespace continuo {
namespace {

constexpr std::array<std::string_view, kProblemCount> kNames{
    "exact-duplicate",  "near-duplicate",      "empty",
    "too-short",        "drums-only",          "overlapping-notes",
    "unreleased-notes", "zero-length-notes",   "several-tempos",
    "several-meters",   "extreme-range",       "off-grid",
    "long-silence",     "monotone-repetition", "unreadable-rest"};

constexpr std::array<std::string_view, 1> kDropDuplicates{"drop-duplicates"};
constexpr std::array<std::string_view, 1> kLeaveOut{"leave-out"};
constexpr std::array<std::string_view, 2> kOverlaps{"close-overlaps", "drop-duplicate-notes"};
constexpr std::array<std::string_view, 1> kStuck{"end-stuck-notes"};
constexpr std::array<std::string_view, 1> kZeroLength{"drop-zero-length"};
constexpr std::array<std::string_view, 2> kTempos{"one-tempo", "split-at-tempo"};
constexpr std::array<std::string_view, 1> kMeters{"split-at-meter"};
constexpr std::array<std::string_view, 2> kRange{"fold-range", "drop-range"};
constexpr std::array<std::string_view, 1> kGrid{"quantise"};
constexpr std::array<std::string_view, 1> kSilence{"trim-silence"};

const std::array<ProblemInfo, kProblemCount> kInfos{{
    {Problem::ExactDuplicate, "Exact duplicates",
     "Another file has the same bytes. A model would meet the piece twice as often as others.",
     Severity::High, kDropDuplicates},
    {Problem::NearDuplicate, "Near-duplicates",
     "Another piece has the same melody or most of it, in whatever key, tempo or order of tracks, "
     "and fewer problems, or more notes, or comes first. A model learns such pieces by heart "
     "sooner "
     "than others, and on both sides of a split they make the test worthless.",
     Severity::High, kDropDuplicates},
    {Problem::Empty, "No notes", "It has no notes, so there is nothing to learn from.", Severity::High,
     kLeaveOut},
    {Problem::TooShort, "Too short",
     "It has fewer than 8 notes: too few for a model to continue anything.", Severity::Medium,
     kLeaveOut},
    {Problem::DrumsOnly, "Drums only",
     "All its notes are on channel 10, where a key names a drum and not a pitch. A model of "
     "melodies learns nonsense from it.",
     Severity::High, kLeaveOut},
    {Problem::OverlappingNotes, "Overlapping notes",
     "A note begins while the one before of the same track, channel and key still sounds. A "
     "synthesizer cuts or doubles it, "
     "and an encoding has to guess.",
     Severity::Medium, kOverlaps},
    {Problem::UnreleasedNotes, "Stuck notes",
     "The file never ends some note, so it sounds until its track ends, over everything that "
     "follows.",
     Severity::High, kStuck},
    {Problem::ZeroLengthNotes, "Notes without length",
     "Some note is released at the moment it is struck. It cannot be heard, and an encoding has no "
     "length for it.",
     Severity::Medium, kZeroLength},
    {Problem::SeveralTempos, "Several tempos",
     "The tempo changes. Encodings that count beats do not see it; those that count seconds do.",
     Severity::Low, kTempos},
    {Problem::SeveralMeters, "Several meters",
     "The meter changes, so bars differ in length. Encodings with one grid of bars cannot say "
     "that.",
     Severity::Low, kMeters},
    {Problem::ExtremeRange, "Extreme range",
     "Some pitched note lies beyond the 88 keys of a piano, mostly by a mistake or a key switch of "
     "a sampler.",
     Severity::Medium, kRange},
    {Problem::OffGrid, "Off the grid",
     "More than a tenth of the notes begin off every sixteenth and triplet sixteenth: played "
     "freely, or recorded without a "
     "click. Encodings with a grid round them, each in its own way.",
     Severity::Medium, kGrid},
    {Problem::LongSilence, "Long silence",
     "Nothing sounds for four whole bars or more, at the start, in between or at the end. A model "
     "learns to be silent.",
     Severity::Medium, kSilence},
    {Problem::MonotoneRepetition, "Monotone repetition",
     "Eight bars running are equal, or sixteen notes of the melody running have one pitch. A model "
     "learns to repeat itself.",
     Severity::Low, kLeaveOut},
    {Problem::UnreadableRest, "Broken part-way",
     "A part of the file is broken and could not be read; what stands before it is used. What was "
     "noticed in reading says where.",
     Severity::High, kLeaveOut},
}};

} // namespace

std::string_view problemName(Problem problem)
{
    return kNames[static_cast<std::size_t>(problem)];
}

std::optional<Problem> problemNamed(std::string_view name)
{
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        if (kNames[i] == name)
            return static_cast<Problem>(i);
    }
    return std::nullopt;
}

std::vector<std::string> problemNames(ProblemMask problems)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        if (problems & problemBit(static_cast<Problem>(i)))
            names.emplace_back(kNames[i]);
    }
    return names;
}

std::string_view severityName(Severity severity)
{
    constexpr std::array<std::string_view, 3> kSeverities{"low", "medium", "high"};
    return kSeverities[static_cast<std::size_t>(severity)];
}

const ProblemInfo& problemInfo(Problem problem)
{
    return kInfos[static_cast<std::size_t>(problem)];
}

} // namespace continuo
