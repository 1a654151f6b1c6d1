// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/set_comparison.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace continuo {
namespace {

/// Bandwidths of grid beyond the largest distance, and those over which a kernel is added up.
constexpr double kMargin = 4;
constexpr double kReach = 8;
constexpr double kFloor = 1e-9;

double meanOf(std::span<const double> values)
{
    if (values.empty())
        return 0;
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::vector<double> evenlySpaced(std::span<const double> values)
{
    const std::size_t count = std::min(values.size(), kMostComparedPieces);
    std::vector<double> chosen(count);
    for (std::size_t i = 0; i < count; ++i)
        chosen[i] = values[i * values.size() / count];
    return chosen;
}

/// The mass at each point of a grid, together 1.
std::vector<double> densityOf(std::span<const double> values, double step, double bandwidth)
{
    // Each value is shared by the two points beside it; then the points are spread, not the values.
    std::vector<double> counts(kDensityPoints, 0);
    for (const double value : values) {
        const double place = value / step;
        const auto point = std::min(static_cast<std::size_t>(place), kDensityPoints - 2);
        const double beyond = place - static_cast<double>(point);
        counts[point] += 1 - beyond;
        counts[point + 1] += beyond;
    }
    const auto reach = static_cast<std::size_t>(std::ceil(kReach * bandwidth / step));
    std::vector<double> kernel(reach + 1);
    for (std::size_t i = 0; i <= reach; ++i) {
        const double distance = static_cast<double>(i) * step / bandwidth;
        kernel[i] = std::exp(-0.5 * distance * distance);
    }
    std::vector<double> density(kDensityPoints, 0);
    for (std::size_t from = 0; from < kDensityPoints; ++from) {
        if (counts[from] == 0)
            continue;
        for (std::size_t i = 0; i <= reach; ++i) {
            const double mass = counts[from] * kernel[i];
            if (from + i < kDensityPoints)
                density[from + i] += mass;
            if (i == 0)
                continue;
            const std::size_t below = from >= i ? from - i : i - from; // reflected at 0
            if (below < kDensityPoints)
                density[below] += mass;
        }
    }
    double sum = 0;
    for (double& mass : density)
        sum += mass;
    for (double& mass : density)
        mass = (mass / sum + kFloor) / (1 + kFloor * static_cast<double>(kDensityPoints));
    return density;
}

} // namespace

std::vector<double> intraDistances(std::span<const double> values)
{
    std::vector<double> distances;
    distances.reserve(values.size() * (values.size() - std::min<std::size_t>(values.size(), 1)) /
                      2);
    for (std::size_t i = 0; i < values.size(); ++i)
        for (std::size_t k = i + 1; k < values.size(); ++k)
            distances.push_back(std::abs(values[i] - values[k]));
    return distances;
}

std::vector<double> interDistances(std::span<const double> first, std::span<const double> second)
{
    std::vector<double> distances;
    distances.reserve(first.size() * second.size());
    for (const double a : first)
        for (const double b : second)
            distances.push_back(std::abs(a - b));
    return distances;
}

double scottBandwidth(std::span<const double> values)
{
    if (values.empty())
        return 0;
    const double mean = meanOf(values);
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    const auto count = static_cast<double>(values.size());
    return std::sqrt(squares / count) * std::pow(count, -0.2);
}

DensityComparison compareDensities(std::span<const double> p, std::span<const double> q,
                                   double bandwidth)
{
    assert(!p.empty() && !q.empty());
    const double largest = std::max(std::ranges::max(p), std::ranges::max(q));
    if (largest <= 0)
        return {};
    // The grid reaches beyond the largest distance by what a kernel needs, which is two steps at
    // least.
    constexpr auto kSteps = static_cast<double>(kDensityPoints - 1);
    const double step =
        std::max((largest + kMargin * bandwidth) / kSteps, largest / (kSteps - 2 * kMargin));
    bandwidth = std::max(bandwidth, 2 * step);
    const std::vector<double> left = densityOf(p, step, bandwidth);
    const std::vector<double> right = densityOf(q, step, bandwidth);
    DensityComparison comparison{0, 0};
    for (std::size_t i = 0; i < kDensityPoints; ++i) {
        comparison.overlapArea += std::min(left[i], right[i]);
        comparison.klDivergence += left[i] * std::log(left[i] / right[i]);
    }
    return comparison;
}

std::optional<SetComparison> compareSets(std::span<const double> generated,
                                         std::span<const double> corpus)
{
    if (generated.empty() || corpus.size() < 2)
        return std::nullopt;
    const std::vector<double> ours = evenlySpaced(generated);
    const std::vector<double> theirs = evenlySpaced(corpus);
    const std::vector<double> intraGenerated = intraDistances(ours);
    const std::vector<double> intraCorpus = intraDistances(theirs);
    const std::vector<double> inter = interDistances(ours, theirs);
    const double bandwidth = scottBandwidth(intraCorpus);
    SetComparison comparison;
    comparison.intraGenerated = meanOf(intraGenerated);
    comparison.intraCorpus = meanOf(intraCorpus);
    comparison.inter = meanOf(inter);
    comparison.corpus = compareDensities(intraCorpus, inter, bandwidth);
    if (!intraGenerated.empty())
        comparison.generated = compareDensities(intraGenerated, inter, bandwidth);
    return comparison;
}

} // namespace continuo
