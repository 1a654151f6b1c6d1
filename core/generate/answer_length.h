// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/continuation.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace continuo {

/// How long the answer gets.
struct AnswerLength
{
    std::size_t steps = 0;     ///< Symbols, at most.
    std::size_t notes = 0;     ///< 0: the steps or the end decide.
    std::optional<Tick> end{}; ///< What is longer is cut here.
};

/// Errors (kind Usage): generate.bad-length.
Result<AnswerLength> answerLength(const Encoding& encoding, const Score& score,
                                  const PreparedPrompt& prompt, const ContinuationRequest& request);

/// Number of alternatives and sampler. Errors (kind Usage): generate.bad-alternatives,
/// sampler.bad-value.
Status checkRequest(const ContinuationRequest& request);

/// For each symbol of the vocabulary whether the range and scale asked for allow it. Errors (kind
/// Usage): generate.pitches-not-known, generate.nothing-allowed.
Result<std::vector<std::uint8_t>> wishedSymbols(const Encoding& encoding,
                                                const PreparedPrompt& prompt,
                                                const ContinuationRequest& request);

/// generate.not-finite: the network's numbers overflowed.
Error notFiniteError();

} // namespace continuo
