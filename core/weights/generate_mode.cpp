// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/generate_mode.h"

#include <algorithm>
#include <array>
#include <utility>

namespace continuo {
namespace {

constexpr std::array<std::pair<GenerateMode, std::string_view>, 4> kModes{
    {{GenerateMode::Continue, "continue"},
     {GenerateMode::New, "new"},
     {GenerateMode::Infill, "infill"},
     {GenerateMode::Harmonise, "harmonise"}}};

/// The one place that knows what a kind of network cannot do; who is not named here goes on note by
/// note, or begins from nothing.
std::string whyNot(std::string_view kind, GenerateMode mode)
{
    if (kind == "conv")
        return mode == GenerateMode::Continue
                   ? "This model fills in voices between notes that are there and has no end to go "
                     "on from. It can harmonise, infill and begin a new piece."
                   : "";
    if (kind == "gan")
        return mode == GenerateMode::New
                   ? ""
                   : "This model starts from noise and cannot read your melody.";
    if (mode == GenerateMode::Infill)
        return "This model writes from left to right and does not see what comes after: only a "
               "masked model, such as one of the preset \"chorales\", can infill.";
    if (mode == GenerateMode::Harmonise)
        return "This model writes one sequence from left to right: only a model of four voices, "
               "such as one of the preset \"chorales\", can harmonise.";
    return "";
}

} // namespace

std::string_view generateModeName(GenerateMode mode)
{
    return kModes[static_cast<std::size_t>(mode)].second;
}

std::optional<GenerateMode> generateModeFromName(std::string_view name)
{
    for (const auto& [mode, known] : kModes) {
        if (known == name)
            return mode;
    }
    return std::nullopt;
}

std::vector<ModeChoice> modesOf(const NetworkShape& network)
{
    std::vector<ModeChoice> choices;
    for (const auto& [mode, name] : kModes)
        choices.push_back({mode, whyNot(network.kind, mode)});
    return choices;
}

Status checkMode(const NetworkShape& network, GenerateMode mode)
{
    const std::string reason = whyNot(network.kind, mode);
    if (reason.empty())
        return ok();
    std::string possible;
    for (const ModeChoice& choice : modesOf(network)) {
        if (!choice.whyNot.empty())
            continue;
        possible += possible.empty() ? "" : ", ";
        possible += generateModeName(choice.mode);
    }
    return Error{ErrorKind::Usage,
                 "generate.mode-not-possible",
                 reason + " Modes of this model: " + possible + ".",
                 {{"mode", std::string(generateModeName(mode))},
                  {"reason", reason},
                  {"possible", possible}}};
}

} // namespace continuo
