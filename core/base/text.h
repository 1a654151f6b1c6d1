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

/// How the text of old files is written.
enum class TextEncoding
{
    Utf8,
    ShiftJis, ///< Microsoft's: code page 932.
    Latin     ///< Windows-1252, which is Latin-1 with letters in place of control characters.
};

/// UTF-8 where the bytes are that; else Shift-JIS where all of them are that and there is kana among them, or kanji that
/// touch no ASCII letter; else Latin. ASCII is UTF-8. A guess: a few bytes may be text in more than one of them.
TextEncoding guessedEncoding(std::string_view bytes);

/// Bytes of a guessed or known encoding as UTF-8, for reading: never fails, what cannot be told becomes U+FFFD. Shift-JIS
/// is told only where the system has iconv with code page 932 (see canReadShiftJis()), else as Latin. Any thread.
std::string readableText(std::string_view bytes);
std::string readableText(std::string_view bytes, TextEncoding encoding);
bool canReadShiftJis();

/// `text` with every malformed UTF-8 sequence replaced by U+FFFD.
std::string repairedUtf8(std::string_view text);

/// Bytes as text (RFC 4648, with padding), and back; nothing where it is none.
std::string toBase64(std::string_view bytes);
std::optional<std::string> fromBase64(std::string_view text);

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
