// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/recipe.h"

#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/music/pitch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace continuo {
namespace {

const ParameterValue& valueOf(const RecipeStep& step, std::string_view parameter)
{
    static const ParameterValue kNothing = 0.0;
    if (const auto set = step.parameters.find(std::string(parameter)); set != step.parameters.end())
        return set->second;
    const OperationInfo* const operation = operationNamed(step.operation);
    const ParameterInfo* const info = operation ? operation->parameter(parameter) : nullptr;
    return info ? info->defaultValue : kNothing;
}

Error stepError(std::string id, std::size_t step, const RecipeStep& wrong, std::string text,
                Error::Arguments arguments)
{
    arguments.insert(arguments.begin(), {{"step", std::to_string(step + 1)},
                                         {"operation", repairedUtf8(wrong.operation)}});
    return {ErrorKind::Usage, std::move(id),
            fmt::format("Step {} of the recipe: {}", step + 1, text), std::move(arguments)};
}

std::string allowedValues(const ParameterInfo& info)
{
    switch (info.kind) {
    case ParameterKind::Number:
        return fmt::format("a number from {:g} to {:g}", info.minimum, info.maximum);
    case ParameterKind::Whole:
        return fmt::format("a whole number from {:g} to {:g}", info.minimum, info.maximum);
    case ParameterKind::Switch:
        return "true or false";
    case ParameterKind::Choice:
        return fmt::format("one of \"{}\"", fmt::join(info.choices, "\", \""));
    case ParameterKind::Text:
        return "a text";
    }
    return {};
}

bool isAllowed(const ParameterInfo& info, const ParameterValue& value)
{
    switch (info.kind) {
    case ParameterKind::Number:
    case ParameterKind::Whole: {
        const double* const number = std::get_if<double>(&value);
        return number && std::isfinite(*number) && *number >= info.minimum &&
               *number <= info.maximum &&
               (info.kind == ParameterKind::Number || *number == std::floor(*number));
    }
    case ParameterKind::Switch:
        return std::holds_alternative<bool>(value);
    case ParameterKind::Choice: {
        const std::string* const text = std::get_if<std::string>(&value);
        return text && std::ranges::find(info.choices, *text) != info.choices.end();
    }
    case ParameterKind::Text: {
        const std::string* const text = std::get_if<std::string>(&value);
        return text && isUtf8(*text);
    }
    }
    return false;
}

Status checkStep(const RecipeStep& step, std::size_t place)
{
    const OperationInfo* const operation = operationNamed(step.operation);
    if (!operation) {
        std::vector<std::string> names;
        for (const OperationInfo& each : operations())
            names.emplace_back(each.name);
        const std::string asked = repairedUtf8(step.operation.substr(0, 100));
        const auto near = nearestWord(asked, names);
        return stepError(
            "recipe.unknown-operation", place, step,
            near ? fmt::format("there is no operation \"{}\". Did you mean \"{}\"?", asked, *near)
                 : fmt::format("there is no operation \"{}\". There are {}.", asked,
                               fmt::join(names, ", ")),
            {});
    }
    for (const auto& [name, value] : step.parameters) {
        const ParameterInfo* const info = operation->parameter(name);
        const std::string shown = repairedUtf8(std::string_view(name).substr(0, 100));
        if (!info) {
            std::vector<std::string_view> names;
            for (const ParameterInfo& each : operation->parameters)
                names.push_back(each.name);
            return stepError(
                "recipe.unknown-parameter", place, step,
                fmt::format("\"{}\" has no parameter \"{}\"; {}.", operation->name, shown,
                            names.empty() ? std::string("it has none")
                                          : fmt::format("it has {}", fmt::join(names, ", "))),
                {{"parameter", shown}});
        }
        if (!isAllowed(*info, value)) {
            return stepError("recipe.bad-value", place, step,
                             fmt::format("\"{}\" of \"{}\" must be {}.", name, operation->name,
                                         allowedValues(*info)),
                             {{"parameter", shown}});
        }
    }
    const auto wrongValue = [&](std::string_view parameter, std::string_view words) -> Status {
        return stepError(
            "recipe.bad-value", place, step,
            fmt::format("\"{}\" of \"{}\" must be {}.", parameter, operation->name, words),
            {{"parameter", std::string(parameter)}});
    };
    if (step.operation == "fold-range" && step.number("high") - step.number("low") < 11)
        return wrongValue("high", "at least 11 above \"low\", so that every note finds a place");
    if (step.operation == "drop-range" && step.number("high") < step.number("low"))
        return wrongValue("high", "at least \"low\"");
    if (step.operation == "choose-track" && step.text("by") == "name" && step.text("name").empty())
        return wrongValue("name", "what the name contains");
    if (operation->isByHand && step.condition.pieces.empty()) {
        return stepError(
            "recipe.bad-value", place, step,
            fmt::format("\"{}\" is for single pieces; name them in \"when\": {{\"pieces\": […]}}.",
                        operation->name),
            {{"parameter", "pieces"}});
    }
    if (step.operation == "leave-out" && step.condition == StepCondition{})
        return stepError(
            "recipe.bad-value", place, step,
            "\"leave-out\" would leave out everything; say in \"when\" which pieces it is for.",
            {{"parameter", "when"}});
    return ok();
}

std::string pitchWords(double key)
{
    return pitchName(Pitch{static_cast<std::uint8_t>(std::clamp(key, 0.0, 127.0))});
}

std::string percent(double share)
{
    return fmt::format("{:.6g} %", share * 100);
}

/// Whether it has one that is on.
bool hasStep(const Recipe& recipe, std::string_view operation)
{
    return std::ranges::any_of(recipe.steps, [operation](const RecipeStep& step) {
        return step.isOn && step.operation == operation;
    });
}

} // namespace

