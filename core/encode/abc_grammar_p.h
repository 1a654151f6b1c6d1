// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_fields.h"
#include "core/encode/abc_text_p.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

inline constexpr std::size_t kLongestField = 64;
inline constexpr int kMostMarks = 3; ///< Octave marks, so that no pitch leaves MIDI's range.

inline bool isOneOf(char c, std::string_view characters)
{
    return characters.find(c) != std::string_view::npos;
}

inline bool isLow(char c)
{
    return c >= 'A' && c <= 'G';
}

inline bool isHigh(char c)
{
    return c >= 'a' && c <= 'g';
}

inline bool isLetter(char c)
{
    return isLow(c) || isHigh(c);
}

inline bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

inline bool isAccidental(char c)
{
    return isOneOf(c, "^_=");
}

/// True if one of `texts` begins with `start` and is longer.
inline bool canGrow(const std::vector<std::string>& texts, const std::string& start)
{
    return std::ranges::any_of(texts, [&](const std::string& text) {
        return text.size() > start.size() && text.starts_with(start);
    });
}

/// "M:" values that the encoding writes: 6/8.
inline bool isMeterStart(std::string_view text)
{
    const std::size_t slash = text.find('/');
    const std::string_view over = text.substr(0, slash);
    if (over.size() > 2 || (!over.empty() && over.front() == '0') ||
        !std::ranges::all_of(over, isDigit))
        return false;
    if (slash == std::string_view::npos)
        return true;
    const std::string_view under = text.substr(slash + 1);
    constexpr std::array<std::string_view, 7> unders = {"1", "2", "4", "8", "16", "32", "64"};
    return !over.empty() && std::ranges::any_of(unders, [&](std::string_view each) {
        return each.starts_with(under);
    });
}

inline bool isMeter(std::string_view text)
{
    return isMeterStart(text) && text.find('/') != std::string_view::npos && text.back() != '/' &&
           parseAbcMeter(text).has_value();
}

/// The head of a tune, line by line: which may be written, and what they said.
class AbcHead
{
public:
    explicit AbcHead(const std::string& lines)
        : m_expected(lines == "meter-unit-key" ? "MLK" : "MK")
    {
    }

    bool isOver() const { return m_isOver; }

    bool mayFollow(char c) const
    {
        const std::string prefix{m_expected[std::min(m_number, m_expected.size() - 1)], ':'};
        if (m_line.size() < prefix.size())
            return c == prefix[m_line.size()];
        const std::string value = m_line.substr(prefix.size());
        if (c == '\n')
            return isValue(prefix.front(), value);
        return isValueStart(prefix.front(), value + c);
    }

    /// Returns true where the line turned out to be music: it is `line()`.
    bool read(char c)
    {
        if (c != '\n') {
            m_line += c;
            const bool isField = m_line.size() < 2 || m_line[1] == ':';
            m_isOver = !isField || m_line.size() > kLongestField;
            return m_isOver;
        }
        const std::string value = m_line.size() > 2 ? m_line.substr(2) : "";
        const char letter = m_line.empty() ? '\0' : m_line.front();
        if (letter == 'M' && parseAbcMeter(value))
            meter = value;
        else if (letter == 'L' && parseAbcUnitLength(value))
            unit = value;
        else if (letter == 'K' && parseAbcKey(value))
            key = value;
        m_isOver = letter == 'K';
        m_line.clear();
        ++m_number;
        return false;
    }

    const std::string& line() const { return m_line; }

    std::string text() const { return "X:1\nM:" + meter + "\nL:" + unit + "\nK:" + key + "\n"; }

    std::string meter = "4/4";
    std::string unit{kAbcUnit};
    std::string key = "C";

private:
    static bool isValue(char field, const std::string& value)
    {
        if (field == 'M')
            return isMeter(value);
        if (field == 'L')
            return value == kAbcUnit;
        return std::ranges::find(plainAbcKeys(), value) != plainAbcKeys().end();
    }
    static bool isValueStart(char field, const std::string& value)
    {
        if (field == 'M')
            return isMeterStart(value);
        if (field == 'L')
            return kAbcUnit.starts_with(value);
        return std::ranges::find(plainAbcKeys(), value) != plainAbcKeys().end() ||
               canGrow(plainAbcKeys(), value);
    }

    std::string_view m_expected; ///< The letters of the lines.
    std::string m_line{};
    std::size_t m_number = 0;
    bool m_isOver = false;
};

