// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/continuation.h"

#include <cstddef>
#include <optional>

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

} // namespace continuo