double RecipeStep::number(std::string_view parameter) const
{
    const double* const value = std::get_if<double>(&valueOf(*this, parameter));
    return value ? *value : 0;
}

bool RecipeStep::isSet(std::string_view parameter) const
{
    const bool* const value = std::get_if<bool>(&valueOf(*this, parameter));
    return value && *value;
}

std::string RecipeStep::text(std::string_view parameter) const
{
    const std::string* const value = std::get_if<std::string>(&valueOf(*this, parameter));
    return value ? *value : std::string();
}

bool Recipe::hasWork() const
{
    return std::ranges::any_of(steps, &RecipeStep::isOn);
}

bool Recipe::choosesDuplicates() const
{
    return hasStep(*this, "drop-duplicates");
}

bool Recipe::playsOrnaments() const
{
    return hasStep(*this, kPlayOrnaments);
}

std::string pieceKey(std::string_view sha256, std::size_t ordinal)
{
    return fmt::format("{}#{}", sha256, ordinal + 1);
}

RecipeStep makeStep(std::string_view operation)
{
    RecipeStep step;
    step.operation = operation;
    return step;
}

bool isVerdict(const RecipeStep& step)
{
    const OperationInfo* const operation = operationNamed(step.operation);
    return operation && operation->subject == kUseSubject;
}

void sortPieces(Recipe& recipe)
{
    for (RecipeStep& step : recipe.steps) {
        std::vector<std::string>& pieces = step.condition.pieces;
        if (!std::ranges::is_sorted(pieces))
            std::ranges::sort(pieces);
        pieces.erase(std::ranges::unique(pieces).begin(), pieces.end());
    }
}

