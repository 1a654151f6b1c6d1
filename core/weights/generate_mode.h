// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/weights/model_card.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// What a model can be asked for.
enum class GenerateMode
{
    Continue, ///< Goes on behind a melody.
    New,      ///< Begins from nothing.
    Infill,   ///< Writes some bars of a piece anew, knowing what stands before and behind them.
    Harmonise ///< Finds three voices under a melody.
};

/// "continue", "new", "infill", "harmonise": what the command line and the engine say.
std::string_view generateModeName(GenerateMode mode);
std::optional<GenerateMode> generateModeFromName(std::string_view name);

struct ModeChoice
{
    GenerateMode mode = GenerateMode::Continue;
    std::string whyNot{}; ///< Why the model cannot, one sentence; empty where it can.

    friend bool operator==(const ModeChoice&, const ModeChoice&) = default;
};

/// Every mode, in the order of GenerateMode, and whether a network of this shape can do it.
std::vector<ModeChoice> modesOf(const NetworkShape& network);

/// Error (kind Usage): generate.mode-not-possible, with the reason and the modes that are.
Status checkMode(const NetworkShape& network, GenerateMode mode);

} // namespace continuo
