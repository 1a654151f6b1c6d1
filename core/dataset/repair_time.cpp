// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/repair.h"
#include "core/music/meter.h"
#include "core/music/tempo_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace continuo {
namespace {

/// A file of a million tempos is no collection of as many pieces.
constexpr std::size_t kMostSections = 1000;

/// Time that is taken out of a score.
struct Cut
{
    Tick from{};
    Tick to{};
    Tick removedBefore{}; ///< By the cuts before this one.
};

/// Where a time stands when the cuts are out; what stands inside one comes to its place.
Tick moved(const std::vector<Cut>& cuts, Tick time)
{
    const auto after = std::ranges::upper_bound(cuts, time, {}, &Cut::from);
    if (after == cuts.begin())
        return time;
    const Cut& cut = *std::prev(after);
    return (time < cut.to ? cut.from : time - (cut.to - cut.from)) - cut.removedBefore;
}

/// Silent stretches before, between and after the notes.
std::vector<std::pair<Tick, Tick>> silences(const Score& score)
{
    std::vector<std::pair<Tick, Tick>> list;
    Tick soundsUntil{};
    for (const Note& note : allNotes(score)) {
        if (note.start > soundsUntil)
            list.emplace_back(soundsUntil, note.start);
        soundsUntil = std::max(soundsUntil, note.end());
    }
    if (score.end() > soundsUntil)
        list.emplace_back(soundsUntil, score.end());
    return list;
}

/// What holds from an event on until another of its kind comes.
std::optional<int> stateKey(const Event& event)
{
    if (event.status == 0xff) {
        switch (static_cast<Meta>(event.data1)) {
        case Meta::Tempo:
        case Meta::TimeSignature:
        case Meta::KeySignature:
        case Meta::TrackName:
        case Meta::Instrument:
        case Meta::Copyright:
        case Meta::Port:
            return event.data1;
        default:
            return std::nullopt;
        }
    }
    const int channel = event.status & 0x0f;
    switch (event.status & 0xf0) {
    case 0xb0:
        return 0x1000 + channel * 128 + event.data1;
    case 0xc0:
        return 0x2000 + channel;
    case 0xd0:
        return 0x3000 + channel;
    case 0xe0:
        return 0x4000 + channel;
    default:
        return std::nullopt;
    }
}

/// One track while a score is cut into sections, in the order of time.
struct TrackCutting
{
    std::size_t note = 0; ///< The first one not yet taken.
    std::size_t event = 0;
    std::map<int, Event> state{};

    Track take(const Track& track, Tick from, Tick to, bool isLast)
    {
        Track section;
        section.id = track.id;
        while (event < track.events.size() && track.events[event].time < from)
            keepState(track.events[event++]);
        for (const auto& [key, held] : state) {
            section.events.push_back(held);
            section.events.back().time = {};
        }
        for (; event < track.events.size() && (isLast || track.events[event].time < to); ++event) {
            keepState(track.events[event]);
            section.events.push_back(track.events[event]);
            section.events.back().time = track.events[event].time - from;
        }
        while (note < track.notes.size() && track.notes[note].start < from)
            ++note;
        for (; note < track.notes.size() && (isLast || track.notes[note].start < to); ++note) {
            Note cut = track.notes[note];
            if (!isLast)
                cut.length = std::min(cut.end(), to) - cut.start;
            cut.start = cut.start - from;
            section.notes.push_back(cut);
        }
        std::ranges::sort(section.events, eventBefore);
        const Tick end = isLast ? track.end : std::min(track.end, to);
        section.end = std::max(Tick{}, end - from);
        for (const Note& each : section.notes)
            section.end = std::max(section.end, each.end());
        if (!section.events.empty())
            section.end = std::max(section.end, section.events.back().time);
        return section;
    }

private:
    void keepState(const Event& each)
    {
        const std::optional<int> key = stateKey(each);
        if (!key)
            return;
        // Of names the first one holds.
        if (each.isMeta(Meta::TrackName) || each.isMeta(Meta::Instrument) ||
            each.isMeta(Meta::Copyright))
            state.try_emplace(*key, each);
        else
            state.insert_or_assign(*key, each);
    }
};

std::vector<Tick> borders(const Score& score, std::optional<double> tempoChange)
{
    std::vector<Tick> times;
    if (score.smpte)
        return times;
    if (tempoChange) {
        const TempoMap tempos(score);
        double before = 0;
        for (const TempoMap::Change& change : tempos.changes()) {
            const double tempo = 1.0 / std::max<double>(change.microsecondsPerQuarter, 1);
            if (before == 0 || std::abs(tempo / before - 1) > *tempoChange) {
                if (change.time.value > 0)
                    times.push_back(change.time);
                before = tempo;
            }
        }
        return times;
    }
    const MeterMap meters(score);
    std::optional<Meter> before;
    for (const MeterMap::Change& change : meters.changes()) {
        if (before && change.meter != *before && change.time.value > 0)
            times.push_back(change.time);
        before = change.meter;
    }
    return times;
}

} // namespace