Status checkRecipe(const Recipe& recipe)
{
    if (recipe.steps.size() > kMostRecipeSteps) {
        return Error{
            ErrorKind::Usage,
            "recipe.too-many-steps",
            fmt::format("The recipe has {} steps; {} are possible. One step can name many pieces.",
                        recipe.steps.size(), kMostRecipeSteps),
            {{"steps", std::to_string(recipe.steps.size())}}};
    }
    for (std::size_t i = 0; i < recipe.steps.size(); ++i) {
        if (const Status checked = checkStep(recipe.steps[i], i); !checked)
            return checked;
    }
    return ok();
}

std::string recipeHash(const Recipe& recipe)
{
    Recipe work;
    for (const RecipeStep& step : recipe.steps) {
        if (step.isOn && step.operation != "tag" && step.operation != "note")
            work.steps.push_back(step);
    }
    if (work.steps.empty())
        return "none";
    Sha256 hash;
    hash.add(recipeToJson(work));
    return hash.hex();
}

std::string stepInWords(const RecipeStep& step)
{
    const OperationInfo* const operation = operationNamed(step.operation);
    if (!operation)
        return step.operation;
    const std::string title(operation->title);
    const std::string_view name = operation->name;
    if (name == "drop-duplicates")
        return step.text("which") == "exact" ? "Drop exact duplicates"
                                             : "Drop duplicates and near-duplicates";
    if (name == "end-stuck-notes")
        return fmt::format("{} after {:.6g} quarters at most", title, step.number("longest"));
    if (name == "drop-duplicate-notes")
        return step.isSet("across") ? title + ", between tracks too" : title;
    if (name == "choose-track") {
        if (step.text("by") == "name")
            return fmt::format("Keep the track called \"{}\"", step.text("name"));
        return step.text("by") == "number" ? fmt::format("Keep track {:g}", step.number("number"))
                                           : std::string("Keep the melody track");
    }
    if (name == "skyline")
        return step.text("of") == "track" ? "Skyline of each track" : title;
    if (name == "quantise")
        return fmt::format("Quantise to {}, {}{}{}", step.text("grid"),
                           percent(step.number("strength")),
                           step.isSet("ends") ? "" : ", starts only",
                           step.isSet("fast") ? "" : ", however fast");
    if (name == "split-at-tempo")
        return fmt::format("{} where it changes by more than {}", title,
                           percent(step.number("change")));
    if (name == "one-tempo")
        return step.number("tempo") > 0 ? fmt::format("One tempo, {:.6g}", step.number("tempo"))
                                        : title;
    if (name == "trim-silence")
        return fmt::format("Trim silence to {:g} bars", step.number("longest"));
    if (name == "fold-range" || name == "drop-range")
        return fmt::format("{} {} to {}", title, pitchWords(step.number("low")),
                           pitchWords(step.number("high")));
    if (name == "drop-rare-notes")
        return fmt::format("Drop notes rarer than {}", percent(step.number("share")));
    if (name == "normalise-velocity")
        return fmt::format("Normalise velocity to {:g}, spread {}", step.number("mean"),
                           percent(step.number("spread")));
    if (name == "tag")
        return fmt::format("Tag \"{}\"", step.text("tag"));
    if (name == "note")
        return fmt::format("Note \"{}\"", step.text("note"));
    return title;
}

std::string conditionInWords(const StepCondition& condition)
{
    std::vector<std::string> parts;
    if (condition.problems) {
        std::vector<std::string> titles;
        for (std::size_t i = 0; i < kProblemCount; ++i) {
            if (condition.problems & problemBit(static_cast<Problem>(i)))
                titles.push_back(lowerCase(problemInfo(static_cast<Problem>(i)).title));
        }
        parts.push_back(fmt::format("with {}", fmt::join(titles, " or ")));
    }
    if (!condition.pieces.empty())
        parts.push_back(condition.pieces.size() == 1
                            ? "1 piece"
                            : fmt::format("{} pieces", condition.pieces.size()));
    if (!condition.folder.empty())
        parts.push_back(fmt::format("in {}", condition.folder));
    return fmt::format("{}", fmt::join(parts, ", "));
}

} // namespace continuo
