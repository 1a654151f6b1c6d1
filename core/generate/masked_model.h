// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/encode/vocabulary.h"

#include <cstddef>
#include <span>

namespace continuo {

/// In the place of a number: nobody has said yet what stands there.
inline constexpr Token kHiddenCell = -1;

/// A network that says what may stand where nothing is known, from everything that is. A cell is one
/// voice at one step. Immutable; safe from any thread. The same cells give the same numbers, bit for
/// bit, whatever the processor.
class MaskedModel
{
public:
    virtual ~MaskedModel() = default;

    virtual std::size_t voices() const = 0;
    virtual Token classes() const = 0; ///< What a cell may be: 0 … classes() − 1.

    /// cells: [steps, voices], kHiddenCell where hidden; at least one step. `logits`: float [steps,
    /// voices, classes], of use for the hidden cells. False where `cancel` was set on the way.
    virtual bool read(std::span<const Token> cells, std::span<float> logits,
                      const CancelToken& cancel) const = 0;
};

} // namespace continuo
