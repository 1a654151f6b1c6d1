// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/evaluate_output.h"

#include "core/base/file.h"
#include "core/evaluate/piece_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace continuo::cli {
namespace {

std::string nameOf(const JudgedName& name)
{
    return name.isAlone ? name.file : fmt::format("{} #{}", name.file, name.ordinal + 1);
}

std::string nameOf(const IndexedPiece& piece)
{
    const std::string place =
        piece.ordinal > 0 ? fmt::format("{} #{}", piece.path, piece.ordinal + 1) : piece.path;
    return piece.title.empty() ? place : fmt::format("{} ({})", piece.title, place);
}

std::string summaryText(const std::optional<MetricSummary>& summary)
{
    if (!summary)
        return "–";
    return summary->pieces > 1 ? fmt::format("{:.3g} ± {:.2g}", summary->mean, summary->deviation)
                               : fmt::format("{:.3g}", summary->mean);
}

/// A cell of `width` characters as a terminal counts them: "±" and "–" are one each.
std::string cell(const std::string& text, std::size_t width)
{
    const auto letters = static_cast<std::size_t>(std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80; }));
    return std::string(width - std::min(width, letters), ' ') + text;
}

/// Words and up to three columns.
std::string row(std::string_view words, const std::string& generated, const std::string& corpus,
                const std::string& overlap = {})
{
    const std::string line =
        fmt::format("  {:<30}{}{}", words, cell(generated, 18), cell(corpus, 18));
    return overlap.empty() ? line : line + cell(overlap, 10);
}

/// A row that stands above others.
std::string heading(std::string_view words, const std::string& generated, const std::string& corpus,
                    const std::string& overlap = {})
{
    return fmt::format("{:<32}{}", words, row("", generated, corpus, overlap).substr(32));
}

std::string percent(const std::optional<double>& share)
{
    return share ? fmt::format("{:.1f} %", 100 * *share) : "–";
}

std::string number(const std::optional<double>& value)
{
    return value ? fmt::format("{:.3g}", *value) : "–";
}

/// "bars 3–6, 14 notes: also found in your training data: Greensleeves (greensleeves.abc) from bar
/// 5".
std::string passageText(const SharedPassage& passage, const Corpus& corpus,
                        const std::string& where)
{
    constexpr std::size_t kMostNamed = 3;
    std::string text = passage.firstBar == passage.lastBar
                           ? fmt::format("bar {}", passage.firstBar + 1)
                           : fmt::format("bars {}–{}", passage.firstBar + 1, passage.lastBar + 1);
    text += fmt::format(", {} notes: also found in {}: ", passage.steps + 1, where);
    const std::vector<PassagePlace>& places = passage.sightings.places;
    for (std::size_t i = 0; i < std::min(places.size(), kMostNamed); ++i)
        text += fmt::format("{}{} from bar {}", i > 0 ? "; " : "",
                            nameOf(corpus.index.pieces()[places[i].piece]), places[i].bar + 1);
    if (passage.sightings.families > kMostNamed)
        text += "; and more";
    return text;
}

void addOriginality(std::vector<std::string>& lines, const ScoreCard& card,
                    const std::vector<JudgedName>& names, const Corpus& corpus,
                    const std::string& where)
{
    lines.push_back(heading("Originality", "generated", "corpus itself"));
    for (const std::size_t n : {kShortestNovelty, std::size_t{8}, kLongestNovelty})
        lines.push_back(row(fmt::format("new passages of {} steps", n),
                            percent(card.novelty[n - kShortestNovelty]),
                            percent(corpus.baseline.novelty[n - kShortestNovelty])));
    const SharedPassage* longest = nullptr;
    std::size_t owner = 0;
    for (std::size_t i = 0; i < card.originality.size(); ++i) {
        const auto& found = card.originality[i].longest;
        if (found && (!longest || found->steps > longest->steps)) {
            longest = &*found;
            owner = i;
        }
    }
    lines.push_back(row(
        "longest shared passage, notes", longest ? std::to_string(longest->steps + 1) : "–",
        corpus.baseline.longest > 0 ? fmt::format("{}, most {}", corpus.baseline.medianLongest + 1,
                                                  corpus.baseline.longest + 1)
                                    : "–"));
    bool hasQuotation = false;
    for (std::size_t i = 0; i < card.originality.size(); ++i) {
        for (const SharedPassage& passage : card.originality[i].quotations) {
            lines.push_back(
                fmt::format("  {}: {}", nameOf(names[i]), passageText(passage, corpus, where)));
            hasQuotation = true;
        }
    }
    if (hasQuotation)
        return;
    if (longest)
        lines.push_back(fmt::format("  No quotation. The longest, {}: {}", nameOf(names[owner]),
                                    passageText(*longest, corpus, where)));
    else
        lines.push_back("  No quotation.");
}

