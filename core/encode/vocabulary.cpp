// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/vocabulary.h"

namespace continuo {

namespace {

template <typename Matches>
std::optional<Token> firstToken(std::span<const Symbol> symbols, Matches matches)
{
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        if (matches(symbols[i]))
            return static_cast<Token>(i);
    }
    return std::nullopt;
}

} // namespace

std::optional<Token> Vocabulary::find(SymbolKind kind) const
{
    return firstToken(m_symbols, [&](const Symbol& symbol) { return symbol.kind == kind; });
}

std::optional<Token> Vocabulary::find(Pitch pitch) const
{
    return firstToken(m_symbols,
                      [&](const Symbol& symbol) { return symbol.kind == SymbolKind::Pitch && symbol.pitch == pitch; });
}

std::optional<Token> Vocabulary::find(std::string_view name) const
{
    return firstToken(m_symbols, [&](const Symbol& symbol) { return symbol.name == name; });
}

} // namespace continuo
