// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/train_job.h"
#include "core/learn/training_set.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace continuo {

/// The pieces of the training part that settings.pieces chooses, each for itself.
TokenStream trainingStream(const TrainingSet& set, const TrainSettings& settings);

/// What windows are cut from: the same, or with acrossPieces all of it as one piece, in the order
/// of the set.
TokenStream windowStream(const TrainingSet& set, const TrainSettings& settings);

/// A stretch of one piece in a TokenStream. Input i is tokens[begin + (start + i) % modulus], its
/// target the one after it by the same rule. Never reaches outside its piece.
struct Window
{
    std::size_t begin = 0;   ///< Of the piece.
    std::size_t start = 0;   ///< Within the piece.
    std::size_t length = 0;  ///< Inputs, at least 1.
    std::size_t modulus = 0; ///< Where a looping piece comes round.
    int shift = 0;           ///< Semitones to add to every pitch.

    std::size_t index(std::size_t i) const { return begin + (start + i) % modulus; }
    friend bool operator==(const Window&, const Window&) = default;
};

/// The windows of one epoch in the order they are learned from: a pure function of its arguments.
/// Shuffled; for a transformer windows of like length stand together, batch by batch.
///
/// Every-step: `passes` times an epoch, pieces are cut at a random phase into windows of `sequence`
/// inputs, so that each target occurs exactly once a pass (where symbols say that a bar begins, up
/// to half as long, so that the next one begins with a bar); with wrapAround as many windows begin
/// anywhere in the piece, which loops. Last-step: a window of up to `window` inputs for every
/// windowStride-th target. Shifts stay within the vocabulary's range for the whole piece where a
/// step is one symbol; of wider steps the learner keeps the notes inside.
std::vector<Window> windowsOfEpoch(const TokenStream& stream, const Vocabulary& vocabulary,
                                   const TrainJob& job, std::uint32_t epoch);

/// token → token of the pitch `shift` semitones higher, for every shift from `lowest` to `highest`;
/// symbols that are no pitches and pitches that would leave the vocabulary stay. Row (shift −
/// lowest) of a row-major table.
std::vector<Token> transpositionTable(const Vocabulary& vocabulary, int lowest, int highest);

} // namespace continuo
