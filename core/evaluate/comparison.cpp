// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/comparison.h"

#include "core/base/file.h"
#include "core/dataset/dataset.h"
#include "core/evaluate/judge_steps_p.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <utility>

namespace continuo {
namespace {

/// A piece as one model reads it.
struct ReadPiece
{
    TokenSequence tokens{};
    std::map<std::size_t, NoteId> notes{}; ///< By the step that foretells them.
    std::map<NoteId, double> bits{};       ///< Of these, once judged.
};

/// All that one model reads of a part.
struct ReadPart
{
    std::vector<ReadPiece> pieces{};     ///< As many as the part has; empty where it is refused.
    std::vector<std::size_t> ofStream{}; ///< Which of them each piece of the stream is.
    TokenStream stream{};
};

ReadPiece readPiece(const Encoding& encoding, const Score& score)
{
    ReadPiece read;
    Result<EncodedPiece> piece = encoding.encode(score, {});
    if (!piece)
        return read;
    read.tokens = std::move(piece->tokens);
    // Behind an end symbol a piece's first symbol is foretold, else the second.
    const std::size_t before = encoding.vocabulary().find(SymbolKind::End) ? 0 : 1;
    for (const SaidNote& said : piece->said) {
        const Symbol& symbol = encoding.vocabulary().symbol(read.tokens[said.token]);
        if (symbol.kind == SymbolKind::Pitch && said.token >= before)
            read.notes[said.token - before] = said.note;
    }
    return read;
}

ReadPart makeStream(std::vector<ReadPiece> pieces, const Vocabulary& vocabulary)
{
    ReadPart part;
    part.pieces = std::move(pieces);
    std::vector<TokenSequence> sequences;
    for (std::size_t i = 0; i < part.pieces.size(); ++i) {
        // What makeTokenStream() would pass over has no target either.
        if (makeTokenStream(std::span(&part.pieces[i].tokens, 1), vocabulary).pieces.empty())
            continue;
        part.ofStream.push_back(i);
        sequences.push_back(part.pieces[i].tokens);
    }
    part.stream = makeTokenStream(sequences, vocabulary);
    return part;
}

bool judgePart(ReadPart& part, const GeneratingModel& model, unsigned threads,
               const CancelToken& cancel, const StepProgress& progress)
{
    std::vector<std::size_t> pitches;
    const Vocabulary& vocabulary = model.encoding->vocabulary();
    for (Token token = 0; token < vocabulary.size(); ++token) {
        if (vocabulary.symbol(token).kind == SymbolKind::Pitch)
            pitches.push_back(static_cast<std::size_t>(token));
    }
    const auto judge = [&](std::size_t row, std::size_t step, std::span<const float> logits,
                           Token target) {
        ReadPiece& piece = part.pieces[part.ofStream[row]];
        const auto note = piece.notes.find(step);
        if (note != piece.notes.end())
            piece.bits[note->second] =
                natsAmong(logits, pitches, static_cast<std::size_t>(target)) / std::numbers::ln2;
    };
    return judgeSteps(*model.network, part.stream, threads, judge, cancel, progress);
}

/// The notes of a piece that every model foretells.
std::vector<NoteId> sharedNotes(const std::vector<ReadPart>& parts, std::size_t piece)
{
    std::vector<NoteId> shared;
    for (const auto& [note, bits] : parts.front().pieces[piece].bits) {
        if (std::ranges::all_of(parts, [&, id = note](const ReadPart& part) {
                return part.pieces[piece].bits.contains(id);
            }))
            shared.push_back(note);
    }
    return shared;
}

Error refused(std::string id, std::string text, const std::string& model)
{
    return {ErrorKind::Refused, std::move(id), std::move(text), {{"model", model}}};
}

Status checkModel(const GeneratingModel& model)
{
    const std::string& name = model.card.name;
    if (!model.network)
        return refused("evaluate.other-role",
                       fmt::format("\"{}\" does not foretell one symbol after another, so it "
                                   "cannot be compared note by note.",
                                   name),
                       name);
    if (!model.encoding->vocabulary().find(SymbolKind::Pitch))
        return refused("evaluate.no-pitches",
                       fmt::format("\"{}\" writes in the encoding \"{}\", whose single symbols do "
                                   "not say a pitch, so it cannot be compared note by note.",
                                   name, model.encoding->name()),
                       name);
    return ok();
}

bool isTrainedOn(const GeneratingModel& model, const std::string& fingerprint)
{
    const auto receipt = nlohmann::json::parse(model.card.receiptJson, nullptr, false);
    return receipt.is_object() && receipt.contains("dataset") && receipt["dataset"].is_object() &&
           receipt["dataset"].value("fingerprint", "") == fingerprint;
}

} // namespace

Result<ModelComparison> compareModels(std::span<const GeneratingModel> models,
                                      const std::filesystem::path& dataset, Part part,
                                      unsigned threads, const CancelToken& cancel,
                                      const StepProgress& progress)
{
    for (const GeneratingModel& model : models) {
        if (const Status status = checkModel(model); !status)
            return status.error();
    }
    const Result<Dataset> set = Dataset::open(dataset, Dataset::Access::Read);
    if (!set)
        return set.error();
    const Result<Dataset::Snapshot> snapshot = set->snapshot();
    if (!snapshot)
        return snapshot.error();
    ModelComparison comparison;
    const Result<std::string> fingerprint = set->fingerprint();
    if (!fingerprint)
        return fingerprint.error();
    comparison.fingerprint = *fingerprint;

    std::vector<std::vector<ReadPiece>> read(models.size());
    const Status status =
        set->forEachPieceOf(part, threads, cancel, [&](const TrainingPiece& piece) {
            for (std::size_t i = 0; i < models.size(); ++i)
                read[i].push_back(readPiece(*models[i].encoding, piece.score));
            return true;
        });
    if (!status)
        return status.error();
    std::vector<ReadPart> parts;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < models.size(); ++i) {
        parts.push_back(makeStream(std::move(read[i]), models[i].encoding->vocabulary()));
        total += parts.back().stream.targets();
    }
    std::uint64_t done = 0;
    for (std::size_t i = 0; i < models.size(); ++i) {
        const auto tell = [&](std::uint64_t steps, std::uint64_t) {
            if (progress && (steps > 0 || i == 0))
                progress(done + steps, total);
        };
        if (!judgePart(parts[i], models[i], threads, cancel, tell))
            return cancelledError();
        done += parts[i].stream.targets();
    }

