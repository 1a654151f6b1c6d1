// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/process_group.h"

#include "core/base/text.h"

#include <string_view>

namespace continuo {
namespace {

constexpr std::int64_t kMostWorkers = 4096;

Error badEnvironment(const std::string& name, const std::string& value, const std::string& wanted)
{
    return {ErrorKind::Usage,
            "train.bad-environment",
            "The environment variable " + name +
                (value.empty() ? " is not set" : " cannot be \"" + value + "\"") + "; wanted is " +
                wanted + ". It belongs to those that say who trains together.",
            {{"name", name}, {"value", value}, {"allowed", wanted}}};
}

} // namespace

Result<std::optional<WorkerPlace>> placeFromEnvironment(const EnvironmentLookup& valueOf)
{
    const auto textOf = [&valueOf](const char* name) {
        const char* const value = valueOf(name);
        return value == nullptr ? std::string() : std::string(value);
    };
    const bool isSlurm = textOf("WORLD_SIZE").empty() && !textOf("SLURM_NTASKS").empty() &&
                         !textOf("MASTER_ADDR").empty();
    const char* const countName = isSlurm ? "SLURM_NTASKS" : "WORLD_SIZE";
    const char* const rankName = isSlurm ? "SLURM_PROCID" : "RANK";
    const char* const localName = isSlurm ? "SLURM_LOCALID" : "LOCAL_RANK";
    const char* const localCountName = isSlurm ? "SLURM_NTASKS_PER_NODE" : "LOCAL_WORLD_SIZE";
    if (textOf(countName).empty())
        return std::optional<WorkerPlace>();

    std::optional<Error> problem;
    const auto wholeOf = [&](const char* name, std::int64_t lowest, std::int64_t highest,
                             std::optional<std::int64_t> standard = std::nullopt) {
        const std::string text = textOf(name);
        if (text.empty() && standard)
            return static_cast<int>(*standard);
        const std::int64_t value = parseInteger(text).value_or(lowest - 1);
        if (value >= lowest && value <= highest)
            return static_cast<int>(value);
        if (!problem)
            problem = badEnvironment(name, text,
                                     "a whole number from " + std::to_string(lowest) + " to " +
                                         std::to_string(highest));
        return static_cast<int>(lowest);
    };
    WorkerPlace place;
    place.count = wholeOf(countName, 1, kMostWorkers);
    if (problem)
        return *problem;
    if (place.count == 1)
        return std::optional<WorkerPlace>();
    place.rank = wholeOf(rankName, 0, place.count - 1);
    place.localRank = wholeOf(localName, 0, place.count - 1, 0);
    place.localCount = wholeOf(localCountName, 1, place.count, 1);
    place.address = textOf("MASTER_ADDR");
    place.port = wholeOf("MASTER_PORT", 1, 65535);
    if (problem)
        return *problem;
    if (place.address.empty())
        return badEnvironment("MASTER_ADDR", {}, "the name or address of the first machine");
    // torchrun's agent serves the store itself and starts all processes again where one is lost.
    place.isHosted = textOf("TORCHELASTIC_USE_AGENT_STORE") == "True";
    if (place.isHosted)
        place.prefix = "/continuo/attempt_" + textOf("TORCHELASTIC_RESTART_COUNT");
    return std::optional(place);
}

} // namespace continuo
