// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/note_encoding.h"
#include "core/generate/note_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace continuo {

/// Between the numbers of the encoding and those that a network reads and says.
class NoteNumbers
{
public:
    explicit NoteNumbers(const NoteEncoding& encoding)
        : m_width(encoding.limits().size())
        , m_longest(encoding.longestSteps())
        , m_units{static_cast<float>(encoding.options().division),
                  static_cast<float>(encoding.options().division), 127.0F}
    {
    }

    /// A note as it was played.
    void append(std::span<const Token> note, std::vector<float>& into) const
    {
        const std::size_t begin = into.size();
        into.resize(begin + kNotePitches + m_width - 1);
        into[begin + static_cast<std::size_t>(note[0])] = 1;
        for (std::size_t i = 1; i < m_width; ++i)
            into[begin + kNotePitches + i - 1] = static_cast<float>(note[i]) / m_units[i - 1];
    }

    std::vector<float> read(std::span<const Token> tokens) const
    {
        std::vector<float> notes;
        for (std::size_t at = 0; at < tokens.size(); at += m_width)
            append(tokens.subspan(at, m_width), notes);
        return notes;
    }

    /// Time, length and velocity of an answer, in the steps of the encoding and within its limits.
    std::array<Token, 3> said(std::span<const float> answer) const
    {
        constexpr std::array<Token, 3> lowest{0, 1, 1};
        const std::array<Token, 3> highest{m_longest, m_longest, 127};
        std::array<Token, 3> values = lowest;
        for (std::size_t i = 0; i + 1 < m_width; ++i) {
            const float steps = answer[kNotePitches + i] * m_units[i];
            values[i] =
                static_cast<Token>(std::clamp(std::nearbyint(steps), static_cast<float>(lowest[i]),
                                              static_cast<float>(highest[i])));
        }
        return values;
    }

    std::size_t width() const { return m_width; }
    Token longest() const { return m_longest; }

private:
    std::size_t m_width = 3;
    Token m_longest = 1;
    std::array<float, 3> m_units{};
};

} // namespace continuo
