// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score_patch.h"

#include <span>

namespace continuo {

struct QuantiseOptions
{
    int numerator = 1;    ///< The grid's step as a fraction of a whole note: 1/16, triplet eighths
                          ///< 1/12. At least 1.
    int denominator = 16; ///< At least 1.
    /// 0 leaves notes where they are, 1 puts them onto the grid; between, part of the way.
    double strength = 1;
    bool movesStarts = true;
    bool movesEnds = false; ///< Without it a note keeps its length when its start moves.

    friend bool operator==(const QuantiseOptions&, const QuantiseOptions&) = default;
};

/// Moves note starts, ends or both towards the nearest line of a grid that begins anew with each
/// bar. Halfway goes to the later line. An end that would fall onto its start or before it goes to
/// the next line after the start, so no note vanishes. Scores in SMPTE time have no bars and stay
/// as they are.
ScorePatch quantiseNotes(const Score& score, std::span<const NoteId> ids,
                         const QuantiseOptions& options);

} // namespace continuo
