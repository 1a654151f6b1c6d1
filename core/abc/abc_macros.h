// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// The macros of a tune (m: fields; ABC 2.1, 9): a static macro (~G3 = G{A}G{F}G) stands for its
/// notes, a transposing one (~n3 = n{o}n{m}n) for notes counted from the note in the place of n,
/// where the letters h to z are the steps around it.
class AbcMacros
{
public:
    /// More are not kept.
    static constexpr std::size_t kLimit = 32;

    /// Takes "~G3 = G{A}G{F}G"; false where it is not a macro or there are too many. A macro takes
    /// the place of one with the same left side.
    bool add(std::string_view definition);
    bool isEmpty() const { return m_macros.empty(); }

    /// Writes `line` from `at` on into `expanded` with every macro played out, the longest first;
    /// `columns` gets the place in `line` of each character. What stands in quotation marks, in !…!
    /// and in fields in brackets is no macro. False, with nothing to use in the two, if no macro
    /// occurs. The characters that macros add are taken off `budget`; once it is used up the rest
    /// is taken as it stands.
    bool expand(std::string_view line, std::size_t at, std::string& expanded,
                std::vector<std::uint32_t>& columns, std::size_t& budget) const;

private:
    struct Macro
    {
        std::string pattern{};
        std::string music{};
        bool isTransposing = false;
    };
    /// The length of what matches at the front of `text`, 0 if it does not; `note` becomes what
    /// stands in the place of n.
    static std::size_t match(const Macro& macro, std::string_view text, std::string_view& note);

    std::vector<Macro> m_macros{};           ///< The longest patterns first.
    std::array<bool, 256> m_isFirstLetter{}; ///< Characters that a macro can begin with.
};

} // namespace continuo
