// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/data_card.h"
#include "core/music/melody.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace continuo {
namespace {

/// Note values by their name and 48ths of a whole note.
struct NoteValue
{
    std::string_view name{};
    double part = 0;
};
constexpr std::array<NoteValue, 15> kValues{{{"1/64", 0.75},
                                             {"1/48", 1},
                                             {"1/32", 1.5},
                                             {"1/24", 2},
                                             {"1/16", 3},
                                             {"1/12", 4},
                                             {"1/16.", 4.5},
                                             {"1/8", 6},
                                             {"1/6", 8},
                                             {"1/8.", 9},
                                             {"1/4", 12},
                                             {"1/4.", 18},
                                             {"1/2", 24},
                                             {"1/2.", 36},
                                             {"1/1", 48}}};
constexpr int kNoLength = -1;
constexpr int kLonger = static_cast<int>(kValues.size());

/// The value nearest by ratio.
int valueOf(std::int64_t ticks, int ticksPerQuarter)
{
    if (ticks <= 0)
        return kNoLength;
    const double part = 12.0 * static_cast<double>(ticks) / ticksPerQuarter;
    for (std::size_t i = 0; i < kValues.size(); ++i) {
        const double next = i + 1 < kValues.size() ? kValues[i + 1].part : 2 * kValues[i].part;
        if (part * part <= kValues[i].part * next)
            return static_cast<int>(i);
    }
    return kLonger;
}

constexpr int kBeyondOctave = 13; ///< Stands for all of more than an octave.
constexpr int kTempoStep = 20;      ///< Quarters a minute of a bar.
constexpr int kFastestTempo = 240;

constexpr std::array<int, 7> kLengthEnds{15, 30, 60, 120, 240, 480, 960}; ///< Seconds.
constexpr std::array<std::string_view, 8> kLengthNames{"under 15 s", "15–30 s",       "30–60 s",
                                                       "1–2 min",    "2–4 min",       "4–8 min",
                                                       "8–16 min",   "16 min or more"};

void join(std::map<int, std::uint64_t>& counts, const std::map<int, std::uint64_t>& others)
{
    for (const auto& [value, count] : others)
        counts[value] += count;
}
void join(std::map<std::string, std::uint64_t>& counts,
          const std::map<std::string, std::uint64_t>& others)
{
    for (const auto& [value, count] : others)
        counts[value] += count;
}

template <typename Name>
std::vector<CardHistogram::Bar> barsOf(const std::map<int, std::uint64_t>& counts, Name name)
{
    std::vector<CardHistogram::Bar> bars;
    if (counts.empty())
        return bars;
    for (int value = counts.begin()->first; value <= counts.rbegin()->first; ++value) {
        const auto found = counts.find(value);
        bars.push_back({std::string(name(value)), found == counts.end() ? 0 : found->second});
    }
    return bars;
}

/// The most frequent first.
std::vector<CardHistogram::Bar> barsOf(const std::map<std::string, std::uint64_t>& counts)
{
    std::vector<CardHistogram::Bar> bars;
    for (const auto& [name, count] : counts)
        bars.push_back({name, count});
    std::ranges::stable_sort(bars, std::ranges::greater{}, &CardHistogram::Bar::count);
    return bars;
}

std::string intervalName(int interval)
{
    if (std::abs(interval) < kBeyondOctave)
        return fmt::format("{:+d}", interval);
    return interval > 0 ? "over +12" : "under -12";
}

std::string valueName(int value)
{
    return value == kNoLength ? "none"
           : value == kLonger ? "longer"
                              : std::string(kValues[static_cast<std::size_t>(value)].name);
}

std::string tempoName(int step)
{
    const int from = step * kTempoStep;
    return from >= kFastestTempo ? fmt::format("{} or more", from)
                                 : fmt::format("{}–{}", from, from + kTempoStep - 1);
}

} // namespace

std::uint64_t CardHistogram::total() const
{
    std::uint64_t total = 0;
    for (const Bar& bar : bars)
        total += bar.count;
    return total;
}

