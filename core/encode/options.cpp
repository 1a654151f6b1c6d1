// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/options_p.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace continuo {

namespace {

using Json = nlohmann::json;

/// Text of a value with anything that is not UTF-8 replaced, so that it can be printed.
std::string printable(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

void OptionList::truth(std::string_view key, bool& place)
{
    m_options.push_back({key, &place, 0, 0, {}});
}

void OptionList::whole(std::string_view key, int lowest, int highest, int& place)
{
    m_options.push_back({key, &place, lowest, highest, {}});
}

void OptionList::choice(std::string_view key, std::vector<std::string_view> choices,
                        std::string& place)
{
    m_options.push_back({key, &place, 0, 0, std::move(choices)});
}

std::string OptionList::allowed(const Option& option) const
{
    if (std::holds_alternative<bool*>(option.place))
        return "true, false";
    if (std::holds_alternative<int*>(option.place))
        return fmt::format("a whole number from {} to {}", option.lowest, option.highest);
    return fmt::format("\"{}\"", fmt::join(option.choices, "\", \""));
}

Status OptionList::read(std::string_view json) const
{
    const Json object = Json::parse(json, nullptr, false);
    if (!object.is_object()) {
        return Error{
            ErrorKind::Usage,
            "encode.bad-option",
            fmt::format("The options of the encoding \"{}\" must be one JSON object.", m_encoding),
            {{"key", ""}, {"allowed", "a JSON object"}}};
    }
    for (const auto& [key, value] : object.items()) {
        const auto option = std::ranges::find(m_options, key, &Option::key);
        if (option == m_options.end()) {
            std::vector<std::string_view> keys;
            for (const Option& each : m_options)
                keys.push_back(each.key);
            const std::string all = fmt::format("{}", fmt::join(keys, ", "));
            return Error{ErrorKind::Usage,
                         "encode.unknown-option",
                         fmt::format("The encoding \"{}\" has no option {}. Its options are: {}.",
                                     m_encoding, printable(Json(key)), all),
                         {{"key", key}, {"allowed", all}}};
        }
        bool isRead = false;
        if (bool* const* const truth = std::get_if<bool*>(&option->place);
            truth && value.is_boolean()) {
            **truth = value.get<bool>();
            isRead = true;
        } else if (int* const* const whole = std::get_if<int*>(&option->place);
                   whole && value.is_number_integer()) {
            const auto number = value.get<std::int64_t>();
            isRead = number >= option->lowest && number <= option->highest;
            if (isRead)
                **whole = static_cast<int>(number);
        } else if (std::string* const* const text = std::get_if<std::string*>(&option->place);
                   text && value.is_string()) {
            const auto& word = value.get_ref<const std::string&>();
            isRead = std::ranges::find(option->choices, word) != option->choices.end();
            if (isRead)
                **text = word;
        }
        if (!isRead) {
            return Error{
                ErrorKind::Usage,
                "encode.bad-option",
                fmt::format("The option \"{}\" of the encoding \"{}\" cannot be {}. Allowed: {}.",
                            key, m_encoding, printable(value), allowed(*option)),
                {{"key", key}, {"value", printable(value)}, {"allowed", allowed(*option)}}};
        }
    }
    return ok();
}

std::string OptionList::write() const
{
    Json object = Json::object();
    for (const Option& option : m_options)
        std::visit([&](const auto* place) { object[std::string(option.key)] = *place; },
                   option.place);
    return object.dump();
}

} // namespace continuo
