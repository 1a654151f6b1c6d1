// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/scoring_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numbers>
#include <vector>

namespace continuo {
namespace {

/// Sums over the targets seen so far.
class Tally
{
public:
    Tally(const Vocabulary& vocabulary, at::Device device)
    {
        std::vector<std::int64_t> pitches;
        std::vector<std::int64_t> places(static_cast<std::size_t>(vocabulary.size()), -1);
        std::vector<std::int64_t> waits(static_cast<std::size_t>(vocabulary.size()), 0);
        for (Token token = 0; token < vocabulary.size(); ++token) {
            const SymbolKind kind = vocabulary.symbol(token).kind;
            const auto place = static_cast<std::size_t>(token);
            if (kind == SymbolKind::Pitch) {
                places[place] = std::ssize(pitches);
                pitches.push_back(token);
            }
            waits[place] = kind == SymbolKind::Hold || kind == SymbolKind::Rest ? 1 : 0;
        }
        m_pitches = at::tensor(pitches, at::kLong).to(device);
        m_places = at::tensor(places, at::kLong).to(device);
        m_waits = at::tensor(waits, at::kLong).to(device);
    }

    /// logits: float [n, vocabulary]; targets: int64 [n].
    void add(const at::Tensor& logits, const at::Tensor& targets)
    {
        const at::Tensor chosen =
            at::log_softmax(logits, 1).gather(1, targets.unsqueeze(1)).squeeze(1); // [n]
        const at::Tensor right = logits.argmax(1).eq(targets);
        const at::Tensor plays = m_waits.index_select(0, targets).eq(0);
        m_score.steps += static_cast<std::uint64_t>(targets.size(0));
        m_loss -= chosen.sum(at::kDouble).item<double>();
        m_right += right.sum().item<std::int64_t>();
        m_playing += plays.sum().item<std::int64_t>();
        m_rightPlaying += right.logical_and(plays).sum().item<std::int64_t>();
        const at::Tensor places =
            m_places.index_select(0, targets); // [n], the pitch's place among the pitches, or −1
        const at::Tensor rows = places.ge(0).nonzero().squeeze(1);
        if (rows.size(0) == 0)
            return;
        const at::Tensor among = at::log_softmax(
            logits.index_select(0, rows).index_select(1, m_pitches), 1); // [notes, pitches]
        m_score.notes += static_cast<std::uint64_t>(rows.size(0));
        m_nats -= among.gather(1, places.index_select(0, rows).unsqueeze(1))
                      .sum(at::kDouble)
                      .item<double>();
    }

