// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/vocabulary.h"
#include "core/generate/lane_buffer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace continuo {

/// Where a noise model stands with a batch of melodies that grow side by side. A plain value that
/// only its model understands.
struct NoiseState
{
    std::vector<std::uint64_t> numbers{}; ///< The noise number of each melody.
    std::uint32_t step = 0;               ///< How many steps they have.
    LaneBuffer memory{};                  ///< As the model lays it out.
    LaneBuffer scratch{};                 ///< Room to work in; no part of what is remembered.
};

/// A network that makes melodies out of noise and reads none: a noise number is a melody, as long
/// as one cares to go on. Immutable; safe from any thread, each with its own states. The same
/// number gives the same numbers out, bit for bit, whatever stands beside it in the batch and
/// whatever the processor.
class NoiseModel
{
public:
    virtual ~NoiseModel() = default;

    virtual Token vocabularySize() const = 0;

    /// Before the first step of the melodies of these noise numbers.
    virtual NoiseState start(std::span<const std::uint64_t> numbers) const = 0;

    /// One step further: `logits`, float [batch, vocabulary], are of the symbol there.
    virtual void next(NoiseState& state, std::span<float> logits) const = 0;

    /// The state of some melodies, in the order named.
    virtual NoiseState selected(const NoiseState& state,
                                std::span<const std::size_t> members) const = 0;
};

/// The noise of a number at a step: values with mean 0 and variance 1, each the sum of twelve
/// uniform ones (Irwin and Hall), which is as good as normal and the same bits on every machine.
void fillWithNoise(std::uint64_t number, std::uint32_t step, std::span<float> values);

} // namespace continuo
