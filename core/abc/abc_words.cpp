// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_words.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace continuo {

namespace {

void appendUtf8(std::string& text, std::uint32_t code)
{
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xc0 | code >> 6);
        text += static_cast<char>(0x80 | (code & 0x3f));
    } else {
        text += static_cast<char>(0xe0 | code >> 12);
        text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        text += static_cast<char>(0x80 | (code & 0x3f));
    }
}

/// The letters that an accent makes, in the order of `letters`.
struct Accent
{
    char mark = 0;
    std::string_view letters{};
    std::array<std::uint16_t, 14> codes{};
};

constexpr std::array<Accent, 8> kAccents{{
    {'`', "AEIOUaeiou", {0xc0, 0xc8, 0xcc, 0xd2, 0xd9, 0xe0, 0xe8, 0xec, 0xf2, 0xf9}},
    {'\'',
     "AEIOUYaeiouyCc",
     {0xc1, 0xc9, 0xcd, 0xd3, 0xda, 0xdd, 0xe1, 0xe9, 0xed, 0xf3, 0xfa, 0xfd, 0x106, 0x107}},
    {'^', "AEIOUaeiou", {0xc2, 0xca, 0xce, 0xd4, 0xdb, 0xe2, 0xea, 0xee, 0xf4, 0xfb}},
    {'"', "AEIOUaeiouy", {0xc4, 0xcb, 0xcf, 0xd6, 0xdc, 0xe4, 0xeb, 0xef, 0xf6, 0xfc, 0xff}},
    {'~', "ANOano", {0xc3, 0xd1, 0xd5, 0xe3, 0xf1, 0xf5}},
    {'/', "Oo", {0xd8, 0xf8}},
    {'c', "CcSs", {0xc7, 0xe7, 0x15e, 0x15f}},
    {'v', "CcSsZzEeRr", {0x10c, 0x10d, 0x160, 0x161, 0x17d, 0x17e, 0x11a, 0x11b, 0x158, 0x159}},
}};

constexpr std::array<std::pair<std::string_view, std::uint16_t>, 9> kLigatures{{
    {"AA", 0xc5},
    {"aa", 0xe5},
    {"AE", 0xc6},
    {"ae", 0xe6},
    {"OE", 0x152},
    {"oe", 0x153},
    {"ss", 0xdf},
    {"DH", 0xd0},
    {"dh", 0xf0},
}};

/// What the two characters behind a backslash stand for.
std::optional<std::uint32_t> letterOf(std::string_view two)
{
    for (const auto& [name, code] : kLigatures) {
        if (two == name)
            return code;
    }
    for (const Accent& accent : kAccents) {
        const std::size_t at =
            accent.mark == two[0] ? accent.letters.find(two[1]) : std::string_view::npos;
        if (at != std::string_view::npos)
            return accent.codes[at];
    }
    return std::nullopt;
}

std::optional<std::uint32_t> hexadecimal(std::string_view digits)
{
    std::uint32_t code = 0;
    for (const char c : digits) {
        const std::string_view all = "0123456789abcdef";
        const std::size_t value =
            all.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
        if (value == std::string_view::npos)
            return std::nullopt;
        code = code * 16 + static_cast<std::uint32_t>(value);
    }
    const bool isCharacter = code >= 0x20 && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? std::optional(code) : std::nullopt;
}

} // namespace

std::string readAbcWords(std::string_view text)
{
    const std::string plain = toUtf8(text);
    std::string_view left = plain;
    std::string words;
    while (!left.empty()) {
        if (left[0] == '\\' && left.size() >= 2) {
            const char next = left[1];
            if (next == '\\' || next == '%' || next == '&') {
                words += next;
                left.remove_prefix(2);
                continue;
            }
            if (next == 'u' && left.size() >= 6) {
                if (const auto code = hexadecimal(left.substr(2, 4))) {
                    appendUtf8(words, *code);
                    left.remove_prefix(6);
                    continue;
                }
            }
            if (left.size() >= 3) {
                if (const auto code = letterOf(left.substr(1, 2))) {
                    appendUtf8(words, *code);
                    left.remove_prefix(3);
                    continue;
                }
            }
        }
        words += left[0];
        left.remove_prefix(1);
    }
    return words;
}

std::string writeAbcWords(std::string_view text)
{
    std::string line;
    for (const char c : text) {
        if (c == '%' || c == '\\')
            line += '\\';
        line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return std::string(trimmed(line));
}

std::string writeAbcSyllable(std::string_view text)
{
    constexpr std::array<std::pair<char, std::string_view>, 6> kSigns{{
        {' ', "~"},
        {'-', "\\-"},
        {'*', "\\u002a"},
        {'_', "\\u005f"},
        {'|', "\\u007c"},
        {'~', "\\u007e"},
    }};
    std::string syllable;
    for (const char c : writeAbcWords(text)) {
        const auto sign = std::find_if(kSigns.begin(), kSigns.end(),
                                       [c](const auto& each) { return each.first == c; });
        if (sign != kSigns.end())
            syllable += sign->second;
        else
            syllable += c;
    }
    return syllable;
}

} // namespace continuo
