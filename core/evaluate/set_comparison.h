// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace continuo {

// Two sets of pieces by one metric, after Yang and Lerch, "On the evaluation of generative models
// in music" (2020): not the values are compared but the distances between pieces, within a set
// (intra) and from one set to the other (inter). A set that is made like another has inter-set
// distances distributed like the other's own intra-set distances.

/// Of a larger set this many pieces are compared, evenly spaced in the order given.
inline constexpr std::size_t kMostComparedPieces = 1000;

/// Points of the one grid on which two densities are compared.
inline constexpr std::size_t kDensityPoints = 512;

/// |a − b| for every pair of different pieces of a set.
std::vector<double> intraDistances(std::span<const double> values);
/// |a − b| for every piece of one set with every piece of the other.
std::vector<double> interDistances(std::span<const double> first, std::span<const double> second);

/// How alike two distributions are.
struct DensityComparison
{
    double overlapArea = 1;  ///< ∫ min(p, q): 1 equal, 0 nothing in common.
    double klDivergence = 0; ///< ∫ p·ln(p/q), nats; finite because both densities have a floor of
                             ///< 1e-9 of all mass a point.

    friend bool operator==(const DensityComparison&, const DensityComparison&) = default;
};

/// Kernel densities p and q of two lists of distances, none of them empty, on one grid of
/// kDensityPoints from 0 to the largest distance of both and four bandwidths more. Gaussian kernels
/// of the same bandwidth for both; what would fall below 0 is reflected. A bandwidth under two
/// steps of the grid is raised to that.
DensityComparison compareDensities(std::span<const double> p, std::span<const double> q,
                                   double bandwidth);

/// Scott's rule (1992): standard deviation · n^(−1/5).
double scottBandwidth(std::span<const double> values);

/// One metric of two sets.
struct SetComparison
{
    double intraGenerated = 0; ///< Mean distances. 0 where there is one generated piece.
    double intraCorpus = 0;
    double inter = 0;
    DensityComparison
        corpus{}; ///< Intra-set distances of the corpus (p) against the inter-set distances (q).
    std::optional<DensityComparison>
        generated{}; ///< The generated set's own (p) against the same (q).
};

/// Nothing for fewer than one generated piece or two of the corpus. The bandwidth is Scott's for
/// the corpus' intra-set distances, in both comparisons.
std::optional<SetComparison> compareSets(std::span<const double> generated,
                                         std::span<const double> corpus);

} // namespace continuo
