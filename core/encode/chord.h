// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/encoding.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// The settings of the `chord` encoding; as JSON they have the same names.
struct ChordOptions
{
    std::string tracks = "melody"; ///< "melody": the melody's track; "all": all but drums.
    bool end = true;               ///< A symbol for the end of the piece.
    bool wholeBeats =
        false; ///< Played notes last a beat, over the next onset, instead of half one.

    friend bool operator==(const ChordOptions&, const ChordOptions&) = default;
};

/// Reads the options from JSON text. Missing members take their defaults. Errors as makeEncoding().
Result<ChordOptions> chordOptionsFromJson(std::string_view json);

/// The pitch classes of a chord in normal order (Rahn): the turn with the smallest span; of equal
/// ones that whose notes but the last span least, and so on; of equal ones that with the lowest
/// first class.
std::vector<int> normalOrder(std::vector<int> pitchClasses);

/// One symbol for each onset, half a beat apart when played: a note ("E4") or the pitch classes of
/// a chord in normal order ("4.7.11"). When and how long notes sound is not kept, nor the octaves
/// of a chord.
///
/// Version 1. Vocabulary: what the training part holds, at most kMaxSymbols, the most frequent:
/// notes in rising order, chords in the order of their classes, then end where it is on. Onsets
/// whose starts round to the same line of a thirty-second grid are one.
class ChordEncoding final : public Encoding
{
public:
    static constexpr std::string_view kName = "chord";
    static constexpr std::size_t kMaxSymbols = 16'384;
    /// Pieces of more onsets are refused.
    static constexpr std::size_t kMaxOnsets = std::size_t{1} << 22;

    /// Fitted to nothing yet: the vocabulary holds at most the end.
    explicit ChordEncoding(const ChordOptions& options);

    /// Rebuilt from a model file. Errors (kind Refused): encode.other-vocabulary, where a symbol is
    /// none.
    static Result<std::shared_ptr<const Encoding>> fromVocabulary(const ChordOptions& options,
                                                                  const Vocabulary& vocabulary);

    std::string_view name() const override { return kName; }
    int version() const override { return 1; }
    std::string optionsJson() const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }

    /// Errors (kind Refused): encode.empty, encode.smpte, encode.too-long, encode.unknown-chords
    /// (nothing of the piece is in the vocabulary).
    Result<EncodedPiece> encode(const Score& score, const EncodeOptions& options) const override;
    std::unique_ptr<TokenReader> reader(std::span<const Token> before,
                                        const ReaderOptions& options) const override;
    std::optional<Tick> tokenTime(std::size_t index, int ticksPerQuarter) const override;
    std::vector<Pitch> pitchesOf(Token token) const override;
    std::unique_ptr<VocabularyFit> fit() const override;

private:
    void setVocabulary(std::vector<Symbol> symbols);

    ChordOptions m_options;
    Vocabulary m_vocabulary;
    std::vector<std::vector<Pitch>> m_pitches; ///< Of each symbol.
    std::map<std::string, Token, std::less<>> m_tokens;
};

} // namespace continuo
