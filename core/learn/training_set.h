// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/encode/encoding.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// A piece as the network reads it.
using TokenSequence = std::vector<Token>;

/// What a training learns from and is judged by: whole pieces in three parts, and how they were
/// written down.
struct TrainingSet
{
    std::string encoding{};
    int encodingVersion = 1;
    std::string encodingOptionsJson = "{}";
    Vocabulary vocabulary{};
    std::vector<Token> limits{}; ///< Of the numbers of a step, as Encoding::limits(); may be empty
                                 ///< where a step is one symbol.
    std::vector<TokenSequence> train{};
    std::vector<TokenSequence> validation{};
    std::vector<TokenSequence> test{};
    std::string source{};      ///< The dataset's name, for people.
    std::string fingerprint{}; ///< Of the dataset: equal fingerprints, equal training.
    std::string losses{};      ///< One line: what the encoding could not keep.
    /// The dataset's recipe as JSON, of a very long one {"steps", "sha256"}; empty where it has none.
    std::string recipe{};
    std::string split{}; ///< How the parts were drawn, as JSON {"train", "validation", "test", "seed", "by"}; may be empty.

    std::size_t width() const { return limits.empty() ? 1 : limits.size(); } ///< Of a step.

    friend bool operator==(const TrainingSet&, const TrainingSet&) = default;
};

/// A set without pieces for this encoding.
TrainingSet emptyTrainingSet(const Encoding& encoding);

/// The token pack: the set as one file in a run, so that resuming needs no dataset. Errors: those
/// of readTensorFile(), train.bad-pack (kind Refused).
Status writeTokenPack(const std::filesystem::path& path, const TrainingSet& set);
Result<TrainingSet> readTokenPack(const std::filesystem::path& path);
Result<TrainingSet> parseTokenPack(std::span<const std::uint8_t> bytes,
                                   const std::string& nameForErrors);

/// One part of a set as one run of tokens, so that it can live on a device as one tensor.
///
/// Places and lengths count steps: number k of step i is tokens[i * width + k]. Steps of several
/// numbers have no end symbol.
///
/// Where the vocabulary has an end symbol each piece is put behind one, so that its first step is
/// predicted too; otherwise the first symbol is only read. Either way a piece with tokens [begin,
/// begin + targets] has the targets begin + 1 … begin + targets, and tokens[i] is the input for the
/// target at i + 1.
struct TokenStream
{
    struct Piece
    {
        std::size_t begin = 0;
        std::size_t targets = 0;
        friend bool operator==(const Piece&, const Piece&) = default;
    };
    std::vector<Token> tokens{};
    std::size_t width = 1;       ///< Numbers in a step.
    std::vector<Piece> pieces{}; ///< Only pieces with targets.
    bool startsWithEnd = false;  ///< Each piece stands behind an end symbol.

    std::size_t targets() const; ///< Of all pieces.
};

TokenStream makeTokenStream(std::span<const TokenSequence> pieces, const Vocabulary& vocabulary,
                            std::size_t width = 1);

} // namespace continuo
