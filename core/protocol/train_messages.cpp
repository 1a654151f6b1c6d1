// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/train_messages.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <iterator>
#include <type_traits>

namespace continuo {
namespace {

constexpr std::array<std::string_view, 9> kMethods{
    "attach", "pause", "resume", "stop", "checkpoint", "sample", "set-learning-rate", "extend", "set-patience"};
static_assert(kMethods.size() == std::variant_size_v<TrainRequestMessage>);

constexpr double kLargestRate = 1000;
constexpr std::int64_t kMostEpochs = 1'000'000;
constexpr std::int64_t kLongestPatience = 1'000'000;

template <std::size_t Index = 0>
TrainRequestMessage messageAt(std::size_t index)
{
    if constexpr (Index + 1 < kMethods.size()) {
        if (index != Index)
            return messageAt<Index + 1>(index);
    }
    return std::variant_alternative_t<Index, TrainRequestMessage>{};
}

std::size_t indexOf(std::string_view method)
{
    return static_cast<std::size_t>(std::ranges::find(kMethods, method) - kMethods.begin());
}

Error badValue(std::string_view command, std::string_view expected)
{
    return {ErrorKind::Usage,
            "run.bad-command-value",
            "The command \"" + std::string(command) + "\" takes " + std::string(expected) + ".",
            {{"command", std::string(command)}, {"expected", std::string(expected)}}};
}

} // namespace

std::vector<std::string> trainMethods()
{
    return {kMethods.begin(), kMethods.end()};
}

std::string trainMethodOf(const TrainRequestMessage& message)
{
    return std::string(kMethods[message.index()]);
}

bool isTrainMethod(std::string_view method)
{
    return indexOf(method) < kMethods.size();
}

Json paramsOf(const TrainRequestMessage& message)
{
    Json params = Json::object();
    if (const auto* attach = std::get_if<AttachRequest>(&message))
        params["from"] = attach->from;
    else if (const auto* rate = std::get_if<SetLearningRateRequest>(&message))
        params["value"] = numberToJson(rate->value);
    else if (const auto* extend = std::get_if<ExtendRequest>(&message))
        params["epochs"] = extend->epochs;
    else if (const auto* patience = std::get_if<SetPatienceRequest>(&message))
        params["evaluations"] = patience->evaluations;
    return params;
}

Result<TrainRequestMessage> trainRequestFromJson(std::string_view method, const Json& params)
{
    assert(isTrainMethod(method));
    TrainRequestMessage message = messageAt(indexOf(method));
    JsonMembers members(params, std::string(method));
    if (auto* attach = std::get_if<AttachRequest>(&message)) {
        members.read("from", attach->from);
    } else if (auto* rate = std::get_if<SetLearningRateRequest>(&message)) {
        members.required().read("value", rate->value, 0, kLargestRate);
        if (members.status() && !(rate->value > 0))
            members.refuse("value", "a number above 0");
    } else if (auto* extend = std::get_if<ExtendRequest>(&message)) {
        members.required().read("epochs", extend->epochs, 1, kMostEpochs);
    } else if (auto* patience = std::get_if<SetPatienceRequest>(&message)) {
        members.required().read("evaluations", patience->evaluations, 0, kLongestPatience);
    }
    if (Status status = members.status(); !status)
        return status.error();
    return message;
}

Result<TrainRequestMessage> trainCommandFromWords(std::string_view words)
{
    const std::string_view line = trimmed(words);
    const std::size_t gap = line.find(' ');
    const std::string_view name = line.substr(0, gap);
    const std::string_view value = gap == std::string_view::npos ? "" : trimmed(line.substr(gap));
    const std::size_t index = indexOf(name);
    if (index == 0 || index >= kMethods.size()) {
        const std::vector<std::string> commands(std::next(kMethods.begin()), kMethods.end());
        std::string list;
        for (const std::string& command : commands)
            list += (list.empty() ? "" : ", ") + command;
        const std::string word = repairedUtf8(name.substr(0, 60));
        const std::optional<std::string> near = nearestWord(word, commands);
        return Error{ErrorKind::Usage,
                     "run.unknown-command",
                     "A training knows no command \"" + word + "\"" + (near ? "; did you mean \"" + *near + "\"?" : ".") +
                         " Commands: " + list + ".",
                     {{"command", word}}};
    }
    TrainRequestMessage message = messageAt(index);
    if (auto* rate = std::get_if<SetLearningRateRequest>(&message)) {
        const std::optional<double> number = parseNumber(value);
        if (!number || !(*number > 0) || *number > kLargestRate)
            return badValue(name, "a number above 0, for example 0.001");
        rate->value = *number;
    } else if (auto* extend = std::get_if<ExtendRequest>(&message)) {
        const std::optional<std::int64_t> number = parseInteger(value);
        if (!number || *number < 1 || *number > kMostEpochs)
            return badValue(name, "how many epochs to add, a whole number of at least 1");
        extend->epochs = *number;
    } else if (auto* patience = std::get_if<SetPatienceRequest>(&message)) {
        const std::optional<std::int64_t> number = parseInteger(value);
        if (!number || *number < 0 || *number > kLongestPatience)
            return badValue(name, "how many evaluations without a better one it waits for, a whole number; 0: it never ends early");
        patience->evaluations = *number;
    } else if (!value.empty()) {
        return badValue(name, "no value");
    }
    return message;
}

Json toJson(const TrainEnd& end)
{
    return {{"state", end.state}};
}

Result<TrainEnd> trainEndFromJson(const Json& params)
{
    TrainEnd end;
    JsonMembers members(params, "end");
    members.required().read("state", end.state);
    if (Status status = members.status(); !status)
        return status.error();
    return end;
}

} // namespace continuo
