// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace continuo {

/// A melody as numbers that mean what each note adds, such as an interval and a duration.
using SymbolRow = std::vector<std::uint32_t>;

/// Passages by which repetition is told, in symbols.
inline constexpr std::size_t kRepetitionSymbols = 4;
/// distinct-n is told for n = 1..4.
inline constexpr std::size_t kLargestDistinct = 4;

/// How varied a set of melodies is.
struct Variety
{
    std::size_t pieces = 0;
    std::size_t symbols = 0; ///< Of all pieces.
    /// distinct-n (Li and others 2016), n from 1: different n-grams / n-grams of all pieces;
    /// nothing without any.
    std::array<std::optional<double>, kLargestDistinct> distinct{};
    /// Share of a piece's 4-grams that stood in it before, mean over the pieces that have any.
    std::optional<double> repetitionRate{};
    /// −Σ p·log2 p over the symbols of all pieces, bits.
    std::optional<double> entropy{};
    /// Share of the pieces that say the same as one before.
    double copies = 0;
};

Variety varietyOf(std::span<const SymbolRow> pieces);

/// As much of a set as has about `symbols` symbols, from its beginning: distinct-n and entropy
/// depend on how much there is, so sets are compared at equal length. The last piece is cut.
std::vector<SymbolRow> firstSymbols(std::span<const SymbolRow> pieces, std::size_t symbols);

// Where collapse begins.
inline constexpr std::size_t kFewestJudgedSymbols = 48; ///< Fewer are not judged.
inline constexpr double kMostCopies =
    0.5; ///< sameMelody: at least this share of the pieces are copies.
inline constexpr double kLoopRepetition = 0.8; ///< loops: the repetition rate is at least this …
inline constexpr double kLoopAgainstCorpus = 1.25; ///< … and this many times the corpus'.
inline constexpr double kLeastEntropyShare =
    0.5; ///< fewSymbols: less than this share of the corpus' entropy.

/// What is wrong with a set, if anything.
enum class Collapse
{
    SameMelody, ///< Always the same melody.
    Loops,      ///< Melodies go round in circles.
    FewSymbols  ///< Hardly anything but a few intervals and durations.
};
std::string_view collapseName(Collapse collapse); ///< "sameMelody", "loops", "fewSymbols".
std::string_view collapseWords(Collapse collapse);

/// Everything that is wrong by the thresholds above, against a corpus of equal length; nothing
/// found is an empty list. No answer where there is too little to judge.
std::optional<std::vector<Collapse>> collapseOf(const Variety& generated, const Variety& corpus);

} // namespace continuo
