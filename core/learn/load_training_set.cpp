// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/load_training_set.h"

#include "core/base/file.h"
#include "core/dataset/dataset.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace continuo {
namespace {

/// What the encoding lost of all pieces, by reason.
struct Losses
{
    std::size_t notes = 0;
    std::size_t pieces = 0;
    std::map<std::string, std::size_t> notesById{};
    std::map<std::string, std::size_t> refusedById{};

    std::string text() const
    {
        std::string line = fmt::format("{} pieces, {} notes", pieces, notes);
        for (const auto& [id, count] : notesById)
            line += fmt::format(", {} {}", count, id);
        for (const auto& [id, count] : refusedById)
            line += fmt::format(", {} pieces left out ({})", count, id);
        return line;
    }
};

} // namespace

Result<TrainingSet> loadTrainingSet(const std::filesystem::path& path, const Encoding& unfitted,
                                    unsigned threads, const CancelToken& cancel)
{
    const Result<Dataset> dataset = Dataset::open(path, Dataset::Access::Read);
    if (!dataset)
        return dataset.error();
    // Fingerprint and parts of one moment: a split or an import may run meanwhile.
    const Result<Dataset::Snapshot> snapshot = dataset->snapshot();
    if (!snapshot)
        return snapshot.error();
    std::shared_ptr<const Encoding> fitted;
    if (const auto fit = unfitted.fit()) {
        const Status status =
            dataset->forEachPieceOf(Part::Train, threads, cancel, [&](const TrainingPiece& piece) {
                fit->add(piece.score);
                return true;
            });
        if (!status)
            return status.error();
        fitted = fit->encoding();
    }
    const Encoding& encoding = fitted ? *fitted : unfitted;
    TrainingSet set = emptyTrainingSet(encoding);
    set.source = readablePath(path.filename());
    const Result<std::string> fingerprint = dataset->fingerprint();
    if (!fingerprint)
        return fingerprint.error();
    set.fingerprint = *fingerprint;
    Losses losses;
    const std::array<std::pair<Part, std::vector<TokenSequence>*>, 3> parts{
        {{Part::Train, &set.train}, {Part::Validation, &set.validation}, {Part::Test, &set.test}}};
    for (const auto& [part, into] : parts) {
        const Status status = dataset->forEachPieceOf(
            part, threads, cancel, [&, &sequences = *into](const TrainingPiece& piece) {
                Result<EncodedPiece> encoded = encoding.encode(piece.score, {});
                if (!encoded) {
                    ++losses.refusedById[encoded.error().id];
                    return true;
                }
                ++losses.pieces;
                losses.notes += encoded->report.notes;
                for (const LossReport::Item& item : encoded->report.items)
                    losses.notesById[item.id] += item.count;
                sequences.push_back(std::move(encoded->tokens));
                return true;
            });
        if (!status)
            return status.error();
    }
    set.losses = losses.text();
    if (set.train.empty()) {
        const std::string name = readablePath(path);
        const Result<DatasetInfo> info = dataset->info();
        const bool isSplit = info && info->train > 0;
        return Error{ErrorKind::Refused,
                     "train.nothing-to-learn",
                     isSplit ? fmt::format("None of the pieces in the training part of \"{}\" can "
                                           "be written in the encoding \"{}\": {}.",
                                           name, encoding.name(), set.losses)
                             : fmt::format("\"{0}\" has no training part. Split it first: continuo "
                                           "split \"{0}\" --train .8 "
                                           "--validation .1 --test .1 --seed 1",
                                           name),
                     {{"dataset", name}}};
    }
    return set;
}

} // namespace continuo
