// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace continuo {

/// The options of an encoding as JSON: each is declared with its place, then a text is read into
/// the places or written from them.
class OptionList
{
public:
    explicit OptionList(std::string_view encoding)
        : m_encoding(encoding)
    {
    }

    void truth(std::string_view key, bool& place);
    void whole(std::string_view key, int lowest, int highest, int& place);
    void choice(std::string_view key, std::vector<std::string_view> choices, std::string& place);

    /// Errors (kind Usage): encode.unknown-option, encode.bad-option; each names the key and what
    /// is allowed.
    Status read(std::string_view json) const;

    /// One object with all options, keys in order.
    std::string write() const;

private:
    struct Option
    {
        std::string_view key{};
        std::variant<bool*, int*, std::string*> place{};
        int lowest = 0;
        int highest = 0;
        std::vector<std::string_view> choices{};
    };
    std::string allowed(const Option& option) const;

    std::string_view m_encoding;
    std::vector<Option> m_options{};
};

} // namespace continuo
