// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/melody_line_p.h"
#include "core/music/melody.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace continuo {

namespace {

Error refused(std::string id, std::string text)
{
    return {ErrorKind::Refused, std::move(id), std::move(text), {}};
}

} // namespace

Result<MelodyLine> readMelodyLine(const Score& score, bool skyline, LossReport& report)
{
    if (score.smpte) {
        return refused("encode.smpte",
                       "The piece counts time in film frames (SMPTE), not in beats, so it has no "
                       "grid. Convert it to a file with ticks per quarter first.");
    }
    const std::optional<MelodyChoice> choice = chooseMelodyTrack(score);
    if (!choice) {
        return refused("encode.empty",
                       "The piece has no notes that could be a melody (drums do not count). Choose "
                       "a piece with at least one pitched note.");
    }
    report.notes = score.noteCount();
    const std::vector<Note>& written = score.tracks[choice->track].notes;
    const std::vector<Note> melody = melodyOf(score);
    if (melody.empty())
        return refused("encode.empty",
                       "The piece has no notes that could be a melody (drums do not count).");
    if (!skyline && melody.size() < written.size()) {
        return refused(
            "encode.several-lines",
            fmt::format(
                "{} of the {} notes of the melody's track sound together with higher ones, and the "
                "encoding was told to read single lines only (skyline off).",
                written.size() - melody.size(), written.size()));
    }
    addLoss(report, "not-melody", report.notes - melody.size(),
            fmt::format("{} left out: other tracks, lower lines and drums",
                        report.notes - melody.size()));

    MelodyLine line;
    line.track = choice->track;
    line.notes.reserve(melody.size());
    auto source = written.begin();
    for (const Note& note : melody) {
        // The skyline cuts notes; losses are told against the length as written.
        source = std::lower_bound(source, written.end(), note.start,
                                  [](const Note& a, Tick start) { return a.start < start; });
        Tick length = note.length;
        for (auto at = source; at != written.end() && at->start == note.start; ++at) {
            if (at->id == note.id && at->pitch == note.pitch)
                length = at->length;
        }
        if (note.start.value < 0 || note.end().value > kLatestTick || length.value < 0 ||
            length.value > kLatestTick)
            return refused("encode.too-long",
                           "The piece holds times beyond anything that can be played.");
        line.notes.push_back({note.start, length, note.pitch.value, 0, 0, note.id});
    }
    return line;
}

std::optional<Key> keyRelativeToFirst(std::span<const Note> notes, int firstPitchClass)
{
    std::array<double, 12> weights{};
    for (const Note& note : notes) {
        if (note.channel == kDrumChannel)
            continue;
        const auto degree =
            static_cast<std::size_t>((note.pitch.pitchClass() + 12 - firstPitchClass) % 12);
        weights[degree] += static_cast<double>(std::max<std::int64_t>(note.length.value, 1));
    }
    const std::optional<KeyEstimate> estimate = estimateKey(weights);
    if (!estimate)
        return std::nullopt;
    return Key{(estimate->key.tonic + firstPitchClass) % 12, estimate->key.mode};
}

void placeOnGrid(std::vector<PlacedNote>& notes, const GridLines& lines, bool hasRests,
                 LossReport& report)
{
    std::vector<PlacedNote> kept;
    kept.reserve(notes.size());
    std::size_t crowded = 0;
    for (PlacedNote note : notes) {
        note.firstStep = lines.nearest(note.start);
        note.endStep = std::max(lines.nearest(note.start + note.length), note.firstStep + 1);
        if (!kept.empty() && kept.back().firstStep == note.firstStep) {
            ++crowded;
            if (note.length > kept.back().length)
                kept.back() = note;
            continue;
        }
        kept.push_back(note);
    }
    addLoss(report, "same-step", crowded,
            fmt::format("{} dropped: another note stands on the same step of the {} grid", crowded,
                        lines.name()));
    for (std::size_t i = 0; i + 1 < kept.size(); ++i) {
        const std::int64_t next = kept[i + 1].firstStep;
        kept[i].endStep = hasRests ? std::min(kept[i].endStep, next) : next;
    }
    notes = std::move(kept);
}

void reportPlacing(std::span<const PlacedNote> notes, const GridLines& lines, bool hasRests,
                   LossReport& report)
{
    std::size_t moved = 0;
    std::size_t shortened = 0;
    std::size_t lengthened = 0;
    for (const PlacedNote& note : notes) {
        const Tick start = lines.line(note.firstStep);
        const Tick length = lines.line(note.endStep) - start;
        moved += start != note.start ? 1 : 0;
        shortened += length < note.length ? 1 : 0;
        lengthened += length > note.length ? 1 : 0;
    }
    const std::string grid = lines.name();
    addLoss(report, "moved", moved, fmt::format("{} moved to the {} grid", moved, grid));
    addLoss(report, "shortened", shortened,
            fmt::format("{} shortened to the {} grid", shortened, grid));
    addLoss(report, "lengthened", lengthened,
            hasRests ? fmt::format("{} lengthened to the {} grid", lengthened, grid)
                     : fmt::format("{} lengthened: the encoding has no rests", lengthened));
}

void addLoss(LossReport& report, std::string id, std::size_t count, std::string text)
{
    if (count > 0)
        report.items.push_back({std::move(id), count, std::move(text)});
}

Pitch pitchMoved(int pitch, int semitones)
{
    pitch += semitones;
    while (pitch < 0)
        pitch += 12;
    while (pitch > 127)
        pitch -= 12;
    return {static_cast<std::uint8_t>(pitch)};
}

} // namespace continuo
