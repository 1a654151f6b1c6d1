// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/training_set.h"

#include <string_view>

namespace continuo {

/// What simple predictors reach on the steps a network is judged on, in nats per step: the lines
/// every network has to get below.
struct ReferenceLines
{
    double uniform = 0; ///< ln V.
    double unigram =
        0; ///< How often a symbol stands in the training part, each count raised by one.
    /// The symbol before decides: P(b|a) = (c(ab) + T(a)·P(b)) / (c(a) + T(a)), T(a) the number of
    /// different symbols after a and P the unigram (Witten and Bell 1991).
    double bigram = 0;

    friend bool operator==(const ReferenceLines&, const ReferenceLines&) = default;
};

/// Counted on `train`, measured on every target of `part`; zeros where `part` has none.
ReferenceLines referenceLines(const TokenStream& train, const TokenStream& part,
                              Token vocabularySize);

/// As referenceLines(), for the frame encoding, in nats per frame: every key an even coin; how
/// often the key is on in the training part; that by whether it was on in the frame before. Each
/// count is raised by one.
ReferenceLines frameReferenceLines(const TokenStream& train, const TokenStream& part);

/// Of pieces in the encoding `note`: the lines of their pitches, as a network's loss is that of the
/// pitch.
ReferenceLines referenceLinesOfNotes(const TokenStream& train, const TokenStream& part);

/// The same for steps of several numbers that all speak of the vocabulary, such as voices: in nats
/// for each number, counted for each place in the step apart. Every step is judged, the first too:
/// unigram by how often the symbol occurs in the voice, bigram by how often it follows the one before
/// in the same voice; a first one counts as in unigram.
ReferenceLines voiceReferenceLines(const TokenStream& train, const TokenStream& part,
                                   Token vocabularySize);

/// The lines for pieces in an encoding; zeros where there are none for its steps.
ReferenceLines referenceLinesFor(std::string_view encoding, const TokenStream& train,
                                 const TokenStream& part, Token vocabularySize);

} // namespace continuo
