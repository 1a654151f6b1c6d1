// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/encoding.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace continuo {

/// Soprano, alto, tenor, bass, in this order wherever voices are counted.
inline constexpr std::size_t kVoices = 4;
inline constexpr std::array<std::string_view, kVoices> kVoiceNames{"Soprano", "Alto", "Tenor",
                                                                   "Bass"};

/// The settings of the `voices` encoding; as JSON they have the same names.
struct VoicesOptions
{
    bool attacks = true;   ///< Whether a note goes on or is struck again is kept. Without it equal
                           ///< neighbours are one note.
    bool transpose = true; ///< Major pieces to C major, minor ones to A minor.

    friend bool operator==(const VoicesOptions&, const VoicesOptions&) = default;
};

/// Reads the options from JSON text. Missing members take their defaults. Errors as makeEncoding().
Result<VoicesOptions> voicesOptionsFromJson(std::string_view json);

/// A score as four lines, before they come onto the grid.
struct VoiceLines
{
    /// By start, no two at once; lengths are as written and may reach over the next start.
    std::array<std::vector<Note>, kVoices> notes{};
    /// Index into Score::tracks of the track a voice was read from; nothing where no notes are or
    /// where the voices were told apart note by note.
    std::array<std::optional<std::size_t>, kVoices> tracks{};
};

/// The voices of a score: its four pitched tracks, or the four channels of its only one, highest
/// mean pitch first. Otherwise all notes are shared out onset by onset: of notes that begin
/// together the higher goes to the higher voice, to the voice whose last note was nearest; a single
/// line is the soprano. What finds no voice is told in the report. Errors (kind Refused):
/// encode.smpte, encode.empty, encode.too-long.
Result<VoiceLines> voiceLines(const Score& score, LossReport& report);

/// Four voices on a grid of sixteenths that begins at tick 0 of the score; a step is four numbers,
/// one for each voice; the first step stands at the first note.
///
/// Version 1. A number is a row, or kRows + a row where what was there goes on (with `attacks`
/// only): rows 0..45 are the MIDI keys 36..81, row 46 is silence. That is also the vocabulary.
/// Pieces come in as in the grid encoding: key and way to the common key, the octave in which most
/// notes are in range and, of these, the one in which the voices lie nearest to where voices
/// usually do (without `transpose` only where the piece does not fit as it is), what is still
/// outside dropped or folded, starts and ends rounded to the grid.
class VoicesEncoding final : public Encoding
{
public:
    static constexpr std::string_view kName = "voices";
    static constexpr int kLow = 36;
    static constexpr int kHigh = 81;
    static constexpr Token kRest = kHigh - kLow + 1; ///< The row of silence.
    static constexpr Token kRows = kRest + 1;
    static constexpr int kStepsPerWhole = 16;
    /// Pieces of more steps are refused.
    static constexpr std::int64_t kMaxSteps = std::int64_t{1} << 20;

    explicit VoicesEncoding(const VoicesOptions& options);

    const VoicesOptions& options() const { return m_options; }

    std::string_view name() const override { return kName; }
    int version() const override { return 1; }
    std::string optionsJson() const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }
    std::vector<Token> limits() const override;

    /// Errors (kind Refused): those of voiceLines(), encode.outside-range.
    Result<EncodedPiece> encode(const Score& score, const EncodeOptions& options) const override;

    /// As encode(), of lines that were found already; some may be empty, but not all. `notes` of
    /// the report is left as it is.
    Result<EncodedPiece> encodeLines(const VoiceLines& lines, int ticksPerQuarter,
                                     const EncodeOptions& options, LossReport report) const;

    /// Reads number by number; notes of voice v are told on the v-th pitched channel from
    /// DecodeOptions::channel on.
    std::unique_ptr<TokenReader> reader(std::span<const Token> before,
                                        const ReaderOptions& options) const override;
    std::optional<Tick> tokenTime(std::size_t index, int ticksPerQuarter) const override;
    std::vector<Pitch> pitchesOf(Token token) const override;

private:
    VoicesOptions m_options;
    Vocabulary m_vocabulary;
};

/// The `voice`-th pitched channel from `first` on: drums are passed over.
std::uint8_t voiceChannel(std::uint8_t first, std::size_t voice);

} // namespace continuo
