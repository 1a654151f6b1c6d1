// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/train/curve_plot.h"
#include "ui/train/run_facts.h"

#include <QByteArray>

#include <span>
#include <vector>

namespace continuo::ui {

/// What the plots of a run show.
struct RunCurves
{
    std::vector<PlotCurve> loss{};
    std::vector<PlotCurve> accuracy{}; ///< Of a pair that learns against each other its variety.
    std::vector<PlotCurve> gradientNorm{};
    std::vector<PlotReference> references{}; ///< Of the loss.
    std::vector<PlotReference> accuracyReferences{};
    std::optional<PlotPoint> best{};
    std::vector<PlotMark> marks{};
};

/// The curves of `run`, and behind them the held-out losses of `others`, which must be comparable.
/// `smoothing`: the weight of smoothed(), 0 to below 1. The raw training loss stands faint under
/// the smoothed one.
RunCurves runCurves(const RunFacts& run, std::span<const RunFactsPointer> others, double smoothing);

/// The colour of the other run number `index`, from 0.
QColor (*otherRunColour(std::size_t index))(const Palette&);

/// The same values as a table: a row per run and step, in order of step; RFC 4180 with a head line
/// `run,step,training loss,training loss smoothed,training accuracy,gradient norm,learning
/// rate,held-out loss,held-out accuracy,bits per note`; empty where there is no value. Where a run
/// is of a pair that learns against each other, `discriminator loss,generator
/// loss,collapse,distinct passages,pair distance` follow.
QByteArray runCsv(std::span<const RunFactsPointer> runs, double smoothing);

} // namespace continuo::ui
