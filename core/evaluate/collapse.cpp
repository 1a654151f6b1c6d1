// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/collapse.h"

#include "core/evaluate/piece_numbers.h"
#include "core/music/melody.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace continuo {
namespace {

using Passage = std::vector<std::uint32_t>;

Passage passageAt(const MotionSymbols& symbols, std::size_t at, std::size_t length)
{
    const auto from = symbols.begin() + static_cast<std::ptrdiff_t>(at);
    return {from, from + static_cast<std::ptrdiff_t>(length)};
}

std::optional<double> distinctOf(std::span<const MotionSymbols> pieces, std::size_t length)
{
    std::set<Passage> different;
    std::size_t all = 0;
    for (const MotionSymbols& symbols : pieces) {
        for (std::size_t i = 0; i + length <= symbols.size(); ++i, ++all)
            different.insert(passageAt(symbols, i, length));
    }
    return all > 0 ? std::optional(static_cast<double>(different.size()) / static_cast<double>(all))
                   : std::nullopt;
}

std::optional<double> repetitionOf(std::span<const MotionSymbols> pieces)
{
    double sum = 0;
    double count = 0;
    for (const MotionSymbols& symbols : pieces) {
        const std::optional<double> distinct =
            distinctOf(std::span(&symbols, 1), kRepetitionSymbols);
        if (!distinct)
            continue;
        sum += 1 - *distinct;
        count += 1;
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

std::optional<double> entropyOf(std::span<const MotionSymbols> pieces)
{
    std::map<std::uint32_t, double> counts;
    double all = 0;
    for (const MotionSymbols& symbols : pieces) {
        for (const std::uint32_t symbol : symbols)
            counts[symbol] += 1;
        all += static_cast<double>(symbols.size());
    }
    if (all == 0)
        return std::nullopt;
    double bits = 0;
    for (const auto& [symbol, count] : counts)
        bits -= count / all * std::log2(count / all);
    return bits;
}

} // namespace

MotionSymbols motionSymbolsOf(const Score& score)
{
    const std::vector<Note> melody = melodyOf(score);
    const std::int64_t quarter = std::max(1, score.ticksPerQuarter);
    MotionSymbols symbols;
    for (std::size_t i = 1; i < melody.size(); ++i) {
        const Tick between = melody[i].start - melody[i - 1].start;
        const std::int64_t steps = std::min<std::int64_t>(
            gridLine(between.value, kGrooveStepsPerQuarter, quarter).value, 4095);
        const int interval = melody[i].pitch.value - melody[i - 1].pitch.value + 128;
        symbols.push_back(static_cast<std::uint32_t>(interval) << 12 |
                          static_cast<std::uint32_t>(steps));
    }
    return symbols;
}

Variety varietyOf(std::span<const MotionSymbols> pieces)
{
    Variety variety;
    variety.pieces = pieces.size();
    for (const MotionSymbols& symbols : pieces)
        variety.symbols += symbols.size();
    for (std::size_t n = 1; n <= kLargestDistinct; ++n)
        variety.distinct[n - 1] = distinctOf(pieces, n);
    variety.repetitionRate = repetitionOf(pieces);
    variety.entropy = entropyOf(pieces);
    const std::set<MotionSymbols> different(pieces.begin(), pieces.end());
    if (!pieces.empty())
        variety.copies = static_cast<double>(pieces.size() - different.size()) /
                         static_cast<double>(pieces.size());
    return variety;
}

std::vector<MotionSymbols> firstSymbols(std::span<const MotionSymbols> pieces, std::size_t symbols)
{
    std::vector<MotionSymbols> first;
    for (const MotionSymbols& piece : pieces) {
        if (symbols == 0)
            break;
        const std::size_t taken = std::min(piece.size(), symbols);
        first.push_back(passageAt(piece, 0, taken));
        symbols -= taken;
    }
    return first;
}

std::string_view collapseName(Collapse collapse)
{
    switch (collapse) {
    case Collapse::SameMelody:
        return "sameMelody";
    case Collapse::Loops:
        return "loops";
    case Collapse::FewSymbols:
        return "fewSymbols";
    }
    return "";
}

std::string_view collapseWords(Collapse collapse)
{
    switch (collapse) {
    case Collapse::SameMelody:
        return "it plays the same melody again and again";
    case Collapse::Loops:
        return "its melodies go round in circles";
    case Collapse::FewSymbols:
        return "it uses hardly anything but a few intervals and durations";
    }
    return "";
}

std::optional<std::vector<Collapse>> collapseOf(const Variety& generated, const Variety& corpus)
{
    if (generated.symbols < kFewestJudgedSymbols)
        return std::nullopt;
    std::vector<Collapse> found;
    if (generated.copies >= kMostCopies)
        found.push_back(Collapse::SameMelody);
    if (generated.repetitionRate && *generated.repetitionRate >= kLoopRepetition &&
        *generated.repetitionRate >= kLoopAgainstCorpus * corpus.repetitionRate.value_or(0))
        found.push_back(Collapse::Loops);
    if (generated.entropy && corpus.entropy &&
        *generated.entropy < kLeastEntropyShare * *corpus.entropy)
        found.push_back(Collapse::FewSymbols);
    return found;
}

} // namespace continuo
