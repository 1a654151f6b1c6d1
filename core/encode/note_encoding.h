// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/encoding.h"
#include "core/music/tempo_map.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// The settings of the `note` encoding; as JSON they have the same names.
struct NoteOptions
{
    std::string unit = "beats";      ///< "beats" (quarters) or "seconds": what times count.
    int division = 96;               ///< Steps in a unit, 4..960: no time is finer.
    int longest = 16;                ///< Units, 1..64: the longest note and the longest silence.
    std::string tracks = "melody";   ///< "melody": the melody's track; "all": all but drums.
    std::string velocity = "prompt"; ///< "kept": a number of its own; else answers take the seed
                                     ///< melody's ("prompt") or always 100 ("fixed").

    friend bool operator==(const NoteOptions&, const NoteOptions&) = default;
};

/// Reads the options from JSON text. Missing members take their defaults. Errors as makeEncoding().
Result<NoteOptions> noteOptionsFromJson(std::string_view json);

/// A step is one note, several numbers: its pitch (0..127), the time since the note before began,
/// and its length, both in 1/division of a beat or a second; with velocity "kept" its velocity too.
/// Notes that begin together follow each other from low to high with time 0 between them.
///
/// Version 1. Vocabulary: the 128 pitches. The first note's time is 0. Reading a score of seconds
/// needs its tempo: DecodeOptions::tempo.
class NoteEncoding final : public Encoding
{
public:
    static constexpr std::string_view kName = "note";
    static constexpr std::uint8_t kFixedVelocity = 100;
    /// Pieces of more notes are refused.
    static constexpr std::size_t kMaxNotes = std::size_t{1} << 22;

    explicit NoteEncoding(const NoteOptions& options);

    std::string_view name() const override { return kName; }
    int version() const override { return 1; }
    std::string optionsJson() const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }

    /// Pitch, time and length, and velocity where it is kept.
    std::vector<Token> limits() const override;

    /// Errors (kind Refused): encode.empty, encode.smpte (where times are beats), encode.too-long.
    Result<EncodedPiece> encode(const Score& score, const EncodeOptions& options) const override;

    /// Reads number by number; a note is told with the last of its numbers. Any number may follow.
    std::unique_ptr<TokenReader> reader(std::span<const Token> before,
                                        const ReaderOptions& options) const override;

    std::optional<Tick> tokenTime(std::size_t index, int ticksPerQuarter) const override;

    const NoteOptions& options() const { return m_options; }
    bool keepsVelocity() const { return m_options.velocity == "kept"; }
    /// The longest time or length, in steps.
    Token longestSteps() const;

private:
    NoteOptions m_options;
    Vocabulary m_vocabulary;
};

/// Where steps of a `note` piece stand in a score: `origin` is step 0. One thread.
class NoteClock
{
public:
    /// `tempo` counts for seconds only; without one it is 120 beats a minute.
    NoteClock(const NoteOptions& options, Tick origin, int ticksPerQuarter, const TempoMap* tempo);

    Tick tick(std::int64_t steps) const;
    /// The nearest step.
    std::int64_t steps(Tick time) const;

private:
    Tick m_origin{};
    std::int64_t m_ticksPerQuarter = kDefaultTicksPerQuarter;
    std::int64_t m_division = 96;
    std::optional<TempoMap> m_tempo{}; ///< Where times are seconds.
    double m_originSeconds = 0;
};

} // namespace continuo
