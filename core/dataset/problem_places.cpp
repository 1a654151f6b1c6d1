// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/problem_places.h"

#include "core/base/counted.h"
#include "core/music/melody.h"
#include "core/music/tempo_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>

namespace continuo {
namespace {

std::string barsInWords(const std::vector<std::int64_t>& bars)
{
    constexpr std::size_t kShown = 8;
    if (bars.empty())
        return {};
    std::string words = bars.size() == 1 ? ", in bar " : ", in bars ";
    const std::size_t shown = std::min(bars.size(), kShown);
    for (std::size_t i = 0; i < shown; ++i) {
        const bool isLast = i + 1 == shown;
        words += i == 0 ? "" : (isLast && shown == bars.size() ? " and " : ", ");
        words += std::to_string(bars[i]);
    }
    return shown < bars.size() ? words + ", …" : words;
}

/// Collects the bars of one piece.
class Places
{
public:
    Places(const MusicPiece& piece, const PieceFacts& facts)
        : m_piece(piece)
        , m_facts(facts)
    {
        if (!piece.score.smpte)
            m_bars.emplace(piece.score);
    }

    ProblemPlace of(Problem problem)
    {
        m_found.clear();
        m_count = 0;
        std::string text = words(problem);
        ProblemPlace place{problem, {}, std::move(text)};
        place.bars.assign(m_found.begin(), m_found.end());
        place.text += barsInWords(place.bars);
        return place;
    }

private:
    void add(Tick time)
    {
        ++m_count;
        if (m_bars && m_found.size() < kMostProblemBars)
            m_found.insert(m_bars->position(time).bar + 1);
    }

    template <typename Test>
    void addNotes(Test isConcerned)
    {
        for (const Note& note : allNotes(m_piece.score)) {
            if (isConcerned(note))
                add(note.start);
        }
    }

    std::string words(Problem problem)
    {
        switch (problem) {
        case Problem::ExactDuplicate:
        case Problem::NearDuplicate:
        case Problem::UnreadableRest:
            return std::string(problemInfo(problem).explanation);
        case Problem::Empty:
            return "It has no notes";
        case Problem::TooShort:
            return fmt::format("It has only {}", counted(m_facts.notes, "note", "notes"));
        case Problem::DrumsOnly:
            return fmt::format("All {} notes are drums", m_facts.notes);
        case Problem::OverlappingNotes:
            addOverlaps();
            return counted(m_count, "note overlaps the one before", "notes overlap the one before");
        case Problem::UnreleasedNotes:
            addNotes([&](const Note& note) {
                return std::ranges::binary_search(m_piece.unreleasedNotes, note.id);
            });
            return counted(m_count, "note is never ended by the file",
                           "notes are never ended by the file");
        case Problem::ZeroLengthNotes:
            addNotes([](const Note& note) { return note.length.value == 0; });
            return counted(m_count, "note has no length", "notes have no length");
        case Problem::SeveralTempos:
            addTempos();
            return counted(m_facts.tempoCount, "tempo", "tempos");
        case Problem::SeveralMeters:
            addMeters();
            return counted(m_facts.meterCount, "meter", "meters");
        case Problem::ExtremeRange:
            addNotes([](const Note& note) {
                return note.channel != kDrumChannel &&
                       (note.pitch.value < kLowestPianoKey || note.pitch.value > kHighestPianoKey);
            });
            return counted(m_count, "note lies beyond a piano", "notes lie beyond a piano");
        case Problem::OffGrid:
            addNotes([&](const Note& note) {
                return isOffGrid(note.start, m_piece.score.ticksPerQuarter);
            });
            return counted(m_count, "note begins off the grid", "notes begin off the grid");
        case Problem::LongSilence:
            addSilence();
            return counted(static_cast<std::size_t>(m_facts.longestSilence), "silent bar running",
                           "silent bars running");
        case Problem::MonotoneRepetition:
            return m_facts.equalBars >= kMonotoneBars
                       ? fmt::format("{} bars running are equal", m_facts.equalBars)
                       : fmt::format("{} notes of the melody running have one pitch",
                                     m_facts.equalPitches);
        }
        return {};
    }

    void addOverlaps()
    {
        for (const Track& track : m_piece.score.tracks) {
            std::array<std::int64_t, 16 * 128> soundsUntil{};
            for (const Note& note : track.notes) {
                std::int64_t& until =
                    soundsUntil[std::size_t{note.channel} % 16 * 128 + note.pitch.value % 128];
                if (note.start.value < until)
                    add(note.start);
                until = std::max(until, note.end().value);
            }
        }
    }

    void addTempos()
    {
        const TempoMap tempos(m_piece.score);
        std::uint32_t before = 0;
        for (const TempoMap::Change& change : tempos.changes()) {
            if (before != 0 && change.microsecondsPerQuarter != before)
                add(change.time);
            before = change.microsecondsPerQuarter;
        }
    }

    void addMeters()
    {
        std::optional<Meter> before;
        for (const MeterMap::Change& change :
             m_bars ? m_bars->changes() : std::vector<MeterMap::Change>()) {
            if (before && change.meter != *before)
                add(change.time);
            before = change.meter;
        }
    }

    void addSilence()
    {
        if (!m_bars)
            return;
        Tick soundsUntil{};
        const auto silence = [&](Tick from, Tick to) {
            std::int64_t first = m_bars->position(from).bar;
            if (m_bars->barStart(first) < from)
                ++first;
            const std::int64_t last = m_bars->position(to).bar;
            if (last - first < kLongSilenceBars)
                return;
            for (std::int64_t bar = first; bar < last && m_found.size() < kMostProblemBars; ++bar)
                m_found.insert(bar + 1);
        };
        for (const Note& note : allNotes(m_piece.score)) {
            if (note.start > soundsUntil)
                silence(soundsUntil, note.start);
            soundsUntil = std::max(soundsUntil, note.end());
        }
        if (m_piece.score.end() > soundsUntil)
            silence(soundsUntil, m_piece.score.end());
    }

    const MusicPiece& m_piece;
    const PieceFacts& m_facts;
    std::optional<MeterMap> m_bars;
    std::set<std::int64_t> m_found;
    std::size_t m_count = 0;
};

} // namespace

std::vector<ProblemPlace> problemPlaces(const MusicPiece& piece, const PieceFacts& facts,
                                        ProblemMask problems)
{
    Places places(piece, facts);
    std::vector<ProblemPlace> list;
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        if (problems & problemBit(static_cast<Problem>(i)))
            list.push_back(places.of(static_cast<Problem>(i)));
    }
    return list;
}

ProblemMask problemsOf(std::span<const Remark> remarks)
{
    // What the readers say where they stop in the middle.
    constexpr std::array<std::string_view, 8> kCutShort{
        "midi.event-cut",      "midi.number-too-long", "midi.no-status",
        "midi.data-byte",      "midi.system-message",  "midi.meta-type",
        "midi.track-past-end", "midi.too-many-tracks"};
    const bool isCutShort = std::ranges::any_of(remarks, [&](const Remark& remark) {
        return std::ranges::find(kCutShort, remark.id) != kCutShort.end();
    });
    return isCutShort ? problemBit(Problem::UnreadableRest) : 0;
}

} // namespace continuo