/// What may follow in the bars, character by character; core/encode/abc.h says what is written.
class AbcBarGrammar
{
public:
    void read(char c)
    {
        if (m_isField) {
            m_field += c;
            m_isField = c != ']';
        } else if (isLetter(c) || isOneOf(c, "zZ")) {
            m_element = c;
            m_number.clear();
            m_marks = 0;
            if (m_tupletLeft > 0)
                --m_tupletLeft;
            m_spec.clear();
        } else if (isDigit(c) || c == '/' || c == ':') {
            (m_spec.empty() ? m_number : m_spec) += c;
            if (m_spec == "(3")
                m_tupletLeft = 3;
            else if (m_spec.size() == 6)
                m_tupletLeft = c - '0';
        } else if (isOneOf(c, "',")) {
            ++m_marks;
        } else if (c == '(') {
            m_spec = "(";
        } else if (c == '[') {
            m_isField = true;
            m_field = "[";
        }
        if (c == '|')
            m_element = '\0';
        if (c == '|' || m_isBarEmpty)
            m_isBarEmpty = c == '|' || isOneOf(c, "\n ]") || m_isField;
        m_before = m_last;
        m_last = c;
    }

    /// `longest`: eighths that a note may last.
    bool mayFollow(char c, bool maySilence, int longest) const
    {
        if (m_isField)
            return mayFollowInField(c);
        const bool isInSpec = !m_spec.empty();
        const bool isSpecWhole = m_spec == "(3" || m_spec.size() == 6;
        const bool isAfterNote =
            isLetter(m_element) && isOneOf(m_last, "ABCDEFGabcdefg',/0123456789") && !isInSpec;
        const bool isAfterRest = m_element == 'z' && isOneOf(m_last, "z/0123456789") && !isInSpec;
        const bool isOpen = isAccidental(m_last) || (isInSpec && !isSpecWhole);
        if (m_element == 'Z' && !m_isBarEmpty && !isDigit(c))
            return c == '|';
        if (isLetter(c))
            return !isInSpec || isSpecWhole;
        if (isAccidental(c)) {
            if (isAccidental(m_last))
                return c != '=' && c == m_last && !isAccidental(m_before);
            return !isOpen;
        }
        if (c == 'z')
            return maySilence && !isOpen && m_last != '-';
        if (c == 'Z')
            return maySilence && !isOpen && m_isBarEmpty && m_tupletLeft == 0;
        if (isDigit(c)) {
            if (isInSpec)
                return mayFollowInSpec(c);
            if (m_element == 'Z')
                return longest <= 0 && isOneOf(m_last, "Z0123456789") && mayGrow(c, longest);
            return (isAfterNote && mayGrow(c, longest)) || (isAfterRest && mayGrow(c, longest / 2));
        }
        if (c == ':')
            return isInSpec && mayFollowInSpec(c);
        if (c == '/')
            return (isAfterNote || isAfterRest) && m_number.find('/') == std::string::npos;
        if (c == ',')
            return isLow(m_element) && isOneOf(m_last, "ABCDEFG,") && m_marks < kMostMarks;
        if (c == '\'')
            return isHigh(m_element) && isOneOf(m_last, "abcdefg'") && m_marks < kMostMarks;
        if (c == '-')
            return isAfterNote;
        if (c == '(')
            return !isOpen && !isInSpec && m_tupletLeft == 0 && m_last != '-';
        if (c == ' ' || c == '\n')
            return !isOpen && !isInSpec && !isOneOf(m_last, " \n");
        if (c == '|')
            return !isOpen && m_tupletLeft == 0 && !m_isBarEmpty;
        if (c == '[')
            return m_isBarEmpty && m_last != ']';
        return false;
    }

private:
    bool mayGrow(char c, int longest) const
    {
        const std::size_t slash = m_number.find('/');
        const std::string digits =
            slash == std::string::npos ? m_number : m_number.substr(slash + 1);
        if ((digits.empty() && c == '0') || digits.size() >= 2)
            return false;
        return slash != std::string::npos || longest <= 0 || std::stoi(digits + c) <= longest;
    }

    bool mayFollowInSpec(char c) const
    {
        if (isAccidental(m_last))
            return false;
        constexpr std::string_view whole = "(3:2:";
        if (m_spec.size() < whole.size())
            return c == whole[m_spec.size()];
        return m_spec.size() == whole.size() && c >= '2' && c <= '9';
    }

    bool mayFollowInField(char c) const
    {
        constexpr std::string_view start = "[M:";
        if (m_field.size() < start.size())
            return c == start[m_field.size()];
        const std::string value = m_field.substr(start.size());
        return c == ']' ? isMeter(value) : isMeterStart(value + c);
    }

    char m_last = '\n';
    char m_before = '\n';
    char m_element = '\0'; ///< The letter of the note or rest that was written last.
    std::string m_number{};
    int m_marks = 0;
    std::string m_spec{}; ///< Of the tuplet that begins: "(3:2:".
    int m_tupletLeft = 0; ///< Elements of the open tuplet that are to come.
    std::string m_field{};
    bool m_isField = false;
    bool m_isBarEmpty = true;
};

} // namespace continuo
