// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/note_statistics.h"

#include "core/dataset/dataset.h"
#include "core/dataset/music_file.h"
#include "core/music/melody.h"
#include "core/music/meter.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace continuo::ui {

namespace {

constexpr std::chrono::milliseconds kTellPause{300};

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

} // namespace

void NoteStatistics::add(const Score& score)
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
    const std::vector<Note> melody = melodyOf(score);
    for (std::size_t i = 1; i < melody.size(); ++i) {
        const int interval = std::clamp(melody[i].pitch.value - melody[i - 1].pitch.value,
                                        -kWidestInterval, kWidestInterval);
        ++intervals[static_cast<std::size_t>(interval + kWidestInterval)];
    }
}

void countNotes(const std::filesystem::path& set, const std::vector<PiecePlace>& pieces,
                const CancelToken& cancel, const std::function<void(const NoteStatistics&)>& told)
{
    using Clock = std::chrono::steady_clock;
    NoteStatistics statistics;
    const Result<Dataset> dataset = Dataset::open(set, Dataset::Access::Read);
    if (!dataset)
        return;
    std::int64_t file = 0;
    std::vector<MusicPiece> music;
    auto lastTold = Clock::now();
    for (const auto& [wanted, ordinal] : pieces) {
        if (cancel.isCancelled())
            return;
        if (wanted != file) {
            file = wanted;
            music.clear();
            const auto bytes = dataset->bytesOf(file);
            if (auto read = bytes ? readMusicFile(*bytes, "") : Result<MusicFile>(bytes.error());
                read)
                music = std::move(read->pieces);
        }
        if (ordinal < music.size())
            statistics.add(music[ordinal].score);
        if (Clock::now() - lastTold >= kTellPause) {
            told(statistics);
            lastTold = Clock::now();
        }
    }
    told(statistics);
}

} // namespace continuo::ui
