// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/vocabulary.h"
#include "core/weights/model_card.h"

#include <span>
#include <vector>

namespace continuo {

/// A vocabulary as a model file has it, and back. Symbols of an unknown kind become
/// SymbolKind::Other.
std::vector<CardSymbol> cardSymbols(const Vocabulary& vocabulary);
Vocabulary vocabularyOf(std::span<const CardSymbol> symbols);

} // namespace continuo
