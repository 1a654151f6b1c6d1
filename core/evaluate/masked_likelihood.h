// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/evaluate/likelihood.h"
#include "core/generate/masked_model.h"
#include "core/learn/train_event.h"
#include "core/learn/training_set.h"

namespace continuo {

/// A masked model on a part, as its trainer judges it: every piece under the masks of
/// core/learn/cell_masks.h. Steps are cells. `progress` is told in cells. Error: base.cancelled.
Result<PartScore> scoreOfCells(const MaskedModel& model, const TokenStream& part, unsigned threads,
                               const CancelToken& cancel, const StepProgress& progress);

} // namespace continuo