    PartScore score() const
    {
        PartScore score = m_score;
        if (score.steps > 0) {
            score.loss = m_loss / static_cast<double>(score.steps);
            score.accuracy = static_cast<double>(m_right) / static_cast<double>(score.steps);
        }
        if (m_playing > 0)
            score.noteAccuracy =
                static_cast<double>(m_rightPlaying) / static_cast<double>(m_playing);
        if (score.notes > 0)
            score.bitsPerNote = m_nats / std::numbers::ln2 / static_cast<double>(score.notes);
        return score;
    }

private:
    at::Tensor m_pitches; // int64 [pitches], tokens
    at::Tensor m_places;  // int64 [vocabulary]
    at::Tensor m_waits;   // int64 [vocabulary], 1 for hold and rest
    PartScore m_score{};
    double m_loss = 0;
    double m_nats = 0;
    std::int64_t m_right = 0;
    std::int64_t m_playing = 0;
    std::int64_t m_rightPlaying = 0;
};

constexpr std::size_t kRows = 64;
constexpr std::size_t kStretch = 128;

/// inputs and targets, int64 [time, rows], for the stretch of each piece that begins at its
/// `from`-th step.
struct Stretch
{
    at::Tensor inputs{};
    at::Tensor targets{};
    std::vector<std::int64_t> used{}; // flat places that are steps of a piece
};

Stretch stretchOf(const TokenStream& part, std::span<const TokenStream::Piece> pieces,
                  std::size_t from, std::size_t time)
{
    const auto rows = std::ssize(pieces);
    Stretch stretch;
    stretch.inputs = at::full({static_cast<std::int64_t>(time), rows}, 0, at::kLong);
    stretch.targets = at::full({static_cast<std::int64_t>(time), rows}, 0, at::kLong);
    auto* const inputs = stretch.inputs.mutable_data_ptr<std::int64_t>();
    auto* const targets = stretch.targets.mutable_data_ptr<std::int64_t>();
    for (std::size_t row = 0; row < pieces.size(); ++row) {
        for (std::size_t t = 0; t < time && from + t < pieces[row].targets; ++t) {
            const std::size_t place = t * pieces.size() + row;
            inputs[place] = part.tokens[pieces[row].begin + from + t];
            targets[place] = part.tokens[pieces[row].begin + from + t + 1];
            stretch.used.push_back(static_cast<std::int64_t>(place));
        }
    }
    return stretch;
}

/// A window of a piece and how much of it counts: the symbols that no window before has foretold.
struct Reading
{
    std::size_t begin = 0; // in the stream
    std::size_t length = 0;
    std::size_t first = 0; // the place in the window from which on steps are judged
};

std::vector<Reading> readingsOf(const TokenStream::Piece& piece, std::size_t context)
{
    std::vector<Reading> readings;
    for (std::size_t place = 0; place < piece.targets;) {
        const std::size_t start = contextStart(place, context);
        const std::size_t end = std::min(start + context, piece.targets);
        readings.push_back({piece.begin + start, end - start, place - start});
        place = end;
    }
    return readings;
}

/// For networks with a context: every piece in the windows that a generator would read it in. False
/// where `isStopped` said so.
bool scoreWindows(Network& network, const TokenStream& part,
                  std::span<const TokenStream::Piece> pieces, at::Device device,
                  const StopQuestion& isStopped, Tally& tally)
{
    constexpr std::size_t kSymbols = kRows * kStretch;
    std::vector<Reading> readings;
    for (const TokenStream::Piece& piece : pieces) {
        const std::vector<Reading> own = readingsOf(piece, network.context());
        readings.insert(readings.end(), own.begin(), own.end());
    }
    std::ranges::stable_sort(readings, std::ranges::greater(), &Reading::length);
    for (std::size_t at = 0; at < readings.size();) {
        if (isStopped())
            return false;
        const std::size_t time = readings[at].length;
        const std::size_t rows =
            std::min(std::max<std::size_t>(1, kSymbols / time), readings.size() - at);
        at::Tensor inputs = at::full(
            {static_cast<std::int64_t>(time), static_cast<std::int64_t>(rows)}, 0, at::kLong);
        std::vector<std::int64_t> used;
        std::vector<std::int64_t> targets;
        for (std::size_t row = 0; row < rows; ++row) {
            const Reading& reading = readings[at + row];
            for (std::size_t t = 0; t < reading.length; ++t) {
                const std::size_t place = t * rows + row;
                inputs.mutable_data_ptr<std::int64_t>()[place] = part.tokens[reading.begin + t];
                if (t < reading.first)
                    continue;
                used.push_back(static_cast<std::int64_t>(place));
                targets.push_back(part.tokens[reading.begin + t + 1]);
            }
        }
        const at::Tensor hidden = network.hidden(inputs.to(device), nullptr, {})
                                      .flatten(0, 1)
                                      .index_select(0, at::tensor(used, at::kLong).to(device));
        tally.add(network.logits(hidden, {}), at::tensor(targets, at::kLong).to(device));
        at += rows;
    }
    return true;
}

} // namespace

std::optional<PartScore> scorePart(Network& network, const TokenStream& part,
                                   const Vocabulary& vocabulary, const NetworkShape& shape,
                                   at::Device device, const StopQuestion& isStopped)
{
    const at::NoGradGuard noGradients;
    const ForwardMode mode;
    Tally tally(vocabulary, device);
    std::vector<TokenStream::Piece> pieces = part.pieces;
    // Pieces of like length go together; those that end drop out at the bottom.
    std::ranges::stable_sort(pieces, std::ranges::greater(), &TokenStream::Piece::targets);

    if (shape.prediction == "last-step") {
        const auto context = static_cast<std::size_t>(shape.window);
        for (const TokenStream::Piece& piece : pieces) {
            // The first steps have fewer inputs than the window; rows of one length go together.
            for (std::size_t target = 1; target <= piece.targets;) {
                if (isStopped())
                    return std::nullopt;
                const std::size_t length = std::min(target, context);
                const std::size_t rows =
                    target < context ? 1 : std::min(kRows * 4, piece.targets - target + 1);
                at::Tensor inputs =
                    at::empty({static_cast<std::int64_t>(rows), static_cast<std::int64_t>(length)},
                              at::kLong);
                at::Tensor targets = at::empty({static_cast<std::int64_t>(rows)}, at::kLong);
                for (std::size_t row = 0; row < rows; ++row) {
                    for (std::size_t t = 0; t < length; ++t)
                        inputs.mutable_data_ptr<std::int64_t>()[row * length + t] =
                            part.tokens[piece.begin + target + row - length + t];
                    targets.mutable_data_ptr<std::int64_t>()[row] =
                        part.tokens[piece.begin + target + row];
                }
                const at::Tensor hidden =
                    network.hidden(inputs.t().to(device), nullptr, mode); // [length, rows, width]
                tally.add(network.logits(hidden.select(0, -1), mode), targets.to(device));
                target += rows;
            }
        }
        return tally.score();
    }

    if (network.context() > 0) {
        if (!scoreWindows(network, part, pieces, device, isStopped, tally))
            return std::nullopt;
        return tally.score();
    }

    for (std::size_t first = 0; first < pieces.size(); first += kRows) {
        std::span<const TokenStream::Piece> rows =
            std::span<const TokenStream::Piece>(pieces).subspan(
                first, std::min(kRows, pieces.size() - first));
        NetworkState state;
        for (std::size_t from = 0; from < rows.front().targets; from += kStretch) {
            if (isStopped())
                return std::nullopt;
            while (rows.back().targets <= from)
                rows = rows.first(rows.size() - 1);
            for (at::Tensor& memory : state)
                memory = memory.narrow(0, 0, std::ssize(rows)).contiguous();
            const Stretch stretch =
                stretchOf(part, rows, from, std::min(kStretch, rows.front().targets - from));
            const at::Tensor used = at::tensor(stretch.used, at::kLong).to(device);
            const at::Tensor hidden =
                network.hidden(stretch.inputs.to(device), &state, mode); // [time, rows, width]
            const at::Tensor steps = hidden.flatten(0, 1).index_select(0, used); // [n, width]
            tally.add(network.logits(steps, mode),
                      stretch.targets.to(device).flatten().index_select(0, used));
        }
    }
    return tally.score();
}

} // namespace continuo
