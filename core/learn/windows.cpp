// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/windows.h"

#include "core/base/random.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>

namespace continuo {
namespace {

/// What a number is drawn for: the last coordinate of each draw.
enum Draw : std::uint32_t
{
    PhaseDraw = 1,
    StartDraw = 2,
    ShiftDraw = 3,
    BatchDraw = 4
};

struct ShiftRange
{
    int down = 0;
    int up = 0;
};

/// How far a piece may be moved without losing a note.
ShiftRange shiftRange(const TokenStream& stream, const TokenStream::Piece& piece,
                      const Vocabulary& vocabulary, const TrainSettings& settings)
{
    ShiftRange range{static_cast<int>(settings.transposeDown),
                     static_cast<int>(settings.transposeUp)};
    if ((range.down == 0 && range.up == 0) || stream.width > 1)
        return range;
    int lowest = 127;
    int highest = 0;
    for (const Symbol& symbol : vocabulary.symbols()) {
        if (symbol.kind != SymbolKind::Pitch)
            continue;
        lowest = std::min<int>(lowest, symbol.pitch.value);
        highest = std::max<int>(highest, symbol.pitch.value);
    }
    for (std::size_t i = piece.begin; i <= piece.begin + piece.targets; ++i) {
        const Symbol& symbol = vocabulary.symbol(stream.tokens[i]);
        if (symbol.kind != SymbolKind::Pitch)
            continue;
        range.down = std::min(range.down, symbol.pitch.value - lowest);
        range.up = std::min(range.up, highest - symbol.pitch.value);
    }
    return range;
}

/// Where a window of up to `length` inputs ends so that the next one begins with a bar; as it is
/// where no bar begins in its second half, or no symbol says that one does.
std::size_t lengthToBar(const TokenStream& stream, const TokenStream::Piece& piece,
                        const std::vector<bool>& isBar, std::size_t start, std::size_t length)
{
    for (std::size_t shorter = length; 2 * shorter > length; --shorter) {
        if (isBar[static_cast<std::size_t>(stream.tokens[piece.begin + start + shorter])])
            return shorter;
    }
    return length;
}

/// Puts windows of like length into the same batch, as a batch costs as much as its longest: of
/// some batches at a time, which keep a random order.
void sortIntoBatches(std::vector<Window>& windows, std::size_t batch, const CounterRandom& random,
                     std::uint32_t epoch)
{
    constexpr std::size_t kBatchesAtATime = 8;
    for (std::size_t first = 0; first < windows.size(); first += kBatchesAtATime * batch) {
        const std::span<Window> pool = std::span(windows).subspan(first).first(
            std::min(kBatchesAtATime * batch, windows.size() - first));
        std::ranges::stable_sort(pool, {}, &Window::length);
        // Whole batches only, so that they stay what they are.
        for (std::size_t i = pool.size() / batch; i > 1; --i) {
            const std::size_t j =
                random.below(i, epoch, static_cast<std::uint32_t>(first + i), BatchDraw);
            std::ranges::swap_ranges(pool.subspan((i - 1) * batch, batch),
                                     pool.subspan(j * batch, j + 1 == i ? 0 : batch));
        }
    }
}

/// As many pieces as the settings ask for: with one seed fewer are always among more. None where
/// all are meant.
std::vector<TokenSequence> chosenPieces(const std::vector<TokenSequence>& pieces,
                                        const TrainSettings& settings)
{
    if (settings.pieces == 0 || settings.pieces >= std::ssize(pieces))
        return {};
    std::vector<std::size_t> order(pieces.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const CounterRandom random(static_cast<std::uint64_t>(settings.seed),
                               CounterRandom::Domain::Split);
    random.shuffle(std::span(order), 0);
    std::vector<TokenSequence> chosen;
    for (const std::size_t place :
         std::span(order).first(static_cast<std::size_t>(settings.pieces)))
        chosen.push_back(pieces[place]);
    return chosen;
}

} // namespace

TokenStream trainingStream(const TrainingSet& set, const TrainSettings& settings)
{
    const std::vector<TokenSequence> chosen = chosenPieces(set.train, settings);
    return makeTokenStream(chosen.empty() ? set.train : chosen, set.vocabulary, set.width());
}

TokenStream windowStream(const TrainingSet& set, const TrainSettings& settings)
{
    if (!settings.acrossPieces)
        return trainingStream(set, settings);
    const std::vector<TokenSequence> chosen = chosenPieces(set.train, settings);
    TokenSequence chain;
    for (const TokenSequence& piece : chosen.empty() ? set.train : chosen)
        chain.insert(chain.end(), piece.begin(), piece.end());
    return makeTokenStream(std::span(&chain, 1), set.vocabulary, set.width());
}

std::vector<Window> windowsOfEpoch(const TokenStream& stream, const Vocabulary& vocabulary,
                                   const TrainJob& job, std::uint32_t epoch)
{
    const TrainSettings& settings = job.training;
    const CounterRandom random(static_cast<std::uint64_t>(settings.seed),
                               CounterRandom::Domain::DataOrder);
    const bool isLastStep = job.network.prediction == "last-step";
    const auto sequence = static_cast<std::size_t>(settings.sequence);
    const auto context = static_cast<std::size_t>(job.network.window);
    const auto stride = static_cast<std::size_t>(settings.windowStride);
    std::vector<bool> isBar;
    if (stream.width == 1 && vocabulary.find(SymbolKind::Bar)) {
        for (const Symbol& symbol : vocabulary.symbols())
            isBar.push_back(symbol.kind == SymbolKind::Bar);
    }
    std::vector<Window> windows;
    for (std::size_t p = 0; p < stream.pieces.size(); ++p) {
        const TokenStream::Piece& piece = stream.pieces[p];
        const auto number = static_cast<std::uint32_t>(p);
        // A piece behind an end symbol ends with one too, and the two are the same place of the
        // loop.
        const std::size_t modulus =
            settings.wrapAround && stream.startsWithEnd ? piece.targets : piece.targets + 1;
        const auto add = [&](std::size_t start, std::size_t length) {
            windows.push_back({piece.begin, start, length, modulus, 0});
        };
        if (isLastStep) {
            for (std::size_t target = 1 + random.below(stride, epoch, number, PhaseDraw);
                 target <= piece.targets; target += stride) {
                if (settings.wrapAround)
                    add((target + modulus * (context / modulus + 1) - context) % modulus, context);
                else
                    add(target - std::min(target, context), std::min(target, context));
            }
        } else {
            for (std::uint32_t pass = 0; pass < static_cast<std::uint32_t>(settings.passes);
                 ++pass) {
                const std::uint32_t draw = pass << 20;
                if (settings.wrapAround) {
                    const std::size_t count = (modulus + sequence - 1) / sequence;
                    for (std::size_t i = 0; i < count; ++i)
                        add(random.below(modulus, epoch, number,
                                         draw + StartDraw + (static_cast<std::uint32_t>(i) << 8)),
                            sequence);
                    continue;
                }
                std::size_t start = 0;
                std::size_t length =
                    sequence - random.below(sequence / 2 + 1, epoch, number, draw + PhaseDraw);
                if (piece.targets <= sequence)
                    length = piece.targets;
                while (start < piece.targets) {
                    length = std::min(length, piece.targets - start);
                    if (!isBar.empty() && start + length < piece.targets)
                        length = lengthToBar(stream, piece, isBar, start, length);
                    add(start, length);
                    start += length;
                    length = sequence;
                }
            }
        }
    }
    if (settings.transposeDown > 0 || settings.transposeUp > 0) {
        std::vector<ShiftRange> ranges;
        for (const TokenStream::Piece& piece : stream.pieces)
            ranges.push_back(shiftRange(stream, piece, vocabulary, settings));
        std::size_t p = 0;
        for (std::size_t i = 0; i < windows.size(); ++i) {
            while (stream.pieces[p].begin != windows[i].begin)
                ++p;
            const auto choices = static_cast<std::uint64_t>(ranges[p].down + ranges[p].up + 1);
            windows[i].shift = static_cast<int>(random.below(
                                   choices, epoch, static_cast<std::uint32_t>(i), ShiftDraw)) -
                               ranges[p].down;
        }
    }
    random.shuffle(std::span(windows), epoch);
    if (job.network.kind == "transformer")
        sortIntoBatches(windows, static_cast<std::size_t>(settings.batch), random, epoch);
    return windows;
}

std::vector<Token> transpositionTable(const Vocabulary& vocabulary, int lowest, int highest)
{
    std::vector<Token> table;
    for (int shift = lowest; shift <= highest; ++shift) {
        for (Token token = 0; token < vocabulary.size(); ++token) {
            const Symbol& symbol = vocabulary.symbol(token);
            const int pitch = symbol.pitch.value + shift;
            std::optional<Token> moved;
            if (symbol.kind == SymbolKind::Pitch && pitch >= 0 && pitch <= 127)
                moved = vocabulary.find(Pitch{static_cast<std::uint8_t>(pitch)});
            table.push_back(moved.value_or(token));
        }
    }
    return table;
}

} // namespace continuo
