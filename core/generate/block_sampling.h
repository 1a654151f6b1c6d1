// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/generate/masked_model.h"
#include "core/generate/sampler.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace continuo {

/// The share of cells that step i of n draws anew: max(0.1, 0.9 − 0.8 · i / (0.7 · n)) (Yao and
/// others 2014, as Coconet has it).
double redrawnShare(std::size_t step, std::size_t steps);

/// Cells to be found.
struct CellProblem
{
    std::vector<Token> cells{}; ///< [steps, voices]; kHiddenCell where they are free.
    /// Which classes may begin the free cells of a step that follows nothing; the others all.
    std::vector<std::uint8_t> mayBegin{};
    std::vector<std::uint8_t> wished{}; ///< For each class, as SymbolMask has it.
};

/// What is known of a cell since it was last drawn.
struct CellDraw
{
    double probability = 0; ///< As the network said.
    double maskedMass = 0;
    int rank = 0;
    bool isFallback = false;

    friend bool operator==(const CellDraw&, const CellDraw&) = default;
};

struct CellAnswer
{
    std::vector<Token> cells{};    ///< Nothing is hidden.
    std::vector<CellDraw> draws{}; ///< Of the free cells; of the others nothing.

    friend bool operator==(const CellAnswer&, const CellAnswer&) = default;
};

struct BlockSettings
{
    SamplerSettings sampler{};
    std::uint64_t seed = 1;
    std::uint32_t alternative = 0;
    std::size_t steps = 1; ///< Of sampling, at least 1.
};

/// Called after each step with what stands there now, on the thread that draws.
using CellObserver = std::function<void(std::size_t step, const CellAnswer& now)>;

/// Blocked Gibbs sampling: first every free cell is drawn, as if all others were free; then, step
/// after step, some of them are hidden again and drawn from what the network says of the rest.
/// Which and what is a function of the settings alone. Errors: generate.not-finite, base.cancelled
/// (within a layer of the network).
Result<CellAnswer> sampleBlocks(const MaskedModel& model, const CellProblem& problem,
                                const BlockSettings& settings, const CellObserver& observer,
                                const CancelToken& cancel);

} // namespace continuo
