// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/track_edit.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>

namespace continuo {
namespace {

std::array<std::size_t, 16> notesOfChannels(const Track& track)
{
    std::array<std::size_t, 16> counts{};
    for (const Note& note : track.notes)
        ++counts[note.channel & 15U];
    return counts;
}

const Event* firstProgramChange(const Track& track)
{
    const std::uint8_t channel = trackChannel(track);
    for (const Event& event : track.events)
        if (event.isChannelMessage(0xc0) && (track.notes.empty() || event.channel() == channel))
            return &event;
    return nullptr;
}

/// What holds for all tracks wherever it stands.
bool isForAllTracks(const Event& event)
{
    return event.isMeta(Meta::Tempo) || event.isMeta(Meta::TimeSignature) ||
           event.isMeta(Meta::KeySignature);
}

/// `after` in the place of `before`, or as a new event where there is none.
ScorePatch exchange(const Score& score, TrackId track, const Event* before, Event after)
{
    ScorePatch patch;
    if (before) {
        after.id = before->id;
        after.time = before->time;
        if (after == *before)
            return {};
        patch.removedEvents.push_back({track, *before});
    } else {
        after.id = score.nextId;
        patch.nextIdBefore = score.nextId;
        patch.nextIdAfter = score.nextId + 1;
    }
    patch.addedEvents.push_back({track, std::move(after)});
    return patch;
}

} // namespace

std::uint8_t trackChannel(const Track& track)
{
    if (track.notes.empty()) {
        const auto change = std::ranges::find_if(
            track.events, [](const Event& event) { return event.isChannelMessage(0xc0); });
        return change == track.events.end() ? std::uint8_t{0} : change->channel();
    }
    const auto counts = notesOfChannels(track);
    return static_cast<std::uint8_t>(std::ranges::max_element(counts) - counts.begin());
}

std::uint8_t freeChannel(const Score& score)
{
    std::array<bool, 16> isUsed{};
    isUsed[kDrumChannel] = true;
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes)
            isUsed[note.channel & 15U] = true;
        for (const Event& event : track.events)
            if (event.status < 0xf0)
                isUsed[event.channel()] = true;
    }
    const auto free = std::ranges::find(isUsed, false);
    return free == isUsed.end() ? std::uint8_t{0}
                                : static_cast<std::uint8_t>(free - isUsed.begin());
}

Track namedTrack(std::string_view name, std::uint8_t channel, std::uint8_t program)
{
    assert(channel < 16 && program < 128);
    Track track;
    if (!name.empty())
        track.events.push_back(metaEvent(Tick{}, Meta::TrackName, name));
    track.events.push_back(programChange(Tick{}, channel, program));
    return track;
}

ScorePatch addTrack(const Score& score, Track track)
{
    ScorePatch patch;
    patch.nextIdBefore = patch.nextIdAfter = score.nextId;
    track.id = patch.nextIdAfter++;
    for (Event& event : track.events) {
        event.id = patch.nextIdAfter++;
        track.end = std::max(track.end, event.time);
    }
    for (Note& note : track.notes) {
        note.id = patch.nextIdAfter++;
        track.end = std::max(track.end, note.end());
    }
    std::ranges::sort(track.events, eventBefore);
    std::ranges::sort(track.notes, noteBefore);
    patch.addedTracks.push_back({score.tracks.size(), std::move(track)});
    if (score.format == 0 && !score.tracks.empty())
        patch.formatAfter = 1;
    return patch;
}

ScorePatch removeTrack(const Score& score, TrackId track)
{
    const auto place = std::ranges::find(score.tracks, track, &Track::id);
    if (place == score.tracks.end())
        return {};
    ScorePatch patch;
    patch.removedTracks.push_back({static_cast<std::size_t>(place - score.tracks.begin()), *place});
    if (score.format == 2 || score.tracks.size() < 2)
        return patch;
    const Track& heir = place == score.tracks.begin() ? score.tracks[1] : score.tracks.front();
    Tick end = heir.end;
    for (const Event& event : place->events) {
        if (!isForAllTracks(event))
            continue;
        patch.addedEvents.push_back({heir.id, event});
        end = std::max(end, event.time);
    }
    if (end != heir.end)
        patch.trackEnds.push_back({heir.id, heir.end, end});
    return patch;
}

ScorePatch renameTrack(const Score& score, TrackId track, std::string_view name)
{
    const Track* const place = score.track(track);
    if (!place || trackName(*place) == name)
        return {};
    const auto found = std::ranges::find_if(
        place->events, [](const Event& event) { return event.isMeta(Meta::TrackName); });
    const Event* const before = found == place->events.end() ? nullptr : &*found;
    if (!name.empty())
        return exchange(score, track, before, metaEvent(Tick{}, Meta::TrackName, name));
    ScorePatch patch;
    for (const Event& event : place->events)
        if (event.isMeta(Meta::TrackName))
            patch.removedEvents.push_back({track, event});
    return patch;
}

ScorePatch setTrackProgram(const Score& score, TrackId track, std::uint8_t program)
{
    assert(program < 128);
    const Track* const place = score.track(track);
    if (!place)
        return {};
    const Event* const before = firstProgramChange(*place);
    const std::uint8_t channel = before ? before->channel() : trackChannel(*place);
    return exchange(score, track, before, programChange(Tick{}, channel, program));
}

ScorePatch setTrackChannel(const Score& score, TrackId track, std::uint8_t channel)
{
    assert(channel < 16);
    ScorePatch patch;
    const Track* const place = score.track(track);
    if (!place)
        return patch;
    for (const Note& note : place->notes) {
        if (note.channel == channel)
            continue;
        Note moved = note;
        moved.channel = channel;
        patch.removedNotes.push_back({track, note});
        patch.addedNotes.push_back({track, moved});
    }
    for (const Event& event : place->events) {
        if (event.status >= 0xf0 || event.channel() == channel)
            continue;
        Event moved = event;
        moved.status = static_cast<std::uint8_t>((event.status & 0xf0) | channel);
        patch.removedEvents.push_back({track, event});
        patch.addedEvents.push_back({track, moved});
    }
    return patch;
}

} // namespace continuo
