// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_layers.h"

#include "core/music/time.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <utility>

namespace continuo {

namespace {

/// Chords of more pitches are divided: so a layer always has room for one more.
constexpr std::size_t kMostPitches = 32;
/// As many notes of a chord are read again.
constexpr std::size_t kMostRead = 64;

struct Placed
{
    std::int64_t start = 0;
    std::int64_t end = 0;
    Pitch pitch{};
};

std::vector<Placed> placedOnGrid(std::span<const Note> notes, int ticksPerQuarter,
                                 int stepsPerQuarter, AbcLayers& laid)
{
    const auto isOnGrid = [&](Tick time) {
        return time.value * stepsPerQuarter % ticksPerQuarter == 0;
    };
    const auto step = [&](Tick time) {
        return gridLine(time.value, stepsPerQuarter, ticksPerQuarter).value;
    };
    std::vector<Placed> placed;
    placed.reserve(notes.size());
    for (const Note& note : notes) {
        if (!isOnGrid(note.start) || !isOnGrid(note.end()) || note.length == Tick{})
            ++laid.movedNotes;
        const std::int64_t start = step(note.start);
        placed.push_back({start, std::max(start + 1, step(note.end())), note.pitch});
    }
    return placed;
}

/// Of one pitch only one note sounds at a time: notes are cut where the next begins, and of those
/// that begin together the longest stays.
void separatePitches(std::vector<Placed>& placed, AbcLayers& laid)
{
    std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        return a.start != b.start ? a.start < b.start : a.end > b.end;
    });
    std::array<std::optional<std::size_t>, 128> last{};
    std::vector<Placed> kept;
    kept.reserve(placed.size());
    for (const Placed& note : placed) {
        auto& before = last[note.pitch.value & 127U];
        if (before && kept[*before].start == note.start) {
            ++laid.leftOutNotes;
            continue;
        }
        if (before && kept[*before].end > note.start) {
            kept[*before].end = note.start;
            ++laid.shortenedNotes;
        }
        before = kept.size();
        kept.push_back(note);
    }
    placed = std::move(kept);
}

/// By start, and of those that start together the one with the highest note first.
std::vector<AbcChord> chordsOf(std::vector<Placed> placed)
{
    std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        return a.start != b.start ? a.start < b.start
               : a.end != b.end   ? a.end < b.end
                                  : a.pitch < b.pitch;
    });
    std::vector<AbcChord> chords;
    for (const Placed& note : placed) {
        const bool isTogether = !chords.empty() && chords.back().start == note.start &&
                                chords.back().end == note.end &&
                                chords.back().pitches.size() < kMostPitches;
        if (!isTogether)
            chords.push_back({.start = note.start, .end = note.end});
        chords.back().pitches.push_back(note.pitch);
    }
    std::stable_sort(chords.begin(), chords.end(), [](const AbcChord& a, const AbcChord& b) {
        return a.start != b.start ? a.start < b.start : b.pitches.back() < a.pitches.back();
    });
    return chords;
}

/// Makes room for `chord` where every layer sounds: the layer that ends first is cut; where all
/// begin with the chord, it joins the one that ends nearest to it.
void squeezeIn(AbcChord chord, AbcLayers& laid)
{
    AbcChord* first = nullptr;
    AbcChord* nearest = nullptr;
    for (AbcLayer& layer : laid.layers) {
        AbcChord& last = layer.back();
        if (last.start < chord.start) {
            if (!first || last.end < first->end)
                first = &last;
        } else if (last.pitches.size() + chord.pitches.size() <= kMostRead &&
                   (!nearest ||
                    std::abs(last.end - chord.end) < std::abs(nearest->end - chord.end))) {
            nearest = &last;
        }
    }
    if (first) {
        first->end = chord.start;
        laid.shortenedNotes += first->pitches.size();
        const auto layer =
            std::find_if(laid.layers.begin(), laid.layers.end(),
                         [first](const AbcLayer& each) { return &each.back() == first; });
        layer->push_back(std::move(chord));
        return;
    }
    assert(nearest); // 128 pitches leave room in one of the layers.
    laid.movedNotes += chord.pitches.size();
    nearest->pitches.insert(nearest->pitches.end(), chord.pitches.begin(), chord.pitches.end());
    std::sort(nearest->pitches.begin(), nearest->pitches.end());
}

} // namespace

AbcLayers layAbcNotes(std::span<const Note> notes, int ticksPerQuarter, int stepsPerQuarter)
{
    AbcLayers laid;
    std::vector<Placed> placed = placedOnGrid(notes, ticksPerQuarter, stepsPerQuarter, laid);
    separatePitches(placed, laid);
    for (AbcChord& chord : chordsOf(std::move(placed))) {
        const auto free =
            std::find_if(laid.layers.begin(), laid.layers.end(), [&chord](const AbcLayer& layer) {
                return layer.back().end <= chord.start;
            });
        if (free != laid.layers.end())
            free->push_back(std::move(chord));
        else if (laid.layers.size() < AbcLayers::kMost)
            laid.layers.push_back({std::move(chord)});
        else
            squeezeIn(std::move(chord), laid);
    }
    return laid;
}

} // namespace continuo
