// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/repair.h"

#include "core/base/counted.h"
#include "core/base/text.h"
#include "core/edit/bar_grid.h"
#include "core/edit/move_notes.h"
#include "core/edit/note_edit.h"
#include "core/edit/velocity.h"
#include "core/music/key.h"
#include "core/music/melody.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace continuo {
namespace {

Repaired unchanged(Score score)
{
    return {std::move(score), 0, false, {}};
}

Repaired changed(Score score, std::size_t notes, std::string words)
{
    return {std::move(score), notes, true, std::move(words)};
}

/// The score after a patch that was made for it.
Repaired patched(Score score, const ScorePatch& patch, std::string words)
{
    if (patch.isEmpty())
        return unchanged(std::move(score));
    const std::size_t notes = std::max(patch.addedNotes.size(), patch.removedNotes.size());
    [[maybe_unused]] const Status applied = applyPatch(score, patch);
    assert(applied);
    return changed(std::move(score), notes, std::move(words));
}

/// Removes the notes for which `isUnwanted`; how many they were.
template <typename Test>
std::size_t eraseNotes(Score& score, Test isUnwanted)
{
    std::size_t count = 0;
    for (Track& track : score.tracks)
        count += std::erase_if(track.notes, isUnwanted);
    return count;
}

std::vector<NoteId> idsOf(const std::vector<Note>& notes, bool hasDrums)
{
    std::vector<NoteId> ids;
    ids.reserve(notes.size());
    for (const Note& note : notes) {
        if (hasDrums || note.channel != kDrumChannel)
            ids.push_back(note.id);
    }
    return ids;
}

bool isOfAllTracks(const Event& event)
{
    return event.isMeta(Meta::Tempo) || event.isMeta(Meta::TimeSignature) ||
           event.isMeta(Meta::KeySignature) || event.isMeta(Meta::SmpteOffset);
}

std::optional<std::size_t> chosenTrack(const Score& score, const TrackChoice& choice)
{
    if (choice.by == TrackChoice::By::Melody) {
        const auto melody = chooseMelodyTrack(score);
        return melody ? std::optional(melody->track) : std::nullopt;
    }
    const std::string wanted = lowerCase(choice.name);
    std::size_t number = 0;
    for (std::size_t i = 0; i < score.tracks.size(); ++i) {
        const Track& track = score.tracks[i];
        if (track.notes.empty())
            continue;
        ++number;
        const bool fits = choice.by == TrackChoice::By::Number
                              ? number == choice.number
                              : lowerCase(trackName(track)).find(wanted) != std::string::npos;
        if (fits)
            return i;
    }
    return std::nullopt;
}

/// Cuts at `end`; only ever shortens.
void endNote(Note& note, Tick end)
{
    note.length = std::max(Tick{}, std::min(note.end(), end) - note.start);
}

} // namespace

Repaired keepTrack(Score score, const TrackChoice& choice)
{
    const std::optional<std::size_t> chosen = chosenTrack(score, choice);
    if (!chosen || score.format == 2)
        return unchanged(std::move(score));
    std::size_t removed = 0;
    for (std::size_t i = 0; i < score.tracks.size(); ++i)
        removed += i == *chosen ? 0 : score.tracks[i].notes.size();
    if (removed == 0)
        return unchanged(std::move(score));
    Track kept = std::move(score.tracks[*chosen]);
    score.tracks[*chosen] = {};
    for (const Track& track : score.tracks) {
        for (const Event& event : track.events) {
            if (!isOfAllTracks(event))
                continue;
            kept.events.push_back(event);
            kept.events.back().id = score.nextId++;
            kept.end = std::max(kept.end, event.time);
        }
    }
    std::ranges::sort(kept.events, eventBefore);
    std::string name = trackName(kept);
    score.tracks.clear();
    score.tracks.push_back(std::move(kept));
    return changed(std::move(score), removed,
                   name.empty() ? fmt::format("track {} kept", *chosen + 1)
                                : fmt::format("track {} ({}) kept", *chosen + 1, name));
}

