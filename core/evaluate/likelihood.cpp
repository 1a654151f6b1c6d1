// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/likelihood.h"

#include "core/base/file.h"
#include "core/evaluate/frame_likelihood.h"
#include "core/evaluate/judge_steps_p.h"
#include "core/evaluate/masked_likelihood.h"
#include "core/evaluate/note_likelihood.h"
#include "core/learn/load_training_set.h"
#include "core/learn/reference_lines.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <memory>
#include <mutex>
#include <numbers>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace continuo {
namespace {

/// Sums over the targets of one piece.
struct Tally
{
    double nats = 0;
    double pitchNats = 0;
    std::uint64_t notes = 0;
    std::uint64_t right = 0;
    std::uint64_t playing = 0; ///< Neither hold nor rest.
    std::uint64_t rightPlaying = 0;
};

/// What the kinds of the symbols mean to the figures.
struct Roles
{
    explicit Roles(const Vocabulary& vocabulary)
    {
        for (Token token = 0; token < vocabulary.size(); ++token) {
            const SymbolKind kind = vocabulary.symbol(token).kind;
            all.push_back(static_cast<std::size_t>(token));
            if (kind == SymbolKind::Pitch)
                pitches.push_back(static_cast<std::size_t>(token));
            isPitch.push_back(kind == SymbolKind::Pitch);
            isWaiting.push_back(kind == SymbolKind::Hold || kind == SymbolKind::Rest);
        }
    }
    std::vector<std::size_t> all{};
    std::vector<std::size_t> pitches{};
    std::vector<bool> isPitch{};
    std::vector<bool> isWaiting{};
};

void addTarget(Tally& tally, std::span<const float> logits, Token target, const Roles& roles)
{
    const auto chosen = static_cast<std::size_t>(target);
    tally.nats += natsAmong(logits, roles.all, chosen);
    const bool isRight = std::ranges::max_element(logits) - logits.begin() == target;
    tally.right += isRight ? 1 : 0;
    if (!roles.isWaiting[chosen]) {
        ++tally.playing;
        tally.rightPlaying += isRight ? 1 : 0;
    }
    if (roles.isPitch[chosen]) {
        ++tally.notes;
        tally.pitchNats += natsAmong(logits, roles.pitches, chosen);
    }
}

/// An encoding with the vocabulary the model was trained with, whatever the set it is judged on
/// holds.
class TrainedEncoding final : public Encoding
{
public:
    explicit TrainedEncoding(const Encoding& encoding)
        : m_encoding(encoding)
    {
    }

    std::string_view name() const override { return m_encoding.name(); }
    int version() const override { return m_encoding.version(); }
    std::string optionsJson() const override { return m_encoding.optionsJson(); }
    const Vocabulary& vocabulary() const override { return m_encoding.vocabulary(); }
    std::vector<Token> limits() const override { return m_encoding.limits(); }
    Result<EncodedPiece> encode(const Score& score, const EncodeOptions& options) const override
    {
        return m_encoding.encode(score, options);
    }
    std::unique_ptr<TokenReader> reader(std::span<const Token> before,
                                        const ReaderOptions& options) const override
    {
        return m_encoding.reader(before, options);
    }
    std::optional<Tick> tokenTime(std::size_t index, int ticksPerQuarter) const override
    {
        return m_encoding.tokenTime(index, ticksPerQuarter);
    }
    std::vector<Pitch> pitchesOf(Token token) const override { return m_encoding.pitchesOf(token); }
    std::vector<Token> opening(Meter meter, std::optional<Key> key) const override
    {
        return m_encoding.opening(meter, key);
    }

private:
    const Encoding& m_encoding;
};

/// The loss of `part` as the trainer wrote it into the receipt; nothing where it did not.
std::optional<double> lossInReceipt(const nlohmann::json& receipt, Part part)
{
    const auto lossOf = [](const nlohmann::json& score) -> std::optional<double> {
        if (score.is_object() && score.contains("loss") && score["loss"].is_number())
            return score["loss"].get<double>();
        return std::nullopt;
    };
    const std::string name(partName(part));
    if (receipt.contains("best") && receipt["best"].is_object() && receipt["best"].contains(name))
        return lossOf(receipt["best"][name]);
    if (part == Part::Validation && receipt.contains("validation"))
        return lossOf(receipt["validation"]);
    return std::nullopt;
}

bool isReceiptOf(const nlohmann::json& receipt, const std::string& fingerprint)
{
    return receipt.is_object() && receipt.contains("dataset") && receipt["dataset"].is_object() &&
           receipt["dataset"].contains("fingerprint") &&
           receipt["dataset"]["fingerprint"] == fingerprint;
}

} // namespace

