// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/grid.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <iterator>
#include <utility>

namespace continuo {

namespace {

using Json = nlohmann::json;

struct NamedGrid
{
    std::string_view name{};
    int stepsPerWhole = 0;
};

constexpr std::array kGrids = {NamedGrid{"1/4", 4},   NamedGrid{"1/8", 8}, NamedGrid{"1/16", 16},
                               NamedGrid{"1/32", 32}, NamedGrid{"1/6", 6}, NamedGrid{"1/12", 12},
                               NamedGrid{"1/24", 24}};

constexpr std::string_view kGridNames =
    "\"1/4\", \"1/8\", \"1/16\", \"1/32\", \"1/6\", \"1/12\", \"1/24\"";

Error badOption(std::string_view key, const Json& value, std::string_view allowed)
{
    // Text of the value with anything that is not UTF-8 replaced, so that it can be printed.
    const std::string found = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return {ErrorKind::Usage,
            "encode.bad-option",
            fmt::format("The option \"{}\" of the encoding \"grid\" cannot be {}. Allowed: {}.",
                        key, found, allowed),
            {{"key", std::string(key)}, {"value", found}, {"allowed", std::string(allowed)}}};
}

Status readGrid(const Json& value, GridOptions& options)
{
    if (value.is_string()) {
        for (const NamedGrid& grid : kGrids) {
            if (grid.name == value.get_ref<const std::string&>()) {
                options.stepsPerWhole = grid.stepsPerWhole;
                return ok();
            }
        }
    }
    return badOption("grid", value, kGridNames);
}

Status readKey(std::string_view key, const Json& value, int& target)
{
    constexpr std::string_view allowed = "a MIDI key number from 0 to 127";
    if (!value.is_number_integer())
        return badOption(key, value, allowed);
    const auto number = value.get<std::int64_t>();
    if (number < 0 || number > 127)
        return badOption(key, value, allowed);
    target = static_cast<int>(number);
    return ok();
}

Status readRareBelow(const Json& value, GridOptions& options)
{
    constexpr int most = 1'000'000;
    if (!value.is_number_integer() || value.get<std::int64_t>() < 0 ||
        value.get<std::int64_t>() > most)
        return badOption("rareBelow", value, "a whole number from 0 to 1000000");
    options.rareBelow = value.get<int>();
    return ok();
}

Status readRare(const Json& value, GridOptions& options)
{
    constexpr std::string_view allowed = "a list of MIDI key numbers in rising order";
    if (!value.is_array())
        return badOption("rare", value, allowed);
    for (const Json& each : value) {
        int key = 0;
        if (!readKey("rare", each, key) || (!options.rare.empty() && key <= options.rare.back()))
            return badOption("rare", value, allowed);
        options.rare.push_back(key);
    }
    return ok();
}

} // namespace

Result<GridOptions> gridOptionsFromJson(std::string_view json)
{
    const Json object = Json::parse(json, nullptr, false);
    if (!object.is_object()) {
        return Error{ErrorKind::Usage,
                     "encode.bad-option",
                     "The options of the encoding \"grid\" must be one JSON object, for example "
                     "{\"grid\": \"1/16\"}.",
                     {{"key", ""}, {"allowed", "a JSON object"}}};
    }

    GridOptions options;
    const std::array<std::pair<std::string_view, bool*>, 6> switches = {
        {{"rest", &options.rest},
         {"hold", &options.hold},
         {"end", &options.end},
         {"transpose", &options.transpose},
         {"skyline", &options.skyline},
         {"equalDurations", &options.equalDurations}}};

    for (const auto& [key, value] : object.items()) {
        Status read = ok();
        bool* target = nullptr;
        for (const auto& [name, place] : switches) {
            if (key == name)
                target = place;
        }
        if (target) {
            if (value.is_boolean())
                *target = value.get<bool>();
            else
                read = badOption(key, value, "true, false");
        } else if (key == "grid") {
            read = readGrid(value, options);
        } else if (key == "low") {
            read = readKey(key, value, options.low);
        } else if (key == "high") {
            read = readKey(key, value, options.high);
        } else if (key == "rareBelow") {
            read = readRareBelow(value, options);
        } else if (key == "rare") {
            read = readRare(value, options);
        } else {
            constexpr std::string_view allowed =
                "grid, low, high, rest, hold, end, transpose, skyline, equalDurations, rareBelow";
            const std::string shown =
                Json(key).dump(-1, ' ', false, Json::error_handler_t::replace);
            read = Error{ErrorKind::Usage,
                         "encode.unknown-option",
                         fmt::format("The encoding \"grid\" has no option {}. Its options are: {}.",
                                     shown, allowed),
                         {{"key", key}, {"allowed", std::string(allowed)}}};
        }
        if (!read)
            return read.error();
    }

    if (options.low > options.high)
        return badOption("low", Json(options.low),
                         fmt::format("a key not above \"high\", {}", options.high));
    if (!options.rare.empty() && (options.rareBelow == 0 || options.rare.front() < options.low ||
                                  options.rare.back() > options.high ||
                                  std::ssize(options.rare) > options.high - options.low))
        return badOption("rare", object["rare"],
                         "only with rareBelow, keys from low to high, and not all of them");
    if (options.equalDurations) {
        for (const auto key : {"rest", "hold"}) {
            if (object.contains(key) && object[key].get<bool>())
                return badOption(key, object[key], "false, because equalDurations is on");
        }
        options.rest = false;
        options.hold = false;
    }
    return options;
}

std::string GridEncoding::optionsJson() const
{
    Json object;
    for (const NamedGrid& grid : kGrids) {
        if (grid.stepsPerWhole == m_options.stepsPerWhole)
            object["grid"] = grid.name;
    }
    object["low"] = m_options.low;
    object["high"] = m_options.high;
    object["rest"] = m_options.rest;
    object["hold"] = m_options.hold;
    object["end"] = m_options.end;
    object["transpose"] = m_options.transpose;
    object["skyline"] = m_options.skyline;
    object["equalDurations"] = m_options.equalDurations;
    object["rareBelow"] = m_options.rareBelow;
    if (!m_options.rare.empty())
        object["rare"] = m_options.rare;
    return object.dump();
}

} // namespace continuo
