// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/place_voices.h"
#include "core/generate/continuation.h"
#include "core/music/meter.h"
#include "core/music/tempo_map.h"

#include <algorithm>
#include <cassert>

namespace continuo {

namespace {

/// The notes of an answer that belong to one instrument.
struct AnswerPart
{
    std::optional<int> program{};
    std::optional<TrackId> track{}; ///< Nothing: a new one.
    std::vector<Note> notes{};
};

/// At least one; in the order in which the instruments come in. Of an answer that tells no
/// instruments apart, or is empty, the one of the melody.
std::vector<AnswerPart> partsOf(const Continuation& continuation, std::size_t alternative)
{
    const PreparedPrompt& prompt = continuation.prompt;
    std::vector<AnswerPart> parts;
    for (const GeneratedNote& generated : continuation.alternatives[alternative].notes) {
        auto part = std::ranges::find(parts, generated.program, &AnswerPart::program);
        if (part == parts.end()) {
            AnswerPart added{generated.program, prompt.track, {}};
            if (generated.program) {
                const auto voice =
                    std::ranges::find(prompt.voices, generated.program, &PromptVoice::program);
                added.track = voice != prompt.voices.end() ? voice->track : std::nullopt;
            }
            part = parts.insert(parts.end(), std::move(added));
        }
        part->notes.push_back(generated.note);
    }
    if (parts.empty())
        parts.push_back({std::nullopt, prompt.track, {}});
    return parts;
}

/// Tempo and meter of a stretch of the score, counted from its beginning.
void addTempoAndMeter(Score& result, TrackId track, const Score& score, Tick start, Tick end)
{
    const TempoMap tempo(score);
    result.addEvent(track, tempoEvent(Tick{}, tempo.microsecondsPerQuarterAt(start)));
    for (const TempoMap::Change& change : tempo.changes()) {
        if (change.time > start && change.time < end)
            result.addEvent(track, tempoEvent(change.time - start, change.microsecondsPerQuarter));
    }
    const MeterMap meter(score);
    const auto addMeter = [&](Tick time, Meter value) {
        result.addEvent(track, timeSignatureEvent(time, value.numerator, value.denominator));
    };
    addMeter(Tick{}, meter.meterAt(start));
    for (const MeterMap::Change& change : meter.changes()) {
        if (change.time > start && change.time < end)
            addMeter(change.time - start, change.meter);
    }
}

/// The answer voice by voice; `origin` is taken from its times.
std::vector<VoiceNotes> voicesOf(const VoicePlan& plan, const Alternative& answer, Tick origin)
{
    std::vector<VoiceNotes> voices;
    for (std::size_t v = 0; v < kVoices; ++v) {
        const VoicePlan::Voice& voice = plan.voices[v];
        if (voice.isWritten)
            voices.push_back({voice.track, std::string(kVoiceNames[v]), voice.program, {}});
        for (const GeneratedNote& generated : answer.notes) {
            if (generated.voice != v)
                continue;
            voices.back().notes.push_back(generated.note);
            voices.back().notes.back().start = generated.note.start - origin;
        }
    }
    return voices;
}

} // namespace

ScorePatch acceptancePatch(const Score& score, const Continuation& continuation,
                           std::size_t alternative)
{
    assert(alternative < continuation.alternatives.size());
    if (const auto& plan = continuation.prompt.plan)
        return placeVoices(score,
                           voicesOf(*plan, continuation.alternatives[alternative], Tick{}),
                           plan->from, plan->to);
    ScorePatch patch;
    patch.nextIdBefore = score.nextId;
    std::uint32_t nextId = score.nextId;
    for (const AnswerPart& part : partsOf(continuation, alternative)) {
        if (const Track* const place = part.track ? score.track(*part.track) : nullptr) {
            for (Note note : part.notes) {
                note.id = nextId++;
                patch.addedNotes.push_back({place->id, note});
            }
            const Tick end = std::max(place->end, continuation.end);
            if (end != place->end &&
                std::ranges::find(patch.trackEnds, place->id, &ScorePatch::TrackEnd::track) ==
                    patch.trackEnds.end())
                patch.trackEnds.push_back({place->id, place->end, end});
            continue;
        }
        Track track;
        track.id = nextId++;
        if (part.program && *part.program >= 0) {
            track.events.push_back(programChange(Tick{}, part.notes.front().channel,
                                                 static_cast<std::uint8_t>(*part.program)));
            track.events.back().id = nextId++;
        }
        for (Note note : part.notes) {
            note.id = nextId++;
            track.notes.push_back(note);
        }
        track.end = continuation.end;
        patch.addedTracks.push_back(
            {score.tracks.size() + patch.addedTracks.size(), std::move(track)});
    }
    patch.nextIdAfter = nextId;
    if (score.format == 0 && score.tracks.size() + patch.addedTracks.size() > 1) {
        patch.formatBefore = 0;
        patch.formatAfter = 1;
    }
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
    const Tick start = answerOrigin(score, continuation);

    Score result;
    result.ticksPerQuarter = score.ticksPerQuarter;
    if (const auto& plan = continuation.prompt.plan) {
        addTempoAndMeter(result, result.addTrack().id, score, start, continuation.end);
        std::vector<VoiceNotes> voices =
            voicesOf(*plan, continuation.alternatives[alternative], start);
        for (VoiceNotes& voice : voices)
            voice.track.reset();
        const Status applied = applyPatch(result, placeVoices(result, voices, Tick{}, Tick{}));
        assert(applied);
        static_cast<void>(applied);
        return result;
    }
    bool isFirst = true;
    for (const AnswerPart& part : partsOf(continuation, alternative)) {
        const TrackId track = result.addTrack().id;
        const Track* const source = part.track ? score.track(*part.track) : nullptr;
        if (source) {
            if (const std::string name = trackName(*source); !name.empty())
                result.addEvent(track, metaEvent(Tick{}, Meta::TrackName, name));
        }
        if (isFirst)
            addTempoAndMeter(result, track, score, start, continuation.end);
        isFirst = false;
        int program = part.program.value_or(-1);
        if (program < 0 && source) {
            if (const auto own = trackProgram(*source))
                program = *own;
        }
        const std::uint8_t channel =
            part.notes.empty() ? continuation.prompt.channel : part.notes.front().channel;
        if (program >= 0)
            result.addEvent(track,
                            programChange(Tick{}, channel, static_cast<std::uint8_t>(program)));
        Track& place = *result.track(track);
        for (Note note : part.notes) {
            note.start = note.start - start;
            note.id = result.nextId++;
            place.notes.push_back(note);
        }
        place.end = std::max(place.end, continuation.end - start);
    }
    return result;
}

} // namespace continuo
