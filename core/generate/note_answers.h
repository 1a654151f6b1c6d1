// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/continuation.h"

#include <cstddef>

namespace continuo {

/// An answer of a model of notes has no more of them, however long it was asked to be.
inline constexpr std::size_t kMostAnswerNotes = 10'000;

/// continuePrompt() for models of notes. The first note begins where the answer does or later; a
/// key that begins with others is not struck twice. Where nothing was read the first note is drawn
/// from the keys C3 to C6 alike.
Result<Continuation> continueNotes(const GeneratingModel& model, const Score& score,
                                   PreparedPrompt prompt, const ContinuationRequest& request,
                                   const NoteObserver& observer, const CancelToken& cancel);

/// predictNext() for them: which pitch comes next.
Result<Prediction> predictNextNote(const GeneratingModel& model, const PreparedPrompt& prompt,
                                   const ContinuationRequest& request, const CancelToken& cancel);

} // namespace continuo
