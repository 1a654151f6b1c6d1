// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

bool isUtf8(std::string_view text);

/// Text of unknown encoding as UTF-8: unchanged if it is UTF-8, else read as Latin-1. Control characters are kept.
std::string toUtf8(std::string_view bytes);

/// `text` with every malformed UTF-8 sequence replaced by U+FFFD.
std::string repairedUtf8(std::string_view text);

std::string_view trimmed(std::string_view text);
std::string lowerCase(std::string_view ascii);
std::vector<std::string> splitText(std::string_view text, char separator);

/// A whole number or nothing; the whole text must be used.
std::optional<std::int64_t> parseInteger(std::string_view text);

/// A decimal number in the C locale whatever the program's locale is; the whole text must be used. Refuses nan and inf.
std::optional<double> parseNumber(std::string_view text);

/// The candidate nearest to `word` by edit distance, for "did you mean"; nothing if none is near.
std::optional<std::string> nearestWord(std::string_view word, std::span<const std::string> candidates);

} // namespace continuo