void addCollapse(std::vector<std::string>& lines, const ScoreCard& card)
{
    lines.push_back(heading("Variety", "generated", "corpus"));
    for (std::size_t n = 1; n <= kLargestDistinct; ++n)
        lines.push_back(row(fmt::format("distinct-{}", n), number(card.variety.distinct[n - 1]),
                            number(card.corpusVariety.distinct[n - 1])));
    lines.push_back(row("repetition rate", number(card.variety.repetitionRate),
                        number(card.corpusVariety.repetitionRate)));
    lines.push_back(
        row("entropy, bits", number(card.variety.entropy), number(card.corpusVariety.entropy)));
    if (!card.collapse)
        lines.push_back(fmt::format("  Too little to judge a collapse: {} notes are needed.",
                                    kFewestJudgedSymbols + 1));
    else if (card.collapse->empty())
        lines.push_back("  No collapse.");
    else
        for (const Collapse each : *card.collapse)
            lines.push_back(fmt::format("  Collapsed: {}.", collapseWords(each)));
}

} // namespace

std::vector<std::string> judgementLines(const ModelJudgement& judgement)
{
    const PartScore& score = judgement.score;
    const ReferenceLines& lines = judgement.references;
    std::vector<std::string> text;
    text.push_back(
        fmt::format("{} pieces, {} steps, {} notes", judgement.pieces, score.steps, score.notes));
    text.push_back(fmt::format("  {:<24}{:.4f} nats a step", "cross-entropy", score.loss));
    text.push_back(fmt::format("  {:<24}{:.4f}", "pairs counted (bigram)", lines.bigram));
    text.push_back(fmt::format("  {:<24}{:.4f}", "symbols counted", lines.unigram));
    text.push_back(
        fmt::format("  {:<24}{:.4f} (ln {})", "guessing", lines.uniform, judgement.vocabulary));
    text.push_back(fmt::format("  {:<24}{:.3f}", "perplexity", std::exp(score.loss)));
    text.push_back(fmt::format("  {:<24}{:.1f} %, without holds and rests {:.1f} %", "accuracy",
                               100 * score.accuracy, 100 * score.noteAccuracy));
    if (score.bitsPerNote)
        text.push_back(fmt::format("  {:<24}{:.3f}", "bits per note", *score.bitsPerNote));
    if (judgement.trainerLoss)
        text.push_back(fmt::format("The trainer's own figure for this part is {:.4f}.",
                                   *judgement.trainerLoss));
    return text;
}

std::vector<std::string> comparisonLines(const ModelComparison& comparison,
                                         const std::vector<GeneratingModel>& models)
{
    std::vector<std::string> lines;
    lines.push_back(fmt::format("{} notes of {} pieces that all of them foretell", comparison.notes,
                                comparison.pieces));
    lines.push_back(fmt::format("  {:>13}  {:>20}  {:>9}  {}", "bits per note", "against the first",
                                "own notes", "model"));
    for (std::size_t i = 0; i < comparison.models.size(); ++i) {
        const ComparedModel& model = comparison.models[i];
        const std::string difference =
            i == 0 ? std::string("–")
                   : fmt::format("{:+.3f} ± {:.3f}", model.difference, model.differenceError);
        lines.push_back(
            fmt::format("  {:>13.3f}  {:>20}  {:>9}  {} ({}){}", model.bitsPerNote, difference,
                        model.notes, models[i].card.name, models[i].card.encoding,
                        model.isSetOfTraining ? "" : ", trained on another set or split"));
    }
    return lines;
}

std::vector<std::string> scoreCardLines(const ScoreCard& card, const std::vector<JudgedName>& names,
                                        const Corpus& corpus, const std::string& where)
{
    static constexpr std::array<std::pair<MetricGroup, std::string_view>, 3> kTitles{
        {{MetricGroup::Harmony, "Harmony"},
         {MetricGroup::MelodyCoherence, "Melody coherence"},
         {MetricGroup::RhythmConsistency, "Rhythm consistency"}}};
    std::vector<std::string> lines;
    for (const auto& [group, title] : kTitles) {
        lines.push_back(heading(title, "generated", "corpus", "overlap"));
        for (const ScoreRow& each : card.rows) {
            if (each.kind.group != group)
                continue;
            const std::string overlap =
                each.comparison ? fmt::format("{:.2f}", each.comparison->corpus.overlapArea) : "–";
            lines.push_back(row(each.kind.words, summaryText(each.generated),
                                summaryText(each.corpus), overlap));
        }
        lines.emplace_back();
    }
    addOriginality(lines, card, names, corpus, where);
    lines.emplace_back();
    addCollapse(lines, card);
    return lines;
}

} // namespace continuo::cli
