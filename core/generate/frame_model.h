// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/encode/frame.h"
#include "core/generate/model.h"

#include <cstddef>
#include <memory>
#include <span>

namespace continuo {

/// What a network says of one next frame, key by key from low to high. Must not outlive the model.
class NextFrame
{
public:
    virtual ~NextFrame() = default;

    /// The logit of the key whose turn it is: its probability to be on, given the keys below it, is
    /// 1 / (1 + e^−logit).
    virtual float logit() const = 0;

    /// Decides that key and goes on to the next one above.
    virtual void decide(bool isOn) = 0;
};

/// A network that says which keys of a piano are on in the next frame. Immutable; safe from any
/// thread, each with its own states. The same frames give the same numbers, bit for bit, whatever
/// the batch, the number of frames in one call and the processor.
class FrameModel
{
public:
    virtual ~FrameModel() = default;

    /// How many numbers it says after a frame; what they mean is its own affair.
    virtual std::size_t outputs() const = 0;

    /// The state before anything is read.
    virtual ModelState start(std::size_t batch) const = 0;

    /// Reads at least one frame for every member: frames [time, batch]. `said`, float [batch,
    /// outputs()], is of what follows the last. False where `cancel` was set on the way; the state
    /// is then of no use any more.
    virtual bool read(ModelState& state, std::span<const FrameKeys> frames, std::span<float> said,
                      const CancelToken& cancel) const = 0;

    /// The frame that follows, from what was said of one member.
    virtual std::unique_ptr<NextFrame> next(std::span<const float> said) const = 0;

    /// The state of some members, in the order named; a member may be named several times.
    virtual ModelState selected(const ModelState& state,
                                std::span<const std::size_t> members) const = 0;
};

} // namespace continuo
