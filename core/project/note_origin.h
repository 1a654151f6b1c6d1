// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace continuo {

/// Where a generated note came from. Hangs on its NoteId for the life of the composition, through
/// undo, redo and saving.
struct NoteOrigin
{
    std::string model{};   ///< "folk-grid · step 1200 · best"
    std::string sampler{}; ///< The settings as JSON; empty: the model's own.
    std::uint64_t randomSeed = 0;
    int alternative = 0;    ///< From 0.
    double probability = 0; ///< Of its first symbol, as the network says, 0..1.
    int rank = 0;           ///< 1 for the likeliest.

    friend bool operator==(const NoteOrigin&, const NoteOrigin&) = default;
};

using NoteOrigins = std::unordered_map<NoteId, NoteOrigin>;

} // namespace continuo
