// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/continuation.h"

namespace continuo {

/// preparePrompt() for a masked model: the melody of a score as soprano to harmonise, or its four
/// voices with some bars taken out. Errors: those of preparePrompt(), generate.no-bars and
/// generate.bad-bars (kind Usage), generate.too-long (kind Refused).
Result<PreparedPrompt> prepareVoices(const GeneratingModel& model, const Score& score,
                                     const PromptOptions& options);

/// continuePrompt() for a masked model, by blocked Gibbs sampling; `prompt` is of prepareVoices(),
/// or of prepareEmptyPrompt() for a new piece. Length and unit say how long a new piece is, the
/// rest follows from the prompt.
Result<Continuation> completeVoices(const GeneratingModel& model, const Score& score,
                                    PreparedPrompt prompt, const ContinuationRequest& request,
                                    const NoteObserver& observer, const DraftObserver& drafts,
                                    const CancelToken& cancel);

} // namespace continuo
