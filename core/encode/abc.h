// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/encoding.h"

#include <string>
#include <string_view>

namespace continuo {

/// The settings of the `abc` encoding; as JSON they have the same names.
struct AbcOptions
{
    std::string header = "meter-key"; ///< Lines before the music: "meter-key", "meter-unit-key".
    std::string resolution = "1/48";  ///< The grid: "1/16", "1/32", "1/48", "1/96", "1/192".
    bool transpose = false;           ///< Major pieces to C major, minor ones to A minor.

    friend bool operator==(const AbcOptions&, const AbcOptions&) = default;
};

/// Reads the options from JSON text. Missing members take their defaults. Errors as makeEncoding().
Result<AbcOptions> abcOptionsFromJson(std::string_view json);

/// The melody as characters of ABC notation, as core/abc writes it: lines M: and K:, L: between
/// them if the options say so, then bars of notes, rests, ties and tuplets in units of an eighth,
/// four bars to a line, [M:…] where the meter changes, and
/// |] at the end. The first character stands at the beginning of the bar of the first note.
///
/// Version 1. Vocabulary: the characters that such a text can hold, in the order of ASCII
/// ("newline" and "space" by name), then end. Not written: title and other fields, tempo,
/// velocities, chord symbols, keys after the first, and what no single line on the grid holds; all
/// but the tempo and velocities is counted.
///
/// Read bar by bar through core/abc's reader, so that what is wrong costs its bar only, and once
/// through: repeats are not played out.
class AbcEncoding final : public Encoding
{
public:
    static constexpr std::string_view kName = "abc";
    /// Pieces of more characters are refused.
    static constexpr std::size_t kMaxCharacters = std::size_t{1} << 22;

    explicit AbcEncoding(const AbcOptions& options);

    const AbcOptions& options() const { return m_options; }

    std::string_view name() const override { return kName; }
    int version() const override { return 1; }
    std::string optionsJson() const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }

    /// Errors (kind Refused): encode.empty, encode.smpte, encode.too-long.
    Result<EncodedPiece> encode(const Score& score, const EncodeOptions& options) const override;
    std::unique_ptr<TokenReader> reader(std::span<const Token> before,
                                        const ReaderOptions& options) const override;
    std::optional<Tick> tokenTime(std::size_t index, int ticksPerQuarter) const override;
    std::vector<Token> opening(Meter meter, std::optional<Key> key) const override;

    /// The text as characters of the vocabulary; what is not in it is left out. And back, up to the
    /// end symbol.
    std::vector<Token> tokensOf(std::string_view text) const;
    std::string textOf(std::span<const Token> tokens) const;

private:
    AbcOptions m_options;
    Vocabulary m_vocabulary;
};

} // namespace continuo
