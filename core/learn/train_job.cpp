// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/train_job.h"

#include "core/base/text.h"
#include "core/learn/job_settings.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <variant>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kJobLimit = 1 << 20;

struct WholeSetting
{
    std::int64_t TrainSettings::*member = nullptr;
    std::int64_t lowest = 0;
    std::int64_t highest = 0;
};

struct RealSetting
{
    double TrainSettings::*member = nullptr;
    double lowest = 0;
    double highest = 0;
};

struct TruthSetting
{
    bool TrainSettings::*member = nullptr;
};

struct ChoiceSetting
{
    std::string TrainSettings::*member = nullptr;
    std::vector<std::string> choices{};
};

/// A word with a form of its own; `isAllowed` decides.
struct WordSetting
{
    std::string TrainSettings::*member = nullptr;
    std::string allowed{};
    bool (*isAllowed)(std::string_view) = nullptr;
};

struct Row
{
    std::string name{};
    std::variant<WholeSetting, RealSetting, TruthSetting, ChoiceSetting, WordSetting> form{};
    std::string meaning{};
};

bool isDeviceName(std::string_view name)
{
    if (name == "auto" || name == "cpu" || name == "cuda")
        return true;
    return name.starts_with("cuda:") && parseInteger(name.substr(5)).value_or(-1) >= 0;
}

