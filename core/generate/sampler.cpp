// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/sampler.h"

#include "core/generate/exact_math.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace continuo {

namespace {

/// What a number is drawn for at one step.
enum Draw : std::uint32_t
{
    SymbolDraw = 0,
    MixtureDraw = 1
};

bool isAllowed(const SymbolMask& mask, std::size_t symbol)
{
    return mask.grammar[symbol] != 0 && mask.wished[symbol] != 0;
}

/// softmax(logits / temperature); 1 for the first of the largest at temperature 0.
std::vector<double> softmax(std::span<const float> logits, double temperature)
{
    const auto largest = std::ranges::max_element(logits);
    std::vector<double> p(logits.size(), 0.0);
    if (temperature <= 0) {
        p[static_cast<std::size_t>(largest - logits.begin())] = 1;
        return p;
    }
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        p[i] = exactExp((double{logits[i]} - double{*largest}) / temperature);
        sum += p[i];
    }
    for (double& value : p)
        value /= sum;
    return p;
}

/// The sampler's weights of the allowed symbols, 0 for the others, scaled so that none that matters underflows.
std::vector<double> allowedWeights(std::span<const float> logits, const std::vector<double>& p,
                                   const SamplerSettings& settings, const SymbolMask& mask)
{
    std::vector<double> weights(logits.size(), 0.0);
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        if (isAllowed(mask, i) && (!best || logits[i] > logits[*best]))
            best = i;
    }
    if (!best)
        return weights;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        if (!isAllowed(mask, i))
            continue;
        if (settings.beta)
            weights[i] = exactExp(*settings.beta * (p[i] - p[*best]));
        else if (settings.temperature <= 0)
            weights[i] = i == *best ? 1 : 0;
        else
            weights[i] = exactExp((double{logits[i]} - double{logits[*best]}) / settings.temperature);
    }
    return weights;
}

/// Keeps the topK largest and of these the smallest set with a share of topP; of equals the first.
void keepLargest(std::vector<double>& weights, const SamplerSettings& settings)
{
    if (settings.topK <= 0 && settings.topP >= 1)
        return;
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
    std::size_t kept = order.size();
    if (settings.topK > 0)
        kept = std::min(kept, static_cast<std::size_t>(settings.topK));
    if (settings.topP < 1) {
        double sum = 0;
        for (std::size_t i = 0; i < kept; ++i)
            sum += weights[order[i]];
        double share = 0;
        for (std::size_t i = 0; i < kept; ++i) {
            share += weights[order[i]];
            if (share >= settings.topP * sum)
                kept = i + 1;
        }
    }
    for (std::size_t i = kept; i < order.size(); ++i)
        weights[order[i]] = 0;
}

} // namespace

SymbolDistribution distributionOf(std::span<const float> logits, const SamplerSettings& settings,
                                  const SymbolMask& mask)
{
    const std::size_t count = logits.size();
    assert(mask.grammar.size() == count && mask.wished.size() == count);
    assert(std::ranges::any_of(mask.grammar, [](std::uint8_t allowed) { return allowed != 0; }));

    SymbolDistribution distribution;
    distribution.network = softmax(logits, 1);
    const std::vector<double> p = softmax(logits, settings.temperature);

    double all = 0;
    double allowed = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double weight = settings.beta ? exactExp(*settings.beta * (p[i] - 1)) : p[i];
        all += weight;
        allowed += isAllowed(mask, i) ? weight : 0;
    }
    distribution.maskedMass = std::clamp(1 - allowed / all, 0.0, 1.0);

    distribution.after = allowedWeights(logits, p, settings, mask);
    keepLargest(distribution.after, settings);
    const double sum = std::accumulate(distribution.after.begin(), distribution.after.end(), 0.0);
    if (sum > 0) {
        for (double& weight : distribution.after)
            weight /= sum;
    } else {
        distribution.isFallback = true;
        std::optional<std::size_t> best;
        for (std::size_t i = 0; i < count; ++i) {
            if (mask.grammar[i] != 0 && (!best || logits[i] > logits[*best]))
                best = i;
        }
        distribution.after[*best] = 1;
    }
    return distribution;
}

Token drawSymbol(const SymbolDistribution& distribution, const SamplerSettings& settings, const CounterRandom& random,
                 std::uint32_t alternative, std::uint32_t step)
{
    const std::vector<double>& p = distribution.after;
    const auto largest = static_cast<Token>(std::ranges::max_element(p) - p.begin());
    if (settings.mix < 1 && random.uniform(alternative, step, MixtureDraw) >= settings.mix)
        return largest;
    const double target = random.uniform(alternative, step, SymbolDraw);
    double sum = 0;
    Token last = largest;
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (p[i] <= 0)
            continue;
        sum += p[i];
        last = static_cast<Token>(i);
        if (target < sum)
            return last;
    }
    return last; // rounding left the sum a little below 1
}

int rankOf(const SymbolDistribution& distribution, Token token)
{
    const double p = distribution.network[static_cast<std::size_t>(token)];
    return 1 + static_cast<int>(std::ranges::count_if(distribution.network, [&](double other) { return other > p; }));
}

} // namespace continuo
