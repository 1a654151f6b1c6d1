// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace continuo {

/// What a number of a piece speaks about: the three wishes of a score card.
enum class MetricGroup
{
    Harmony,
    MelodyCoherence,
    RhythmConsistency
};

/// "harmony", "melodyCoherence", "rhythmConsistency".
std::string_view metricGroupName(MetricGroup group);

/// One number that every piece has, and how it is called.
struct MetricKind
{
    std::string_view name{};  ///< In JSON: "pitchRange".
    std::string_view words{}; ///< For people: "pitch range, semitones".
    MetricGroup group = MetricGroup::Harmony;
};

/// Every metric, in the order of a score card.
std::span<const MetricKind> metricKinds();

/// The metrics of a piece in the order of metricKinds(); nothing where one is not defined. A pure
/// function: piece_numbers.h and melody_numbers.h say what each is. The scale of pitchInScaleRate
/// is that of the key heard.
using MetricValues = std::vector<std::optional<double>>;
MetricValues metricsOf(const Score& score);

/// Mean and standard deviation (of the pieces, divided by n) of one metric over a set.
struct MetricSummary
{
    std::size_t pieces = 0; ///< That have the metric.
    double mean = 0;
    double deviation = 0;
};

/// Nothing where no piece has the metric.
std::optional<MetricSummary> summaryOf(std::span<const MetricValues> pieces, std::size_t metric);

} // namespace continuo
