// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/dataset/recipe.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>

namespace continuo {
namespace {

/// Written in the order given.
using Json = nlohmann::ordered_json;
/// Read with members in order of name: looking one up in an object of a million is quick.
using Parsed = nlohmann::json;

constexpr std::string_view kFormat = "continuo-recipe";
constexpr int kVersion = 1;
constexpr std::size_t kDeepest = 8; ///< A recipe needs five levels.

Error recipeError(std::string id, std::string_view name, std::string text,
                  Error::Arguments arguments = {})
{
    arguments.insert(arguments.begin(), {"file", std::string(name)});
    return {ErrorKind::Usage, std::move(id), fmt::format("\"{}\": {}", name, text),
            std::move(arguments)};
}

/// Levels of nesting, looking only at brackets outside strings.
bool isTooDeep(std::string_view text)
{
    std::size_t depth = 0;
    bool isInString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (isInString) {
            if (letter == '\\')
                ++i;
            else if (letter == '"')
                isInString = false;
        } else if (letter == '"') {
            isInString = true;
        } else if (letter == '{' || letter == '[') {
            if (++depth > kDeepest)
                return true;
        } else if ((letter == '}' || letter == ']') && depth > 0) {
            --depth;
        }
    }
    return false;
}

/// Reads one recipe; the first fault is kept and stops everything.
class Reader
{
public:
    explicit Reader(std::string_view name)
        : m_name(name)
    {
    }

    Result<Recipe> read(const Parsed& json)
    {
        Recipe recipe;
        if (!json.is_object() || !json.contains("format") || json["format"] != kFormat)
            return recipeError(
                "recipe.not-a-recipe", m_name,
                "this is no recipe: it has no member \"format\" of \"continuo-recipe\".");
        const auto version = json.find("version");
        if (version == json.end() || !version->is_number_integer() || *version < 1)
            return recipeError("recipe.not-a-recipe", m_name,
                               "this is no recipe: it has no version.");
        if (*version > kVersion) {
            Error error = recipeError(
                "recipe.newer-version", m_name,
                fmt::format(
                    "the recipe was made by a newer Continuo (version {}; this one reads up to "
                    "{}). Use that program.",
                    version->dump(), kVersion),
                {{"version", version->dump()}});
            error.kind = ErrorKind::Refused;
            return error;
        }
        knowKeys(json, {"format", "version", "title", "steps"});
        text(json, "title", recipe.title);
        if (const auto steps = json.find("steps"); steps != json.end()) {
            if (!steps->is_array())
                fail("recipe.bad-value", "steps", "\"steps\" must be a list of steps");
            else if (steps->size() > kMostRecipeSteps)
                fail("recipe.too-many-steps", "steps",
                     fmt::format("there are more than {} steps", kMostRecipeSteps));
            for (std::size_t i = 0; !m_fault && i < steps->size(); ++i) {
                m_step = i + 1;
                recipe.steps.push_back(step((*steps)[i]));
            }
        }
        if (m_fault)
            return *m_fault;
        sortPieces(recipe);
        if (const Status checked = checkRecipe(recipe); !checked) {
            Error error = checked.error();
            error.text = fmt::format("\"{}\": {}", m_name, error.text);
            error.arguments.insert(error.arguments.begin(), {"file", m_name});
            return error;
        }
        return recipe;
    }

private:
    void fail(std::string id, std::string_view key, const std::string& words)
    {
        if (m_fault)
            return;
        Error::Arguments arguments{{"key", repairedUtf8(key.substr(0, 100))}};
        if (m_step)
            arguments.emplace_back("step", std::to_string(m_step));
        m_fault = recipeError(std::move(id), m_name,
                              m_step ? fmt::format("Step {}: {}.", m_step, words)
                                     : fmt::format("{}.", words),
                              std::move(arguments));
    }

    void knowKeys(const Parsed& object, std::initializer_list<std::string_view> keys)
    {
        for (const auto& [key, value] : object.items()) {
            if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
                fail("recipe.unknown-key", key,
                     fmt::format("there is no member \"{}\" here; there are {}",
                                 repairedUtf8(std::string_view(key).substr(0, 100)),
                                 fmt::join(keys, ", ")));
            }
        }
    }

    void text(const Parsed& object, const char* key, std::string& value)
    {
        const auto found = object.find(key);
        if (found == object.end())
            return;
        if (found->is_string())
            value = found->get<std::string>();
        else
            fail("recipe.bad-value", key, fmt::format("\"{}\" must be a text", key));
    }

    void parameters(const Parsed& json, RecipeStep& step)
    {
        if (!json.is_object())
            return fail("recipe.bad-value", "parameters", "\"parameters\" must be an object");
        for (const auto& [key, value] : json.items()) {
            if (value.is_boolean())
                step.parameters[key] = value.get<bool>();
            else if (value.is_number())
                step.parameters[key] = value.get<double>();
            else if (value.is_string())
                step.parameters[key] = value.get<std::string>();
            else
                fail("recipe.bad-value", key,
                     fmt::format("\"{}\" must be a number, a text, true or false",
                                 repairedUtf8(std::string_view(key).substr(0, 100))));
        }
    }