    // Sums over the shared notes, a row for each piece that has some.
    std::vector<std::vector<double>> sums;
    std::vector<double> counts;
    for (std::size_t piece = 0; piece < parts.front().pieces.size(); ++piece) {
        const std::vector<NoteId> shared = sharedNotes(parts, piece);
        if (shared.empty())
            continue;
        ++comparison.pieces;
        comparison.notes += shared.size();
        counts.push_back(static_cast<double>(shared.size()));
        std::vector<double>& row = sums.emplace_back(models.size(), 0.0);
        for (std::size_t i = 0; i < models.size(); ++i) {
            for (const NoteId note : shared)
                row[i] += parts[i].pieces[piece].bits.at(note);
        }
    }
    if (comparison.notes == 0)
        return Error{ErrorKind::Refused,
                     "evaluate.nothing-shared",
                     fmt::format("No note of the {} part of \"{}\" is foretold by all of the "
                                 "models. Choose another part or other models.",
                                 partName(part), readablePath(dataset)),
                     {{"dataset", readablePath(dataset)}, {"part", std::string(partName(part))}}};

    const auto notes = static_cast<double>(comparison.notes);
    for (std::size_t i = 0; i < models.size(); ++i) {
        ComparedModel compared;
        double own = 0;
        for (const ReadPiece& piece : parts[i].pieces) {
            compared.pieces += piece.tokens.empty() ? 0 : 1;
            compared.notes += piece.bits.size();
            for (const auto& [note, bits] : piece.bits)
                own += bits;
        }
        compared.ownBitsPerNote = own / static_cast<double>(compared.notes);
        double first = 0;
        for (const std::vector<double>& row : sums) {
            compared.bitsPerNote += row[i] / notes;
            first += row[0] / notes;
        }
        compared.difference = compared.bitsPerNote - first;
        // Of a ratio of sums over the pieces.
        double squares = 0;
        for (std::size_t row = 0; row < sums.size(); ++row) {
            const double rest = sums[row][i] - sums[row][0] - compared.difference * counts[row];
            squares += rest * rest;
        }
        compared.differenceError = std::sqrt(squares) / notes;
        compared.isSetOfTraining = isTrainedOn(models[i], comparison.fingerprint);
        comparison.models.push_back(compared);
    }
    return comparison;
}

} // namespace continuo
