// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/seed_melody.h"

#include "core/midi/write_midi.h"
#include "core/music/meter.h"

#include <QCoreApplication>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace continuo::ui {

namespace {

/// More notes than the 4,096 symbols a model reads at the most.
constexpr std::size_t kMostNotes = 8192;

Error refused(const char* id, std::string text)
{
    return {ErrorKind::Refused, id, std::move(text), {}};
}

/// What of a track can be read before `end`, cut where it reaches over it.
void readTrack(const Track& track, StartFrom from, Tick end,
               const std::unordered_set<NoteId>& chosen, bool withDrums, std::vector<Note>& notes)
{
    for (Note note : track.notes) {
        if ((note.channel == kDrumChannel && !withDrums) ||
            (from == StartFrom::Selection && !chosen.contains(note.id)) ||
            (from == StartFrom::Playhead && note.start >= end))
            continue;
        if (from == StartFrom::Playhead)
            note.length = std::min(note.length, end - note.start);
        notes.push_back(note);
    }
}

Error nothingToRead(const Score& score, StartFrom from)
{
    if (from == StartFrom::Selection)
        return refused("compose.nothing-selected",
                       "No note that could be read is selected. Select the notes to continue, or "
                       "choose another start under From.");
    if (from == StartFrom::Playhead && score.hasNotes())
        return refused("compose.nothing-before",
                       "Nothing stands before the playhead. Move it behind the notes to continue, "
                       "or choose another start under From.");
    return refused("compose.empty-seed", "There is no melody to continue yet (drums do not count). "
                                         "Draw a few notes, or choose New to start from nothing.");
}

bool overlaps(std::vector<Note> notes)
{
    Tick end{};
    for (const Note& note : notes) {
        if (note.start < end)
            return true;
        end = std::max(end, note.end());
    }
    return false;
}

bool isNeeded(const Event& event)
{
    return event.isMeta(Meta::Tempo) || event.isMeta(Meta::TimeSignature) ||
           event.isMeta(Meta::KeySignature) || event.isMeta(Meta::TrackName) ||
           event.isChannelMessage(0xc0);
}

} // namespace

Result<SeedMelody> seedMelody(const Score& score, TrackId activeTrack, StartFrom from,
                              Tick playhead, std::span<const NoteId> selection, bool everyTrack)
{
    if (score.smpte)
        return refused("compose.film-time", "This score counts time in film frames (SMPTE), not in "
                                            "beats, so there are no bars to go on with.");
    const std::unordered_set<NoteId> chosen(selection.begin(), selection.end());
    SeedMelody melody;
    melody.track = activeTrack;
    if (const Track* active = everyTrack ? nullptr : score.track(activeTrack))
        readTrack(*active, from, playhead, chosen, false, melody.notes);
    if (melody.notes.empty()) {
        melody.track = 0;
        for (const Track& track : score.tracks)
            readTrack(track, from, playhead, chosen, everyTrack, melody.notes);
        std::ranges::sort(melody.notes, noteBefore);
    }
    if (melody.notes.empty())
        return nothingToRead(score, from);
    for (const Note& note : melody.notes)
        melody.start = std::max(melody.start, note.end());
    melody.isPolyphonic = overlaps(melody.notes);
    return melody;
}

Result<std::vector<std::uint8_t>> seedFile(const Score& score, const SeedMelody& melody)
{
    std::unordered_map<NoteId, Note> kept;
    for (std::size_t i = melody.notes.size() - std::min(melody.notes.size(), kMostNotes);
         i < melody.notes.size(); ++i)
        kept.emplace(melody.notes[i].id, melody.notes[i]);
    Score seed;
    seed.format = score.tracks.size() > 1 ? 1 : score.format;
    seed.ticksPerQuarter = score.ticksPerQuarter;
    seed.nextId = score.nextId;
    for (const Track& track : score.tracks) {
        Track copy;
        copy.id = track.id;
        std::ranges::copy_if(track.events, std::back_inserter(copy.events), isNeeded);
        for (const Note& note : track.notes) {
            const auto found = kept.find(note.id);
            if (found != kept.end())
                copy.notes.push_back(found->second);
        }
        copy.end = melody.start;
        for (const Note& note : copy.notes)
            copy.end = std::max(copy.end, note.end());
        std::erase_if(copy.events, [&](const Event& event) { return event.time > copy.end; });
        seed.tracks.push_back(std::move(copy));
    }
    auto written = writeMidi(seed);
    if (!written)
        return written.error();
    return std::move(written->bytes);
}

TickRange answerRange(const Score& score, Tick start, int bars)
{
    const MeterMap meters(score);
    const MeterMap::Position position = meters.position(start);
    const std::int64_t firstWhole = position.bar + (position.inBar.value > 0 ? 1 : 0);
    return {start, meters.barStart(firstWhole + bars)};
}

Bars barsOf(const Score& score, TickRange range)
{
    const MeterMap meters(score);
    const Tick last = std::max(range.start, range.end - Tick{1});
    return {meters.position(range.start).bar, meters.position(last).bar};
}

std::optional<Bars> selectedBars(const Score& score, std::span<const NoteId> notes)
{
    if (score.smpte)
        return std::nullopt;
    const std::unordered_set<NoteId> chosen(notes.begin(), notes.end());
    const MeterMap meters(score);
    std::optional<Bars> bars;
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes) {
            if (!chosen.contains(note.id))
                continue;
            const std::int64_t bar = meters.position(note.start).bar;
            bars =
                bars ? Bars{std::min(bars->first, bar), std::max(bars->last, bar)} : Bars{bar, bar};
        }
    }
    return bars;
}

QString barNumbersInWords(Bars bars)
{
    return bars.first == bars.last
               ? QCoreApplication::translate("SeedMelody", "bar %1").arg(bars.first + 1)
               : QCoreApplication::translate("SeedMelody", "bars %1–%2")
                     .arg(bars.first + 1)
                     .arg(bars.last + 1);
}

QString placeInWords(const Score& score, Tick time)
{
    const MeterMap meters(score);
    const MeterMap::Position position = meters.position(time);
    if (position.inBar.value == 0)
        return QCoreApplication::translate("SeedMelody", "bar %1").arg(position.bar + 1);
    const Tick beat = meters.meterAt(time).beatLength(score.ticksPerQuarter);
    return QCoreApplication::translate("SeedMelody", "bar %1, beat %2")
        .arg(position.bar + 1)
        .arg(position.inBar.value / beat.value + 1);
}

QString startInWords(const Score& score, const SeedMelody& melody)
{
    const MeterMap meters(score);
    const Tick lastTick{std::max<std::int64_t>(melody.start.value - 1, 0)};
    const auto first = meters.position(melody.notes.front().start).bar + 1;
    const auto last = meters.position(lastTick).bar + 1;
    const QString where = placeInWords(score, melody.start);
    return first == last
               ? QCoreApplication::translate("SeedMelody", "%1, reads %2").arg(where).arg(first)
               : QCoreApplication::translate("SeedMelody", "%1, reads %2–%3")
                     .arg(where)
                     .arg(first)
                     .arg(last);
}

} // namespace continuo::ui
