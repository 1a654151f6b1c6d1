// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"
#include "core/evaluate/judge_steps_p.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <utility>
#include <vector>

namespace continuo {
namespace {

/// Pieces that go side by side: the weights are read once for all of them.
constexpr std::size_t kFewestRows = 8;
constexpr std::size_t kMostRows = 32;
/// Steps between two words about the progress.
constexpr std::uint64_t kStepsPerNews = 2048;

/// Judges a few pieces side by side; `rows` name them, the longest first. False where cancelled.
bool judgeRows(const NextTokenModel& model, const TokenStream& part,
               std::span<const std::size_t> rows, const StepJudge& judge, const CancelToken& cancel,
               const std::function<void(std::uint64_t)>& advance)
{
    const auto symbols = static_cast<std::size_t>(model.vocabularySize());
    std::size_t going = rows.size();
    ModelState state = model.start(going);
    std::vector<Token> inputs(going);
    std::vector<float> logits(going * symbols); // float [going, vocabulary]
    std::uint64_t untold = 0;
    for (std::size_t step = 0; step < part.pieces[rows.front()].targets; ++step) {
        std::size_t staying = going;
        while (part.pieces[rows[staying - 1]].targets <= step)
            --staying;
        if (staying < going) {
            std::vector<std::size_t> members(staying);
            std::iota(members.begin(), members.end(), std::size_t{0});
            state = model.selected(state, members);
            going = staying;
            inputs.resize(going);
            logits.resize(going * symbols);
        }
        for (std::size_t row = 0; row < going; ++row)
            inputs[row] = part.tokens[part.pieces[rows[row]].begin + step];
        if (!model.read(state, inputs, logits, cancel))
            return false;
        for (std::size_t row = 0; row < going; ++row)
            judge(rows[row], step, std::span(logits).subspan(row * symbols, symbols),
                  part.tokens[part.pieces[rows[row]].begin + step + 1]);
        untold += going;
        if (untold >= kStepsPerNews)
            advance(std::exchange(untold, 0));
    }
    advance(untold);
    return true;
}

} // namespace

bool judgeSteps(const NextTokenModel& model, const TokenStream& part, unsigned threads,
                const StepJudge& judge, const CancelToken& cancel, const StepProgress& progress)
{
    std::vector<std::size_t> order(part.pieces.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater(),
                             [&part](std::size_t piece) { return part.pieces[piece].targets; });

    // Groups of like length, for large sets enough of them to keep every thread busy to the end.
    threads = std::max(threads, 1U);
    const std::size_t rows =
        std::clamp(order.size() / (std::size_t{2} * threads), kFewestRows, kMostRows);
    const std::size_t groups = (order.size() + rows - 1) / rows;
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
    parallelFor(groups, threads, cancel, [&](std::size_t group) {
        const std::size_t first = group * rows;
        judgeRows(model, part,
                  std::span(order).subspan(first, std::min(rows, order.size() - first)), judge,
                  cancel, advance);
    });
    return !cancel.isCancelled();
}

double natsAmong(std::span<const float> logits, std::span<const std::size_t> symbols,
                 std::size_t chosen)
{
    float top = logits[chosen];
    for (const std::size_t symbol : symbols)
        top = std::max(top, logits[symbol]);
    double sum = 0;
    for (const std::size_t symbol : symbols)
        sum += std::exp(static_cast<double>(logits[symbol]) - static_cast<double>(top));
    return std::log(sum) + static_cast<double>(top) - static_cast<double>(logits[chosen]);
}

} // namespace continuo
