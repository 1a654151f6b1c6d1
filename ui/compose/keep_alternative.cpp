// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/keep_alternative.h"

#include "core/edit/place_voices.h"
#include "core/edit/replace_range.h"
#include "core/edit/track_edit.h"
#include "core/music/meter.h"
#include "ui/compose/general_midi.h"

#include <QCoreApplication>

#include <algorithm>
#include <cassert>
#include <map>

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

/// The instrument of a track as a model names it.
int programOf(const Track& track)
{
    return isDrumTrack(track) ? -1 : int{trackProgram(track).value_or(0)};
}

/// Puts the notes of an instrument on the first track that has it, or on a new one; their ids in
/// the order of the notes.
std::vector<NoteId> addPart(ScorePatch& patch, const Score& score, int program,
                            const std::vector<const OfferedNote*>& part, TrackId active)
{
    std::vector<NoteId> ids;
    const auto place = std::ranges::find_if(score.tracks, [&](const Track& track) {
        return track.id != active && !track.notes.empty() && programOf(track) == program;
    });
    std::uint32_t& next = patch.nextIdAfter;
    if (place != score.tracks.end()) {
        Tick end = place->end;
        for (const OfferedNote* offered : part) {
            Note note = offered->note;
            note.id = next++;
            note.channel = trackChannel(*place);
            ids.push_back(note.id);
            end = std::max(end, note.end());
            patch.addedNotes.push_back({place->id, note});
        }
        if (end != place->end)
            patch.trackEnds.push_back({place->id, place->end, end});
        return ids;
    }
    const std::uint8_t channel = part.front()->note.channel;
    const QString name = program < 0 ? QCoreApplication::translate("KeepAlternative", "Drums")
                                     : programInWords(program);
    Track added =
        namedTrack(name.toStdString(), channel, static_cast<std::uint8_t>(std::max(program, 0)));
    added.id = next++;
    for (Event& event : added.events)
        event.id = next++;
    for (const OfferedNote* offered : part) {
        Note note = offered->note;
        note.id = next++;
        ids.push_back(note.id);
        added.end = std::max(added.end, note.end());
        added.notes.push_back(note);
    }
    patch.addedTracks.push_back({score.tracks.size() + patch.addedTracks.size(), std::move(added)});
    if (score.format == 0 && !score.tracks.empty())
        patch.formatAfter = 1;
    return ids;
}

NoteOrigin originOf(const Alternative& alternative, const OfferedNote& note,
                    const ContinuationQuestion& question, const QString& modelName)
{
    NoteOrigin origin;
    origin.model = modelName.toStdString();
    origin.sampler = question.request.samplerJson;
    origin.randomSeed = question.request.seed;
    origin.alternative = alternative.index;
    origin.probability = note.probability;
    origin.rank = note.rank;
    return origin;
}

/// Every voice to its own track.
KeptAlternative keepVoices(const Score& score, const Alternative& alternative,
                           const ContinuationQuestion& question, TickRange range,
                           const QString& modelName, const std::vector<AnswerVoice>& voices,
                           const std::vector<Note>& notes)
{
    std::vector<VoiceNotes> placed(voices.size()); // without a track nothing happens to one
    for (std::size_t v = 0; v < voices.size(); ++v) {
        if (voices[v].isWritten && voices[v].track && *voices[v].track < score.tracks.size())
            placed[v].track = score.tracks[*voices[v].track].id;
        placed[v].name = voices[v].name.toStdString();
        placed[v].program = static_cast<std::uint8_t>(voices[v].program);
    }
    for (std::size_t i = 0; i < notes.size(); ++i) {
        const auto v =
            std::min(static_cast<std::size_t>(alternative.notes[i].voice), voices.size() - 1);
        placed[v].notes.push_back(notes[i]);
        if (const Track* const track = placed[v].track ? score.track(*placed[v].track) : nullptr)
            placed[v].notes.back().channel = trackChannel(*track);
    }
    KeptAlternative kept;
    kept.patch = placeVoices(score, placed, range.start, range.end);
    const auto name = [&](const Note& note) {
        const auto same = [&](const OfferedNote& offered) {
            return offered.note.start == note.start && offered.note.length == note.length &&
                   offered.note.pitch == note.pitch;
        };
        const auto found = std::ranges::find_if(alternative.notes, same);
        if (found != alternative.notes.end())
            kept.origins[note.id] = originOf(alternative, *found, question, modelName);
    };
    for (const auto& added : kept.patch.addedNotes) {
        if (added.note.id >= kept.patch.nextIdBefore)
            name(added.note);
    }
    for (const auto& added : kept.patch.addedTracks)
        std::ranges::for_each(added.track.notes, name);
    return kept;
}

} // namespace

