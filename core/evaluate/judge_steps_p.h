// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/evaluate/likelihood.h"
#include "core/generate/model.h"
#include "core/learn/training_set.h"

#include <cstddef>
#include <functional>
#include <span>

namespace continuo {

/// One step of one piece: what the model says, and what comes. From several threads, but of one
/// piece in the order of its steps and from one at a time.
using StepJudge = std::function<void(std::size_t piece, std::size_t step,
                                     std::span<const float> logits, Token target)>;

/// Reads whole pieces, the state carried from the first step, and tells every step once. Pieces go
/// side by side and over `threads` threads. False where cancelled.
bool judgeSteps(const NextTokenModel& model, const TokenStream& part, unsigned threads,
                const StepJudge& judge, const CancelToken& cancel, const StepProgress& progress);

/// −ln of the softmax among some symbols for one of them.
double natsAmong(std::span<const float> logits, std::span<const std::size_t> symbols,
                 std::size_t chosen);

} // namespace continuo
