// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/melody_line_p.h"
#include "core/encode/voices.h"
#include "core/music/melody.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>

namespace continuo {

namespace {

Error refused(std::string id, std::string text)
{
    return {ErrorKind::Refused, std::move(id), std::move(text), {}};
}

/// Notes that belong together, and the track they stand on.
struct Line
{
    std::vector<Note> notes{};
    std::size_t track = 0;

    double meanPitch() const
    {
        double sum = 0;
        for (const Note& note : notes)
            sum += note.pitch.value;
        return sum / static_cast<double>(notes.size());
    }
};

bool isPitched(const Note& note)
{
    return note.channel != kDrumChannel;
}

/// The pitched tracks; of a single one its channels.
std::vector<Line> linesOf(const Score& score)
{
    std::vector<Line> lines;
    for (std::size_t i = 0; i < score.tracks.size(); ++i) {
        Line line{{}, i};
        std::ranges::copy_if(score.tracks[i].notes, std::back_inserter(line.notes), isPitched);
        if (!line.notes.empty())
            lines.push_back(std::move(line));
    }
    if (lines.size() != 1)
        return lines;
    std::map<std::uint8_t, Line> channels;
    for (const Note& note : lines.front().notes) {
        Line& channel = channels[note.channel];
        channel.track = lines.front().track;
        channel.notes.push_back(note);
    }
    if (channels.size() != kVoices)
        return lines;
    lines.clear();
    for (auto& [channel, line] : channels)
        lines.push_back(std::move(line));
    return lines;
}

/// The highest line of the notes, each with its length as written: the grid cuts, and tells of it.
std::vector<Note> highestLine(const std::vector<Note>& notes)
{
    std::map<NoteId, Tick> lengths;
    for (const Note& note : notes)
        lengths[note.id] = note.length;
    std::vector<Note> line = skyline(notes);
    for (Note& note : line)
        note.length = std::max(note.length, lengths[note.id]);
    return line;
}

/// Which of the free voices take the notes of one onset: all ways to leave some of the longer list
/// out, the one with the smallest way from each voice's last note.
class SharingOut
{
public:
    explicit SharingOut(const Score& score)
        : m_lines(score.ticksPerQuarter, VoicesEncoding::kStepsPerWhole)
    {
    }

    VoiceLines take(std::vector<Note> notes, std::size_t& left)
    {
        const auto before = [this](const Note& a, const Note& b) {
            const std::int64_t first = m_lines.nearest(a.start);
            const std::int64_t second = m_lines.nearest(b.start);
            return first != second ? first < second : a.pitch > b.pitch;
        };
        std::ranges::stable_sort(notes, before);
        for (auto at = notes.begin(); at != notes.end();) {
            const std::int64_t step = m_lines.nearest(at->start);
            const auto next = std::find_if(at, notes.end(), [&](const Note& note) {
                return m_lines.nearest(note.start) > step;
            });
            left += takeOnset(step, {at, next});
            at = next;
        }
        for (std::vector<Note>& voice : m_voices.notes)
            std::ranges::stable_sort(voice, {}, &Note::start);
        return std::move(m_voices);
    }

private:
    /// Notes in falling order. Returns how many found no voice.
    std::size_t takeOnset(std::int64_t step, std::vector<Note> notes)
    {
        const std::size_t all = notes.size();
        const auto same = std::ranges::unique(notes, {}, &Note::pitch);
        notes.erase(same.begin(), same.end());
        std::vector<std::size_t> free;
        for (std::size_t voice = 0; voice < kVoices; ++voice) {
            if (m_ends[voice] <= step)
                free.push_back(voice);
        }
        // Outer notes matter most.
        while (notes.size() > free.size())
            notes.erase(notes.begin() + static_cast<std::ptrdiff_t>(notes.size() / 2));
        m_bestWay = std::numeric_limits<int>::max();
        m_chosen.clear();
        choose(notes, free, 0, 0);
        for (std::size_t i = 0; i < notes.size(); ++i) {
            const std::size_t voice = m_best[i];
            m_voices.notes[voice].push_back(notes[i]);
            m_last[voice] = notes[i].pitch.value;
            m_ends[voice] = std::max(m_lines.nearest(notes[i].end()), step + 1);
        }
        return all - notes.size();
    }

    void choose(const std::vector<Note>& notes, const std::vector<std::size_t>& free,
                std::size_t from, int way)
    {
        if (m_chosen.size() == notes.size()) {
            if (way < m_bestWay) {
                m_bestWay = way;
                m_best = m_chosen;
            }
            return;
        }
        for (std::size_t i = from; i < free.size(); ++i) {
            const std::size_t voice = free[i];
            const int pitch = notes[m_chosen.size()].pitch.value;
            m_chosen.push_back(voice);
            choose(notes, free, i + 1, way + std::abs(pitch - m_last[voice]));
            m_chosen.pop_back();
        }
    }

    GridLines m_lines;
    VoiceLines m_voices{};
    std::array<std::int64_t, kVoices> m_ends{};
    std::array<int, kVoices> m_last{71, 65, 59, 51}; ///< Where voices usually begin.
    std::vector<std::size_t> m_chosen{};
    std::vector<std::size_t> m_best{};
    int m_bestWay = 0;
};

bool isSingleLine(const std::vector<Note>& notes)
{
    return skyline(notes).size() == notes.size() &&
           std::ranges::adjacent_find(notes, [](const Note& a, const Note& b) {
               return a.end() > b.start;
           }) == notes.end();
}

} // namespace

Result<VoiceLines> voiceLines(const Score& score, LossReport& report)
{
    if (score.smpte) {
        return refused("encode.smpte",
                       "The piece counts time in film frames (SMPTE), not in beats, so it has no "
                       "grid. Convert it to a file with ticks per quarter first.");
    }
    report.notes = score.noteCount();
    std::vector<Line> lines = linesOf(score);
    if (lines.empty()) {
        return refused("encode.empty", "The piece has no notes that could be a voice (drums do not "
                                       "count). Choose a piece with at least one pitched note.");
    }
    std::vector<Note> all;
    for (const Line& line : lines) {
        for (const Note& note : line.notes) {
            if (note.start.value < 0 || note.length.value < 0 || note.end().value > kLatestTick)
                return refused("encode.too-long",
                               "The piece holds times beyond anything that can be played.");
            all.push_back(note);
        }
    }
    std::ranges::sort(all, noteBefore);
    VoiceLines voices;
    std::size_t unvoiced = 0;
    if (lines.size() == kVoices) {
        std::ranges::stable_sort(lines, std::ranges::greater(), &Line::meanPitch);
        for (std::size_t voice = 0; voice < kVoices; ++voice) {
            voices.notes[voice] = highestLine(lines[voice].notes);
            voices.tracks[voice] = lines[voice].track;
            unvoiced += lines[voice].notes.size() - voices.notes[voice].size();
        }
    } else if (isSingleLine(all)) {
        voices.notes[0] = all;
        voices.tracks[0] = lines.size() == 1 ? std::optional(lines.front().track) : std::nullopt;
    } else {
        voices = SharingOut(score).take(all, unvoiced);
    }
    addLoss(report, "drums", report.notes - all.size(),
            fmt::format("{} of drums left out", report.notes - all.size()));
    addLoss(report, "no-voice", unvoiced,
            fmt::format("{} left out: more than four voices at once", unvoiced));
    return voices;
}

} // namespace continuo
