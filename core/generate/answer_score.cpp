// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/continuation.h"
#include "core/music/meter.h"
#include "core/music/tempo_map.h"

#include <algorithm>
#include <cassert>

namespace continuo {

ScorePatch acceptancePatch(const Score& score, const Continuation& continuation, std::size_t alternative)
{
    assert(alternative < continuation.alternatives.size());
    const Alternative& answer = continuation.alternatives[alternative];
    ScorePatch patch;
    patch.nextIdBefore = score.nextId;
    std::uint32_t nextId = score.nextId;
    const Track* const place = continuation.prompt.track ? score.track(*continuation.prompt.track) : nullptr;
    if (place) {
        for (const GeneratedNote& generated : answer.notes) {
            Note note = generated.note;
            note.id = nextId++;
            patch.addedNotes.push_back({place->id, note});
        }
        const Tick end = std::max(place->end, continuation.end);
        if (end != place->end)
            patch.trackEnds.push_back({place->id, place->end, end});
    } else {
        Track track;
        track.id = nextId++;
        for (const GeneratedNote& generated : answer.notes) {
            Note note = generated.note;
            note.id = nextId++;
            track.notes.push_back(note);
        }
        track.end = continuation.end;
        patch.addedTracks.push_back({score.tracks.size(), std::move(track)});
    }
    patch.nextIdAfter = nextId;
    if (patch.isEmpty())
        return {};
    return patch;
}

Score scoreWithAnswer(const Score& score, const Continuation& continuation, std::size_t alternative)
{
    Score result = score;
    const Status applied = applyPatch(result, acceptancePatch(score, continuation, alternative));
    assert(applied);
    static_cast<void>(applied);
    return result;
}

Tick answerOrigin(const Score& score, const Continuation& continuation)
{
    const MeterMap meter(score);
    return meter.barStart(meter.position(continuation.prompt.answerStart).bar);
}

Score answerAlone(const Score& score, const Continuation& continuation, std::size_t alternative)
{
    assert(alternative < continuation.alternatives.size());
    const Alternative& answer = continuation.alternatives[alternative];
    const MeterMap meter(score);
    const Tick start = answerOrigin(score, continuation);

    Score result;
    result.ticksPerQuarter = score.ticksPerQuarter;
    const TrackId track = result.addTrack().id;
    const Track* const source = continuation.prompt.track ? score.track(*continuation.prompt.track) : nullptr;
    if (source) {
        if (const std::string name = trackName(*source); !name.empty())
            result.addEvent(track, metaEvent(Tick{}, Meta::TrackName, name));
    }
    const TempoMap tempo(score);
    result.addEvent(track, tempoEvent(Tick{}, tempo.microsecondsPerQuarterAt(start)));
    for (const TempoMap::Change& change : tempo.changes()) {
        if (change.time > start && change.time < continuation.end)
            result.addEvent(track, tempoEvent(change.time - start, change.microsecondsPerQuarter));
    }
    const auto addMeter = [&](Tick time, Meter value) {
        result.addEvent(track, timeSignatureEvent(time, value.numerator, value.denominator));
    };
    addMeter(Tick{}, meter.meterAt(start));
    for (const MeterMap::Change& change : meter.changes()) {
        if (change.time > start && change.time < continuation.end)
            addMeter(change.time - start, change.meter);
    }
    if (source) {
        if (const auto program = trackProgram(*source))
            result.addEvent(track, programChange(Tick{}, continuation.prompt.channel, *program));
    }
    Track& place = *result.track(track);
    for (const GeneratedNote& generated : answer.notes) {
        Note note = generated.note;
        note.start = note.start - start;
        note.id = result.nextId++;
        place.notes.push_back(note);
    }
    place.end = std::max(place.end, continuation.end - start);
    return result;
}

} // namespace continuo