const std::vector<Row>& rows()
{
    using S = TrainSettings;
    static const std::vector<Row> table{
        {"epochs", WholeSetting{&S::epochs, 1, 1'000'000},
         "How often the whole training part is read."},
        {"steps", WholeSetting{&S::steps, 0, 1'000'000'000},
         "End after this many steps; 0: when the epochs are done."},
        {"pieces", WholeSetting{&S::pieces, 0, 1'000'000'000},
         "Learn from this many pieces of the training part only, drawn by the random seed; 0: "
         "all."},
        {"holdOut", TruthSetting{&S::holdOut},
         "The validation and the test part are kept apart to judge by. Off: all pieces of the set "
         "are learned from, divided or not, nothing tells learning from knowing by heart, and the "
         "best point is that of the lowest training loss."},
        {"batch", WholeSetting{&S::batch, 1, 4096}, "Windows that are learned from at once."},
        {"sequence", WholeSetting{&S::sequence, 1, 8192},
         "Symbols in a window, for networks that predict at every step."},
        {"passes", WholeSetting{&S::passes, 1, 64},
         "How often an epoch reads each piece, cut at other places each time, for networks that "
         "predict at every step."},
        {"windowStride", WholeSetting{&S::windowStride, 1, 8192},
         "Steps from one window to the next, for networks that predict the last step only."},
        {"wrapAround", TruthSetting{&S::wrapAround},
         "Pieces loop: a window may run over the end into the beginning."},
        {"acrossPieces", TruthSetting{&S::acrossPieces},
         "The pieces stand one behind the other, and a window may begin in one and end in the "
         "next. Judged is piece by piece all the same."},
        {"transposeDown", WholeSetting{&S::transposeDown, 0, 24},
         "Training windows are moved down by up to this many semitones, at random."},
        {"transposeUp", WholeSetting{&S::transposeUp, 0, 24},
         "Training windows are moved up by up to this many semitones, at random."},
        {"optimizer", ChoiceSetting{&S::optimizer, {"adam", "adamw", "rmsprop", "sgd"}},
         "How weights follow gradients."},
        {"learningRate", RealSetting{&S::learningRate, 1e-9, 10}, "Size of a step."},
        {"beta1", RealSetting{&S::beta1, 0, 0.9999}, "Adam: memory of the gradient."},
        {"beta2", RealSetting{&S::beta2, 0, 0.99999}, "Adam: memory of the squared gradient."},
        {"alpha", RealSetting{&S::alpha, 0, 0.99999}, "RMSprop: memory of the squared gradient."},
        {"momentum", RealSetting{&S::momentum, 0, 0.9999}, "SGD: memory of the step."},
        {"epsilon", RealSetting{&S::epsilon, 1e-16, 1}, "Keeps divisions away from zero."},
        {"weightDecay", RealSetting{&S::weightDecay, 0, 1},
         "Pull of the weights towards zero (AdamW: apart from the gradient)."},
        {"average", RealSetting{&S::average, 0, 0.99999},
         "The model is an average of the weights of all steps, which keeps this share of itself at "
         "each, 0.999 for example; 0: it is the weights themselves."},
        {"schedule", ChoiceSetting{&S::schedule, {"constant", "step", "cosine", "plateau"}},
         "How the learning rate changes: not at all, by decayFactor every decayEvery epochs, along "
         "a half cosine to the end, or by decayFactor "
         "when the validation loss has not fallen for plateauPatience evaluations."},
        {"warmupSteps", WholeSetting{&S::warmupSteps, 0, 1'000'000},
         "The learning rate rises from zero over this many steps."},
        {"decayEvery", WholeSetting{&S::decayEvery, 1, 1'000'000},
         "Epochs between two decays of the step schedule."},
        {"decayFactor", RealSetting{&S::decayFactor, 0.001, 1},
         "What step and plateau multiply the learning rate with."},
        {"plateauPatience", WholeSetting{&S::plateauPatience, 1, 100'000},
         "Evaluations without gain before plateau decays."},
        {"minimumLearningRate", RealSetting{&S::minimumLearningRate, 0, 10},
         "The schedules go no lower."},
        {"clipNorm", RealSetting{&S::clipNorm, 0, 1e6},
         "Gradients are scaled down to this norm; 0: never."},
        {"labelSmoothing", RealSetting{&S::labelSmoothing, 0, 0.9},
         "Share of each target that is spread over all symbols."},
        {"gumbelTemperature", RealSetting{&S::gumbelTemperature, 0, 10},
         "GAN: how softly the gradient passes a drawn symbol (straight-through Gumbel-softmax); 0: "
         "no symbol is drawn, and the discriminator is shown the probabilities themselves."},
        {"noteLoss",
         ChoiceSetting{&S::noteLoss, {"cross-entropy-mse", "cross-entropy-l1", "bce-l1"}},
         "What a network of notes learns from: the cross-entropy of the pitch and the squared or "
         "the absolute error of time and length, all alike; or the binary cross-entropy of the "
         "pitches' shares (twentyfold) and the absolute errors (tenfold)."},
        {"teacherForcing", RealSetting{&S::teacherForcing, 0, 1},
         "Share of the symbols a network reads while it learns that are the piece's own; the "
         "others "
         "are drawn from what it would have said itself (scheduled sampling). For networks that "
         "predict at every step."},
        {"forcingSchedule", ChoiceSetting{&S::forcingSchedule, {"constant", "linear"}},
         "Whether teacherForcing counts from the beginning, or is what the share falls to from 1 "
         "over the whole training."},
        {"patience", WholeSetting{&S::patience, 0, 1'000'000},
         "Ends after this many evaluations without a better validation loss; 0: never."},
        {"evaluateEvery", WholeSetting{&S::evaluateEvery, 0, 1'000'000'000},
         "Steps between evaluations, each with a checkpoint; 0: after every epoch."},
        {"logEvery", WholeSetting{&S::logEvery, 1, 1'000'000},
         "Steps between two points of the training curve."},
        {"samples", TruthSetting{&S::samples},
         "Lets the model play at its kept checkpoints, into samples/."},
        {"accumulation", WholeSetting{&S::accumulation, 0, 4096},
         "Micro-batches in a step; 0: as many as keep one well below a second."},
        {"threads", WholeSetting{&S::threads, 0, 1024},
         "CPU threads of each worker; 0: all this program may use, divided among the workers of "
         "the machine."},
        {"workers", WholeSetting{&S::workers, 1, 64},
         "Processes on this machine that share the windows of each step; with CUDA each takes a "
         "card of its own."},
        {"seed", WholeSetting{&S::seed, 0, std::numeric_limits<std::int64_t>::max()},
         "Random seed of the weights, the data order, the crops and the dropout."},
        {"device", WordSetting{&S::device, "auto, cpu, cuda or cuda:N", isDeviceName},
         "Where to compute."},
        {"precision",
         ChoiceSetting{&S::precision, {"auto", "float32", "tf32", "bfloat16", "float16"}},
         "What matrix products are computed in. auto: bfloat16 where the processor or the card has fast "
         "instructions for it, else float32. tf32 needs a card; float16 scales the loss, so that "
         "small gradients do not vanish."},
        {"deterministic", TruthSetting{&S::deterministic},
         "On a card: only computations that give the same bits each time, which costs time. A "
         "processor always does, with the same number of threads."},
    };
    return table;
}

std::string allowedText(const Row& row)
{
    if (const auto* whole = std::get_if<WholeSetting>(&row.form))
        return fmt::format("a whole number from {} to {}", whole->lowest, whole->highest);
    if (const auto* real = std::get_if<RealSetting>(&row.form))
        return fmt::format("a number from {} to {}", real->lowest, real->highest);
    if (const auto* choice = std::get_if<ChoiceSetting>(&row.form))
        return fmt::format("one of {}", fmt::join(choice->choices, ", "));
    if (const auto* word = std::get_if<WordSetting>(&row.form))
        return word->allowed;
    return "true or false";
}

Json valueJson(const Row& row, const TrainSettings& settings)
{
    return std::visit([&settings](const auto& form) -> Json { return settings.*form.member; },
                      row.form);
}

bool readValue(const Row& row, const Json& value, TrainSettings& settings)
{
    if (const auto* whole = std::get_if<WholeSetting>(&row.form)) {
        // A number such as 20.0 or 1e3 is as whole as 20.
        const bool isWholeFloat = value.is_number_float() &&
                                  value.get<double>() == std::floor(value.get<double>()) &&
                                  std::abs(value.get<double>()) < 1e15;
        if (!value.is_number_integer() && !isWholeFloat)
            return false;
        if (value.is_number_unsigned() &&
            value.get<std::uint64_t>() > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
            return false;
        const auto number = value.get<std::int64_t>();
        if (number < whole->lowest || number > whole->highest)
            return false;
        settings.*whole->member = number;
        return true;
    }
    if (const auto* real = std::get_if<RealSetting>(&row.form)) {
        if (!value.is_number())
            return false;
        const auto number = value.get<double>();
        if (!(number >= real->lowest && number <= real->highest))
            return false;
        settings.*real->member = number;
        return true;
    }
    if (const auto* truth = std::get_if<TruthSetting>(&row.form)) {
        if (!value.is_boolean())
            return false;
        settings.*truth->member = value.get<bool>();
        return true;
    }
    if (!value.is_string())
        return false;
    const auto text = value.get<std::string>();
    if (const auto* choice = std::get_if<ChoiceSetting>(&row.form)) {
        if (std::ranges::find(choice->choices, text) == choice->choices.end())
            return false;
        settings.*choice->member = text;
        return true;
    }
    const auto& word = std::get<WordSetting>(row.form);
    if (!word.isAllowed(text))
        return false;
    settings.*word.member = text;
    return true;
}

Error unknownKey(const std::string& key, const std::vector<std::string>& known)
{
    const std::string last = key.substr(key.rfind('.') + 1);
    std::optional<std::string> near = nearestWord(key, known);
    if (!near) {
        std::vector<std::string> lasts;
        for (const std::string& each : known)
            lasts.push_back(each.substr(each.rfind('.') + 1));
        if (const auto nearLast = nearestWord(last, lasts))
            near = known[static_cast<std::size_t>(std::ranges::find(lasts, *nearLast) -
                                                  lasts.begin())];
    }
    return {ErrorKind::Usage,
            "job.unknown-key",
            near ? fmt::format("There is no setting \"{}\"; did you mean \"{}\"?", key, *near)
                 : fmt::format("There is no setting \"{}\". The settings are: {}.", key,
                               fmt::join(known, ", ")),
            {{"key", key}, {"nearest", near.value_or("")}}};
}

Error badValue(const std::string& key, const Json& value, const std::string& allowed)
{
    const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return {ErrorKind::Usage,
            "job.bad-value",
            fmt::format("{} cannot be {}; allowed is {}.", key, text, allowed),
            {{"key", key}, {"value", text}, {"allowed", allowed}}};
}

std::vector<std::string> trainingKeys()
{
    std::vector<std::string> keys;
    for (const Row& row : rows())
        keys.push_back("training." + row.name);
    return keys;
}

const std::vector<std::string>& networkKeys()
{
    static const std::vector<std::string> keys = [] {
        std::vector<std::string> names;
        const Json shape = Json::parse(toJson(NetworkShape{}));
        for (const auto& [name, value] : shape.items())
            names.push_back("network." + name);
        return names;
    }();
    return keys;
}

/// The JSON of a job; nothing where the text is not JSON of sane size and depth (the members of a
/// job are at most four levels deep).
std::optional<Json> parsedJob(std::string_view text)
{
    if (text.size() > kJobLimit)
        return std::nullopt;
    bool isDeep = false;
    Json json = Json::parse(
        text,
        [&isDeep](int depth, Json::parse_event_t, Json&) {
            isDeep = isDeep || depth > 16;
            return !isDeep;
        },
        false);
    if (isDeep || json.is_discarded() || !json.is_object())
        return std::nullopt;
    return json;
}

Result<TrainJob> jobFrom(const Json& json)
{
    static const std::vector<std::string> kTop{"preset",   "variant",  "description",
                                               "licence",  "encoding", "network",
                                               "training", "sampler",  "from"};
    TrainJob job;
    for (const auto& [key, value] : json.items()) {
        std::string* const text = key == "preset"        ? &job.preset
                                  : key == "variant"     ? &job.variant
                                  : key == "description" ? &job.description
                                  : key == "licence"     ? &job.licence
                                  : key == "from"        ? &job.from
                                                         : nullptr;
        if (text != nullptr) {
            if (!value.is_string())
                return badValue(key, value, "text");
            *text = value.get<std::string>();
            continue;
        }
        if (std::ranges::find(kTop, key) == kTop.end())
            return unknownKey(key, kTop);
        if (!value.is_object())
            return badValue(key, value, "a JSON object");
        if (key == "sampler") {
            job.samplerJson = value.dump();
        } else if (key == "encoding") {
            Json options = value;
            if (const auto name = options.find("name"); name != options.end()) {
                if (!name->is_string())
                    return badValue("encoding.name", *name, "text");
                job.encoding = name->get<std::string>();
                options.erase(name);
            }
            job.encodingOptionsJson = options.dump();
        } else if (key == "network") {
            const Result<NetworkShape> network = networkShapeFromJson(value.dump());
            if (!network)
                return network.error();
            job.network = *network;
        } else {
            for (const auto& [name, setting] : value.items()) {
                const auto row = std::ranges::find(rows(), name, &Row::name);
                if (row == rows().end())
                    return unknownKey("training." + name, trainingKeys());
                if (!readValue(*row, setting, job.training))
                    return badValue("training." + name, setting, allowedText(*row));
            }
        }
    }
    return job;
}

Json jobJson(const TrainJob& job)
{
    Json training = Json::object();
    for (const Row& row : rows())
        training[row.name] = valueJson(row, job.training);
    Json encoding{{"name", job.encoding}};
    const Json options = Json::parse(job.encodingOptionsJson, nullptr, false);
    if (options.is_object())
        for (const auto& [name, value] : options.items())
            encoding[name] = value;
    Json json{{"preset", job.preset},
              {"variant", job.variant},
              {"description", job.description},
              {"licence", job.licence},
              {"encoding", encoding},
              {"network", Json::parse(toJson(job.network))},
              {"training", training},
              {"sampler", Json::parse(job.samplerJson, nullptr, false)}};
    if (!job.from.empty())
        json["from"] = job.from;
    return json;
}

} // namespace

std::vector<TrainSetting> trainSettings()
{
    std::vector<TrainSetting> settings;
    for (const Row& row : rows())
        settings.push_back({"training." + row.name, valueJson(row, TrainSettings{}).dump(),
                            allowedText(row), row.meaning});
    return settings;
}

std::vector<JobSetting> trainingSettings()
{
    std::vector<JobSetting> settings;
    for (const Row& row : rows()) {
        JobSetting setting;
        setting.key = "training." + row.name;
        setting.defaultJson = valueJson(row, TrainSettings{}).dump();
        setting.allowed = allowedText(row);
        setting.meaning = row.meaning;
        if (const auto* whole = std::get_if<WholeSetting>(&row.form)) {
            setting.kind = JobSetting::Kind::Whole;
            setting.lowest = static_cast<double>(whole->lowest);
            setting.highest = static_cast<double>(whole->highest);
        } else if (const auto* real = std::get_if<RealSetting>(&row.form)) {
            setting.kind = JobSetting::Kind::Real;
            setting.lowest = real->lowest;
            setting.highest = real->highest;
        } else if (const auto* choice = std::get_if<ChoiceSetting>(&row.form)) {
            setting.kind = JobSetting::Kind::Choice;
            setting.choices = choice->choices;
        } else if (std::holds_alternative<TruthSetting>(row.form)) {
            setting.kind = JobSetting::Kind::Truth;
        }
        settings.push_back(std::move(setting));
    }
    return settings;
}

Result<TrainJob> trainJobFromJson(std::string_view text)
{
    const std::optional<Json> json = parsedJob(text);
    if (!json)
        return Error{ErrorKind::Usage,
                     "job.not-json",
                     "A training job must be a JSON object; \"continuo presets NAME\" prints one "
                     "to start from.",
                     {}};
    return jobFrom(*json);
}

std::string toJson(const TrainJob& job)
{
    return jobJson(job).dump(2, ' ', false, Json::error_handler_t::replace);
}

Result<TrainJob> withSettings(const TrainJob& job, std::span<const std::string> keyValues)
{
    Json json = jobJson(job);
    // Another encoding begins with its own defaults, wherever its name stands among its options.
    constexpr std::string_view encodingName = "encoding.name=";
    for (const std::string& keyValue : keyValues) {
        if (!keyValue.starts_with(encodingName))
            continue;
        const std::string text = keyValue.substr(encodingName.size());
        const Json value = Json::parse(text, nullptr, false);
        const std::string name = value.is_string() ? value.get<std::string>() : text;
        if (name != job.encoding)
            json["encoding"] = {{"name", name}};
    }
    for (const std::string& keyValue : keyValues) {
        const std::size_t equals = keyValue.find('=');
        if (equals == std::string::npos || equals == 0)
            return Error{ErrorKind::Usage,
                         "job.not-key-value",
                         fmt::format("\"{}\" is not KEY=VALUE, for example batch=32.", keyValue),
                         {{"value", keyValue}}};
        std::string key = keyValue.substr(0, equals);
        const std::string text = keyValue.substr(equals + 1);
        Json value = Json::parse(text, nullptr, false);
        if (value.is_discarded() || value.is_structured())
            value = text;

        std::vector<std::string> known = trainingKeys();
        known.insert(known.end(), networkKeys().begin(), networkKeys().end());
        if (key.find('.') == std::string::npos) {
            const auto full = std::ranges::find_if(
                known, [&key](const std::string& each) { return each.ends_with("." + key); });
            if (full == known.end())
                return unknownKey(key, known);
            key = *full;
        }
        const std::string group = key.substr(0, key.find('.'));
        const std::string name = key.substr(key.find('.') + 1);
        // Encodings and samplers know their own options; a misspelt one is found where they are
        // made.
        const bool isFree = group == "encoding" || group == "sampler";
        if (!isFree && std::ranges::find(known, key) == known.end())
            return unknownKey(key, known);
        json[group][name] = value;
    }
    return jobFrom(json);
}

} // namespace continuo