Repaired keepSkyline(Score score, bool isPerTrack)
{
    std::unordered_map<NoteId, Tick> lengths;
    const auto keep = [&](const std::vector<Note>& notes) {
        std::vector<Note> pitched;
        std::ranges::copy_if(notes, std::back_inserter(pitched),
                             [](const Note& note) { return note.channel != kDrumChannel; });
        for (const Note& note : skyline(pitched))
            lengths.emplace(note.id, note.length);
    };
    if (isPerTrack) {
        for (const Track& track : score.tracks)
            keep(track.notes);
    } else {
        keep(allNotes(score));
    }
    std::size_t count = eraseNotes(score, [&](const Note& note) {
        return note.channel != kDrumChannel && !lengths.contains(note.id);
    });
    for (Track& track : score.tracks) {
        for (Note& note : track.notes) {
            const auto length = lengths.find(note.id);
            if (length == lengths.end() || length->second == note.length)
                continue;
            note.length = length->second;
            ++count;
        }
    }
    if (count == 0)
        return unchanged(std::move(score));
    return changed(std::move(score), count,
                   counted(count, "note below the highest line", "notes below the highest line"));
}

Repaired dropDrums(Score score)
{
    const std::size_t notes =
        eraseNotes(score, [](const Note& note) { return note.channel == kDrumChannel; });
    std::size_t events = 0;
    for (Track& track : score.tracks) {
        events += std::erase_if(track.events, [](const Event& event) {
            return event.status < 0xf0 && event.channel() == kDrumChannel;
        });
    }
    if (notes + events == 0)
        return unchanged(std::move(score));
    return changed(std::move(score), notes,
                   counted(notes, "drum note removed", "drum notes removed"));
}

namespace {

/// The notes of beats that are too fast for the grid: of a track, all that begin in a quarter with
/// one that would come to begin together with one that follows it. Notes of a spread chord do not
/// follow each other: the first still sounds long after the second has begun.
std::unordered_set<NoteId> tooFastNotes(const Score& score,
                                        const std::function<Tick(Tick)>& nearest)
{
    std::unordered_set<NoteId> ids;
    const auto beatOf = [&](Tick time) { return time.value / score.ticksPerQuarter; };
    const auto keepLeast = [](std::map<std::int64_t, std::int64_t>& middles, std::int64_t beat,
                              std::int64_t middle) {
        const auto place = middles.try_emplace(beat, middle).first;
        place->second = std::min(place->second, middle);
    };
    for (const Track& track : score.tracks) {
        std::unordered_set<std::int64_t> beats;
        // Of the notes that come onto one line, for each beat: the middle of the one that is over
        // first; of those that began before the note that is looked at, and of those with it.
        std::map<std::int64_t, std::int64_t> before;
        std::map<std::int64_t, std::int64_t> together;
        Tick line{-1};
        Tick start{-1};
        for (const Note& note : track.notes) {
            const Tick own = nearest(note.start);
            if (note.start != start) {
                for (const auto& [beat, middle] : together)
                    keepLeast(before, beat, middle);
                together.clear();
            }
            if (own != line)
                before.clear();
            line = own;
            start = note.start;
            const std::int64_t ownBeat = beatOf(note.start);
            for (const auto& [beat, middle] : before) {
                // A note of another beat goes to the line where this one stays.
                if (middle <= 2 * (beat == ownBeat ? start : line).value)
                    beats.insert(beat);
            }
            keepLeast(together, ownBeat, (note.start + note.end()).value);
        }
        for (const Note& note : track.notes) {
            if (beats.contains(beatOf(note.start)))
                ids.insert(note.id);
        }
    }
    return ids;
}

} // namespace

Repaired quantiseScore(Score score, const QuantiseRepair& asked)
{
    if (score.smpte || asked.strength <= 0 || asked.grids.empty())
        return unchanged(std::move(score));
    std::vector<BarGrid> lines;
    for (const int grid : asked.grids)
        lines.emplace_back(MeterMap(score), 1, grid);
    const auto nearest = [&](Tick time) {
        Tick best = lines.front().nearest(time);
        for (const BarGrid& grid : lines) {
            const Tick line = grid.nearest(time);
            if (std::abs((line - time).value) < std::abs((best - time).value))
                best = line;
        }
        return best;
    };
    const auto partOfTheWay = [&](Tick from, Tick to) {
        return Tick{from.value +
                    std::llround(static_cast<double>((to - from).value) * asked.strength)};
    };
    const std::unordered_set<NoteId> staying =
        asked.leavesFast ? tooFastNotes(score, nearest) : std::unordered_set<NoteId>{};
    const std::vector<NoteId> ids = idsOf(allNotes(score), true);
    const ScorePatch patch = changeNotes(score, ids, [&](const Note& note) -> std::optional<Note> {
        Note moved = note;
        if (staying.contains(note.id))
            return moved;
        const Tick start = nearest(note.start);
        moved.start = partOfTheWay(note.start, start);
        if (asked.movesEnds) {
            Tick end = nearest(note.end());
            if (end <= start) {
                end = lines.front().lineAfter(start);
                for (const BarGrid& grid : lines)
                    end = std::min(end, grid.lineAfter(start));
            }
            moved.length = std::max(partOfTheWay(note.end(), end) - moved.start, Tick{1});
        }
        return moved;
    });
    const std::size_t moved = patch.addedNotes.size();
    return patched(std::move(score), patch, counted(moved, "note moved", "notes moved"));
}

