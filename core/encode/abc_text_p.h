// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/abc.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// The characters of the encoding in the order of its vocabulary, without the end.
inline constexpr std::string_view kAbcCharacters =
    "\n #'(,-/0123456789:=ABCDEFGKLMZ[]^_abcdefghilmoprxyz|";

/// The line L: of every text.
inline constexpr std::string_view kAbcUnit = "1/8";

/// The key with tonic and mode as the encoding writes it ("D", "F#m", "Bbmix"), or nothing where
/// the text is no such key.
std::string plainAbcKey(std::string_view text);

/// Every key that plainAbcKey() can give.
const std::vector<std::string>& plainAbcKeys();

std::unique_ptr<TokenReader> makeAbcReader(const AbcEncoding& encoding,
                                           std::span<const Token> before,
                                           const ReaderOptions& options);

} // namespace continuo
