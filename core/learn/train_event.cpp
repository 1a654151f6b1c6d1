// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/train_event.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;

// One function per struct says which members it has, for writing and for reading alike.
template <typename Visitor, typename T>
void members(Visitor&& visit, T& event)
{
    using E = std::remove_const_t<T>;
    if constexpr (std::is_same_v<E, PartScore>) {
        visit("steps", event.steps);
        visit("loss", event.loss);
        visit("accuracy", event.accuracy);
        visit("noteAccuracy", event.noteAccuracy);
        visit("bitsPerNote", event.bitsPerNote);
        visit("notes", event.notes);
        visit("more", event.more);
    } else if constexpr (std::is_same_v<E, ReferenceLines>) {
        visit("uniform", event.uniform);
        visit("unigram", event.unigram);
        visit("bigram", event.bigram);
    } else if constexpr (std::is_same_v<E, TrainStarted>) {
        visit("name", event.name);
        visit("device", event.device);
        visit("precision", event.precision);
        visit("threads", event.threads);
        visit("workers", event.workers);
        visit("parameters", event.parameters);
        visit("epochs", event.epochs);
        visit("patience", event.patience);
        visit("stepsPerEpoch", event.stepsPerEpoch);
        visit("microBatches", event.microBatches);
        visit("trainPieces", event.trainPieces);
        visit("validationPieces", event.validationPieces);
        visit("testPieces", event.testPieces);
        visit("trainSteps", event.trainSteps);
        visit("diskBytes", event.diskBytes);
        visit("references", event.references);
    } else if constexpr (std::is_same_v<E, TrainStep>) {
        visit("loss", event.loss);
        visit("accuracy", event.accuracy);
        visit("learningRate", event.learningRate);
        visit("gradientNorm", event.gradientNorm);
        visit("tokensPerSecond", event.tokensPerSecond);
        visit("more", event.more);
    } else if constexpr (std::is_same_v<E, TrainEvaluated>) {
        visit("trainLoss", event.trainLoss);
        visit("trainAccuracy", event.trainAccuracy);
        visit("validation", event.validation);
        visit("isBest", event.isBest);
        visit("learningRate", event.learningRate);
        visit("tokensPerSecond", event.tokensPerSecond);
        visit("secondsLeft", event.secondsLeft);
        visit("more", event.more);
    } else if constexpr (std::is_same_v<E, TrainCheckpoint>) {
        visit("kind", event.kind);
        visit("file", event.file);
    } else if constexpr (std::is_same_v<E, TrainSample>) {
        visit("files", event.files);
        visit("problem", event.problem);
    } else if constexpr (std::is_same_v<E, TrainResumed>) {
        visit("fromCheckpoint", event.fromCheckpoint);
    } else if constexpr (std::is_same_v<E, TrainNotice> || std::is_same_v<E, TrainFailed>) {
        visit("id", event.id);
        visit("text", event.text);
    } else if constexpr (std::is_same_v<E, TrainFinished>) {
        visit("reason", event.reason);
        visit("bestStep", event.bestStep);
        visit("train", event.train);
        visit("validation", event.validation);
        visit("test", event.test);
        visit("tokensPerSecond", event.tokensPerSecond);
    } else {
        static_assert(std::is_same_v<E, TrainPaused>);
    }
}

Json numberJson(double value)
{
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    return value;
}

struct Writer
{
    Json& json;

    void operator()(const char* key, double value) { json[key] = numberJson(value); }
    void operator()(const char* key, bool value) { json[key] = value; }
    void operator()(const char* key, std::int64_t value) { json[key] = value; }
    void operator()(const char* key, std::uint64_t value) { json[key] = value; }
    void operator()(const char* key, const std::string& value) { json[key] = value; }
    void operator()(const char* key, const std::vector<std::string>& value) { json[key] = value; }
    void operator()(const char* key, const NamedFigures& figures)
    {
        for (const auto& [name, value] : figures)
            json[key][name] = numberJson(value);
    }
    template <typename T>
    void operator()(const char* key, const std::optional<T>& value)
    {
        if (value)
            (*this)(key, *value);
        else
            json[key] = nullptr;
    }
    template <typename T>
    void operator()(const char* key, const T& value)
    {
        Json inner = Json::object();
        members(Writer{inner}, value);
        json[key] = std::move(inner);
    }
};