Repaired trimSilence(Score score, int longest)
{
    if (score.smpte || !score.hasNotes())
        return {std::move(score), 0, false, {}};
    const MeterMap meters(score);
    const Tick end = score.end();
    std::vector<Cut> cuts;
    Tick removed{};
    std::int64_t bars = 0;
    for (const auto& [from, to] : silences(score)) {
        const bool isAtEdge = from.value == 0 || to == end;
        std::int64_t first = meters.position(from).bar;
        if (meters.barStart(first) < from)
            ++first;
        const std::int64_t last = meters.position(to).bar;
        const std::int64_t begin = first + (isAtEdge ? 0 : longest);
        if (begin >= last)
            continue;
        // After the last note the rest of a bar goes too.
        const Tick cutTo = to == end ? end : meters.barStart(last);
        cuts.push_back({meters.barStart(begin), cutTo, removed});
        removed += cutTo - meters.barStart(begin);
        bars += last - begin;
    }
    if (cuts.empty())
        return {std::move(score), 0, false, {}};
    std::size_t count = 0;
    for (Track& track : score.tracks) {
        for (Note& note : track.notes) {
            const Tick start = moved(cuts, note.start);
            count += start == note.start ? 0 : 1;
            note.start = start;
        }
        for (Event& event : track.events)
            event.time = moved(cuts, event.time);
        std::ranges::sort(track.events, eventBefore);
        track.end = moved(cuts, track.end);
    }
    return {std::move(score), count, true,
            fmt::format("{} silent {} removed", bars, bars == 1 ? "bar" : "bars")};
}

Repaired oneTempo(Score score, double quartersPerMinute)
{
    if (score.smpte || score.tracks.empty())
        return {std::move(score), 0, false, {}};
    const TempoMap tempos(score);
    const double whole = tempos.ticksToSeconds(score.end());
    std::map<std::uint32_t, double> seconds;
    for (std::size_t i = 0; i < tempos.changes().size(); ++i) {
        const double until =
            i + 1 < tempos.changes().size() ? tempos.changes()[i + 1].seconds : whole;
        seconds[tempos.changes()[i].microsecondsPerQuarter] +=
            std::max(0.0, until - tempos.changes()[i].seconds);
    }
    std::uint32_t tempo = tempos.changes().front().microsecondsPerQuarter;
    for (const auto& [each, time] : seconds) {
        if (time > seconds[tempo])
            tempo = each;
    }
    if (quartersPerMinute > 0)
        tempo = static_cast<std::uint32_t>(
            std::clamp(std::round(60e6 / quartersPerMinute), 1.0, 16'777'215.0));
    tempo = std::clamp<std::uint32_t>(tempo, 1, 16'777'215);
    if (seconds.size() == 1 && seconds.begin()->first == tempo)
        return {std::move(score), 0, false, {}};
    for (Track& track : score.tracks)
        std::erase_if(track.events, [](const Event& event) { return event.isMeta(Meta::Tempo); });
    score.addEvent(score.tracks.front().id, tempoEvent({}, tempo));
    return {std::move(score), 0, true, fmt::format("one tempo, {:.4g}", 60e6 / tempo)};
}

std::vector<Score> splitScore(const Score& score, std::optional<double> tempoChange,
                              std::size_t fewestNotes)
{
    std::vector<Tick> times = borders(score, tempoChange);
    if (times.empty())
        return {score};
    if (times.size() >= kMostSections)
        times.resize(kMostSections - 1);
    times.insert(times.begin(), Tick{});
    const std::vector<Note> notes = allNotes(score);
    const auto notesBefore = [&](Tick time) {
        return static_cast<std::size_t>(std::ranges::lower_bound(notes, time, {}, &Note::start) -
                                        notes.begin());
    };
    std::vector<TrackCutting> cutting(score.tracks.size());
    std::vector<Score> sections;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const bool isLast = i + 1 == times.size();
        const std::size_t end = isLast ? notes.size() : notesBefore(times[i + 1]);
        if (end - notesBefore(times[i]) < fewestNotes)
            continue;
        Score section;
        section.format = score.format;
        section.ticksPerQuarter = score.ticksPerQuarter;
        section.nextId = score.nextId;
        for (std::size_t k = 0; k < score.tracks.size(); ++k)
            section.tracks.push_back(cutting[k].take(score.tracks[k], times[i],
                                                     isLast ? score.end() : times[i + 1], isLast));
        sections.push_back(std::move(section));
    }
    return sections;
}

} // namespace continuo
