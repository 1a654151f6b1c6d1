// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/card.h"

#include <array>
#include <utility>

namespace continuo {
namespace {

constexpr std::array<std::pair<SymbolKind, const char*>, 6> kKinds{{{SymbolKind::Pitch, "pitch"},
                                                                    {SymbolKind::Rest, "rest"},
                                                                    {SymbolKind::Hold, "hold"},
                                                                    {SymbolKind::End, "end"},
                                                                    {SymbolKind::Bar, "bar"},
                                                                    {SymbolKind::Other, "other"}}};

} // namespace

std::vector<CardSymbol> cardSymbols(const Vocabulary& vocabulary)
{
    std::vector<CardSymbol> symbols;
    for (const Symbol& symbol : vocabulary.symbols()) {
        CardSymbol entry{symbol.name, "other", -1};
        for (const auto& [kind, name] : kKinds)
            if (kind == symbol.kind)
                entry.kind = name;
        if (symbol.kind == SymbolKind::Pitch)
            entry.pitch = symbol.pitch.value;
        symbols.push_back(std::move(entry));
    }
    return symbols;
}

Vocabulary vocabularyOf(std::span<const CardSymbol> symbols)
{
    std::vector<Symbol> entries;
    for (const CardSymbol& symbol : symbols) {
        Symbol entry{symbol.name, SymbolKind::Other, {}};
        for (const auto& [kind, name] : kKinds)
            if (symbol.kind == name)
                entry.kind = kind;
        if (entry.kind == SymbolKind::Pitch)
            entry.pitch = Pitch{static_cast<std::uint8_t>(symbol.pitch)};
        entries.push_back(std::move(entry));
    }
    return Vocabulary(std::move(entries));
}

} // namespace continuo
