// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/dataset/split.h"
#include "core/evaluate/collapse.h"
#include "core/evaluate/metric.h"
#include "core/evaluate/originality.h"
#include "core/evaluate/set_comparison.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// What is judged of one piece.
struct PieceFigures
{
    std::size_t notes = 0; ///< Drums included.
    MetricValues metrics{};
    MelodyLine line{};
    MotionSymbols symbols{};
};

PieceFigures figuresOf(const Score& score);

/// A set as a yardstick.
struct Corpus
{
    std::string fingerprint{}; ///< Of the whole dataset.
    std::vector<MetricValues> metrics{};
    std::vector<MotionSymbols> symbols{}; ///< Of as many pieces as make kMostCorpusSymbols.
    PassageIndex index;
    StepOdds odds;
    OriginalityBaseline baseline{};
};

inline constexpr std::size_t kMostCorpusSymbols = 500'000;

/// What is being done to a set.
enum class CorpusStage
{
    Reading, ///< Pieces are read and measured.
    Indexing ///< Their melodies are put in order.
};

/// Told on the calling thread: pieces read, or notes put in order, so far and of how many.
using CorpusProgress = std::function<void(CorpusStage stage, std::size_t done, std::size_t total)>;

/// Reads the pieces of some parts, on `threads` threads. Errors: those of Dataset, those of
/// PassageIndex::make(), evaluate.no-pieces (kind Refused) where the parts are empty,
/// base.cancelled.
Result<Corpus> readCorpus(const std::filesystem::path& dataset, std::span<const Part> parts,
                          unsigned threads, const CancelToken& cancel,
                          const CorpusProgress& progress = {});

/// The fingerprint that readCorpus() would give now, without reading pieces. Errors: those of
/// Dataset.
Result<std::string> fingerprintOf(const std::filesystem::path& dataset);

/// One metric of the generated pieces beside the corpus; empty where no piece has it.
struct ScoreRow
{
    MetricKind kind{};
    std::optional<MetricSummary> generated{};
    std::optional<MetricSummary> corpus{};
    std::optional<SetComparison> comparison{};
};

/// Generated pieces against a corpus.
struct ScoreCard
{
    std::vector<ScoreRow> rows{};           ///< In the order of metricKinds().
    std::vector<Originality> originality{}; ///< Of each piece.
    Novelty novelty{};                      ///< Means over the pieces.
    Variety variety{};
    Variety corpusVariety{}; ///< Of as many symbols.
    std::optional<std::vector<Collapse>> collapse{};
};

/// A pure function of its arguments but for `threads`. Errors: base.cancelled.
Result<ScoreCard> scoreCardOf(std::span<const PieceFigures> generated, const Corpus& corpus,
                              unsigned threads, const CancelToken& cancel);

} // namespace continuo
