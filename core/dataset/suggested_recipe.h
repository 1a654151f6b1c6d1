// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/recipe.h"

namespace continuo {

/// One of the cures of these problems as a step, on the pieces that have them.
RecipeStep cureStep(std::string_view operation, ProblemMask problems);

/// A recipe against these problems, for a set to begin with: the gentlest cure of each problem of
/// medium or high severity, on the pieces that have it; notes are repaired first, then pieces
/// left out, then duplicates. Problems of low severity are let be: most trainings can live with
/// them. No steps where there is nothing to cure.
Recipe suggestedRecipe(ProblemMask problems);

} // namespace continuo
