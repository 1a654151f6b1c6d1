// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/family.h"
#include "core/music/score.h"

#include <cstdint>
#include <vector>

namespace continuo {

/// A melody as passages are sought in it: (interval, duration ratio) steps, whatever key and tempo,
/// and where they stand. Notes of one pitch running count as one, as in melodyPrint().
struct MelodyLine
{
    MelodyPrint steps{};
    std::vector<std::uint32_t>
        bars{}; ///< Of each note, from 0: one more than there are steps; empty without steps.
};

MelodyLine melodyLineOf(const Score& score);

} // namespace continuo