Result<PartScore> scoreOf(const NextTokenModel& model, const Vocabulary& vocabulary,
                          const TokenStream& part, unsigned threads, const CancelToken& cancel,
                          const StepProgress& progress)
{
    assert(model.vocabularySize() == vocabulary.size());
    const Roles roles(vocabulary);
    std::vector<Tally> tallies(part.pieces.size());
    const std::uint64_t total = part.targets();
    const auto judge = [&](std::size_t piece, std::size_t, std::span<const float> logits,
                           Token target) { addTarget(tallies[piece], logits, target, roles); };
    if (!judgeSteps(model, part, threads, judge, cancel, progress))
        return cancelledError();

    // In the order of the pieces, so that the sums do not depend on who came first.
    Tally all;
    for (const Tally& tally : tallies) {
        all.nats += tally.nats;
        all.pitchNats += tally.pitchNats;
        all.notes += tally.notes;
        all.right += tally.right;
        all.playing += tally.playing;
        all.rightPlaying += tally.rightPlaying;
    }
    PartScore score;
    score.steps = total;
    score.notes = all.notes;
    if (total > 0) {
        score.loss = all.nats / static_cast<double>(total);
        score.accuracy = static_cast<double>(all.right) / static_cast<double>(total);
    }
    if (all.playing > 0)
        score.noteAccuracy =
            static_cast<double>(all.rightPlaying) / static_cast<double>(all.playing);
    if (all.notes > 0)
        score.bitsPerNote = all.pitchNats / std::numbers::ln2 / static_cast<double>(all.notes);
    return score;
}

Result<ModelJudgement> judgeModel(const GeneratingModel& model,
                                  const std::filesystem::path& dataset, Part part, unsigned threads,
                                  const CancelToken& cancel, const StepProgress& progress)
{
    if (!model.frames && !model.notes && !model.masked)
        if (const Status needed =
                needNextSymbols(model, "be judged by how well it foretells pieces");
            !needed)
            return needed.error();
    const TrainedEncoding encoding(*model.encoding);
    const Result<TrainingSet> set = loadTrainingSet(dataset, encoding, threads, cancel);
    if (!set)
        return set.error();
    const Vocabulary& vocabulary = model.encoding->vocabulary();
    const std::size_t width = set->width();
    const TokenStream train = makeTokenStream(set->train, vocabulary, width);
    const TokenStream judged =
        part == Part::Train
            ? train
            : makeTokenStream(part == Part::Validation ? set->validation : set->test, vocabulary,
                              width);
    if (judged.pieces.empty()) {
        const std::string name = readablePath(dataset);
        const std::string partWord(partName(part));
        return Error{
            ErrorKind::Refused,
            "evaluate.empty-part",
            fmt::format("\"{}\" has no piece in its {} part that the encoding of the model can "
                        "write. Divide it again (continuo split) or name another part with "
                        "--part train, validation or test.",
                        name, partWord),
            {{"dataset", name}, {"part", partWord}}};
    }

    Result<PartScore> score =
        model.frames   ? scoreOfFrames(*model.frames, judged, threads, cancel, progress)
        : model.notes  ? scoreNotesOf(model, judged, threads, cancel, progress)
        : model.masked ? scoreOfCells(*model.masked, judged, threads, cancel, progress)
                       : scoreOf(*model.network, vocabulary, judged, threads, cancel, progress);
    if (!score)
        return score.error();
    ModelJudgement judgement;
    judgement.score = *score;
    judgement.references = referenceLinesFor(encoding.name(), train, judged, vocabulary.size());
    judgement.vocabulary = vocabulary.size();
    judgement.pieces = judged.pieces.size();
    judgement.fingerprint = set->fingerprint;
    judgement.losses = set->losses;
    const auto receipt = nlohmann::json::parse(model.card.receiptJson, nullptr, false);
    judgement.isSetOfTraining = isReceiptOf(receipt, set->fingerprint);
    if (judgement.isSetOfTraining)
        judgement.trainerLoss = lossInReceipt(receipt, part);
    return judgement;
}

} // namespace continuo
