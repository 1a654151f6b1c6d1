// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/learn/train_job.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// Another form of a preset, for example as its ancestor was published, faults included.
struct PresetVariant
{
    std::string name{};
    std::string description{};           ///< The differences in words.
    std::vector<std::string> settings{}; ///< "KEY=VALUE", as for withSettings().
};

/// A network with its encoding, training and sampling under a name: one JSON file in
/// resources/presets.
struct Preset
{
    std::string name{}; ///< The file's name without ".json".
    std::string title{};
    std::string origin{};                   ///< Where it comes from.
    std::vector<std::string> knownFaults{}; ///< What is known to be wrong with it.
    TrainJob job{};
    std::vector<PresetVariant> variants{};
};

/// The preset in a JSON text, in the form that toJson() writes; a plain job is one without title,
/// origin and variants. Errors (kind Usage): as trainJobFromJson(), preset.bad.
Result<Preset> presetFromJson(std::string_view name, std::string_view json);
std::string toJson(const Preset& preset);

/// All presets of a folder by name. A file that is not a preset is an error that names it.
Result<std::vector<Preset>> listPresets(const std::filesystem::path& folder);

/// One preset. Errors (kind Usage): preset.unknown, with the names there are and the nearest.
Result<Preset> loadPreset(const std::filesystem::path& folder, const std::string& name);

/// The job of a preset, in a variant if one is named. Errors (kind Usage): preset.unknown-variant.
Result<TrainJob> jobOf(const Preset& preset, const std::string& variant);

} // namespace continuo
