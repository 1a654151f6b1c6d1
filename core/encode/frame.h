// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/encoding.h"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace continuo {

/// The keys of a piano, from A0 (MIDI key 21) to C8 (108); bit 0 is the lowest.
inline constexpr std::size_t kFrameKeys = 88;
inline constexpr int kLowestFrameKey = 21;
using FrameKeys = std::bitset<kFrameKeys>;

/// A frame as three numbers of a step, 30 keys in each but the last, the lowest key in the lowest
/// bit of the first.
inline constexpr std::size_t kFrameNumbers = 3;
inline constexpr std::size_t kKeysInNumber = 30;
std::array<Token, kFrameNumbers> frameNumbers(const FrameKeys& keys);
FrameKeys frameKeys(std::span<const Token> numbers); ///< Of kFrameNumbers numbers.

/// The settings of the `frame` encoding; as JSON they have the same names.
struct FrameOptions
{
    std::string grid = "1/16"; ///< Length of a frame: "1/4", "1/8", "1/16", "1/32", or triplets
                               ///< "1/6", "1/12", "1/24".
    bool hold = true;     ///< A key is on as long as it sounds; else in the frame it begins in.
    bool silence = false; ///< Silence before the first note and behind the last is kept.

    friend bool operator==(const FrameOptions&, const FrameOptions&) = default;
};

/// Reads the options from JSON text. Missing members take their defaults. Errors as makeEncoding().
Result<FrameOptions> frameOptionsFromJson(std::string_view json);

/// All notes of all tracks but drums: for each step of a grid that begins at tick 0 which of the 88
/// keys of a piano are on. A step is three numbers; see frameNumbers().
///
/// Version 1. The vocabulary is what the numbers speak of: the 88 pitches in rising order. There is
/// no end. A key that is on in several frames running is one note, unless `hold` is off: then
/// every frame's keys begin anew and last a frame.
class FrameEncoding final : public Encoding
{
public:
    static constexpr std::string_view kName = "frame";
    /// Pieces of more frames are refused.
    static constexpr std::int64_t kMaxFrames = std::int64_t{1} << 20;

    explicit FrameEncoding(const FrameOptions& options);

    const FrameOptions& options() const { return m_options; }

    std::string_view name() const override { return kName; }
    int version() const override { return 1; }
    std::string optionsJson() const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }
    std::vector<Token> limits() const override;

    /// Errors (kind Refused): encode.empty, encode.outside-range, encode.smpte, encode.too-long.
    Result<EncodedPiece> encode(const Score& score, const EncodeOptions& options) const override;
    std::unique_ptr<TokenReader> reader(std::span<const Token> before,
                                        const ReaderOptions& options) const override;
    std::optional<Tick> tokenTime(std::size_t index, int ticksPerQuarter) const override;

private:
    int stepsPerWhole() const;

    FrameOptions m_options;
    Vocabulary m_vocabulary;
};

} // namespace continuo