KeptAlternative keepAlternative(const Score& score, const Alternative& alternative,
                                const ContinuationQuestion& question, TickRange range,
                                TrackId track, const QString& modelName,
                                const std::vector<AnswerVoice>& voices)
{
    assert(!alternative.notes.empty());
    const MeterMap meters(score);
    const Track* const place = score.track(track);
    // Instruments of other tracks go there or to new ones; a model that names none, or a single
    // one on an empty page, plays the track's own.
    std::vector<const OfferedNote*> own;
    std::map<int, std::vector<const OfferedNote*>> others;
    for (const OfferedNote& offered : alternative.notes) {
        if (!offered.program || (place && programOf(*place) == *offered.program))
            own.push_back(&offered);
        else
            others[*offered.program].push_back(&offered);
    }
    if (own.empty() && (!place || place->notes.empty()) && others.begin()->first >= 0) {
        own = std::move(others.begin()->second);
        others.erase(others.begin());
    }
    std::vector<Note> notes;
    for (const OfferedNote* offered : own) {
        notes.push_back(offered->note);
        if (question.request.mode == "new" && !offered->program)
            notes.back().velocity = accent(meters, offered->note.start);
    }
    if (!voices.empty())
        return keepVoices(score, alternative, question, range, modelName, voices, notes);
    KeptAlternative kept;
    kept.patch.nextIdBefore = kept.patch.nextIdAfter = score.nextId;
    if (notes.empty()) {
        // the answer is all for other tracks
    } else if (place) {
        Tick end = range.end;
        for (Note& note : notes) {
            note.channel = trackChannel(*place);
            end = std::max(end, note.end());
        }
        const Tick start = std::min(range.start, notes.front().start);
        kept.patch = replaceRange(score, track, start, end, notes);
    } else {
        const QString name = QCoreApplication::translate("KeepAlternative", "Melody");
        const std::uint8_t channel = own.front()->program ? own.front()->note.channel : 0;
        const int program = std::max(own.front()->program.value_or(0), 0);
        Track added = namedTrack(name.toStdString(), channel, static_cast<std::uint8_t>(program));
        added.notes = notes;
        kept.patch = addTrack(score, std::move(added));
    }
    std::vector<NoteId> ids = newNotes(kept.patch, notes.size());
    // An empty track that has no instrument yet gets that of the notes.
    if (place && !own.empty() && own.front()->program.value_or(0) > 0 && place->notes.empty() &&
        !trackProgram(*place)) {
        Event event = programChange(Tick{}, trackChannel(*place),
                                    static_cast<std::uint8_t>(*own.front()->program));
        event.id = kept.patch.nextIdAfter++;
        kept.patch.addedEvents.push_back({place->id, event});
    }
    for (const auto& [program, part] : others) {
        for (const NoteId id : addPart(kept.patch, score, program, part, track))
            ids.push_back(id);
        own.insert(own.end(), part.begin(), part.end());
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        kept.origins[ids[i]] = originOf(alternative, *own[i], question, modelName);
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

Score melodyOf(const Score& score, const Alternative& alternative, TickRange range)
{
    Score melody;
    melody.format = 0;
    melody.ticksPerQuarter = score.ticksPerQuarter;
    const TrackId track = melody.addTrack().id;
    for (const auto meta : {Meta::Tempo, Meta::TimeSignature, Meta::KeySignature}) {
        const Event* last = nullptr;
        for (const Track& each : score.tracks)
            for (const Event& event : each.events)
                if (event.isMeta(meta) && event.time <= range.start &&
                    (last == nullptr || event.time >= last->time))
                    last = &event;
        if (last != nullptr) {
            Event event = *last;
            event.time = {};
            melody.addEvent(track, std::move(event));
        }
    }
    for (Note note : notesOf(alternative)) {
        note.id = 0;
        note.start = note.start - range.start;
        melody.addNote(track, note);
    }
    return melody;
}

Tick aBeatBefore(const Score& score, Tick time)
{
    const Tick beat = MeterMap(score).meterAt(time).beatLength(score.ticksPerQuarter);
    return std::max(time - beat, Tick{});
}

} // namespace continuo::ui
