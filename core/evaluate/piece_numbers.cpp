// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/piece_numbers.h"

#include "core/music/meter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <set>

namespace continuo {
namespace {

bool isPitched(const Note& note)
{
    return note.channel != kDrumChannel;
}

/// How many notes each pitch has.
std::array<std::size_t, 128> countsOf(std::span<const Note> notes)
{
    std::array<std::size_t, 128> counts{};
    for (const Note& note : notes)
        if (isPitched(note))
            ++counts[note.pitch.value];
    return counts;
}

std::array<std::size_t, 12> classCountsOf(std::span<const Note> notes)
{
    std::array<std::size_t, 12> counts{};
    for (const Note& note : notes)
        if (isPitched(note))
            ++counts[static_cast<std::size_t>(note.pitch.pitchClass())];
    return counts;
}

std::optional<double> used(std::span<const std::size_t> counts)
{
    const auto different =
        std::ranges::count_if(counts, [](std::size_t count) { return count > 0; });
    return different > 0 ? std::optional(static_cast<double>(different)) : std::nullopt;
}

std::optional<double> entropy(std::span<const std::size_t> counts)
{
    double total = 0;
    for (const std::size_t count : counts)
        total += static_cast<double>(count);
    if (total == 0)
        return std::nullopt;
    double bits = 0;
    for (const std::size_t count : counts) {
        if (count == 0)
            continue;
        const double share = static_cast<double>(count) / total;
        bits -= share * std::log2(share);
    }
    return bits;
}

/// How many ticks see how many different pitches.
struct SoundingTime
{
    std::array<std::int64_t, 129> ticks{}; ///< [pitches sounding]
    std::int64_t end = 0;                  ///< Of the last note.
};

SoundingTime soundingTimeOf(std::span<const Note> notes)
{
    struct Change
    {
        std::int64_t time = 0;
        std::uint8_t pitch = 0;
        int by = 0;
    };
    std::vector<Change> changes;
    changes.reserve(notes.size() * 2);
    SoundingTime sounding;
    for (const Note& note : notes) {
        if (!isPitched(note))
            continue;
        sounding.end = std::max(sounding.end, note.end().value);
        if (note.length.value > 0) {
            changes.push_back({note.start.value, note.pitch.value, 1});
            changes.push_back({note.end().value, note.pitch.value, -1});
        }
    }
    std::ranges::sort(changes, {}, &Change::time);
    std::array<int, 128> holding{};
    std::size_t pitches = 0;
    std::int64_t before = 0;
    for (const Change& change : changes) {
        sounding.ticks[pitches] += change.time - before;
        before = change.time;
        int& count = holding[change.pitch];
        const bool sounded = count > 0;
        count += change.by;
        if (sounded != (count > 0))
            pitches = sounded ? pitches - 1 : pitches + 1;
    }
    return sounding;
}

/// The last tick at which something sounds or begins, drums included; nothing without notes.
std::optional<Tick> lastSoundingTick(const Score& score)
{
    std::optional<Tick> last;
    for (const Track& track : score.tracks)
        for (const Note& note : track.notes)
            last = std::max(last.value_or(Tick{}),
                            note.start + Tick{std::max<std::int64_t>(note.length.value - 1, 0)});
    return last;
}

/// Share of stretches without a note, where `stretchOf` numbers the stretch of a tick from 0.
std::optional<double> emptyRate(const Score& score,
                                const std::function<std::int64_t(Tick)>& stretchOf)
{
    const std::optional<Tick> last = lastSoundingTick(score);
    if (!last || score.smpte)
        return std::nullopt;
    const std::int64_t stretches = stretchOf(*last) + 1;
    std::int64_t filled = 0;
    std::int64_t next = 0; // the first stretch not yet known to be filled
    for (const Note& note : allNotes(score)) {
        const std::int64_t from = std::max(next, stretchOf(note.start));
        const std::int64_t to =
            stretchOf(note.start + Tick{std::max<std::int64_t>(note.length.value - 1, 0)});
        filled += std::max<std::int64_t>(to - from + 1, 0);
        next = std::max(next, to + 1);
    }
    return static_cast<double>(stretches - filled) / static_cast<double>(stretches);
}

} // namespace

std::vector<Note> pitchedNotes(const Score& score)
{
    std::vector<Note> notes = allNotes(score);
    std::erase_if(notes, [](const Note& note) { return !isPitched(note); });
    return notes;
}

std::optional<double> pitchRange(std::span<const Note> notes)
{
    const std::array<std::size_t, 128> counts = countsOf(notes);
    const auto isUsed = [](std::size_t count) { return count > 0; };
    const auto lowest = std::find_if(counts.begin(), counts.end(), isUsed);
    if (lowest == counts.end())
        return std::nullopt;
    const auto highest = std::find_if(counts.rbegin(), counts.rend(), isUsed).base() - 1;
    return static_cast<double>(highest - lowest);
}

std::optional<double> pitchesUsed(std::span<const Note> notes)
{
    return used(countsOf(notes));
}

std::optional<double> pitchClassesUsed(std::span<const Note> notes)
{
    return used(classCountsOf(notes));
}

std::optional<double> polyphony(std::span<const Note> notes)
{
    const SoundingTime sounding = soundingTimeOf(notes);
    double pitchTicks = 0;
    double ticks = 0;
    for (std::size_t pitches = 1; pitches < sounding.ticks.size(); ++pitches) {
        pitchTicks += static_cast<double>(pitches) * static_cast<double>(sounding.ticks[pitches]);
        ticks += static_cast<double>(sounding.ticks[pitches]);
    }
    return ticks > 0 ? std::optional(pitchTicks / ticks) : std::nullopt;
}

std::optional<double> polyphonyRate(std::span<const Note> notes, int threshold)
{
    const SoundingTime sounding = soundingTimeOf(notes);
    if (sounding.end == 0)
        return std::nullopt;
    double ticks = 0;
    for (std::size_t pitches = 0; pitches < sounding.ticks.size(); ++pitches)
        if (static_cast<int>(pitches) > threshold)
            ticks += static_cast<double>(sounding.ticks[pitches]);
    return ticks / static_cast<double>(sounding.end);
}

std::optional<double> pitchInScaleRate(std::span<const Note> notes, Key key)
{
    const std::array<std::size_t, 12> counts = classCountsOf(notes);
    const unsigned scale = scaleMask(key);
    double inside = 0;
    double all = 0;
    for (std::size_t pitchClass = 0; pitchClass < counts.size(); ++pitchClass) {
        all += static_cast<double>(counts[pitchClass]);
        if ((scale >> pitchClass & 1U) != 0)
            inside += static_cast<double>(counts[pitchClass]);
    }
    return all > 0 ? std::optional(inside / all) : std::nullopt;
}

std::optional<double> scaleConsistency(std::span<const Note> notes)
{
    std::optional<double> best;
    for (int tonic = 0; tonic < 12; ++tonic)
        for (const Mode mode : {Mode::Major, Mode::Minor})
            best = std::max(best, pitchInScaleRate(notes, {tonic, mode}));
    return best;
}

std::optional<double> pitchEntropy(std::span<const Note> notes)
{
    return entropy(countsOf(notes));
}

std::optional<double> pitchClassEntropy(std::span<const Note> notes)
{
    return entropy(classCountsOf(notes));
}

std::optional<double> emptyBeatRate(const Score& score)
{
    const std::int64_t quarter = std::max(1, score.ticksPerQuarter);
    return emptyRate(score, [quarter](Tick time) { return time.value / quarter; });
}

std::optional<double> emptyMeasureRate(const Score& score)
{
    const MeterMap meters(score);
    return emptyRate(score, [&meters](Tick time) { return meters.position(time).bar; });
}

std::optional<double> grooveConsistency(const Score& score)
{
    const std::optional<Tick> last = lastSoundingTick(score);
    if (!last || score.smpte)
        return std::nullopt;
    const MeterMap meters(score);
    const std::int64_t quarter = std::max(1, score.ticksPerQuarter);
    const auto lengthOf = [&meters](std::int64_t bar) {
        return (meters.barStart(bar + 1) - meters.barStart(bar)).value;
    };
    const auto stepsIn = [quarter](std::int64_t ticks) {
        return gridLine(ticks, kGrooveStepsPerQuarter, quarter).value;
    };

    std::map<std::int64_t, std::set<std::int64_t>> onsets; // by bar
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes) {
            const MeterMap::Position place = meters.position(note.start);
            const std::int64_t step = stepsIn(place.inBar.value);
            // What is played just before the bar line belongs to the bar behind it.
            if (step < stepsIn(lengthOf(place.bar)))
                onsets[place.bar].insert(step);
            else
                onsets[place.bar + 1].insert(0);
        }
    }

    const std::int64_t bars = meters.position(*last).bar + 1;
    std::set<std::int64_t> unequal; // bars that differ in length from the next
    for (const MeterMap::Change& change : meters.changes())
        for (const std::int64_t bar : {change.bar - 2, change.bar - 1})
            if (bar >= 0 && bar + 1 < bars && lengthOf(bar) != lengthOf(bar + 1))
                unequal.insert(bar);
    const std::int64_t pairs = bars - 1 - std::ssize(unequal);
    if (pairs <= 0)
        return std::nullopt;

    // Only pairs with an onset in one of the two can differ, so that silence costs nothing.
    std::set<std::int64_t> firsts;
    for (const auto& [bar, steps] : onsets)
        for (const std::int64_t first : {bar - 1, bar})
            if (first >= 0 && first + 1 < bars && !unequal.contains(first))
                firsts.insert(first);
    static const std::set<std::int64_t> kSilence;
    const auto stepsOf = [&onsets](std::int64_t bar) -> const std::set<std::int64_t>& {
        const auto found = onsets.find(bar);
        return found == onsets.end() ? kSilence : found->second;
    };
    double distance = 0;
    for (const std::int64_t first : firsts) {
        const std::set<std::int64_t>& here = stepsOf(first);
        const std::set<std::int64_t>& there = stepsOf(first + 1);
        std::size_t common = 0;
        for (const std::int64_t step : here)
            common += there.count(step);
        const std::int64_t steps = std::max<std::int64_t>(stepsIn(lengthOf(first)), 1);
        distance += static_cast<double>(here.size() + there.size() - 2 * common) /
                    static_cast<double>(steps);
    }
    return 1 - distance / static_cast<double>(pairs);
}

} // namespace continuo