Repaired closeOverlaps(Score score)
{
    std::size_t cut = 0;
    std::size_t removed = 0;
    for (Track& track : score.tracks) {
        std::array<std::size_t, 16 * 128>
            before{}; // place + 1 of the note of each channel and key that sounds
        std::unordered_set<NoteId> gone;
        for (std::size_t i = 0; i < track.notes.size(); ++i) {
            Note& note = track.notes[i];
            std::size_t& place =
                before[std::size_t{note.channel} % 16 * 128 + note.pitch.value % 128];
            if (place > 0 && note.start < track.notes[place - 1].end()) {
                Note& other = track.notes[place - 1];
                if (other.start == note.start) {
                    const bool isOtherLonger = other.length >= note.length;
                    gone.insert(isOtherLonger ? note.id : other.id);
                    ++removed;
                    if (isOtherLonger)
                        continue;
                } else {
                    endNote(other, note.start);
                    ++cut;
                }
            }
            place = i + 1;
        }
        if (!gone.empty())
            std::erase_if(track.notes, [&](const Note& note) { return gone.contains(note.id); });
    }
    if (cut + removed == 0)
        return unchanged(std::move(score));
    return changed(std::move(score), cut + removed,
                   counted(cut + removed, "overlap closed", "overlaps closed"));
}

Repaired dropZeroLengthNotes(Score score)
{
    const std::size_t count =
        eraseNotes(score, [](const Note& note) { return note.length.value == 0; });
    if (count == 0)
        return unchanged(std::move(score));
    return changed(std::move(score), count,
                   counted(count, "note without length removed", "notes without length removed"));
}

Repaired endStuckNotes(Score score, std::span<const NoteId> ids, double longest)
{
    if (ids.empty())
        return unchanged(std::move(score));
    const std::unordered_set<NoteId> stuck(ids.begin(), ids.end());
    double ticksPerQuarter = score.ticksPerQuarter;
    if (score.smpte) // As at 120 quarters a minute.
        ticksPerQuarter = 0.5 * score.smpte->framesPerSecond * score.smpte->ticksPerFrame;
    const Tick most{std::max<std::int64_t>(1, std::llround(longest * ticksPerQuarter))};
    std::size_t count = 0;
    for (Track& track : score.tracks) {
        std::array<std::int64_t, 16>
            next{}; // start of the next note of each channel, behind those that begin together
        std::array<std::int64_t, 16> start{};
        next.fill(std::numeric_limits<std::int64_t>::max());
        start.fill(std::numeric_limits<std::int64_t>::max());
        for (auto note = track.notes.rbegin(); note != track.notes.rend(); ++note) {
            const std::size_t channel = note->channel % 16;
            if (note->start.value < start[channel]) {
                next[channel] = start[channel];
                start[channel] = note->start.value;
            }
            if (!stuck.contains(note->id))
                continue;
            const Tick end{std::min(next[channel], (note->start + most).value)};
            if (end >= note->end())
                continue;
            endNote(*note, end);
            ++count;
        }
    }
    if (count == 0)
        return unchanged(std::move(score));
    return changed(std::move(score), count,
                   counted(count, "stuck note ended", "stuck notes ended"));
}

Repaired dropDuplicateNotes(Score score, bool acrossTracks)
{
    struct Kept
    {
        NoteId id = 0;
        Tick length{};
    };
    std::unordered_set<NoteId> gone;
    std::map<std::tuple<std::int64_t, int, int>, Kept> kept; // start, channel or whether drums, key
    for (const Track& track : score.tracks) {
        if (!acrossTracks)
            kept.clear();
        for (const Note& note : track.notes) {
            const int channel = acrossTracks ? (note.channel == kDrumChannel) : note.channel;
            const auto [place, isNew] = kept.try_emplace(
                {note.start.value, channel, note.pitch.value}, Kept{note.id, note.length});
            if (isNew)
                continue;
            Kept& other = place->second;
            gone.insert(note.length > other.length ? other.id : note.id);
            if (note.length > other.length)
                other = {note.id, note.length};
        }
    }
    if (gone.empty())
        return unchanged(std::move(score));
    const std::size_t count =
        eraseNotes(score, [&](const Note& note) { return gone.contains(note.id); });
    return changed(std::move(score), count,
                   counted(count, "doubled note removed", "doubled notes removed"));
}

