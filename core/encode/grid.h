// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/encoding.h"

#include <array>
#include <vector>

namespace continuo {

/// The settings of the `grid` encoding; as JSON they have the same names.
struct GridOptions
{
    int stepsPerWhole =
        16;        ///< JSON "grid": "1/4", "1/8", "1/16", "1/32"; triplets "1/6", "1/12", "1/24".
    int low = 54;  ///< Lowest MIDI key with a symbol.
    int high = 90; ///< Highest MIDI key with a symbol; 54..90 are 37 notes, F#3–F#6.
    bool rest = true; ///< A symbol for silence. Without it a note lasts until the next one.
    bool hold = true; ///< A symbol for "goes on". Without it a long note repeats its pitch.
    bool end = true;  ///< A symbol for the end of the piece.
    bool transpose =
        true; ///< Major pieces to C major, minor ones to A minor, in the octave nearest the range.
    bool skyline = true; ///< Where several notes sound, the highest; off: pieces with several lines
                         ///< are refused.
    bool equalDurations =
        false; ///< A step is a note, whatever its length: order without rhythm. No rest, no hold.
    int rareBelow = 0; ///< Pitches that stand less often than this in the training part are left
                       ///< out and have no symbol; 0: none.
    std::vector<int> rare{}; ///< Which those are, in rising order, once they are known.

    friend bool operator==(const GridOptions&, const GridOptions&) = default;
};

/// Reads the options from JSON text. Missing members take their defaults (with equalDurations, rest
/// and hold are off). Errors as makeEncoding().
Result<GridOptions> gridOptionsFromJson(std::string_view json);

/// One line of melody, one symbol for each step of a grid that begins at tick 0 of the score; the
/// first token stands at the first note.
///
/// Version 1. Vocabulary: the pitches from `low` to `high` in rising order, then rest, hold, end as
/// far as they are on. A piece comes in by these steps: the melody (core/music/melody.h); its key
/// and the way to the common key; the octave in which most notes are in range and, of these, the
/// one whose mean is nearest the middle of the range (without `transpose` only where the piece does
/// not fit as it is); notes still outside dropped or folded; starts and ends rounded to the grid,
/// at least one step each; of notes that fall on one step the longer stays.
///
/// With `rareBelow` an encoding counts the pitches of the training part first (fit()): the symbols
/// that stand there for each of them, in the common key. The commonest pitch always stays.
///
/// With `transpose` a piece moved by any number of semitones gives the same tokens.
class GridEncoding final : public Encoding
{
public:
    static constexpr std::string_view kName = "grid";
    /// Pieces of more steps are refused.
    static constexpr std::int64_t kMaxSteps = std::int64_t{1} << 22;

    explicit GridEncoding(const GridOptions& options);

    const GridOptions& options() const { return m_options; }

    std::string_view name() const override { return kName; }
    int version() const override { return 1; }
    std::string optionsJson() const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }

    /// Errors (kind Refused): encode.empty, encode.outside-range, encode.smpte (times in seconds,
    /// not in beats), encode.several-lines (only without skyline), encode.too-long.
    Result<EncodedPiece> encode(const Score& score, const EncodeOptions& options) const override;
    std::unique_ptr<TokenReader> reader(std::span<const Token> before,
                                        const ReaderOptions& options) const override;
    std::optional<Tick> tokenTime(std::size_t index, int ticksPerQuarter) const override;
    std::unique_ptr<VocabularyFit> fit() const override;

private:
    GridOptions m_options;
    Vocabulary m_vocabulary;
    std::array<Token, 128> m_tokenOfKey{}; ///< −1: the key has no symbol.
};

} // namespace continuo
