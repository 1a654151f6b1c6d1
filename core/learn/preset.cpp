// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/preset.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <system_error>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".json";

Error badPreset(std::string_view name, const std::string& why)
{
    return {ErrorKind::Usage,
            "preset.bad",
            fmt::format("The preset \"{}\" cannot be used: {}.", name, why),
            {{"preset", std::string(name)}, {"why", why}}};
}

Result<std::vector<std::string>> presetNames(const fs::path& folder)
{
    std::error_code failure;
    std::vector<std::string> names;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure))
        if (entry->path().extension() == kExtension)
            names.push_back(entry->path().stem().string());
    if (failure)
        return fileError(failure.value(), folder, "read");
    std::ranges::sort(names);
    return names;
}

Result<Preset> readPreset(const fs::path& folder, const std::string& name)
{
    const Result<std::string> text =
        readTextFile(folder / (name + std::string(kExtension)), 1 << 20);
    if (!text)
        return text.error();
    return presetFromJson(name, *text);
}

} // namespace

Result<Preset> presetFromJson(std::string_view name, std::string_view text)
{
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object())
        return badPreset(name, "it is not a JSON object");
    Preset preset;
    preset.name = name;
    const auto takeText = [&json](const char* key, std::string& into) {
        const auto member = json.find(key);
        if (member == json.end())
            return true;
        if (!member->is_string())
            return false;
        into = member->get<std::string>();
        json.erase(member);
        return true;
    };
    json.erase("name");
    if (!takeText("title", preset.title) || !takeText("origin", preset.origin))
        return badPreset(name, "title and origin must be text");
    if (const auto faults = json.find("knownFaults"); faults != json.end()) {
        for (const Json& fault : *faults) {
            if (!fault.is_string())
                return badPreset(name, "knownFaults must be a list of sentences");
            preset.knownFaults.push_back(fault.get<std::string>());
        }
        json.erase("knownFaults");
    }
    Json variants = Json::object();
    if (const auto member = json.find("variants"); member != json.end()) {
        variants = *member;
        json.erase("variants");
        if (!variants.is_object())
            return badPreset(name, "variants must be an object");
    }
    const Result<TrainJob> job = trainJobFromJson(json.dump());
    if (!job) {
        Error error = job.error();
        error.text = fmt::format("In \"{}\": {}", name, error.text);
        return error;
    }
    preset.job = *job;
    // Settings that were made from a preset say so; the file may have any name.
    if (preset.job.preset.empty())
        preset.job.preset = name;
    for (const auto& [variantName, value] : variants.items()) {
        if (!value.is_object() || !value.contains("description") ||
            !value["description"].is_string() || !value.contains("set") ||
            !value["set"].is_object())
            return badPreset(
                name, fmt::format("the variant \"{}\" needs a description and a set of values",
                                  variantName));
        PresetVariant variant{variantName, value["description"].get<std::string>(), {}};
        for (const auto& [key, setting] : value["set"].items())
            variant.settings.push_back(key + "=" + setting.dump());
        if (const Result<TrainJob> varied = withSettings(preset.job, variant.settings); !varied)
            return badPreset(
                name, fmt::format("in the variant \"{}\": {}", variantName, varied.error().text));
        preset.variants.push_back(std::move(variant));
    }
    return preset;
}

std::string toJson(const Preset& preset)
{
    const Json job = Json::parse(toJson(preset.job));
    Json json{{"name", preset.name},
              {"title", preset.title},
              {"origin", preset.origin},
              {"knownFaults", preset.knownFaults}};
    for (const auto& [key, value] : job.items())
        if (key != "preset" && key != "variant")
            json[key] = value;
    Json variants = Json::object();
    for (const PresetVariant& variant : preset.variants) {
        Json set = Json::object();
        for (const std::string& setting : variant.settings) {
            const std::size_t equals = setting.find('=');
            set[setting.substr(0, equals)] =
                Json::parse(setting.substr(equals + 1), nullptr, false);
        }
        variants[variant.name] = {{"description", variant.description}, {"set", set}};
    }
    json["variants"] = variants;
    return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Result<std::vector<Preset>> listPresets(const fs::path& folder)
{
    const Result<std::vector<std::string>> names = presetNames(folder);
    if (!names)
        return names.error();
    std::vector<Preset> presets;
    for (const std::string& name : *names) {
        Result<Preset> preset = readPreset(folder, name);
        if (!preset)
            return preset.error();
        presets.push_back(std::move(*preset));
    }
    return presets;
}

Result<Preset> loadPreset(const fs::path& folder, const std::string& name)
{
    const Result<std::vector<std::string>> names = presetNames(folder);
    if (!names)
        return names.error();
    if (std::ranges::find(*names, name) == names->end()) {
        const std::optional<std::string> near = nearestWord(name, *names);
        return Error{ErrorKind::Usage,
                     "preset.unknown",
                     fmt::format("There is no preset \"{}\"{} There are: {}.", name,
                                 near ? fmt::format("; did you mean \"{}\"?", *near) : ".",
                                 fmt::join(*names, ", ")),
                     {{"preset", name}, {"nearest", near.value_or("")}}};
    }
    return readPreset(folder, name);
}

Result<TrainJob> jobOf(const Preset& preset, const std::string& variant)
{
    if (variant.empty())
        return preset.job;
    const auto found = std::ranges::find(preset.variants, variant, &PresetVariant::name);
    if (found == preset.variants.end()) {
        std::vector<std::string> names;
        for (const PresetVariant& each : preset.variants)
            names.push_back(each.name);
        return Error{ErrorKind::Usage,
                     "preset.unknown-variant",
                     names.empty()
                         ? fmt::format("The preset \"{}\" has no variants.", preset.name)
                         : fmt::format("The preset \"{}\" has no variant \"{}\". It has: {}.",
                                       preset.name, variant, fmt::join(names, ", ")),
                     {{"preset", preset.name}, {"variant", variant}}};
    }
    Result<TrainJob> job = withSettings(preset.job, found->settings);
    if (job)
        job->variant = variant;
    return job;
}

} // namespace continuo
