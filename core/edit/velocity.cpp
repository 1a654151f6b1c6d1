// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/velocity.h"

#include "core/edit/note_edit.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace continuo {

ScorePatch setVelocity(const Score& score, std::span<const NoteId> ids, int velocity)
{
    return changeNotes(score, ids, [velocity](const Note& note) -> std::optional<Note> {
        Note changed = note;
        changed.velocity = static_cast<std::uint8_t>(std::clamp(velocity, 1, 127));
        return changed;
    });
}

ScorePatch scaleVelocity(const Score& score, std::span<const NoteId> ids, double factor)
{
    assert(std::isfinite(factor) && factor >= 0);
    return changeNotes(score, ids, [factor](const Note& note) -> std::optional<Note> {
        Note changed = note;
        changed.velocity =
            static_cast<std::uint8_t>(std::clamp(std::round(note.velocity * factor), 1.0, 127.0));
        return changed;
    });
}

} // namespace continuo
