// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/pitch.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// A symbol of a vocabulary, by its index.
using Token = std::int32_t;

enum class SymbolKind
{
    Pitch, ///< A note begins.
    Rest,  ///< Silence for one step.
    Hold,  ///< What sounded goes on for one step.
    End,   ///< The piece is over.
    Bar,   ///< A bar begins.
    Other
};

/// One thing a model can say, and what it means to music.
struct Symbol
{
    std::string name{}; ///< Unique within the vocabulary: "C4", "rest", "hold", "end".
    SymbolKind kind = SymbolKind::Other;
    Pitch pitch{}; ///< For kind Pitch only.

    friend bool operator==(const Symbol&, const Symbol&) = default;
};

/// The symbols a model was trained on, in the order of its output. It travels inside the model file
/// as a list of names and kinds.
class Vocabulary
{
public:
    Vocabulary() = default;
    explicit Vocabulary(std::vector<Symbol> symbols)
        : m_symbols(std::move(symbols))
    {
    }

    Token size() const { return static_cast<Token>(m_symbols.size()); }
    const Symbol& symbol(Token token) const { return m_symbols[static_cast<std::size_t>(token)]; }
    std::span<const Symbol> symbols() const { return m_symbols; }
    std::optional<Token> find(SymbolKind kind) const; ///< The first symbol of that kind.
    std::optional<Token> find(Pitch pitch) const;
    std::optional<Token> find(std::string_view name) const;

    friend bool operator==(const Vocabulary&, const Vocabulary&) = default;

private:
    std::vector<Symbol> m_symbols;
};

} // namespace continuo
