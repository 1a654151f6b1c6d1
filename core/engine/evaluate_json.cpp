// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/evaluate_json.h"

#include "core/base/file.h"
#include "core/engine/read_pieces.h"
#include "core/evaluate/piece_numbers.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>

namespace continuo {
namespace {

template <typename T>
Json orNull(const std::optional<T>& value)
{
    return value ? Json(*value) : Json();
}

Json summaryToJson(const std::optional<MetricSummary>& summary)
{
    if (!summary)
        return nullptr;
    return {
        {"mean", summary->mean}, {"deviation", summary->deviation}, {"pieces", summary->pieces}};
}

Json rowToJson(const ScoreRow& row)
{
    Json json{{"generated", summaryToJson(row.generated)}, {"corpus", summaryToJson(row.corpus)}};
    const auto& comparison = row.comparison;
    const bool hasOwn = comparison && comparison->generated;
    json["overlapArea"] = comparison ? Json(comparison->corpus.overlapArea) : Json();
    json["klDivergence"] = comparison ? Json(comparison->corpus.klDivergence) : Json();
    json["generatedOverlapArea"] = hasOwn ? Json(comparison->generated->overlapArea) : Json();
    json["generatedKlDivergence"] = hasOwn ? Json(comparison->generated->klDivergence) : Json();
    json["intraGenerated"] = hasOwn ? Json(comparison->intraGenerated) : Json();
    json["intraCorpus"] = comparison ? Json(comparison->intraCorpus) : Json();
    json["inter"] = comparison ? Json(comparison->inter) : Json();
    return json;
}

Json noveltyToJson(const Novelty& novelty)
{
    Json json = Json::object();
    for (std::size_t i = 0; i < novelty.size(); ++i)
        json[std::to_string(kShortestNovelty + i)] = orNull(novelty[i]);
    return json;
}

Json passageToJson(const SharedPassage& passage, const Corpus& corpus)
{
    Json json{{"steps", passage.steps},
              {"notes", passage.steps + 1},
              {"firstBar", passage.firstBar + 1},
              {"lastBar", passage.lastBar + 1},
              {"expectedByChance", passage.expectedByChance},
              {"isSpecial", passage.isSpecial},
              {"families", passage.sightings.families},
              {"alsoFoundIn", Json::array()}};
    for (const PassagePlace& place : passage.sightings.places) {
        const IndexedPiece& piece = corpus.index.pieces()[place.piece];
        json["alsoFoundIn"].push_back({{"path", piece.path},
                                       {"piece", piece.ordinal + 1},
                                       {"title", piece.title},
                                       {"bar", place.bar + 1}});
    }
    return json;
}

Json varietyToJson(const Variety& variety)
{
    Json distinct = Json::object();
    for (std::size_t i = 0; i < variety.distinct.size(); ++i)
        distinct[std::to_string(i + 1)] = orNull(variety.distinct[i]);
    return {{"pieces", variety.pieces},
            {"symbols", variety.symbols},
            {"distinct", distinct},
            {"repetitionRate", orNull(variety.repetitionRate)},
            {"entropy", orNull(variety.entropy)},
            {"copies", variety.copies}};
}

Json collapseToJson(const ScoreCard& card)
{
    Json found = Json::array();
    for (const Collapse each : card.collapse.value_or(std::vector<Collapse>{}))
        found.push_back(collapseName(each));
    const char* const verdict = !card.collapse           ? "tooLittle"
                                : card.collapse->empty() ? "none"
                                                         : "collapsed";
    return {{"verdict", verdict},
            {"found", found},
            {"generated", varietyToJson(card.variety)},
            {"corpus", varietyToJson(card.corpusVariety)},
            {"thresholds",
             {{"fewestSymbols", kFewestJudgedSymbols},
              {"copies", kMostCopies},
              {"repetitionRate", kLoopRepetition},
              {"repetitionAgainstCorpus", kLoopAgainstCorpus},
              {"entropyShare", kLeastEntropyShare}}}};
}

Status addPieces(const Result<MusicFile>& music, const std::string& name, JudgedMelodies& into)
{
    if (!music)
        return music.error();
    bool hasNotes = false;
    for (std::size_t i = 0; i < music->pieces.size(); ++i) {
        PieceFigures figures = figuresOf(music->pieces[i].score);
        if (figures.notes == 0)
            continue;
        hasNotes = true;
        into.names.push_back({name, i, music->pieces.size() == 1});
        into.figures.push_back(std::move(figures));
    }
    if (!hasNotes)
        return Error{ErrorKind::Refused,
                     "evaluate.no-notes",
                     fmt::format("\"{}\" has no notes to judge. Leave it out.", name),
                     {{"file", name}}};
    return ok();
}

} // namespace

Status addMelodies(const std::filesystem::path& file, JudgedMelodies& into)
{
    return addPieces(readPieces(file), readablePath(file), into);
}

Status addMelodies(std::span<const std::uint8_t> bytes, const std::string& name,
                   JudgedMelodies& into)
{
    return addPieces(readPieces(bytes, name), name, into);
}

Result<std::vector<Part>> partsNamed(const std::string& part, bool mayBeAll)
{
    if (mayBeAll && part == "all")
        return std::vector<Part>{Part::Train, Part::Validation, Part::Test};
    if (const std::optional<Part> one = parsePart(part))
        return std::vector<Part>{*one};
    return Error{
        ErrorKind::Usage,
        "evaluate.bad-part",
        fmt::format("There is no part \"{}\"; name {}.", part,
                    mayBeAll ? "train, validation, test or all" : "train, validation or test"),
        {{"part", part}}};
}

Json judgementToJson(const ModelJudgement& judgement)
{
    const PartScore& score = judgement.score;
    const ReferenceLines& lines = judgement.references;
    Json json;
    json["pieces"] = judgement.pieces;
    json["steps"] = score.steps;
    json["notes"] = score.notes;
    json["vocabulary"] = judgement.vocabulary;
    json["crossEntropy"] = numberToJson(score.loss);
    json["perplexity"] = numberToJson(std::exp(score.loss));
    json["accuracy"] = score.accuracy;
    json["noteAccuracy"] = score.noteAccuracy;
    json["bitsPerNote"] = numberToJson(score.bitsPerNote);
    json["references"] = {
        {"uniform", lines.uniform}, {"unigram", lines.unigram}, {"bigram", lines.bigram}};
    json["isSetOfTraining"] = judgement.isSetOfTraining;
    json["trainerLoss"] = orNull(judgement.trainerLoss);
    json["losses"] = judgement.losses;
    return json;
}

Json comparisonToJson(const ModelComparison& comparison, const std::vector<GeneratingModel>& models,
                      const std::vector<std::string>& files)
{
    Json json{
        {"pieces", comparison.pieces}, {"notes", comparison.notes}, {"models", Json::array()}};
    for (std::size_t i = 0; i < comparison.models.size(); ++i) {
        const ComparedModel& model = comparison.models[i];
        json["models"].push_back({{"model", readablePath(files[i])},
                                  {"name", models[i].card.name},
                                  {"encoding", models[i].card.encoding},
                                  {"bitsPerNote", model.bitsPerNote},
                                  {"difference", model.difference},
                                  {"differenceError", model.differenceError},
                                  {"ownPieces", model.pieces},
                                  {"ownNotes", model.notes},
                                  {"ownBitsPerNote", model.ownBitsPerNote},
                                  {"isSetOfTraining", model.isSetOfTraining}});
    }
    return json;
}

Json scoreCardToJson(const ScoreCard& card, const JudgedMelodies& judged, const Corpus& corpus)
{
    const std::vector<PieceFigures>& figures = judged.figures;
    const std::vector<JudgedName>& names = judged.names;
    Json json;
    Json& groups = json["metrics"] = Json::object();
    for (const ScoreRow& each : card.rows)
        groups[std::string(metricGroupName(each.kind.group))][std::string(each.kind.name)] =
            rowToJson(each);
    json["polyphonyRateThreshold"] = kPolyphonyThreshold;

    Json& pieces = json["pieces"] = Json::array();
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const Originality& originality = card.originality[i];
        Json piece{
            {"file", names[i].file}, {"piece", names[i].ordinal + 1}, {"notes", figures[i].notes}};
        for (std::size_t metric = 0; metric < card.rows.size(); ++metric)
            piece["metrics"][std::string(card.rows[metric].kind.name)] =
                orNull(figures[i].metrics[metric]);
        piece["novelty"] = noveltyToJson(originality.novelty);
        piece["longestSharedPassage"] =
            originality.longest ? passageToJson(*originality.longest, corpus) : Json();
        piece["quotations"] = Json::array();
        for (const SharedPassage& passage : originality.quotations)
            piece["quotations"].push_back(passageToJson(passage, corpus));
        pieces.push_back(std::move(piece));
    }

    const OriginalityBaseline& baseline = corpus.baseline;
    json["originality"] = {{"novelty", noveltyToJson(card.novelty)},
                           {"corpus",
                            {{"pieces", baseline.pieces},
                             {"novelty", noveltyToJson(baseline.novelty)},
                             {"medianLongestSteps", baseline.medianLongest},
                             {"ninetyFifthLongestSteps", baseline.ninetyFifthLongest},
                             {"longestSteps", baseline.longest}}},
                           {"thresholds",
                            {{"steps", kShortestQuotation},
                             {"expectedByChance", kMostByChance},
                             {"families", kMostQuotedFamilies}}}};
    json["collapse"] = collapseToJson(card);
    return json;
}

} // namespace continuo
