// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/score.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace continuo {

const Track* Score::track(TrackId id) const
{
    const auto found = std::find_if(tracks.begin(), tracks.end(), [id](const Track& t) { return t.id == id; });
    return found == tracks.end() ? nullptr : &*found;
}

Track* Score::track(TrackId id)
{
    return const_cast<Track*>(std::as_const(*this).track(id));
}

Track& Score::addTrack()
{
    return tracks.emplace_back(Track{.id = nextId++});
}

NoteId Score::addNote(TrackId trackId, Note note)
{
    Track* const place = track(trackId);
    assert(place && note.start.value >= 0 && note.length.value >= 0);
    note.id = nextId++;
    place->notes.insert(std::upper_bound(place->notes.begin(), place->notes.end(), note, noteBefore), note);
    place->end = std::max(place->end, note.end());
    return note.id;
}

EventId Score::addEvent(TrackId trackId, Event event)
{
    Track* const place = track(trackId);
    assert(place && event.time.value >= 0);
    const EventId id = event.id = nextId++;
    place->end = std::max(place->end, event.time);
    place->events.insert(std::upper_bound(place->events.begin(), place->events.end(), event, eventBefore),
                         std::move(event));
    return id;
}

std::size_t Score::noteCount() const
{
    std::size_t count = 0;
    for (const Track& track : tracks)
        count += track.notes.size();
    return count;
}

bool Score::hasNotes() const
{
    return std::any_of(tracks.begin(), tracks.end(), [](const Track& track) { return !track.notes.empty(); });
}

Tick Score::end() const
{
    Tick last{};
    for (const Track& track : tracks) {
        last = std::max(last, track.end);
        for (const Note& note : track.notes)
            last = std::max(last, note.end());
        if (!track.events.empty())
            last = std::max(last, track.events.back().time);
    }
    return last;
}

std::string trackName(const Track& track)
{
    for (const Event& event : track.events)
        if (event.isMeta(Meta::TrackName))
            return readableText(event.payload.text());
    return {};
}

std::optional<std::uint8_t> trackProgram(const Track& track)
{
    std::array<std::size_t, 16> notes{};
    for (const Note& note : track.notes)
        ++notes[note.channel & 15U];
    const auto channel = std::max_element(notes.begin(), notes.end()) - notes.begin();
    const bool hasNotes = !track.notes.empty();
    for (const Event& event : track.events)
        if (event.isChannelMessage(0xc0) && (!hasNotes || event.channel() == channel))
            return event.data1;
    return std::nullopt;
}

bool isDrumTrack(const Track& track)
{
    return !track.notes.empty() && std::all_of(track.notes.begin(), track.notes.end(),
                                               [](const Note& note) { return note.channel == kDrumChannel; });
}

std::vector<Note> allNotes(const Score& score)
{
    std::vector<Note> notes;
    notes.reserve(score.noteCount());
    for (const Track& track : score.tracks)
        notes.insert(notes.end(), track.notes.begin(), track.notes.end());
    std::sort(notes.begin(), notes.end(), noteBefore);
    return notes;
}

} // namespace continuo
