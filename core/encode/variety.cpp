// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/variety.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace continuo {
namespace {

SymbolRow passageAt(const SymbolRow& symbols, std::size_t at, std::size_t length)
{
    const auto from = symbols.begin() + static_cast<std::ptrdiff_t>(at);
    return {from, from + static_cast<std::ptrdiff_t>(length)};
}

std::optional<double> distinctOf(std::span<const SymbolRow> pieces, std::size_t length)
{
    std::set<SymbolRow> different;
    std::size_t all = 0;
    for (const SymbolRow& symbols : pieces) {
        for (std::size_t i = 0; i + length <= symbols.size(); ++i, ++all)
            different.insert(passageAt(symbols, i, length));
    }
    return all > 0 ? std::optional(static_cast<double>(different.size()) / static_cast<double>(all))
                   : std::nullopt;
}

std::optional<double> repetitionOf(std::span<const SymbolRow> pieces)
{
    double sum = 0;
    double count = 0;
    for (const SymbolRow& symbols : pieces) {
        const std::optional<double> distinct =
            distinctOf(std::span(&symbols, 1), kRepetitionSymbols);
        if (!distinct)
            continue;
        sum += 1 - *distinct;
        count += 1;
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

std::optional<double> entropyOf(std::span<const SymbolRow> pieces)
{
    std::map<std::uint32_t, double> counts;
    double all = 0;
    for (const SymbolRow& symbols : pieces) {
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

Variety varietyOf(std::span<const SymbolRow> pieces)
{
    Variety variety;
    variety.pieces = pieces.size();
    for (const SymbolRow& symbols : pieces)
        variety.symbols += symbols.size();
    for (std::size_t n = 1; n <= kLargestDistinct; ++n)
        variety.distinct[n - 1] = distinctOf(pieces, n);
    variety.repetitionRate = repetitionOf(pieces);
    variety.entropy = entropyOf(pieces);
    const std::set<SymbolRow> different(pieces.begin(), pieces.end());
    if (!pieces.empty())
        variety.copies = static_cast<double>(pieces.size() - different.size()) /
                         static_cast<double>(pieces.size());
    return variety;
}

std::vector<SymbolRow> firstSymbols(std::span<const SymbolRow> pieces, std::size_t symbols)
{
    std::vector<SymbolRow> first;
    for (const SymbolRow& piece : pieces) {
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
