// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/load_training_set.h"

#include "core/base/file.h"
#include "core/dataset/dataset.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

constexpr std::size_t kLongestRecipe = 1 << 16; ///< In a receipt, which stands in every checkpoint.

std::string recipeForReceipts(const Recipe& recipe)
{
    std::string text = recipeToJson(recipe);
    if (text.size() > kLongestRecipe)
        text = fmt::format(R"({{"steps": {}, "sha256": "{}"}})", recipe.steps.size(), recipeHash(recipe));
    return text;
}

std::string splitForReceipts(const SplitSettings& split)
{
    return fmt::format(R"({{"train": {}, "validation": {}, "test": {}, "seed": {}, "by": "{}"}})", split.train, split.validation,
                       split.test, split.seed, splitByName(split.by));
}

} // namespace

LearnFrom learnFrom(const TrainSettings& settings)
{
    return settings.holdOut ? LearnFrom::TrainingPart : LearnFrom::Everything;
}

Result<TrainingSet> loadTrainingSet(const std::filesystem::path& path, const Encoding& unfitted,
                                    unsigned threads, const CancelToken& cancel, LearnFrom from)
{
    const bool isAll = from == LearnFrom::Everything;
    const std::optional<Part> learned = isAll ? std::nullopt : std::optional(Part::Train);
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
            dataset->forEachPieceOf(learned, threads, cancel, [&](const TrainingPiece& piece) {
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
    const Result<Recipe> recipe = dataset->recipe();
    const Result<DatasetInfo> info = dataset->info();
    if (!recipe || !info)
        return recipe ? info.error() : recipe.error();
    if (!recipe->steps.empty())
        set.recipe = recipeForReceipts(*recipe);
    if (info->split)
        set.split = splitForReceipts(*info->split);
    Losses losses;
    std::vector<std::pair<std::optional<Part>, std::vector<TokenSequence>*>> parts{
        {learned, &set.train}};
    if (!isAll) {
        parts.emplace_back(Part::Validation, &set.validation);
        parts.emplace_back(Part::Test, &set.test);
    }
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
        const bool isSplit = isAll || info->train > 0;
        return Error{ErrorKind::Refused,
                     "train.nothing-to-learn",
                     isSplit ? fmt::format("None of the pieces{} of \"{}\" can "
                                           "be written in the encoding \"{}\": {}.",
                                           isAll ? "" : " in the training part", name,
                                           encoding.name(), set.losses)
                             : fmt::format("\"{0}\" has no training part. Split it first: continuo "
                                           "split \"{0}\" --train .8 "
                                           "--validation .1 --test .1 --seed 1",
                                           name),
                     {{"dataset", name}}};
    }
    return set;
}

} // namespace continuo
