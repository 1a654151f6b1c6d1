// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

namespace continuo {

/// The notes' letters from C on; the index is the diatonic step.
inline constexpr std::string_view kAbcLetters = "CDEFGAB";
/// The pitch class of each letter.
inline constexpr std::array<int, 7> kAbcPitchClasses{0, 2, 4, 5, 7, 9, 11};

constexpr bool isAbcDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool isAbcLetter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

constexpr bool isAbcNote(char c)
{
    return (c >= 'A' && c <= 'G') || (c >= 'a' && c <= 'g');
}

/// As an index into kAbcLetters; `note` is one of A..G or a..g.
constexpr std::size_t abcStepOf(char note)
{
    return kAbcLetters.find(note >= 'a' ? static_cast<char>(note - 'a' + 'A') : note);
}

} // namespace continuo
