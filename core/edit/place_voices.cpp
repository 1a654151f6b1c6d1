// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/place_voices.h"

#include "core/edit/replace_range.h"
#include "core/edit/track_edit.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace continuo {

namespace {

template <typename T>
void append(std::vector<T>& to, std::vector<T>& from)
{
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// Takes an edit of other tracks into one that is applied before it.
void append(ScorePatch& to, ScorePatch from)
{
    append(to.removedNotes, from.removedNotes);
    append(to.addedNotes, from.addedNotes);
    append(to.removedEvents, from.removedEvents);
    append(to.addedEvents, from.addedEvents);
    append(to.addedTracks, from.addedTracks);
    append(to.trackEnds, from.trackEnds);
    if (from.nextIdAfter != 0) {
        if (to.nextIdAfter == 0)
            to.nextIdBefore = from.nextIdBefore;
        to.nextIdAfter = from.nextIdAfter;
    }
    if (from.formatBefore != from.formatAfter) {
        to.formatBefore = from.formatBefore;
        to.formatAfter = from.formatAfter;
    }
}

} // namespace

ScorePatch placeVoices(const Score& score, std::span<const VoiceNotes> voices, Tick from, Tick to)
{
    Score now = score;
    ScorePatch patch;
    const auto take = [&](ScorePatch next) {
        [[maybe_unused]] const Status applied = applyPatch(now, next);
        assert(applied);
        append(patch, std::move(next));
    };
    for (const Track& track : score.tracks) {
        std::vector<Note> notes;
        bool isTaken = false;
        for (const VoiceNotes& voice : voices) {
            if (voice.track != track.id)
                continue;
            isTaken = true;
            notes.insert(notes.end(), voice.notes.begin(), voice.notes.end());
        }
        if (isTaken)
            take(replaceRange(now, track.id, from, to, notes));
    }
    for (const VoiceNotes& voice : voices) {
        if (voice.notes.empty() || (voice.track && score.track(*voice.track) != nullptr))
            continue;
        Track track = namedTrack(voice.name, freeChannel(now), voice.program);
        const std::uint8_t channel = trackChannel(track);
        track.notes = voice.notes;
        for (Note& note : track.notes)
            note.channel = channel;
        take(addTrack(now, std::move(track)));
    }
    return patch;
}

} // namespace continuo
