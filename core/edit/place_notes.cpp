// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/place_notes.h"

#include "core/edit/note_edit.h"

#include <unordered_set>

namespace continuo {

ScorePatch addNotes(const Score& score, TrackId track, std::span<const Note> notes)
{
    if (!score.track(track))
        return {};
    NoteEdit edit(score);
    for (const Note& note : notes)
        edit.add(track, note);
    return edit.take();
}

ScorePatch removeNotes(const Score& score, std::span<const NoteId> ids)
{
    const std::unordered_set<NoteId> chosen(ids.begin(), ids.end());
    NoteEdit edit(score);
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes) {
            if (chosen.contains(note.id))
                edit.remove(track.id, note);
        }
    }
    return edit.take();
}

} // namespace continuo
