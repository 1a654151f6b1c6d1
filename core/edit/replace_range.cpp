// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/replace_range.h"

#include "core/edit/note_edit.h"

#include <cassert>

namespace continuo {

ScorePatch replaceRange(const Score& score, TrackId track, Tick from, Tick to,
                        std::span<const Note> notes)
{
    assert(from.value >= 0 && from <= to);
    const Track* const place = score.track(track);
    if (!place)
        return {};
    NoteEdit edit(score);
    for (const Note& note : place->notes) {
        const bool startsInside = note.start >= from && note.start < to;
        const bool reachesIn = note.start < from && note.end() > from && from < to;
        if (!startsInside && !reachesIn)
            continue;
        Note rest = note;
        rest.start = to;
        rest.length = note.end() - to;
        const bool reachesOut = note.end() > to;
        if (reachesIn) {
            Note front = note;
            front.length = from - note.start;
            edit.change(track, note, front);
            if (reachesOut)
                edit.add(track, rest);
        } else if (reachesOut) {
            edit.change(track, note, rest);
        } else {
            edit.remove(track, note);
        }
    }
    for (const Note& note : notes)
        edit.add(track, note);
    return edit.take();
}

} // namespace continuo
