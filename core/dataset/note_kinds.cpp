// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/note_kinds.h"

#include "core/base/text.h"
#include "core/music/melody.h"
#include "core/music/meter.h"

#include <algorithm>

namespace continuo {
namespace {

std::size_t nearestValue(double quarters)
{
    std::size_t nearest = 0;
    for (std::size_t i = 1; i < kNoteValues.size(); ++i) {
        // Halfway between two values by ratio is their geometric mean.
        if (quarters * quarters >= kNoteValues[i - 1] * kNoteValues[i])
            nearest = i;
    }
    return nearest;
}

/// The sixteenth of its bar that is nearest to `time`; the end of a bar is the start of the next.
std::size_t sixteenthOf(const MeterMap& meters, Tick time)
{
    const std::int64_t quarter = meters.ticksPerQuarter();
    const std::int64_t bar = meters.meterAt(time).barLength(meters.ticksPerQuarter()).value;
    const std::int64_t inBar = meters.position(time).inBar.value;
    const std::int64_t nearest = (8 * inBar + quarter) / (2 * quarter);
    if (nearest * quarter >= 4 * bar)
        return 0;
    return std::min(static_cast<std::size_t>(nearest), kOnsetCount - 1);
}

template <std::size_t Size>
std::bitset<Size> present(const std::array<std::int64_t, Size>& counts)
{
    std::bitset<Size> bits;
    for (std::size_t i = 0; i < Size; ++i)
        bits[i] = counts[i] > 0;
    return bits;
}

template <std::size_t Size>
std::string toHex(const std::bitset<Size>& bits)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::size_t digit = (Size + 3) / 4; digit-- > 0;) {
        std::size_t value = 0;
        for (std::size_t bit = 0; bit < 4 && 4 * digit + bit < Size; ++bit)
            value |= bits[4 * digit + bit] ? std::size_t{1} << bit : 0;
        text += kDigits[value];
    }
    return text;
}

template <std::size_t Size>
bool fromHex(std::string_view text, std::bitset<Size>& bits)
{
    if (text.size() != (Size + 3) / 4)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[text.size() - 1 - i];
        const int value = letter >= '0' && letter <= '9'   ? letter - '0'
                          : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
                                                           : -1;
        if (value < 0)
            return false;
        for (std::size_t bit = 0; bit < 4; ++bit) {
            if ((value >> bit & 1) == 0)
                continue;
            if (4 * i + bit >= Size)
                return false;
            bits.set(4 * i + bit);
        }
    }
    return true;
}

} // namespace

void NoteStatistics::add(const Score& score)
{
    add(score, melodyOf(score));
}

void NoteStatistics::add(const Score& score, std::span<const Note> melody)
{
    ++pieces;
    const MeterMap meters(score);
    for (const Track& track : score.tracks) {
        for (const Note& note : track.notes) {
            if (note.channel == kDrumChannel)
                continue;
            ++pitches[note.pitch.value & 0x7fU];
            ++pitchClasses[static_cast<std::size_t>(note.pitch.pitchClass())];
            if (score.smpte)
                continue;
            ++durations[nearestValue(static_cast<double>(note.length.value) /
                                     score.ticksPerQuarter)];
            ++onsets[sixteenthOf(meters, note.start)];
        }
    }
    for (std::size_t i = 1; i < melody.size(); ++i) {
        const int interval = std::clamp(melody[i].pitch.value - melody[i - 1].pitch.value,
                                        -kWidestInterval, kWidestInterval);
        ++intervals[static_cast<std::size_t>(interval + kWidestInterval)];
    }
}

NoteKinds noteKinds(const NoteStatistics& statistics)
{
    return {present(statistics.pitches), present(statistics.intervals),
            present(statistics.durations), present(statistics.onsets)};
}

NoteKinds noteKindsOf(const Score& score, std::span<const Note> melody)
{
    NoteStatistics statistics;
    statistics.add(score, melody);
    return noteKinds(statistics);
}

std::string noteKindsToText(const NoteKinds& kinds)
{
    return toHex(kinds.pitches) + ':' + toHex(kinds.intervals) + ':' + toHex(kinds.durations) +
           ':' + toHex(kinds.onsets);
}

std::optional<NoteKinds> noteKindsFromText(std::string_view text)
{
    const std::vector<std::string> parts = splitText(text, ':');
    NoteKinds kinds;
    const bool isRead = parts.size() == 4 && fromHex(parts[0], kinds.pitches) &&
                        fromHex(parts[1], kinds.intervals) && fromHex(parts[2], kinds.durations) &&
                        fromHex(parts[3], kinds.onsets);
    return isRead ? std::optional(kinds) : std::nullopt;
}

} // namespace continuo
