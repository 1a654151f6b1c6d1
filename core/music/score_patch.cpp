// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/score_patch.h"

#include <algorithm>
#include <map>
#include <string>

namespace continuo {
namespace {

Error misfit(const std::string& what)
{
    return {ErrorKind::Failed, "score.patch-does-not-fit",
            "The edit does not fit this score: " + what + ". Nothing was changed.", {{"what", what}}};
}

/// Takes `removed` out of and puts `added` into the sorted `values`; false, with `values` unspecified, if a removed one
/// is not there as it is.
template <typename T, typename Before>
bool swapIn(std::vector<T>& values, std::vector<T> removed, std::vector<T> added, Before before)
{
    std::sort(removed.begin(), removed.end(), before);
    std::sort(added.begin(), added.end(), before);
    std::vector<T> kept;
    kept.reserve(values.size() + added.size());
    auto gone = removed.begin();
    auto fresh = added.begin();
    for (T& value : values) {
        if (gone != removed.end() && *gone == value) {
            ++gone;
            continue;
        }
        for (; fresh != added.end() && before(*fresh, value); ++fresh)
            kept.push_back(std::move(*fresh));
        kept.push_back(std::move(value));
    }
    if (gone != removed.end())
        return false;
    for (; fresh != added.end(); ++fresh)
        kept.push_back(std::move(*fresh));
    values = std::move(kept);
    return true;
}

struct Change
{
    std::vector<Note> removedNotes{};
    std::vector<Note> addedNotes{};
    std::vector<Event> removedEvents{};
    std::vector<Event> addedEvents{};
};

} // namespace

bool ScorePatch::isEmpty() const
{
    return removedNotes == addedNotes && removedEvents == addedEvents && removedTracks.empty() && addedTracks.empty() &&
           formatBefore == formatAfter &&
           std::all_of(trackEnds.begin(), trackEnds.end(), [](const TrackEnd& end) { return end.before == end.after; });
}

ScorePatch ScorePatch::inverted() const
{
    ScorePatch inverse;
    inverse.removedNotes = addedNotes;
    inverse.addedNotes = removedNotes;
    inverse.removedEvents = addedEvents;
    inverse.addedEvents = removedEvents;
    inverse.removedTracks.assign(addedTracks.rbegin(), addedTracks.rend());
    inverse.addedTracks.assign(removedTracks.rbegin(), removedTracks.rend());
    for (const TrackEnd& end : trackEnds)
        inverse.trackEnds.push_back({end.track, end.after, end.before});
    inverse.nextIdBefore = nextIdAfter;
    inverse.nextIdAfter = nextIdBefore;
    inverse.formatBefore = formatAfter;
    inverse.formatAfter = formatBefore;
    return inverse;
}

Status applyPatch(Score& score, const ScorePatch& patch)
{
    const bool takesIds = patch.nextIdBefore != patch.nextIdAfter;
    if (takesIds && score.nextId != patch.nextIdBefore)
        return misfit("its next id is " + std::to_string(score.nextId) + ", not " + std::to_string(patch.nextIdBefore));
    const bool changesFormat = patch.formatBefore != patch.formatAfter;
    if (changesFormat && score.format != patch.formatBefore)
        return misfit("its format is " + std::to_string(score.format) + ", not " + std::to_string(patch.formatBefore));

    // Order of work: what leaves the remaining tracks, whole tracks out, whole tracks in, what enters. A track that the
    // patch adds stands in the patch with all it holds, so notes never go into a track of the same patch.
    std::map<TrackId, Change> changes;
    for (const auto& [track, note] : patch.removedNotes)
        changes[track].removedNotes.push_back(note);
    for (const auto& [track, note] : patch.addedNotes)
        changes[track].addedNotes.push_back(note);
    for (const auto& [track, event] : patch.removedEvents)
        changes[track].removedEvents.push_back(event);
    for (const auto& [track, event] : patch.addedEvents)
        changes[track].addedEvents.push_back(event);

    // Changed tracks are made beside the score and moved in at the end, when everything has been found to fit.
    std::map<TrackId, Track> made;
    for (auto& [id, change] : changes) {
        const Track* const before = score.track(id);
        if (!before)
            return misfit("track " + std::to_string(id) + " is not there");
        Track after = *before;
        if (!swapIn(after.notes, std::move(change.removedNotes), std::move(change.addedNotes), noteBefore))
            return misfit("a note to be changed in track " + std::to_string(id) + " is not there as expected");
        if (!swapIn(after.events, std::move(change.removedEvents), std::move(change.addedEvents), eventBefore))
            return misfit("an event to be changed in track " + std::to_string(id) + " is not there as expected");
        made.emplace(id, std::move(after));
    }
    for (const auto& [id, before, after] : patch.trackEnds) {
        const Track* const track = score.track(id);
        if (!track || track->end != before)
            return misfit("the end of track " + std::to_string(id) + " is not where expected");
        made.try_emplace(id, *track).first->second.end = after;
    }
    std::size_t count = score.tracks.size();
    std::vector<TrackId> order;
    for (const Track& track : score.tracks)
        order.push_back(track.id);
    for (const auto& [index, track] : patch.removedTracks) {
        if (index >= count || order[index] != track.id || !(score.track(track.id) && *score.track(track.id) == track))
            return misfit("track " + std::to_string(track.id) + " to be removed is not there as expected");
        order.erase(order.begin() + static_cast<std::ptrdiff_t>(index));
        --count;
    }
    for (const auto& [index, track] : patch.addedTracks) {
        if (index > count || std::find(order.begin(), order.end(), track.id) != order.end())
            return misfit("track " + std::to_string(track.id) + " cannot be added where it should stand");
        order.insert(order.begin() + static_cast<std::ptrdiff_t>(index), track.id);
        ++count;
    }

    for (auto& [id, track] : made)
        *score.track(id) = std::move(track);
    for (const auto& [index, track] : patch.removedTracks)
        score.tracks.erase(score.tracks.begin() + static_cast<std::ptrdiff_t>(index));
    for (const auto& [index, track] : patch.addedTracks)
        score.tracks.insert(score.tracks.begin() + static_cast<std::ptrdiff_t>(index), track);
    if (takesIds)
        score.nextId = patch.nextIdAfter;
    if (changesFormat)
        score.format = patch.formatAfter;
    return ok();
}

} // namespace continuo
