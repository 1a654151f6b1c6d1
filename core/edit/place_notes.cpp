// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/place_notes.h"

#include "core/edit/note_edit.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

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

ScorePatch addTrackOf(const Score& score, std::span<const Note> notes)
{
    ScorePatch patch;
    patch.nextIdBefore = score.nextId;
    patch.nextIdAfter = score.nextId;
    Track track;
    track.id = patch.nextIdAfter++;
    for (Note note : notes) {
        note.id = patch.nextIdAfter++;
        track.end = std::max(track.end, note.end());
        track.notes.push_back(note);
    }
    std::sort(track.notes.begin(), track.notes.end(), noteBefore);
    patch.addedTracks.push_back({score.tracks.size(), std::move(track)});
    return patch;
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
