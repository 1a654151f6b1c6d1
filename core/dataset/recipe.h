// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dataset/problem.h"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace continuo {

enum class ParameterKind
{
    Number,
    Whole,  ///< A whole number.
    Switch, ///< Yes or no.
    Choice, ///< One of ParameterInfo::choices.
    Text
};

/// The value of a parameter; numbers, whole or not, are doubles.
using ParameterValue = std::variant<bool, double, std::string>;

/// What can be set about an operation.
struct ParameterInfo
{
    std::string_view name{};  ///< As it stands in a recipe: "strength".
    std::string_view title{}; ///< "Strength".
    ParameterKind kind = ParameterKind::Number;
    ParameterValue defaultValue = 0.0;
    double minimum = 0; ///< Of numbers.
    double maximum = 0;
    std::vector<std::string_view> choices{};
    std::string_view unit{}; ///< "quarters", "bars", "key number" or empty; "share" is 0..1 and
                             ///< shown in percent.
    std::string_view description{};
};

/// One kind of step.
struct OperationInfo
{
    std::string_view name{};  ///< As it stands in a recipe: "quantise".
    std::string_view title{}; ///< "Quantise".
    std::string_view description{};
    std::vector<ParameterInfo> parameters{};
    ProblemMask cures = 0;
    bool isByHand = false; ///< Made for single pieces by a person: exclude, keep, tag, note, edit.
    bool isWholeSet = false; ///< What it does to a piece depends on the other pieces.
    /// By hand: what a step decides. Of several with the same subject the last one holds for a
    /// piece; empty: each stands for itself.
    std::string_view subject{};

    const ParameterInfo* parameter(std::string_view parameterName) const;
};

/// All operations, in the order in which a list offers them.
std::span<const OperationInfo> operations();
/// Null where there is none of that name.
const OperationInfo* operationNamed(std::string_view name);

/// OperationInfo::subject of steps that decide whether a piece is in use.
inline constexpr std::string_view kUseSubject = "use";
/// The operation that changes how a piece is read; it comes first, wherever its step stands.
inline constexpr std::string_view kPlayOrnaments = "play-ornaments";

/// Which pieces a step is for: those that meet everything that is said here.
struct StepCondition
{
    ProblemMask problems = 0; ///< Read with any of these; 0: with or without.
    std::vector<std::string>
        pieces{}; ///< pieceKey() of each, sorted (see sortPieces()); empty: all.
    std::string
        folder{}; ///< Inside a folder of this name or path ("jigs", "folk/jigs"); empty: wherever.

    friend bool operator==(const StepCondition&, const StepCondition&) = default;
};

struct RecipeStep
{
    std::string operation{};
    std::map<std::string, ParameterValue>
        parameters{}; ///< Those that are missing have their default.
    StepCondition condition{};
    bool isOn = true;

    double number(std::string_view parameter) const;    ///< The value, or the default; of a number.
    bool isSet(std::string_view parameter) const;       ///< The same of a switch.
    std::string text(std::string_view parameter) const; ///< The same of a choice or text.
    friend bool operator==(const RecipeStep&, const RecipeStep&) = default;
};

/// What is done to the pieces of a set, step after step. Its form as JSON is in docs/dataset.md.
struct Recipe
{
    std::string title{};
    std::vector<RecipeStep> steps{};

    bool hasWork() const;        ///< Some step is on.
    bool choosesDuplicates() const; ///< Some step that drops duplicates is on.
    bool playsOrnaments() const; ///< Some step that plays ornaments is on: pieces must be read with them.
    friend bool operator==(const Recipe&, const Recipe&) = default;
};

/// Limits of what is read.
inline constexpr std::size_t kLargestRecipeBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMostRecipeSteps = 100'000;

/// Names a piece wherever its file lies: "SHA256#2" for the second piece of a file. `ordinal`
/// counts from 0.
std::string pieceKey(std::string_view sha256, std::size_t ordinal);

/// A step with the defaults of its operation and no condition. `operation` is one of operations().
RecipeStep makeStep(std::string_view operation);

/// It decides by hand whether pieces are in use: exclude, keep.
bool isVerdict(const RecipeStep& step);

/// Sorts the pieces of every condition, each once. Reading a recipe and Dataset do so themselves.
void sortPieces(Recipe& recipe);

/// Checks operations, names and ranges of parameters. Errors (Usage), all with the step's number
/// from 1 as "step": recipe.unknown-operation, recipe.unknown-parameter, recipe.bad-value,
/// recipe.too-many-steps.
Status checkRecipe(const Recipe& recipe);

/// Reads and checks. `name` is that of the file, for messages. Errors besides those of
/// checkRecipe(): recipe.too-large, recipe.not-json, recipe.not-a-recipe, recipe.unknown-key
/// (Usage), recipe.newer-version (Refused).
Result<Recipe> recipeFromJson(std::string_view json, std::string_view name);

/// The same text for the same recipe: members in a fixed order, parameters that have their default
/// left out, two blanks of indentation, a line feed at the end.
std::string recipeToJson(const Recipe& recipe);

/// SHA-256 of what the recipe does: the steps that are on, without title, tags and notes. "none"
/// where there is no such step.
std::string recipeHash(const Recipe& recipe);

/// "Quantise to 1/16, 80 %".
std::string stepInWords(const RecipeStep& step);
/// "with overlapping notes or drums only, 3 pieces, in jigs"; empty without a condition.
std::string conditionInWords(const StepCondition& condition);

} // namespace continuo
