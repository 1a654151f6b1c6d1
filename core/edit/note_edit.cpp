// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/note_edit.h"

#include <algorithm>
#include <cassert>
#include <unordered_map>
#include <unordered_set>

namespace continuo {

NoteEdit::NoteEdit(const Score& score)
    : m_score(score)
{
    m_patch.nextIdBefore = m_patch.nextIdAfter = score.nextId;
}

void NoteEdit::add(TrackId track, Note note)
{
    assert(note.start.value >= 0 && note.length.value >= 0);
    note.id = m_patch.nextIdAfter++;
    m_patch.addedNotes.push_back({track, note});
}

void NoteEdit::remove(TrackId track, const Note& note)
{
    m_patch.removedNotes.push_back({track, note});
}

void NoteEdit::change(TrackId track, const Note& before, Note after)
{
    assert(after.id == before.id && after.start.value >= 0 && after.length.value >= 0);
    if (after == before)
        return;
    m_patch.removedNotes.push_back({track, before});
    m_patch.addedNotes.push_back({track, after});
}

ScorePatch NoteEdit::take()
{
    if (m_patch.nextIdBefore == m_patch.nextIdAfter)
        m_patch.nextIdBefore = m_patch.nextIdAfter = 0;
    std::unordered_map<TrackId, Tick> ends;
    for (const ScorePatch::PlacedNote& placed : m_patch.addedNotes) {
        Tick& end = ends[placed.track];
        end = std::max(end, placed.note.end());
    }
    for (const Track& track : m_score.tracks) {
        const auto end = ends.find(track.id);
        if (end != ends.end() && end->second > track.end)
            m_patch.trackEnds.push_back({track.id, track.end, end->second});
    }
    return std::move(m_patch);
}

ScorePatch changeNotes(const Score& score, std::span<const NoteId> ids,
                       const std::function<std::optional<Note>(const Note&)>& changed)
{
    const std::unordered_set<NoteId> chosen(ids.begin(), ids.end());
    NoteEdit edit(score);
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes) {
            if (!chosen.contains(note.id))
                continue;
            const auto after = changed(note);
            if (!after)
                return {};
            edit.change(track.id, note, *after);
        }
    }
    return edit.take();
}

} // namespace continuo
