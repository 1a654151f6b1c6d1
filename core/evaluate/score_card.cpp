// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/score_card.h"

#include "core/base/file.h"
#include "core/base/parallel.h"
#include "core/dataset/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace continuo {
namespace {

/// Pieces that are worked on at a time.
constexpr std::size_t kBatch = 256;

/// What is kept of the pieces of a set.
struct Gathered
{
    std::vector<MetricValues> metrics{};
    std::vector<MotionSymbols> symbols{};
    std::size_t symbolCount = 0;
    std::vector<IndexedPiece> pieces{};
};

void gather(std::vector<TrainingPiece>& batch,
            const std::unordered_map<std::int64_t, std::int64_t>& families, unsigned threads,
            const CancelToken& cancel, Gathered& into)
{
    std::vector<PieceFigures> figures(batch.size());
    parallelFor(batch.size(), threads, cancel,
                [&](std::size_t i) { figures[i] = figuresOf(batch[i].score); });
    if (cancel.isCancelled())
        return;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        TrainingPiece& piece = batch[i];
        into.metrics.push_back(std::move(figures[i].metrics));
        if (into.symbolCount < kMostCorpusSymbols) {
            into.symbolCount += figures[i].symbols.size();
            into.symbols.push_back(std::move(figures[i].symbols));
        }
        const auto family = families.find(piece.id);
        into.pieces.push_back({std::move(piece.path), piece.ordinal, std::move(piece.title),
                               family != families.end() ? family->second : 0,
                               std::move(figures[i].line)});
    }
    batch.clear();
}

/// The values of one metric, without the pieces that do not have it.
std::vector<double> valuesOf(std::span<const MetricValues> pieces, std::size_t metric)
{
    std::vector<double> values;
    for (const MetricValues& piece : pieces)
        if (piece[metric])
            values.push_back(*piece[metric]);
    return values;
}

Error noPieces(const std::filesystem::path& dataset, std::span<const Part> parts)
{
    const std::string name = readablePath(dataset);
    std::string words;
    for (const Part part : parts)
        words += fmt::format("{}{}", words.empty() ? "" : ", ", partName(part));
    return {ErrorKind::Refused,
            "evaluate.no-pieces",
            fmt::format("\"{0}\" has no piece to compare with (part: {1}). Divide it first: "
                        "continuo split \"{0}\" "
                        "--train .8 --validation .1 --test .1 --seed 1",
                        name, words),
            {{"dataset", name}, {"part", words}}};
}

} // namespace

PieceFigures figuresOf(const Score& score)
{
    return {score.noteCount(), metricsOf(score), melodyLineOf(score), motionSymbolsOf(score)};
}

Result<Corpus> readCorpus(const std::filesystem::path& path, std::span<const Part> parts,
                          unsigned threads, const CancelToken& cancel,
                          const CorpusProgress& progress)
{
    const Result<Dataset> dataset = Dataset::open(path, Dataset::Access::Read);
    if (!dataset)
        return dataset.error();
    // Families, fingerprint and parts of one moment: a split or an import may run meanwhile.
    const Result<Dataset::Snapshot> snapshot = dataset->snapshot();
    if (!snapshot)
        return snapshot.error();
    const Result<std::string> fingerprint = dataset->fingerprint();
    if (!fingerprint)
        return fingerprint.error();
    std::unordered_map<std::int64_t, std::int64_t> families;
    std::size_t total = 0;
    const Status listed = dataset->forEachPiece([&](const DatasetPiece& piece) {
        families.emplace(piece.id, piece.family);
        total += piece.part && std::ranges::find(parts, *piece.part) != parts.end() ? 1 : 0;
        return !cancel.isCancelled();
    });
    if (!listed)
        return listed.error();
    if (total == 0 && !cancel.isCancelled())
        return noPieces(path, parts);

    Gathered gathered;
    std::vector<TrainingPiece> batch;
    std::size_t done = 0;
    for (const Part part : parts) {
        const Status read =
            dataset->forEachPieceOf(part, threads, cancel, [&](TrainingPiece piece) {
                batch.push_back(std::move(piece));
                ++done;
                if (batch.size() == kBatch) {
                    gather(batch, families, threads, cancel, gathered);
                    if (progress && done < total)
                        progress(CorpusStage::Reading, done, total);
                }
                return !cancel.isCancelled();
            });
        if (!read)
            return read.error();
    }
    gather(batch, families, threads, cancel, gathered);
    if (cancel.isCancelled())
        return cancelledError();
    if (progress)
        progress(CorpusStage::Reading, done, total);

    Result<PassageIndex> index = PassageIndex::make(
        std::move(gathered.pieces), cancel, [&](std::size_t sorted, std::size_t all) {
            if (progress)
                progress(CorpusStage::Indexing, sorted, all);
        });
    if (!index)
        return index.error();
    StepOdds odds(*index);
    const OriginalityBaseline baseline = baselineOf(*index);
    return Corpus{*fingerprint,
                  std::move(gathered.metrics),
                  std::move(gathered.symbols),
                  std::move(*index),
                  std::move(odds),
                  baseline};
}

Result<std::string> fingerprintOf(const std::filesystem::path& dataset)
{
    const Result<Dataset> opened = Dataset::open(dataset, Dataset::Access::Read);
    return opened ? opened->fingerprint() : Result<std::string>(opened.error());
}

Result<ScoreCard> scoreCardOf(std::span<const PieceFigures> generated, const Corpus& corpus,
                              unsigned threads, const CancelToken& cancel)
{
    ScoreCard card;
    std::vector<MetricValues> metrics;
    std::vector<MotionSymbols> symbols;
    for (const PieceFigures& piece : generated) {
        metrics.push_back(piece.metrics);
        symbols.push_back(piece.symbols);
    }
    const std::span<const MetricKind> kinds = metricKinds();
    card.rows.resize(kinds.size());
    parallelFor(kinds.size(), threads, cancel, [&](std::size_t metric) {
        ScoreRow& row = card.rows[metric];
        row.kind = kinds[metric];
        row.generated = summaryOf(metrics, metric);
        row.corpus = summaryOf(corpus.metrics, metric);
        row.comparison = compareSets(valuesOf(metrics, metric), valuesOf(corpus.metrics, metric));
    });
    card.originality.resize(generated.size());
    parallelFor(generated.size(), threads, cancel, [&](std::size_t i) {
        card.originality[i] = originalityOf(generated[i].line, corpus.index, corpus.odds);
    });
    if (cancel.isCancelled())
        return cancelledError();
    std::vector<Novelty> novelties;
    for (const Originality& originality : card.originality)
        novelties.push_back(originality.novelty);
    card.novelty = meanNovelty(novelties);
    card.variety = varietyOf(symbols);
    card.corpusVariety = varietyOf(firstSymbols(corpus.symbols, card.variety.symbols));
    card.collapse = collapseOf(card.variety, card.corpusVariety);
    return card;
}

} // namespace continuo
