// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#ifdef CONTINUO_HAS_ICONV
#include <iconv.h>
#endif

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cmath>
#include <numeric>
#include <utility>

namespace continuo {
namespace {

/// Length of the well-formed UTF-8 sequence (Unicode, table 3-7) at the start of `text`, or 0.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return continues(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
        const unsigned high = first == 0xed ? 0x9f : 0xbf;
        return byte(1) >= low && byte(1) <= high && continues(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const unsigned low = first == 0xf0 ? 0x90 : 0x80;
        const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
        return byte(1) >= low && byte(1) <= high && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool isLetter(unsigned char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/// True if all of it is Shift-JIS with at least one character that only Japanese has.
bool looksLikeShiftJis(std::string_view text)
{
    bool hasKana = false;
    bool hasKanji = false;
    bool touchesLetters = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80 || (lead >= 0xa1 && lead <= 0xdf)) // ASCII and katakana of half a width.
            continue;
        const bool isLead = (lead >= 0x81 && lead <= 0x9f) || (lead >= 0xe0 && lead <= 0xef);
        const auto trail = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : std::uint8_t{0};
        if (!isLead || trail < 0x40 || trail == 0x7f || trail > 0xfc)
            return false;
        hasKana = hasKana || (lead == 0x82 && trail >= 0x9f && trail <= 0xf1) ||
                  (lead == 0x83 && trail <= 0x96);
        hasKanji = hasKanji || (lead >= 0x88 && !(lead == 0x88 && trail < 0x9f));
        touchesLetters = touchesLetters || (i > 0 && isLetter(static_cast<unsigned char>(text[i - 1]))) ||
                         (i + 2 < text.size() && isLetter(static_cast<unsigned char>(text[i + 2])));
        ++i;
    }
    return hasKana || (hasKanji && !touchesLetters);
}

/// Windows-1252 from 0x80 to 0x9f; 0 stands for bytes without a letter.
constexpr std::array<std::uint16_t, 32> kWindowsLetters{
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

std::string fromLatin(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 4);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        std::uint32_t code = byte;
        if (byte >= 0x80 && byte < 0xa0 && kWindowsLetters[byte - 0x80U] != 0)
            code = kWindowsLetters[byte - 0x80U];
        if (code < 0x80) {
            text.push_back(c);
        } else if (code < 0x800) {
            text.push_back(static_cast<char>(0xc0 | code >> 6));
            text.push_back(static_cast<char>(0x80 | (code & 0x3f)));
        } else {
            text.push_back(static_cast<char>(0xe0 | code >> 12));
            text.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
            text.push_back(static_cast<char>(0x80 | (code & 0x3f)));
        }
    }
    return text;
}

#ifdef CONTINUO_HAS_ICONV

class ShiftJisReader
{
public:
    ShiftJisReader()
        : m_converter(iconv_open("UTF-8", "CP932"))
    {
    }
    ~ShiftJisReader()
    {
        if (isOpen())
            iconv_close(m_converter);
    }
    ShiftJisReader(const ShiftJisReader&) = delete;
    ShiftJisReader& operator=(const ShiftJisReader&) = delete;

    bool isOpen() const { return m_converter != kNone; }

    std::string read(std::string_view bytes)
    {
        std::string text;
        std::string left(bytes); // iconv() wants to be able to write.
        char* from = left.data();
        std::size_t fromLeft = left.size();
        std::array<char, 512> part{};
        while (fromLeft > 0) {
            char* to = part.data();
            std::size_t toLeft = part.size();
            const std::size_t before = fromLeft;
            const bool isFine = iconv(m_converter, &from, &fromLeft, &to, &toLeft) != static_cast<std::size_t>(-1);
            text.append(part.data(), part.size() - toLeft);
            if (!isFine && (fromLeft == before || toLeft >= 8)) { // Not for want of room.
                text += "\xef\xbf\xbd";
                const std::size_t length = fromLeft >= 2 && static_cast<unsigned char>(from[1]) >= 0x80 ? 2 : 1;
                from += length;
                fromLeft -= length;
                iconv(m_converter, nullptr, nullptr, nullptr, nullptr);
            }
        }
        return text;
    }

private:
    static inline const iconv_t kNone = reinterpret_cast<iconv_t>(-1);
    iconv_t m_converter;
};

#endif

} // namespace

bool isUtf8(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string toUtf8(std::string_view bytes)
{
    if (isUtf8(bytes))
        return std::string(bytes);
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text.push_back(c);
        } else {
            text.push_back(static_cast<char>(0xc0 | byte >> 6));
            text.push_back(static_cast<char>(0x80 | (byte & 0x3f)));
        }
    }
    return text;
}

TextEncoding guessedEncoding(std::string_view bytes)
{
    if (isUtf8(bytes))
        return TextEncoding::Utf8;
    return looksLikeShiftJis(bytes) ? TextEncoding::ShiftJis : TextEncoding::Latin;
}

std::string readableText(std::string_view bytes)
{
    return readableText(bytes, guessedEncoding(bytes));
}

std::string readableText(std::string_view bytes, TextEncoding encoding)
{
    switch (encoding) {
    case TextEncoding::Utf8:
        return repairedUtf8(bytes);
    case TextEncoding::ShiftJis:
#ifdef CONTINUO_HAS_ICONV
        if (ShiftJisReader reader; reader.isOpen())
            return reader.read(bytes);
#endif
        break;
    case TextEncoding::Latin:
        break;
    }
    return fromLatin(bytes);
}

bool canReadShiftJis()
{
#ifdef CONTINUO_HAS_ICONV
    return ShiftJisReader().isOpen();
#else
    return false;
#endif
}

std::string repairedUtf8(std::string_view text)
{
    std::string repaired;
    repaired.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        if (length == 0) {
            repaired += "\xef\xbf\xbd";
            text.remove_prefix(1);
        } else {
            repaired += text.substr(0, length);
            text.remove_prefix(length);
        }
    }
    return repaired;
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n\f\v";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string lowerCase(std::string_view ascii)
{
    std::string lower(ascii);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::vector<std::string> splitText(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::int64_t> parseInteger(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<double> parseNumber(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<std::string> nearestWord(std::string_view word, std::span<const std::string> candidates)
{
    std::optional<std::string> nearest;
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        // Levenshtein's distance, one row at a time.
        std::vector<std::size_t> row(candidate.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 1; i <= word.size(); ++i) {
            std::size_t diagonal = std::exchange(row[0], i);
            for (std::size_t j = 1; j <= candidate.size(); ++j) {
                const std::size_t substituted = diagonal + (word[i - 1] != candidate[j - 1] ? 1 : 0);
                diagonal = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
            }
        }
        if (row.back() < least) {
            least = row.back();
            nearest = candidate;
        }
    }
    return nearest;
}

std::string toBase64(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text.push_back(k <= count ? kBase64[group >> (18 - 6 * k) & 63U] : '=');
    }
    return text;
}

std::optional<std::string> fromBase64(std::string_view text)
{
    if (text.size() % 4 != 0)
        return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const bool isLast = i + 4 == text.size();
        const std::size_t padding =
            !isLast || text[i + 3] != '=' ? 0 : (text[i + 2] == '=' ? 2 : 1);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const std::size_t digit = k >= 4 - padding ? 0 : kBase64.find(text[i + k]);
            if (digit == std::string_view::npos)
                return std::nullopt;
            group = group << 6 | static_cast<std::uint32_t>(digit);
        }
        for (std::size_t k = 0; k < 3 - padding; ++k)
            bytes.push_back(static_cast<char>(group >> (16 - 8 * k) & 255U));
    }
    return bytes;
}

} // namespace continuo
