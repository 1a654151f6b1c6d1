// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/originality.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace continuo {
namespace {

std::uint16_t keyOf(MelodyStep step)
{
    return static_cast<std::uint16_t>(static_cast<std::uint8_t>(step.interval) << 8 |
                                      static_cast<std::uint8_t>(step.rhythm));
}

std::uint32_t keyOf(MelodyStep before, MelodyStep step)
{
    return std::uint32_t{keyOf(before)} << 16 | keyOf(step);
}

bool goesOnWithAScale(MelodyStep before, MelodyStep step)
{
    const auto isScale = [](MelodyStep each) {
        return each.rhythm == 0 && each.interval != 0 && std::abs(each.interval) <= 2;
    };
    return isScale(before) && isScale(step) && (before.interval > 0) == (step.interval > 0);
}

/// Left-maximal runs: those that do not go on from the step before.
std::vector<std::size_t> beginningsOf(std::span<const std::uint32_t> runs)
{
    std::vector<std::size_t> beginnings;
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (runs[i] > 0 && (i == 0 || runs[i - 1] <= runs[i]))
            beginnings.push_back(i);
    return beginnings;
}

/// Whether more than half of a run lies inside another.
bool isMostlyInside(std::size_t step, std::size_t steps, const SharedPassage& other)
{
    const std::size_t from = std::max(step, other.step);
    const std::size_t to = std::min(step + steps, other.step + other.steps);
    return to > from && 2 * (to - from) > steps;
}

} // namespace

StepOdds::StepOdds(const PassageIndex& index)
{
    for (const IndexedPiece& piece : index.pieces()) {
        const MelodyPrint& steps = piece.line.steps;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            m_steps[keyOf(steps[i])] += 1;
            m_total += 1;
            if (i == 0)
                continue;
            Context& context = m_contexts[keyOf(steps[i - 1])];
            double& pair = m_pairs[keyOf(steps[i - 1], steps[i])];
            context.kinds += pair == 0 ? 1 : 0;
            context.count += 1;
            pair += 1;
        }
    }
}

double StepOdds::probability(MelodyStep step) const
{
    // A step the set has never seen counts as seen half a time.
    const auto found = m_steps.find(keyOf(step));
    return (found != m_steps.end() ? found->second : 0.5) / (m_total + 1);
}

double StepOdds::probability(MelodyStep before, MelodyStep step) const
{
    const double alone = probability(step);
    const auto context = m_contexts.find(keyOf(before));
    if (context == m_contexts.end())
        return alone;
    const auto pair = m_pairs.find(keyOf(before, step));
    const double seen = pair == m_pairs.end() ? 0 : pair->second;
    return (seen + context->second.kinds * alone) / (context->second.count + context->second.kinds);
}

double StepOdds::bits(std::span<const MelodyStep> run) const
{
    double sum = 0;
    for (std::size_t i = 0; i < run.size(); ++i) {
        double bits = -std::log2(i == 0 ? probability(run[i]) : probability(run[i - 1], run[i]));
        const bool isEasy =
            (i >= 1 && (run[i] == run[i - 1] || goesOnWithAScale(run[i - 1], run[i]))) ||
            (i >= 2 && run[i] == run[i - 2]);
        if (isEasy)
            bits = std::min(bits, 1.0);
        sum += bits;
    }
    return sum;
}

double StepOdds::expected(std::span<const MelodyStep> run) const
{
    return m_total * std::exp2(-bits(run));
}

Novelty noveltyOf(std::span<const std::uint32_t> runs)
{
    Novelty novelty{};
    for (std::size_t n = kShortestNovelty; n <= kLongestNovelty; ++n) {
        if (runs.size() < n)
            break;
        const auto passages = runs.first(runs.size() - n + 1);
        const auto isNew =
            std::ranges::count_if(passages, [n](std::uint32_t run) { return run < n; });
        novelty[n - kShortestNovelty] =
            static_cast<double>(isNew) / static_cast<double>(passages.size());
    }
    return novelty;
}

Novelty meanNovelty(std::span<const Novelty> pieces)
{
    Novelty means{};
    for (std::size_t n = 0; n < means.size(); ++n) {
        double sum = 0;
        double count = 0;
        for (const Novelty& novelty : pieces) {
            if (!novelty[n])
                continue;
            sum += *novelty[n];
            count += 1;
        }
        if (count > 0)
            means[n] = sum / count;
    }
    return means;
}

Originality originalityOf(const MelodyLine& melody, const PassageIndex& set, const StepOdds& odds)
{
    Originality originality;
    originality.steps = melody.steps.size();
    const std::vector<std::uint32_t> runs = set.longestRuns(melody.steps);
    originality.novelty = noveltyOf(runs);

    std::vector<std::size_t> beginnings = beginningsOf(runs);
    std::ranges::stable_sort(beginnings, std::ranges::greater(),
                             [&](std::size_t i) { return runs[i]; });
    const std::size_t commonplace = std::max(kMostQuotedFamilies, set.pieces().size() / 100);
    for (const std::size_t step : beginnings) {
        const std::size_t steps = runs[step];
        const bool isLongest = !originality.longest;
        if (!isLongest &&
            (steps < kShortestQuotation || originality.quotations.size() == kMostQuotations))
            break;
        if (std::ranges::any_of(originality.quotations, [&](const SharedPassage& other) {
                return isMostlyInside(step, steps, other);
            }))
            continue;
        const auto run = std::span(melody.steps).subspan(step, steps);
        SharedPassage passage;
        passage.step = step;
        passage.steps = steps;
        passage.firstBar = melody.bars[step];
        passage.lastBar = melody.bars[step + steps];
        passage.expectedByChance = odds.expected(run);
        passage.sightings = set.find(run, commonplace + 1, kMostPlaces);
        passage.isSpecial = steps >= kShortestQuotation &&
                            passage.expectedByChance < kMostByChance &&
                            passage.sightings.families <= commonplace;
        if (passage.isSpecial)
            originality.quotations.push_back(passage);
        if (isLongest)
            originality.longest = std::move(passage);
    }
    return originality;
}

OriginalityBaseline baselineOf(const PassageIndex& set)
{
    OriginalityBaseline baseline;
    std::vector<Novelty> novelties;
    std::vector<std::uint32_t> longest;
    for (std::size_t piece = 0; piece < set.pieces().size(); ++piece) {
        const std::span<const std::uint32_t> runs = set.longestRunsElsewhere(piece);
        if (runs.empty())
            continue;
        novelties.push_back(noveltyOf(runs));
        longest.push_back(*std::ranges::max_element(runs));
    }
    baseline.pieces = longest.size();
    baseline.novelty = meanNovelty(novelties);
    if (longest.empty())
        return baseline;
    std::ranges::sort(longest);
    const auto quantile = [&](double share) -> std::size_t {
        return longest[static_cast<std::size_t>(share * static_cast<double>(longest.size() - 1))];
    };
    baseline.medianLongest = quantile(0.5);
    baseline.ninetyFifthLongest = quantile(0.95);
    baseline.longest = longest.back();
    return baseline;
}

} // namespace continuo