Repaired transposeToCommonKey(Score score)
{
    const std::vector<Note> notes = allNotes(score);
    const std::optional<KeyEstimate> estimate = estimateKey(notes);
    const int nearest = estimate ? semitonesToCommonKey(estimate->key) : 0;
    if (nearest == 0)
        return unchanged(std::move(score));
    const std::vector<NoteId> ids = idsOf(notes, false);
    for (const int semitones : {nearest, nearest > 0 ? nearest - 12 : nearest + 12}) {
        const ScorePatch patch = transposeNotes(score, ids, semitones);
        if (patch.isEmpty())
            continue;
        Repaired repaired = patched(
            std::move(score), patch,
            fmt::format("{:+d} semitone{}", semitones, std::abs(semitones) == 1 ? "" : "s"));
        // Seven semitones up are one sharp more; the spelling with at most six sharps or flats is
        // taken.
        for (Track& track : repaired.score.tracks) {
            for (Event& event : track.events) {
                if (!event.isMeta(Meta::KeySignature) || event.payload.size() != 2)
                    continue;
                const int sharps = static_cast<std::int8_t>(event.payload[0]);
                if (sharps < -7 || sharps > 7)
                    continue;
                const int moved = ((sharps + 7 * semitones + 5) % 12 + 12) % 12 - 5;
                Event changedEvent = keySignatureEvent(event.time, moved, event.payload[1] == 1);
                changedEvent.id = event.id;
                event = std::move(changedEvent);
            }
        }
        return repaired;
    }
    return unchanged(std::move(score));
}

Repaired foldRange(Score score, Pitch low, Pitch high)
{
    assert(high.value - low.value >= 11);
    std::size_t count = 0;
    for (Track& track : score.tracks) {
        for (Note& note : track.notes) {
            if (note.channel == kDrumChannel || (note.pitch >= low && note.pitch <= high))
                continue;
            int pitch = note.pitch.value;
            while (pitch < low.value)
                pitch += 12;
            while (pitch > high.value)
                pitch -= 12;
            note.pitch.value = static_cast<std::uint8_t>(pitch);
            ++count;
        }
    }
    if (count == 0)
        return unchanged(std::move(score));
    return changed(std::move(score), count, counted(count, "note folded", "notes folded"));
}

Repaired dropOutsideRange(Score score, Pitch low, Pitch high)
{
    const std::size_t count = eraseNotes(score, [&](const Note& note) {
        return note.channel != kDrumChannel && (note.pitch < low || note.pitch > high);
    });
    if (count == 0)
        return unchanged(std::move(score));
    return changed(
        std::move(score), count,
        counted(count, "note outside the range removed", "notes outside the range removed"));
}

Repaired dropPitches(Score score, const std::bitset<128>& pitches)
{
    const std::size_t count = eraseNotes(score, [&](const Note& note) {
        return note.channel != kDrumChannel && pitches[note.pitch.value % 128];
    });
    if (count == 0)
        return unchanged(std::move(score));
    return changed(std::move(score), count,
                   counted(count, "rare note removed", "rare notes removed"));
}

Repaired normaliseVelocity(Score score, double mean, double spread)
{
    const std::vector<Note> notes = allNotes(score);
    if (notes.empty())
        return unchanged(std::move(score));
    std::uint64_t sum = 0;
    for (const Note& note : notes)
        sum += note.velocity;
    const double before = static_cast<double>(sum) / static_cast<double>(notes.size());
    std::unordered_map<NoteId, int> velocities;
    for (const Note& note : notes) {
        const double velocity = mean + spread * (note.velocity - before);
        velocities.emplace(note.id,
                           static_cast<int>(std::lround(std::clamp(velocity, 1.0, 127.0))));
    }
    const ScorePatch patch = setVelocities(score, velocities);
    return patched(std::move(score), patch,
                   fmt::format("mean velocity {:.0f} to {:.0f}", before, mean));
}

std::array<std::uint64_t, 128> pitchCounts(const Score& score)
{
    std::array<std::uint64_t, 128> counts{};
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes) {
            if (note.channel != kDrumChannel)
                ++counts[note.pitch.value % 128];
        }
    }
    return counts;
}

} // namespace continuo
