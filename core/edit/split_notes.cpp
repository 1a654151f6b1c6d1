// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/split_notes.h"

#include "core/edit/note_edit.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace continuo {

ScorePatch splitNotes(const Score& score, std::span<const NoteId> ids, Tick at)
{
    const std::unordered_set<NoteId> chosen(ids.begin(), ids.end());
    NoteEdit edit(score);
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes) {
            if (!chosen.contains(note.id) || note.start >= at || note.end() <= at)
                continue;
            Note first = note;
            first.length = at - note.start;
            Note second = note;
            second.start = at;
            second.length = note.end() - at;
            edit.change(track.id, note, first);
            edit.add(track.id, second);
        }
    }
    return edit.take();
}

ScorePatch joinNotes(const Score& score, std::span<const NoteId> ids)
{
    const std::unordered_set<NoteId> chosen(ids.begin(), ids.end());
    NoteEdit edit(score);
    for (const Track& track : score.tracks) {
        std::map<std::pair<int, int>, std::vector<const Note*>> voices;
        for (const Note& note : track.notes) {
            if (chosen.contains(note.id))
                voices[{note.channel, note.pitch.value}].push_back(&note);
        }
        for (const auto& [voice, notes] : voices) {
            Note whole = *notes.front();
            for (const Note* note : notes)
                whole.length = std::max(whole.end(), note->end()) - whole.start;
            edit.change(track.id, *notes.front(), whole);
            for (auto note = notes.begin() + 1; note != notes.end(); ++note)
                edit.remove(track.id, **note);
        }
    }
    return edit.take();
}

} // namespace continuo
