// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/likelihood.h"
#include "core/generate/frame_model.h"

namespace continuo {

/// As scoreOf(), for models of frames: the loss is in nats per frame, `accuracy` the share of
/// frames of which every key is as the network finds likelier, and `noteAccuracy` the keys on in
/// both as a share of those on in either. There are no bits per note: keys that are held are
/// foretold too.
Result<PartScore> scoreOfFrames(const FrameModel& model, const TokenStream& part, unsigned threads,
                                const CancelToken& cancel, const StepProgress& progress = {});

} // namespace continuo
