// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/meter_guess.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace continuo {
namespace {

constexpr std::size_t kFewestNotes = 16;
constexpr std::int64_t kSlotsPerQuarter = 4;
constexpr std::int64_t kMostSlots = 1024 * kSlotsPerQuarter;

/// Length of the notes that begin in each sixteenth, at most a half note each: a pedal point says
/// nothing of the meter.
std::vector<double> onsetWeights(std::span<const Note> notes, int ticksPerQuarter)
{
    const std::int64_t first = notes.front().start.value;
    const std::int64_t quarter = ticksPerQuarter;
    std::vector<double> weights;
    for (const Note& note : notes) {
        const std::int64_t slot =
            ((note.start.value - first) * kSlotsPerQuarter + quarter / 2) / quarter;
        if (slot >= kMostSlots)
            break;
        if (static_cast<std::size_t>(slot) >= weights.size())
            weights.resize(static_cast<std::size_t>(slot) + 1, 0);
        const double quarters =
            static_cast<double>(note.length.value) / static_cast<double>(quarter);
        weights[static_cast<std::size_t>(slot)] += std::min(quarters, 2.0);
    }
    return weights;
}

/// Pearson's correlation of the weights with themselves `lag` slots later.
double correlation(const std::vector<double>& weights, std::size_t lag)
{
    if (weights.size() < 2 * lag + 2)
        return 0;
    const std::size_t count = weights.size() - lag;
    double meanA = 0;
    double meanB = 0;
    for (std::size_t i = 0; i < count; ++i) {
        meanA += weights[i];
        meanB += weights[i + lag];
    }
    meanA /= static_cast<double>(count);
    meanB /= static_cast<double>(count);
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double a = weights[i] - meanA;
        const double b = weights[i + lag] - meanB;
        product += a * b;
        squareA += a * a;
        squareB += b * b;
    }
    return squareA > 0 && squareB > 0 ? product / std::sqrt(squareA * squareB) : 0;
}

} // namespace

std::optional<Meter> guessMeter(std::span<const Note> notes, int ticksPerQuarter)
{
    if (notes.size() < kFewestNotes)
        return std::nullopt;
    const std::vector<double> weights = onsetWeights(notes, ticksPerQuarter);
    const double two = correlation(weights, 8);
    const double three = correlation(weights, 12);
    const double four = correlation(weights, 16);
    const double nine = correlation(weights, 18);
    const double best = std::max({two, three, four, nine});
    if (best < 0.05)
        return std::nullopt;
    // Three eighths against two: which of them the beat is.
    const bool isCompound =
        correlation(weights, 6) > std::max(correlation(weights, 4), correlation(weights, 8));
    if (isCompound)
        return nine > std::max(three, correlation(weights, 24)) ? Meter{9, 8} : Meter{6, 8};
    if (three > std::max(two, four))
        return Meter{3, 4};
    return four > two ? Meter{4, 4} : Meter{2, 4};
}

} // namespace continuo