    std::vector<std::string> texts(const Parsed& json, const char* key)
    {
        std::vector<std::string> list;
        if (!json.is_array() ||
            !std::ranges::all_of(json, [](const Parsed& each) { return each.is_string(); })) {
            fail("recipe.bad-value", key, fmt::format("\"{}\" must be a list of texts", key));
            return list;
        }
        for (const Parsed& each : json)
            list.push_back(each.get<std::string>());
        return list;
    }

    void condition(const Parsed& json, StepCondition& when)
    {
        if (!json.is_object())
            return fail("recipe.bad-value", "when", "\"when\" must be an object");
        knowKeys(json, {"problems", "pieces", "folder"});
        if (const auto problems = json.find("problems"); problems != json.end()) {
            for (const std::string& name : texts(*problems, "problems")) {
                if (const auto problem = problemNamed(name))
                    when.problems |= problemBit(*problem);
                else
                    fail("recipe.bad-value", "problems",
                         fmt::format("there is no problem \"{}\"; there are {}",
                                     repairedUtf8(std::string_view(name).substr(0, 100)),
                                     fmt::join(problemNames((1U << kProblemCount) - 1), ", ")));
            }
        }
        if (const auto pieces = json.find("pieces"); pieces != json.end()) {
            when.pieces = texts(*pieces, "pieces");
            for (const std::string& piece : when.pieces) {
                const std::size_t mark = piece.find('#');
                const auto place =
                    mark == std::string::npos ? std::nullopt : parseInteger(piece.substr(mark + 1));
                if (mark != 64 || piece.find_first_not_of("0123456789abcdef") != mark || !place ||
                    *place < 1)
                    fail("recipe.bad-value", "pieces",
                         fmt::format("\"{}\" is no piece; write the SHA-256 of its file, # and its "
                                     "place from 1",
                                     repairedUtf8(std::string_view(piece).substr(0, 100))));
            }
        }
        text(json, "folder", when.folder);
    }

    RecipeStep step(const Parsed& json)
    {
        RecipeStep made;
        if (!json.is_object()) {
            fail("recipe.bad-value", "steps", "a step must be an object");
            return made;
        }
        knowKeys(json, {"operation", "parameters", "when", "on"});
        text(json, "operation", made.operation);
        if (const auto found = json.find("parameters"); found != json.end())
            parameters(*found, made);
        if (const auto found = json.find("when"); found != json.end())
            condition(*found, made.condition);
        if (const auto found = json.find("on"); found != json.end()) {
            if (found->is_boolean())
                made.isOn = found->get<bool>();
            else
                fail("recipe.bad-value", "on", "\"on\" must be true or false");
        }
        return made;
    }

    std::string m_name;
    std::size_t m_step = 0;
    std::optional<Error> m_fault{};
};

/// Whole numbers without a point.
Json numberToJson(double value)
{
    constexpr double kExact = 9e15;
    if (value == static_cast<double>(static_cast<std::int64_t>(std::clamp(value, -kExact, kExact))))
        return static_cast<std::int64_t>(value);
    return value;
}

Json stepToJson(const RecipeStep& step)
{
    Json json{{"operation", step.operation}};
    const OperationInfo* const operation = operationNamed(step.operation);
    Json parameters = Json::object();
    for (const auto& [name, value] : step.parameters) {
        const ParameterInfo* const info = operation ? operation->parameter(name) : nullptr;
        if (info && info->defaultValue == value)
            continue;
        if (const double* const number = std::get_if<double>(&value))
            parameters[name] = numberToJson(*number);
        else if (const bool* const isSet = std::get_if<bool>(&value))
            parameters[name] = *isSet;
        else
            parameters[name] = std::get<std::string>(value);
    }
    if (!parameters.empty())
        json["parameters"] = std::move(parameters);
    Json when = Json::object();
    if (step.condition.problems)
        when["problems"] = problemNames(step.condition.problems);
    if (!step.condition.pieces.empty()) {
        std::vector<std::string> pieces = step.condition.pieces;
        std::ranges::sort(pieces);
        when["pieces"] = std::move(pieces);
    }
    if (!step.condition.folder.empty())
        when["folder"] = step.condition.folder;
    if (!when.empty())
        json["when"] = std::move(when);
    if (!step.isOn)
        json["on"] = false;
    return json;
}

} // namespace

Result<Recipe> recipeFromJson(std::string_view text, std::string_view name)
{
    if (text.size() > kLargestRecipeBytes)
        return recipeError(
            "recipe.too-large", name,
            fmt::format("the recipe is larger than {} MB.", kLargestRecipeBytes >> 20));
    if (isTooDeep(text))
        return recipeError("recipe.not-a-recipe", name,
                           "this is no recipe: it is nested too deeply.");
    try {
        return Reader(name).read(Parsed::parse(text));
    } catch (const Parsed::parse_error& error) {
        return recipeError(
            "recipe.not-json", name,
            fmt::format("this is not JSON: the text goes wrong at byte {}.", error.byte),
            {{"byte", std::to_string(error.byte)}});
    } catch (const Parsed::exception& error) {
        return recipeError("recipe.not-json", name,
                           fmt::format("this cannot be read as JSON ({}).", error.what()));
    }
}

std::string recipeToJson(const Recipe& recipe)
{
    Json json{{"format", kFormat}, {"version", kVersion}};
    if (!recipe.title.empty())
        json["title"] = recipe.title;
    json["steps"] = Json::array();
    for (const RecipeStep& step : recipe.steps)
        json["steps"].push_back(stepToJson(step));
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace continuo
