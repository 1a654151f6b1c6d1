// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/frame_likelihood.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace continuo {
namespace {

/// Frames between two words about the progress.
constexpr std::uint64_t kFramesPerNews = 512;

/// Sums over the frames of one piece.
struct Tally
{
    double nats = 0;
    std::uint64_t right = 0;     ///< Frames.
    std::uint64_t rightKeys = 0; ///< On in both.
    std::uint64_t anyKeys = 0;   ///< On in either.
};

/// −ln of the probability of a key, from its logit.
double natsOf(float logit, bool isOn)
{
    const double against = isOn ? -double{logit} : double{logit};
    return against > 0 ? against + std::log1p(std::exp(-against)) : std::log1p(std::exp(against));
}

void addFrame(Tally& tally, NextFrame& next, const FrameKeys& frame)
{
    FrameKeys likelier;
    for (std::size_t key = 0; key < kFrameKeys; ++key) {
        const float logit = next.logit();
        tally.nats += natsOf(logit, frame[key]);
        likelier[key] = logit > 0;
        next.decide(frame[key]);
    }
    tally.right += likelier == frame ? 1 : 0;
    tally.rightKeys += (likelier & frame).count();
    tally.anyKeys += (likelier | frame).count();
}

} // namespace

Result<PartScore> scoreOfFrames(const FrameModel& model, const TokenStream& part, unsigned threads,
                                const CancelToken& cancel, const StepProgress& progress)
{
    std::vector<Tally> tallies(part.pieces.size());
    std::mutex telling;
    std::uint64_t done = 0;
    const std::uint64_t total = part.targets();
    const auto advance = [&](std::uint64_t frames) {
        const std::lock_guard guard(telling);
        done += frames;
        if (progress)
            progress(done, total);
    };
    advance(0);
    const auto frameAt = [&part](std::size_t step) {
        return frameKeys(std::span(part.tokens).subspan(step * kFrameNumbers, kFrameNumbers));
    };
    parallelFor(part.pieces.size(), std::max(threads, 1U), cancel, [&](std::size_t index) {
        const TokenStream::Piece& piece = part.pieces[index];
        ModelState state = model.start(1);
        std::vector<float> said(model.outputs());
        std::uint64_t untold = 0;
        for (std::size_t i = piece.begin; i < piece.begin + piece.targets; ++i) {
            const FrameKeys frame = frameAt(i);
            if (!model.read(state, std::span(&frame, 1), said, cancel))
                return;
            addFrame(tallies[index], *model.next(said), frameAt(i + 1));
            if (++untold == kFramesPerNews)
                advance(std::exchange(untold, 0));
        }
        advance(untold);
    });
    if (cancel.isCancelled())
        return cancelledError();

    // In the order of the pieces, so that the sums do not depend on who came first.
    Tally all;
    for (const Tally& tally : tallies) {
        all.nats += tally.nats;
        all.right += tally.right;
        all.rightKeys += tally.rightKeys;
        all.anyKeys += tally.anyKeys;
    }
    PartScore score;
    score.steps = total;
    if (total > 0) {
        score.loss = all.nats / static_cast<double>(total);
        score.accuracy = static_cast<double>(all.right) / static_cast<double>(total);
    }
    if (all.anyKeys > 0)
        score.noteAccuracy = static_cast<double>(all.rightKeys) / static_cast<double>(all.anyKeys);
    return score;
}

} // namespace continuo
