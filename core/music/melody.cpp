// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/melody.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <string>

namespace continuo {
namespace {

bool namesAMelody(const std::string& name)
{
    static constexpr std::array<std::string_view, 12> words{"melod", "voice",  "vocal",   "sopran", "lead",   "solo",
                                                            "tune",  "violin", "descant", "cantus", "fiddle", "flute"};
    const std::string lower = lowerCase(name);
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

} // namespace

double monophony(std::span<const Note> notes)
{
    std::size_t onsets = 0;
    std::size_t alone = 0;
    Tick soundingUntil{};
    for (std::size_t i = 0; i < notes.size();) {
        std::size_t next = i + 1;
        Tick end = notes[i].end();
        while (next < notes.size() && notes[next].start == notes[i].start) {
            end = std::max(end, notes[next].end());
            ++next;
        }
        ++onsets;
        if (next == i + 1 && soundingUntil <= notes[i].start)
            ++alone;
        soundingUntil = std::max(soundingUntil, end);
        i = next;
    }
    return onsets > 0 ? static_cast<double>(alone) / static_cast<double>(onsets) : 0;
}

std::vector<Note> skyline(std::span<const Note> notes)
{
    std::vector<Note> sorted(notes.begin(), notes.end());
    std::sort(sorted.begin(), sorted.end(), [](const Note& a, const Note& b) {
        if (a.start != b.start)
            return a.start < b.start;
        return a.pitch != b.pitch ? a.pitch > b.pitch : a.end() > b.end();
    });
    std::vector<Note> line;
    for (const Note& note : sorted) {
        if (!line.empty()) {
            Note& last = line.back();
            if (note.start == last.start)
                continue;
            if (note.start < last.end()) {
                if (note.pitch < last.pitch)
                    continue;
                last.length = note.start - last.start;
            }
        }
        line.push_back(note);
    }
    return line;
}

std::optional<MelodyChoice> chooseMelodyTrack(const Score& score)
{
    std::size_t busiest = 0;
    for (const Track& track : score.tracks)
        if (!isDrumTrack(track))
            busiest = std::max(busiest, track.notes.size());
    std::optional<MelodyChoice> best;
    for (std::size_t i = 0; i < score.tracks.size(); ++i) {
        const Track& track = score.tracks[i];
        if (track.notes.empty() || isDrumTrack(track))
            continue;
        double pitchSum = 0;
        for (const Note& note : track.notes)
            pitchSum += note.pitch.value;
        MelodyChoice choice;
        choice.track = i;
        choice.monophony = continuo::monophony(track.notes);
        choice.height = std::clamp((pitchSum / static_cast<double>(track.notes.size()) - 36) / 60, 0.0, 1.0);
        choice.activity = static_cast<double>(track.notes.size()) / static_cast<double>(busiest);
        choice.isNamed = namesAMelody(trackName(track));
        choice.score = 0.35 * choice.monophony + 0.35 * choice.height + 0.15 * choice.activity +
                       (choice.isNamed ? 0.15 : 0.0);
        if (!best || choice.score > best->score)
            best = choice;
    }
    return best;
}

std::vector<Note> melodyOf(const Score& score)
{
    const auto choice = chooseMelodyTrack(score);
    if (!choice)
        return {};
    std::vector<Note> notes = score.tracks[choice->track].notes;
    std::erase_if(notes, [](const Note& note) { return note.channel == kDrumChannel; });
    return skyline(notes);
}

} // namespace continuo
