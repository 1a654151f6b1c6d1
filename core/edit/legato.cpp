// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/legato.h"

#include "core/edit/note_edit.h"

#include <optional>
#include <unordered_set>

namespace continuo {

ScorePatch legatoNotes(const Score& score, std::span<const NoteId> ids)
{
    const std::unordered_set<NoteId> chosen(ids.begin(), ids.end());
    NoteEdit edit(score);
    for (const Track& track : score.tracks) {
        Tick here{};               // Where the notes begin that were seen last,
        std::optional<Tick> next{}; // and those after them.
        for (auto note = track.notes.rbegin(); note != track.notes.rend(); ++note) {
            if (!chosen.contains(note->id))
                continue;
            if (!next) {
                here = note->start;
                next = note->start;
                continue;
            }
            if (note->start != here) {
                next = here;
                here = note->start;
            }
            if (*next == here)
                continue;
            Note longer = *note;
            longer.length = *next - note->start;
            edit.change(track.id, *note, longer);
        }
    }
    return edit.take();
}

} // namespace continuo
