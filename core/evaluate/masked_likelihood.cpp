// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/masked_likelihood.h"

#include "core/base/parallel.h"
#include "core/encode/voices.h"
#include "core/learn/cell_masks.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numbers>
#include <span>
#include <vector>

namespace continuo {
namespace {

/// Sums over the hidden cells of one piece, under all of its masks.
struct Tally
{
    double nats = 0;  ///< Mean over masks of the mean over hidden cells.
    double right = 0; ///< Likewise.
    double bits = 0;
    double rightNotes = 0;
    std::uint64_t notes = 0;
};

double logOfSum(std::span<const float> logits)
{
    const float largest = std::ranges::max(logits);
    double sum = 0;
    for (const float each : logits)
        sum += std::exp(double{each} - largest);
    return largest + std::log(sum);
}

bool judgePiece(const MaskedModel& model, std::span<const Token> cells, std::size_t number,
                const CancelToken& cancel, Tally& tally)
{
    const auto classes = static_cast<std::size_t>(model.classes());
    std::vector<float> logits(cells.size() * classes);
    for (std::size_t k = 0; k < kJudgingMasks; ++k) {
        const std::vector<std::uint8_t> mask = judgingMask(number, k, cells.size());
        std::vector<Token> seen(cells.begin(), cells.end());
        for (std::size_t i = 0; i < seen.size(); ++i)
            seen[i] = mask[i] != 0 ? kHiddenCell : seen[i];
        if (!model.read(seen, logits, cancel))
            return false;
        double nats = 0;
        double right = 0;
        double hidden = 0;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            if (mask[i] == 0)
                continue;
            const auto own = std::span(logits).subspan(i * classes, classes);
            const auto truth = static_cast<std::size_t>(cells[i]);
            const bool isRight =
                static_cast<std::size_t>(std::ranges::max_element(own) - own.begin()) == truth;
            nats += logOfSum(own) - own[truth];
            right += isRight ? 1 : 0;
            hidden += 1;
            if (truth >= static_cast<std::size_t>(VoicesEncoding::kRest))
                continue;
            ++tally.notes;
            tally.rightNotes += isRight ? 1 : 0;
            tally.bits += logOfSum(own.first(VoicesEncoding::kRest)) - own[truth];
        }
        tally.nats += nats / hidden / kJudgingMasks;
        tally.right += right / hidden / kJudgingMasks;
    }
    return true;
}

} // namespace

Result<PartScore> scoreOfCells(const MaskedModel& model, const TokenStream& part, unsigned threads,
                               const CancelToken& cancel, const StepProgress& progress)
{
    std::vector<Tally> tallies(part.pieces.size());
    const auto cellsOf = [&part](std::size_t piece) {
        return std::span(part.tokens)
            .subspan(part.pieces[piece].begin * part.width,
                     (part.pieces[piece].targets + 1) * part.width);
    };
    PartScore score;
    for (std::size_t i = 0; i < part.pieces.size(); ++i)
        score.steps += cellsOf(i).size();
    std::mutex telling;
    std::uint64_t done = 0;
    parallelFor(part.pieces.size(), std::max(threads, 1U), cancel, [&](std::size_t i) {
        if (!judgePiece(model, cellsOf(i), i, cancel, tallies[i]))
            return;
        const std::lock_guard guard(telling);
        done += cellsOf(i).size();
        if (progress)
            progress(done, score.steps);
    });
    if (cancel.isCancelled())
        return cancelledError();
    // In the order of the pieces, so that the sums do not depend on who came first.
    double rightNotes = 0;
    double bits = 0;
    for (std::size_t i = 0; i < tallies.size(); ++i) {
        const double share =
            static_cast<double>(cellsOf(i).size()) / static_cast<double>(score.steps);
        score.loss += share * tallies[i].nats;
        score.accuracy += share * tallies[i].right;
        bits += tallies[i].bits;
        rightNotes += tallies[i].rightNotes;
        score.notes += tallies[i].notes;
    }
    if (score.notes > 0) {
        score.noteAccuracy = rightNotes / static_cast<double>(score.notes);
        score.bitsPerNote = bits / static_cast<double>(score.notes) / std::numbers::ln2;
    }
    return score;
}

} // namespace continuo
