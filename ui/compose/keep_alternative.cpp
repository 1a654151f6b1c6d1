// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/keep_alternative.h"

#include "core/edit/replace_range.h"
#include "core/edit/track_edit.h"
#include "core/music/meter.h"

#include <QCoreApplication>

#include <algorithm>
#include <cassert>

namespace continuo::ui {

namespace {

/// What a new piece's note is struck with, by its place in the bar.
std::uint8_t accent(const MeterMap& meters, Tick time)
{
    const MeterMap::Position position = meters.position(time);
    if (position.inBar.value == 0)
        return 100;
    return position.inBar.value % meters.meterAt(time).beatLength(meters.ticksPerQuarter()).value ==
                   0
               ? 88
               : 80;
}

/// The ids of the new notes in the order in which they were given.
std::vector<NoteId> newNotes(const ScorePatch& patch, std::size_t count)
{
    std::vector<NoteId> ids;
    for (const auto& placed : patch.addedNotes) {
        if (placed.note.id >= patch.nextIdBefore)
            ids.push_back(placed.note.id);
    }
    for (const auto& placed : patch.addedTracks) {
        for (const Note& note : placed.track.notes)
            ids.push_back(note.id);
    }
    std::ranges::sort(ids);
    assert(ids.size() >= count);
    // The rests of notes that were cut took theirs before.
    ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(count));
    return ids;
}

} // namespace

KeptAlternative keepAlternative(const Score& score, const Alternative& alternative,
                                const ContinuationQuestion& question, TickRange range,
                                TrackId track, const QString& modelName)
{
    assert(!alternative.notes.empty());
    std::vector<Note> notes = notesOf(alternative);
    if (question.request.mode == "new") {
        const MeterMap meters(score);
        for (Note& note : notes)
            note.velocity = accent(meters, note.start);
    }
    KeptAlternative kept;
    if (const Track* place = score.track(track)) {
        Tick end = range.end;
        for (Note& note : notes) {
            note.channel = trackChannel(*place);
            end = std::max(end, note.end());
        }
        const Tick start = std::min(range.start, notes.front().start);
        kept.patch = replaceRange(score, track, start, end, notes);
    } else {
        const QString name = QCoreApplication::translate("KeepAlternative", "Melody");
        Track added = namedTrack(name.toStdString(), 0, 0);
        added.notes = notes;
        kept.patch = addTrack(score, std::move(added));
    }
    const std::vector<NoteId> ids = newNotes(kept.patch, notes.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        NoteOrigin& origin = kept.origins[ids[i]];
        origin.model = modelName.toStdString();
        origin.sampler = question.request.samplerJson;
        origin.randomSeed = question.request.seed;
        origin.alternative = alternative.index;
        origin.probability = alternative.notes[i].probability;
        origin.rank = alternative.notes[i].rank;
    }
    return kept;
}

Score scoreForAudition(Score score, const ScorePatch& edit, TickRange range)
{
    if (!applyPatch(score, edit))
        return score;
    const MeterMap meters(score);
    const Tick end = range.end + meters.meterAt(range.end).barLength(score.ticksPerQuarter);
    for (Track& track : score.tracks) {
        std::erase_if(track.notes, [end](const Note& note) { return note.start >= end; });
        std::erase_if(track.events, [end](const Event& event) { return event.time > end; });
        track.end = std::min(track.end, end);
        for (const Note& note : track.notes)
            track.end = std::max(track.end, note.end());
    }
    return score;
}

Tick aBeatBefore(const Score& score, Tick time)
{
    const Tick beat = MeterMap(score).meterAt(time).beatLength(score.ticksPerQuarter);
    return std::max(time - beat, Tick{});
}

} // namespace continuo::ui
