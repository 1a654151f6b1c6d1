// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/suggested_recipe.h"

#include <array>

namespace continuo {
namespace {

/// Cures that work on notes, in the order in which one helps the next; then those on whole pieces.
constexpr std::array<std::string_view, 8> kOrder{
    "end-stuck-notes", "drop-zero-length", "close-overlaps", "fold-range",
    "trim-silence",    "quantise",         "leave-out",      "drop-duplicates"};

} // namespace

RecipeStep cureStep(std::string_view operation, ProblemMask problems)
{
    RecipeStep step = makeStep(operation);
    // Which of the duplicates stays is chosen among the whole set.
    if (operation != "drop-duplicates")
        step.condition.problems = problems;
    else if (problems == problemBit(Problem::ExactDuplicate))
        step.parameters["which"] = std::string("exact");
    // Triplets are as usual as sixteenths, and a piece off the grid may have both.
    if (operation == "quantise")
        step.parameters["grid"] = std::string("1/16+1/24");
    return step;
}

Recipe suggestedRecipe(ProblemMask problems)
{
    Recipe recipe;
    for (const std::string_view operation : kOrder) {
        ProblemMask cured = 0;
        for (std::size_t i = 0; i < kProblemCount; ++i) {
            const auto problem = static_cast<Problem>(i);
            const ProblemInfo& info = problemInfo(problem);
            if ((problems & problemBit(problem)) != 0 && info.severity != Severity::Low &&
                !info.cures.empty() && info.cures.front() == operation)
                cured |= problemBit(problem);
        }
        if (cured != 0)
            recipe.steps.push_back(cureStep(operation, cured));
    }
    return recipe;
}

} // namespace continuo
