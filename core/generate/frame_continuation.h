// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/continuation.h"

namespace continuo {

/// As continuePrompt(), for models that say which keys are on in the next frame: every key of a
/// frame is a draw of its own between off and on, the lowest first, with the request's sampler.
///
/// A masked key stays off. `maskedMass` of an answer is the mean share of frames that the masks
/// took away, and that of a note the chance that its frame held a masked key below it; `rank` of a
/// note is 1 where its key was likelier on than off. Where nothing stands before the answer, a
/// frame of silence is read and the answer begins with the first frame that is none.
Result<Continuation> continueFrames(const GeneratingModel& model, const Score& score,
                                    PreparedPrompt prompt, const ContinuationRequest& request,
                                    const NoteObserver& observer, const CancelToken& cancel);

} // namespace continuo