void CardCounts::add(const Score& score)
{
    const PieceFacts facts = factsOf(score);
    ++pieces;
    notes += facts.notes;
    drumNotes += facts.drumNotes;
    seconds += facts.durationSeconds;
    if (facts.lowest)
        lowest = std::min(lowest.value_or(*facts.lowest), *facts.lowest);
    if (facts.highest)
        highest = std::max(highest.value_or(*facts.highest), *facts.highest);
    if (facts.key)
        ++m_keys[keyFact(facts)];
    if (!facts.meters.empty())
        ++m_meters[meterFact(facts)];
    if (!facts.tempos.empty()) {
        const double tempo = std::clamp(facts.tempos.front().quartersPerMinute, 0.0,
                                        static_cast<double>(kFastestTempo));
        ++m_tempos[static_cast<int>(tempo) / kTempoStep];
    }
    const auto place = std::ranges::find_if(
        kLengthEnds, [&](int end) { return facts.durationSeconds < end; });
    ++m_lengths[static_cast<int>(place - kLengthEnds.begin())];
    addNotes(score);
}

void CardCounts::addNotes(const Score& score)
{
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes) {
            if (note.channel == kDrumChannel)
                continue;
            ++m_pitches[note.pitch.value];
            if (!score.smpte)
                ++m_values[valueOf(note.length.value, score.ticksPerQuarter)];
        }
    }
    const std::vector<Note> melody = melodyOf(score);
    for (std::size_t i = 1; i < melody.size(); ++i) {
        const int interval = melody[i].pitch.value - melody[i - 1].pitch.value;
        ++m_intervals[std::clamp(interval, -kBeyondOctave, kBeyondOctave)];
    }
}

void CardCounts::add(const CardCounts& other)
{
    pieces += other.pieces;
    notes += other.notes;
    drumNotes += other.drumNotes;
    seconds += other.seconds;
    if (other.lowest)
        lowest = std::min(lowest.value_or(*other.lowest), *other.lowest);
    if (other.highest)
        highest = std::max(highest.value_or(*other.highest), *other.highest);
    join(m_pitches, other.m_pitches);
    join(m_intervals, other.m_intervals);
    join(m_values, other.m_values);
    join(m_tempos, other.m_tempos);
    join(m_lengths, other.m_lengths);
    join(m_keys, other.m_keys);
    join(m_meters, other.m_meters);
}

std::vector<CardHistogram> CardCounts::histograms() const
{
    std::map<int, std::uint64_t> classes;
    for (const auto& [pitch, count] : m_pitches)
        classes[pitch % 12] += count;
    constexpr std::array<std::string_view, 12> kClassNames{"C",  "C#", "D",  "D#", "E",  "F",
                                                           "F#", "G",  "G#", "A",  "A#", "B"};
    return {
        {"Pitch", "Pitched notes (drums left out) by key.",
         barsOf(m_pitches,
                [](int pitch) { return pitchName(Pitch{static_cast<std::uint8_t>(pitch)}); })},
        {"Pitch class", "Pitched notes by key, whatever the octave.",
         barsOf(classes, [&](int name) { return kClassNames[static_cast<std::size_t>(name)]; })},
        {"Interval", "Semitones from one note of the melody to the next.",
         barsOf(m_intervals, intervalName)},
        {"Note value",
         "Pitched notes by the note value nearest to their length, as parts of a whole note; a dot "
         "is half as much again.",
         barsOf(m_values, valueName)},
        {"Key", "Pieces by the key they were heard in.", barsOf(m_keys)},
        {"Meter", "Pieces by their first meter.", barsOf(m_meters)},
        {"Tempo", "Pieces by their first tempo, in quarters a minute.",
         barsOf(m_tempos, tempoName)},
        {"Length", "Pieces by their length.",
         barsOf(m_lengths,
                [](int place) { return kLengthNames[static_cast<std::size_t>(place)]; })},
    };
}

} // namespace continuo
