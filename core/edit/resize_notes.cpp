// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/resize_notes.h"

#include "core/edit/note_edit.h"

#include <algorithm>
#include <cassert>

namespace continuo {

ScorePatch resizeNotes(const Score& score, std::span<const NoteId> ids, NoteEdge edge, Tick by,
                       Tick shortest)
{
    assert(shortest.value >= 1);
    return changeNotes(score, ids, [=](const Note& note) -> std::optional<Note> {
        Note resized = note;
        const Tick least = std::min(shortest, note.length);
        if (edge == NoteEdge::End) {
            resized.length = std::max(note.length + by, least);
        } else {
            resized.start = std::clamp(note.start + by, Tick{}, note.end() - least);
            resized.length = note.end() - resized.start;
        }
        return resized;
    });
}

} // namespace continuo
