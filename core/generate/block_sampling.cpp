// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/block_sampling.h"

#include "core/base/random.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace continuo {

double redrawnShare(std::size_t step, std::size_t steps)
{
    constexpr double least = 0.1;
    constexpr double most = 0.9;
    constexpr double annealed = 0.7;
    const double done = static_cast<double>(step) / (annealed * static_cast<double>(steps));
    return std::max(least, most - (most - least) * done);
}

Result<CellAnswer> sampleBlocks(const MaskedModel& model, const CellProblem& problem,
                                const BlockSettings& settings, const CellObserver& observer,
                                const CancelToken& cancel)
{
    const std::size_t count = problem.cells.size();
    const std::size_t voices = model.voices();
    const auto classes = static_cast<std::size_t>(model.classes());
    assert(count > 0 && count % voices == 0 && settings.steps > 0);
    assert(problem.mayBegin.size() == classes && problem.wished.size() == classes);
    const std::vector<std::uint8_t> any(classes, 1);
    const CounterRandom draws(settings.seed, CounterRandom::Domain::Sampling);
    const CounterRandom masks(settings.seed, CounterRandom::Domain::Masks);

    CellAnswer answer{problem.cells, std::vector<CellDraw>(count)};
    std::vector<float> logits(count * classes);
    for (std::size_t step = 0; step < settings.steps; ++step) {
        const double share = redrawnShare(step, settings.steps);
        std::vector<Token> seen = answer.cells;
        std::vector<std::size_t> hidden;
        for (std::size_t cell = 0; cell < count; ++cell) {
            if (problem.cells[cell] != kHiddenCell)
                continue;
            const double draw =
                masks.uniform(settings.alternative, static_cast<std::uint32_t>(step),
                              static_cast<std::uint32_t>(cell));
            if (step > 0 && draw >= share)
                continue;
            seen[cell] = kHiddenCell;
            hidden.push_back(cell);
        }
        if (!hidden.empty() && !model.read(seen, logits, cancel))
            return cancelledError();
        for (const std::size_t cell : hidden) {
            const auto own = std::span(logits).subspan(cell * classes, classes);
            if (!std::ranges::all_of(own, [](float value) { return std::isfinite(value); })) {
                return Error{ErrorKind::Failed,
                             "generate.not-finite",
                             "The model's numbers overflowed: its weights are of no use. Choose "
                             "another model or an earlier checkpoint.",
                             {}};
            }
            const bool followsNothing =
                cell < voices || (problem.cells[cell - voices] != kHiddenCell);
            const SymbolDistribution distribution = distributionOf(
                own, settings.sampler, {followsNothing ? problem.mayBegin : any, problem.wished});
            const auto number = static_cast<std::uint32_t>(step * count + cell);
            const Token token =
                drawSymbol(distribution, settings.sampler, draws, settings.alternative, number);
            answer.cells[cell] = token;
            answer.draws[cell] = {distribution.network[static_cast<std::size_t>(token)],
                                  distribution.maskedMass, rankOf(distribution, token),
                                  distribution.isFallback};
        }
        if (observer)
            observer(step, answer);
        if (cancel.isCancelled())
            return cancelledError();
    }
    return answer;
}

} // namespace continuo
