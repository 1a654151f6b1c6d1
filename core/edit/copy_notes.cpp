// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/copy_notes.h"

#include "core/edit/note_edit.h"

#include <unordered_set>

namespace continuo {

ScorePatch copyNotes(const Score& score, std::span<const NoteId> ids, Tick by, int semitones)
{
    if (semitones < -127 || semitones > 127 || (by == Tick{} && semitones == 0))
        return {};
    const std::unordered_set<NoteId> chosen(ids.begin(), ids.end());
    NoteEdit edit(score);
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes) {
            if (!chosen.contains(note.id))
                continue;
            Note copy = note;
            copy.start = note.start + by;
            const int pitch = note.pitch.value + semitones;
            if (copy.start.value < 0 || pitch < 0 || pitch > 127)
                return {};
            copy.pitch.value = static_cast<std::uint8_t>(pitch);
            edit.add(track.id, copy);
        }
    }
    return edit.take();
}

} // namespace continuo
