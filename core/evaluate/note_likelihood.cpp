// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/note_likelihood.h"

#include "core/base/parallel.h"
#include "core/generate/exact_math.h"
#include "core/generate/note_numbers.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <mutex>
#include <numbers>

namespace continuo {
namespace {

/// Windows that are read at once.
constexpr std::size_t kRows = 32;

struct Tally
{
    double nats = 0;
    std::uint64_t right = 0;
};

void count(Tally& tally, std::span<const float> answer, Token pitch)
{
    const std::span<const float> logits = answer.first(kNotePitches);
    const auto largest = std::ranges::max_element(logits);
    double sum = 0;
    for (const float logit : logits)
        sum += exactExp(double{logit} - double{*largest});
    const auto place = static_cast<std::size_t>(pitch);
    tally.nats += exactLog(sum) + double{*largest} - double{logits[place]};
    tally.right += static_cast<std::size_t>(largest - logits.begin()) == place ? 1 : 0;
}

/// Every note of a piece but the first, given the window before it or all before it. `pitch` says
/// that of a note. False where `cancel` was set.
template <typename Pitch>
bool judgePiece(const NoteModel& model, std::span<const float> notes, const Pitch& pitch,
                const CancelToken& cancel, Tally& tally)
{
    const std::size_t width = model.noteWidth();
    const std::size_t targets = notes.size() / width - 1;
    const std::size_t window = model.window();
    NoteState through = model.start(1);
    for (std::size_t target = 1; target <= targets;) {
        // The first windows are short; those of one length go together.
        const std::size_t rows =
            window > 0 && target >= window ? std::min(kRows, targets - target + 1) : 1;
        std::vector<float> answers(rows * width);
        if (window == 0) {
            if (!model.read(through, notes.subspan((target - 1) * width, width), answers, cancel))
                return false;
        } else {
            const std::size_t length = std::min(target, window);
            std::vector<float> read; // [length, rows, width]
            read.reserve(length * rows * width);
            for (std::size_t time = 0; time < length; ++time) {
                const auto stretch = notes.subspan((target - length + time) * width, rows * width);
                read.insert(read.end(), stretch.begin(), stretch.end());
            }
            NoteState state = model.start(rows);
            if (!model.read(state, read, answers, cancel))
                return false;
        }
        for (std::size_t row = 0; row < rows; ++row)
            count(tally, std::span(answers).subspan(row * width, width), pitch(target + row));
        target += rows;
    }
    return true;
}

} // namespace

Result<PartScore> scoreNotesOf(const GeneratingModel& model, const TokenStream& part,
                               unsigned threads, const CancelToken& cancel,
                               const StepProgress& progress)
{
    const auto* const encoding = dynamic_cast<const NoteEncoding*>(model.encoding.get());
    assert(encoding != nullptr && model.notes);
    const NoteNumbers numbers(*encoding);
    std::vector<Tally> tallies(part.pieces.size());
    std::mutex telling;
    std::uint64_t done = 0;
    const std::uint64_t total = part.targets();
    const auto advance = [&](std::uint64_t steps) {
        const std::lock_guard guard(telling);
        done += steps;
        if (progress)
            progress(done, total);
    };
    advance(0);
    std::atomic<bool> isWhole = true;
    parallelFor(part.pieces.size(), std::max(threads, 1U), cancel, [&](std::size_t number) {
        const TokenStream::Piece& piece = part.pieces[number];
        const std::span<const Token> tokens =
            std::span(part.tokens)
                .subspan(piece.begin * part.width, (piece.targets + 1) * part.width);
        const auto pitch = [&](std::size_t note) { return tokens[note * part.width]; };
        if (!judgePiece(*model.notes, numbers.read(tokens), pitch, cancel, tallies[number]))
            isWhole = false;
        else
            advance(piece.targets);
    });
    if (cancel.isCancelled() || !isWhole)
        return cancelledError();
    // In the order of the pieces, so that the sums do not depend on who came first.
    Tally all;
    for (const Tally& tally : tallies) {
        all.nats += tally.nats;
        all.right += tally.right;
    }
    PartScore score;
    score.steps = score.notes = total;
    if (total > 0) {
        score.loss = all.nats / static_cast<double>(total);
        score.accuracy = score.noteAccuracy =
            static_cast<double>(all.right) / static_cast<double>(total);
        score.bitsPerNote = score.loss / std::numbers::ln2;
        score.more["pitchAccuracy"] = score.accuracy;
    }
    return score;
}

} // namespace continuo
