// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/score.h"

#include <cstddef>
#include <vector>

namespace continuo {

/// A reversible edit as a value: what leaves a score and what enters it. A changed note stands in both lists under the
/// same id. Ids are taken from Score::nextId by whoever makes the patch, so applying is a pure swap.
struct ScorePatch
{
    struct PlacedNote
    {
        TrackId track = 0;
        Note note{};
        friend bool operator==(const PlacedNote&, const PlacedNote&) = default;
    };
    struct PlacedEvent
    {
        TrackId track = 0;
        Event event{};
        friend bool operator==(const PlacedEvent&, const PlacedEvent&) = default;
    };
    struct PlacedTrack
    {
        std::size_t index = 0; ///< Its place among the tracks.
        Track track{};         ///< Whole, with its notes and events.
        friend bool operator==(const PlacedTrack&, const PlacedTrack&) = default;
    };
    /// A change of a track's end.
    struct TrackEnd
    {
        TrackId track = 0;
        Tick before{};
        Tick after{};
        friend bool operator==(const TrackEnd&, const TrackEnd&) = default;
    };

    std::vector<PlacedNote> removedNotes{};
    std::vector<PlacedNote> addedNotes{};
    std::vector<PlacedEvent> removedEvents{};
    std::vector<PlacedEvent> addedEvents{};
    std::vector<PlacedTrack> removedTracks{}; ///< In descending order of index.
    std::vector<PlacedTrack> addedTracks{};   ///< In ascending order of index.
    std::vector<TrackEnd> trackEnds{};
    std::uint32_t nextIdBefore = 0; ///< Score::nextId before and after; both 0 where the patch takes no new id.
    std::uint32_t nextIdAfter = 0;
    int formatBefore = 0; ///< Score::format before and after; equal where the patch leaves it alone.
    int formatAfter = 0;

    bool isEmpty() const;

    /// The edit that undoes this one.
    ScorePatch inverted() const;

    friend bool operator==(const ScorePatch&, const ScorePatch&) = default;
};

/// Applies a patch, or changes nothing and says which note, event or track does not fit (score.patch-does-not-fit).
/// apply(p) followed by apply(p.inverted()) restores every byte of the score. O(tracks touched + changes · log).
Status applyPatch(Score& score, const ScorePatch& patch);

} // namespace continuo
