// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/dataset/note_kinds.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

namespace continuo::ui {

/// A piece by its file and place in it.
using PiecePlace = std::pair<std::int64_t, std::size_t>;

/// The statistics of `pieces`, read again from the set's bytes; pieces of one file should stand
/// together. `told` is called with what is known so far, a few times a second, and at the end.
/// Blocks. Pieces that cannot be read are passed over.
void countNotes(const std::filesystem::path& set, const std::vector<PiecePlace>& pieces,
                const CancelToken& cancel, const std::function<void(const NoteStatistics&)>& told);

/// Which kinds of notes pieces have, in the order of their places.
using FoundKinds = std::vector<std::pair<PiecePlace, NoteKinds>>;

/// The kinds of notes of `pieces`, which are sorted; of fewer where it was cancelled. `told` is
/// called with the number of those that are done, a few times a second. Else as countNotes().
FoundKinds findNoteKinds(const std::filesystem::path& set, const std::vector<PiecePlace>& pieces,
                         const CancelToken& cancel,
                         const std::function<void(std::size_t done)>& told);

} // namespace continuo::ui
