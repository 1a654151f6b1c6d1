// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/likelihood.h"

namespace continuo {

/// scoreOf() for a model of notes: of the pitch of every note given those before it, as the trainer
/// judges, on our own kernels. Pieces go side by side; the sums do not depend on the threads.
Result<PartScore> scoreNotesOf(const GeneratingModel& model, const TokenStream& part,
                               unsigned threads, const CancelToken& cancel,
                               const StepProgress& progress);

} // namespace continuo
