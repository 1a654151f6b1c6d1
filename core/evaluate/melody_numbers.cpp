// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/melody_numbers.h"

#include "core/evaluate/piece_numbers.h"
#include "core/music/key.h"
#include "core/music/melody.h"
#include "core/music/meter.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <numeric>
#include <vector>

namespace continuo {
namespace {

/// How long each pitch class sounds in a bar, in ticks.
using Profile = std::array<std::int64_t, 12>;

/// Pitch classes of the key's triads, bit n for pitch class n, in the order in which they win ties.
std::vector<unsigned> triadsOf(Key key)
{
    struct Triad
    {
        int root = 0;
        int third = 4;
        int fifth = 7;
    };
    static constexpr std::array<Triad, 7> kMajor{
        {{0, 4, 7}, {7, 4, 7}, {5, 4, 7}, {9, 3, 7}, {2, 3, 7}, {4, 3, 7}, {11, 3, 6}}};
    static constexpr std::array<Triad, 8> kMinor{
        {{0, 3, 7}, {7, 4, 7}, {7, 3, 7}, {5, 3, 7}, {8, 4, 7}, {2, 3, 6}, {3, 4, 7}, {10, 4, 7}}};
    std::vector<unsigned> masks;
    const auto add = [&](const Triad& triad) {
        unsigned mask = 0;
        for (const int step : {0, triad.third, triad.fifth})
            mask |= 1U << (key.tonic + triad.root + step) % 12;
        masks.push_back(mask);
    };
    if (key.mode == Mode::Major)
        std::ranges::for_each(kMajor, add);
    else
        std::ranges::for_each(kMinor, add);
    return masks;
}

unsigned chordOf(const Profile& profile, std::span<const unsigned> triads)
{
    const auto weight = [&](unsigned triad) {
        std::int64_t ticks = 0;
        for (std::size_t pitchClass = 0; pitchClass < profile.size(); ++pitchClass)
            if ((triad >> pitchClass & 1U) != 0)
                ticks += profile[pitchClass];
        return ticks;
    };
    return *std::ranges::max_element(triads, {}, weight); // the first of equal ones
}

/// How long each pitch class sounds in each bar in which a note begins.
std::map<std::int64_t, Profile> profilesOf(std::span<const Note> notes, const MeterMap& meters)
{
    std::map<std::int64_t, Profile> profiles;
    std::array<std::int64_t, 128> soundsUntil{};
    for (std::size_t i = 0; i < notes.size();) {
        const std::int64_t bar = meters.position(notes[i].start).bar;
        const std::int64_t begin = meters.barStart(bar).value;
        const std::int64_t end = meters.barStart(bar + 1).value;
        Profile& profile = profiles[bar];
        for (std::size_t pitch = 0; pitch < soundsUntil.size(); ++pitch)
            profile[pitch % 12] +=
                std::max<std::int64_t>(std::min(soundsUntil[pitch], end) - begin, 0);
        for (; i < notes.size() && notes[i].start.value < end; ++i) {
            const Note& note = notes[i];
            profile[static_cast<std::size_t>(note.pitch.pitchClass())] +=
                std::min(note.end().value, end) - note.start.value;
            std::int64_t& until = soundsUntil[note.pitch.value];
            until = std::max(until, note.end().value);
        }
    }
    return profiles;
}

/// Whether a place in a bar rounds to a strong beat; what rounds to the bar's end belongs to the
/// next.
bool isStrong(const MeterMap::Position& place, Meter meter, int ticksPerQuarter)
{
    const auto steps = [ticksPerQuarter](Tick time) {
        return gridLine(time.value, kGrooveStepsPerQuarter, ticksPerQuarter).value;
    };
    const Tick bar = meter.barLength(ticksPerQuarter);
    const std::int64_t beats = bar.value / meter.beatLength(ticksPerQuarter).value;
    const std::int64_t step = steps(place.inBar);
    if (step == 0)
        return true;
    return beats >= 4 && beats % 2 == 0 && step == steps({bar.value / 2});
}

} // namespace

std::optional<MotionShares> motionShares(std::span<const Note> melody)
{
    if (melody.size() < 2)
        return std::nullopt;
    MotionShares shares;
    const double each = 1.0 / static_cast<double>(melody.size() - 1);
    std::size_t repeats = 0;
    std::size_t steps = 0;
    for (std::size_t i = 1; i < melody.size(); ++i) {
        const int interval = std::abs(melody[i].pitch.value - melody[i - 1].pitch.value);
        repeats += interval == 0 ? 1 : 0;
        steps += interval > 0 && interval <= kLargestStep ? 1 : 0;
    }
    shares.repeat = static_cast<double>(repeats) * each;
    shares.step = static_cast<double>(steps) * each;
    shares.leap = static_cast<double>(melody.size() - 1 - repeats - steps) * each;
    return shares;
}

std::optional<double> selfSimilarity(const MelodyPrint& melody, std::size_t steps)
{
    if (steps == 0 || melody.size() < steps + 1)
        return std::nullopt;
    const std::size_t passages = melody.size() - steps + 1;
    std::vector<std::size_t> order(passages);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto passage = [&](std::size_t i) { return std::span(melody).subspan(i, steps); };
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return std::ranges::lexicographical_compare(passage(a), passage(b));
    });
    std::size_t repeated = 0;
    for (std::size_t i = 0; i < passages; ++i) {
        const bool isBefore = i > 0 && std::ranges::equal(passage(order[i]), passage(order[i - 1]));
        const bool isAfter =
            i + 1 < passages && std::ranges::equal(passage(order[i]), passage(order[i + 1]));
        repeated += isBefore || isAfter ? 1 : 0;
    }
    return static_cast<double>(repeated) / static_cast<double>(passages);
}

std::optional<double> chordToneRate(const Score& score)
{
    if (score.smpte)
        return std::nullopt;
    const std::vector<Note> notes = pitchedNotes(score);
    const std::optional<KeyEstimate> key = estimateKey(notes);
    if (!key)
        return std::nullopt;
    const MeterMap meters(score);
    const std::vector<unsigned> triads = triadsOf(key->key);
    const std::map<std::int64_t, Profile> profiles = profilesOf(notes, meters);
    std::size_t strong = 0;
    std::size_t inChord = 0;
    for (const Note& note : melodyOf(score)) {
        const MeterMap::Position place = meters.position(note.start);
        if (!isStrong(place, meters.meterAt(note.start), meters.ticksPerQuarter()))
            continue;
        ++strong;
        const unsigned chord = chordOf(profiles.at(place.bar), triads);
        inChord += chord >> note.pitch.pitchClass() & 1U;
    }
    return strong > 0 ? std::optional(static_cast<double>(inChord) / static_cast<double>(strong))
                      : std::nullopt;
}

} // namespace continuo
