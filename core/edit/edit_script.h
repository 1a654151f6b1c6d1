// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/score_patch.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// An operation of the roll, as words and as what it does to a score.
struct EditOperation
{
    std::string words{}; ///< As written: "quantise 1/16 strength=.8".
    /// Errors: edit.no-such-track (Usage), edit.no-beats (Refused; bars, grids, lengths and tempo
    /// in SMPTE time).
    std::function<Result<ScorePatch>(const Score&)> patch{};
};

/// Reads operations divided by semicolons: "quantise 1/16 strength=.8; transpose +2 track=1". Each
/// works on all notes, or on those that track=2, bars=5-8 and pitch=C4-B5 name.
/// Errors (Usage): edit.nothing-to-do, edit.unknown-operation, edit.bad-argument; they say what is
/// allowed.
Result<std::vector<EditOperation>> parseEdits(std::string_view script);

/// What can be written, an operation a line, with what it does.
std::string_view editHelp();

} // namespace continuo