struct Reader
{
    const Json& json;
    bool& isGood;

    const Json* find(const char* key)
    {
        const auto member = json.find(key);
        return member == json.end() ? nullptr : &*member;
    }

    void operator()(const char* key, double& value)
    {
        if (const Json* member = find(key); member != nullptr)
            takeNumber(*member, value);
    }
    void operator()(const char* key, NamedFigures& figures)
    {
        const Json* member = find(key);
        if (member == nullptr)
            return;
        isGood = isGood && member->is_object();
        for (const auto& [name, value] : member->items())
            takeNumber(value, figures[name]);
    }
    void operator()(const char* key, bool& value) { take(key, value, &Json::is_boolean); }
    void operator()(const char* key, std::int64_t& value)
    {
        take(key, value, &Json::is_number_integer);
    }
    void operator()(const char* key, std::uint64_t& value)
    {
        take(key, value, &Json::is_number_unsigned);
    }
    void operator()(const char* key, std::string& value) { take(key, value, &Json::is_string); }
    void operator()(const char* key, std::vector<std::string>& value)
    {
        const Json* member = find(key);
        if (member == nullptr)
            return;
        for (const Json& entry : *member) {
            if (!entry.is_string()) {
                isGood = false;
                return;
            }
            value.push_back(entry.get<std::string>());
        }
    }
    template <typename T>
    void operator()(const char* key, std::optional<T>& value)
    {
        const Json* member = find(key);
        if (member == nullptr || member->is_null())
            return;
        value.emplace();
        (*this)(key, *value);
    }
    template <typename T>
    void operator()(const char* key, T& value)
    {
        const Json* member = find(key);
        if (member == nullptr)
            return;
        if (!member->is_object()) {
            isGood = false;
            return;
        }
        members(Reader{*member, isGood}, value);
    }

private:
    void takeNumber(const Json& member, double& value)
    {
        if (member.is_number())
            value = member.get<double>();
        else if (member == "nan")
            value = std::numeric_limits<double>::quiet_NaN();
        else if (member == "inf")
            value = std::numeric_limits<double>::infinity();
        else if (member == "-inf")
            value = -std::numeric_limits<double>::infinity();
        else
            isGood = false;
    }
    template <typename T>
    void take(const char* key, T& value, bool (Json::*isRight)() const noexcept)
    {
        const Json* member = find(key);
        if (member == nullptr)
            return;
        if ((member->*isRight)())
            value = member->get<T>();
        else
            isGood = false;
    }
};

constexpr std::array<std::string_view, 10> kNames{"started",  "step",   "evaluated", "checkpoint",
                                                  "sample",   "paused", "resumed",   "notice",
                                                  "finished", "failed"};
static_assert(kNames.size() == std::variant_size_v<TrainEvent::What>);

template <std::size_t Index = 0>
bool makeWhat(std::string_view name, TrainEvent::What& what)
{
    if constexpr (Index < kNames.size()) {
        if (name != kNames[Index])
            return makeWhat<Index + 1>(name, what);
        what.emplace<Index>();
        return true;
    } else {
        return false;
    }
}

} // namespace

std::string_view eventName(const TrainEvent& event)
{
    return kNames[event.what.index()];
}

std::string toJson(const TrainEvent& event)
{
    Json json{{"seq", event.seq},
              {"event", eventName(event)},
              {"step", event.step},
              {"epoch", numberJson(event.epoch)},
              {"seconds", numberJson(event.seconds)}};
    std::visit([&json](const auto& what) { members(Writer{json}, what); }, event.what);
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<TrainEvent> trainEventFromJson(std::string_view line)
{
    const Error bad{ErrorKind::Refused,
                    "train.bad-event",
                    "A line of the run's log is damaged.",
                    {{"line", std::string(line.substr(0, 200))}}};
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded() || !json.is_object())
        return bad;
    bool isGood = true;
    Reader reader{json, isGood};
    TrainEvent event;
    std::string name;
    reader("seq", event.seq);
    reader("event", name);
    reader("step", event.step);
    reader("epoch", event.epoch);
    reader("seconds", event.seconds);
    if (!makeWhat(name, event.what))
        return bad;
    std::visit([&reader](auto& what) { members(reader, what); }, event.what);
    if (!isGood)
        return bad;
    return event;
}

} // namespace continuo
