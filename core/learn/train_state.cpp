// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/train_state_p.h"

#include "core/encode/voices.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <type_traits>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;

/// Older checkpoints are without them.
constexpr const char* kPatience = "patience";
constexpr const char* kMore = "more";
constexpr const char* kIsCollapsed = "isCollapsed";
constexpr const char* kWorkers = "workers";

template <typename Visitor, typename State>
void members(Visitor&& visit, State& state)
{
    visit("step", state.step);
    visit("epoch", state.epoch);
    visit("window", state.window);
    visit("epochs", state.epochs);
    visit("steps", state.steps);
    visit("microBatches", state.microBatches);
    visit("evaluatedStep", state.evaluatedStep);
    visit("bestStep", state.bestStep);
    visit("bestLoss", state.bestLoss);
    visit("hasBest", state.hasBest);
    visit("evaluationsSinceBest", state.evaluationsSinceBest);
    visit(kIsCollapsed, state.isCollapsed);
    visit(kPatience, state.patience);
    visit("learningRate", state.schedule.base);
    visit("plateauFactor", state.schedule.plateauFactor);
    visit("plateauBest", state.schedule.plateauBest);
    visit("hasPlateauBest", state.schedule.hasPlateauBest);
    visit("plateauWait", state.schedule.plateauWait);
    visit("lossSum", state.lossSum);
    visit("correct", state.correct);
    visit("targets", state.targets);
    visit(kMore, state.more);
    visit("seconds", state.seconds);
    visit("tokens", state.tokens);
    visit("seq", state.seq);
    visit("keptPoints", state.keptPoints);
    visit("plannedSteps", state.plannedSteps);
    visit("device", state.device);
    visit("precision", state.precision);
    visit("threads", state.threads);
    visit(kWorkers, state.workers);
}

} // namespace

std::string toJson(const TrainState& state)
{
    Json json = Json::object();
    members([&json](const char* key, const auto& value) { json[key] = value; }, state);
    return json.dump();
}

Result<TrainState> trainStateFromJson(std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    TrainState state;
    bool isGood = json.is_object();
    members(
        [&json, &isGood](const char* key, auto& value) {
            using Value = std::remove_reference_t<decltype(value)>;
            const auto found = isGood ? json.find(key) : json.end();
            if (!isGood || found == json.end()) {
                const std::string_view name = key;
                isGood = isGood && (name == kPatience || name == kMore || name == kWorkers ||
                                     name == kIsCollapsed);
                return;
            }
            if constexpr (std::is_same_v<Value, bool>)
                isGood = found->is_boolean();
            else if constexpr (std::is_same_v<Value, std::string>)
                isGood = found->is_string();
            else if constexpr (std::is_same_v<Value, double>)
                isGood = found->is_number();
            else if constexpr (std::is_same_v<Value, NamedFigures>)
                isGood = found->is_object() && std::ranges::all_of(*found, [](const Json& each) {
                             return each.is_number();
                         });
            else
                isGood = found->is_number_integer();
            if (isGood)
                value = found->template get<Value>();
        },
        state);
    if (!isGood || state.step < 0 || state.window < 0 || state.epoch < 0 ||
        state.microBatches < 1 || state.threads < 1 || state.workers < 1 || state.patience < -1)
        return Error{ErrorKind::Refused,
                     "train.unfit-checkpoint",
                     "The checkpoint does not say where the training stood; it holds a model only. "
                     "Start a training from it with "
                     "--from.",
                     {}};
    return state;
}

std::int64_t plannedMicroBatches(const TrainJob& job, std::int64_t parameters)
{
    if (job.training.accumulation > 0)
        return std::min(job.training.accumulation, job.training.batch);
    // Forward and backward take about six operations for each weight and symbol; a small CPU does
    // some 1.2e11 a second.
    constexpr double kOperations = 1.2e11;
    constexpr std::int64_t kFewestRows = 8;
    const std::int64_t length =
        job.network.prediction == "last-step" ? job.network.window : job.training.sequence;
    // A convolution uses its weights at every row of pitch, and one crop is work enough.
    const bool isConvolution = job.network.kind == "conv";
    const std::int64_t places = isConvolution ? VoicesEncoding::kRows : 1;
    const std::int64_t fewest = isConvolution ? 1 : kFewestRows;
    const double operations = 6.0 * static_cast<double>(parameters) *
                              static_cast<double>(job.training.batch * length * places);
    const auto wanted = static_cast<std::int64_t>(operations / kOperations) + 1;
    return std::clamp<std::int64_t>(wanted, 1,
                                    std::max<std::int64_t>(1, job.training.batch / fewest));
}

std::int64_t nextKeptPoint(const TrainState& state)
{
    const std::int64_t halvings = kKeptPoints - 1 - state.keptPoints;
    if (halvings < 0)
        return -1;
    return std::max<std::int64_t>(1, state.plannedSteps >> halvings);
}

} // namespace continuo
