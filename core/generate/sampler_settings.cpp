// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/sampler.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>

namespace continuo {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kNames = "argmax, temperature, top-k, top-p, beta, mixture, soft";
constexpr std::string_view kKeys = "name, temperature, beta, topK, topP, mix, soft";

Error badValue(std::string_view key, std::string_view value, std::string_view allowed)
{
    return {ErrorKind::Usage,
            "sampler.bad-value",
            fmt::format("The sampler's \"{}\" cannot be {}. Allowed: {}.", key, value, allowed),
            {{"key", std::string(key)}, {"value", std::string(value)}, {"allowed", std::string(allowed)}}};
}

std::string shown(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Status applyName(const std::string& name, SamplerSettings& settings)
{
    if (name == "argmax")
        settings.temperature = 0;
    else if (name == "top-k")
        settings.topK = 5;
    else if (name == "top-p")
        settings.topP = 0.9;
    else if (name == "beta")
        settings.beta = 15;
    else if (name == "mixture")
        settings.mix = 0.9;
    else if (name == "soft")
        settings.soft = true;
    else if (name != "temperature") {
        return Error{ErrorKind::Usage,
                     "sampler.unknown-name",
                     fmt::format("There is no sampler {}. Allowed: {}.", shown(Json(name)), kNames),
                     {{"name", name}, {"allowed", std::string(kNames)}}};
    }
    return ok();
}

} // namespace

Status checkSampler(const SamplerSettings& settings)
{
    // Written so that nan fails too.
    if (!(settings.temperature >= 0 && settings.temperature <= 100))
        return badValue("temperature", fmt::format("{}", settings.temperature), "a number from 0 to 100");
    if (settings.beta && !(*settings.beta >= 0 && *settings.beta <= 700))
        return badValue("beta", fmt::format("{}", *settings.beta), "a number from 0 to 700");
    if (settings.topK < 0 || settings.topK > 1'000'000)
        return badValue("topK", fmt::format("{}", settings.topK), "a whole number from 1 to 1000000, or 0 for all");
    if (!(settings.topP > 0 && settings.topP <= 1))
        return badValue("topP", fmt::format("{}", settings.topP), "a number above 0, up to 1");
    if (!(settings.mix >= 0 && settings.mix <= 1))
        return badValue("mix", fmt::format("{}", settings.mix), "a number from 0 to 1");
    return ok();
}

Result<SamplerSettings> samplerFromJson(std::string_view json)
{
    const Json object = Json::parse(json, nullptr, false);
    if (!object.is_object())
        return badValue("", "that", "one JSON object such as {\"name\": \"temperature\", \"temperature\": 0.8}");
    SamplerSettings settings;
    if (object.contains("name")) {
        if (!object["name"].is_string())
            return badValue("name", shown(object["name"]), kNames);
        const Status named = applyName(object["name"].get<std::string>(), settings);
        if (!named)
            return named.error();
    }
    for (const auto& [key, value] : object.items()) {
        if (key == "name")
            continue;
        if (key == "soft") {
            if (!value.is_boolean())
                return badValue(key, shown(value), "true or false");
            settings.soft = value.get<bool>();
            continue;
        }
        if (key == "topK") {
            if (!value.is_number_integer() || value.get<std::int64_t>() < 0 || value.get<std::int64_t>() > 1'000'000)
                return badValue(key, shown(value), "a whole number from 1 to 1000000, or 0 for all");
            settings.topK = value.get<int>();
            continue;
        }
        const bool isKnown = key == "temperature" || key == "beta" || key == "topP" || key == "mix";
        if (!isKnown) {
            return Error{ErrorKind::Usage,
                         "sampler.unknown-key",
                         fmt::format("A sampler has no setting {}. Its settings are: {}.", shown(Json(key)), kKeys),
                         {{"key", key}, {"allowed", std::string(kKeys)}}};
        }
        if (!value.is_number())
            return badValue(key, shown(value), "a number");
        const auto number = value.get<double>();
        if (key == "temperature")
            settings.temperature = number;
        else if (key == "beta")
            settings.beta = number;
        else if (key == "topP")
            settings.topP = number;
        else
            settings.mix = number;
    }
    const Status checked = checkSampler(settings);
    if (!checked)
        return checked.error();
    return settings;
}

std::string toJson(const SamplerSettings& settings)
{
    Json object{
        {"temperature", settings.temperature}, {"topK", settings.topK}, {"topP", settings.topP}, {"mix", settings.mix}};
    if (settings.beta)
        object["beta"] = *settings.beta;
    if (settings.soft)
        object["soft"] = true;
    return object.dump();
}

std::string samplerName(const SamplerSettings& settings)
{
    std::string name = settings.temperature <= 0 && !settings.beta
                           ? std::string("the likeliest symbol each time")
                           : fmt::format("temperature {:g}", settings.temperature);
    if (settings.beta)
        name += fmt::format(", base β {:g}", *settings.beta);
    if (settings.topK > 0)
        name += fmt::format(", top-k {}", settings.topK);
    if (settings.topP < 1)
        name += fmt::format(", top-p {:g}", settings.topP);
    if (settings.soft)
        name += ", soft: nothing is drawn";
    if (settings.mix < 1)
        name += fmt::format(", drawn {:g} % of the time", 100 * settings.mix);
    return name;
}

} // namespace continuo
