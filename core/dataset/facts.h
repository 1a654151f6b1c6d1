// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dataset/note_kinds.h"
#include "core/dataset/problem.h"
#include "core/music/key.h"
#include "core/music/meter.h"
#include "core/music/score.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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

    struct TrackVoice
    {
        std::size_t track = 0; ///< From 1.
        double monophony = 0;  ///< Share of its onsets at which nothing else of it sounds, 0..1.
        friend bool operator==(const TrackVoice&, const TrackVoice&) = default;
    };
    /// The track most likely to carry the melody, and why: the parts of MelodyChoice.
    struct Melody
    {
        std::size_t track = 0; ///< From 1.
        std::string name{};    ///< Of the track.
        double score = 0;
        double monophony = 0;
        double height = 0;
        double activity = 0;
        bool isNamed = false;
        friend bool operator==(const Melody&, const Melody&) = default;
    };

    std::string title{};
    std::string composer{};
    std::string copyright{};
    std::vector<std::string> texts{};      ///< Text events, in order.
    std::vector<std::string> trackNames{}; ///< Of tracks that have one.
    std::string creatingProgram{};         ///< The program that wrote the file, where its texts tell; else empty.

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
    bool isMeterGiven = false;         ///< The file has a time signature.
    std::optional<Meter> meterGuess{}; ///< What the notes suggest where it has none; see guessMeter().
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

    std::vector<TrackVoice> voices{}; ///< Of tracks with pitched notes, at most kFactListLimit.
    std::optional<Melody> melody{};
    std::size_t phrases = 0;          ///< Of the melody; see phraseCount().
    std::int64_t longestSilence = 0;  ///< Whole bars running without a sound, before the last track ends; 0 with SMPTE time.
    std::int64_t equalBars = 0;       ///< The most bars running that hold the same notes; 0 without notes or with SMPTE time.
    std::size_t equalPitches = 0;     ///< The most notes of the melody running that have one pitch.
    std::optional<NoteKinds> kinds{}; ///< Nothing where an earlier version of the program stored the facts.

    friend bool operator==(const PieceFacts&, const PieceFacts&) = default;
};

PieceFacts factsOf(const Score& score);

/// How many phrases a single line has: one ends at a rest of a quarter note or more, or after a note that lasts at least
/// twice the median and longer than both its neighbours. A phrase of fewer than four notes is part of the one before.
std::size_t phraseCount(std::span<const Note> melody, int ticksPerQuarter);

/// The first track most likely to carry the melody in words: "Track 2 (Flute): alone at 98 % of its onsets, high, …".
std::string melodyInWords(const PieceFacts::Melody& melody);

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

/// The keys of a piano.
inline constexpr int kLowestPianoKey = 21;
inline constexpr int kHighestPianoKey = 108;

/// Whether a note that begins there is off sixteenths and triplet sixteenths by more than 1/48 of a quarter: a human ear
/// forgives a hundredth of a second.
bool isOffGrid(Tick start, int ticksPerQuarter);

/// The problems that show in a piece alone: not duplicates, and not unreleased notes and an unreadable rest, which only its reader knows.
ProblemMask problemsOf(const PieceFacts& facts);

} // namespace continuo
