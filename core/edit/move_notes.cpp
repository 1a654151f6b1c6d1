// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/move_notes.h"

#include "core/edit/note_edit.h"

namespace continuo {

ScorePatch moveNotes(const Score& score, std::span<const NoteId> ids, Tick by, int semitones)
{
    if (semitones < -127 || semitones > 127)
        return {};
    return changeNotes(score, ids, [by, semitones](const Note& note) -> std::optional<Note> {
        Note moved = note;
        moved.start = note.start + by;
        const int pitch = note.pitch.value + semitones;
        if (moved.start.value < 0 || pitch < 0 || pitch > 127)
            return std::nullopt;
        moved.pitch.value = static_cast<std::uint8_t>(pitch);
        return moved;
    });
}

ScorePatch transposeNotes(const Score& score, std::span<const NoteId> ids, int semitones)
{
    return moveNotes(score, ids, {}, semitones);
}

} // namespace continuo
