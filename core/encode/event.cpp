// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/event.h"

#include "core/encode/event_bars_p.h"
#include "core/encode/melody_line_p.h"
#include "core/music/melody.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace continuo {

namespace {

Error refused(std::string id, std::string text)
{
    return {ErrorKind::Refused, std::move(id), std::move(text), {}};
}

/// A note on its way into symbols.
struct Source
{
    Note note{}; ///< As written, but for its pitch.
    std::size_t track = 0;
    int program = 0;
    int pitch = 0;
};

/// Which instrument sounds on a channel, and when.
class Programs
{
public:
    explicit Programs(const Score& score)
    {
        for (std::size_t i = 0; i < score.tracks.size(); ++i) {
            for (const Event& event : score.tracks[i].events) {
                if (!event.isChannelMessage(0xc0))
                    continue;
                const Change change{event.time, event.data1 & 127};
                m_ofTrack[{i, event.channel()}].push_back(change);
                m_ofChannel[event.channel()].push_back(change);
            }
        }
        for (auto& changes : m_ofChannel)
            std::ranges::stable_sort(changes, {}, &Change::time);
    }

    /// The track's own last word up to then, or its first; else the channel's in other tracks.
    int at(std::size_t track, const Note& note) const
    {
        if (note.channel == kDrumChannel)
            return EventSymbols::kDrums;
        const auto own = m_ofTrack.find({track, note.channel});
        const std::vector<Change>& changes =
            own != m_ofTrack.end() ? own->second : m_ofChannel[note.channel & 15U];
        if (changes.empty())
            return 0;
        const auto next = std::ranges::upper_bound(changes, note.start, {}, &Change::time);
        return next == changes.begin() ? changes.front().program : (next - 1)->program;
    }

private:
    struct Change
    {
        Tick time{};
        int program = 0;
    };
    std::map<std::pair<std::size_t, std::uint8_t>, std::vector<Change>> m_ofTrack{};
    std::array<std::vector<Change>, 16> m_ofChannel{};
};

/// The notes that the options say are read, with what is left out in the report.
Result<std::vector<Source>> sourcesOf(const Score& score, const EventOptions& options,
                                      LossReport& report)
{
    if (score.smpte) {
        return refused("encode.smpte",
                       "The piece counts time in film frames (SMPTE), not in beats, so it has no "
                       "bars. Convert it to a file with ticks per quarter first.");
    }
    report.notes = score.noteCount();
    const Programs programs(score);
    std::vector<Source> sources;
    const auto add = [&](std::size_t track, const Note& note) {
        sources.push_back({note, track, programs.at(track, note), note.pitch.value});
    };
    const auto choice = chooseMelodyTrack(score);
    if (options.tracks == "melody") {
        if (choice) {
            for (const Note& note : melodyOf(score))
                add(choice->track, note);
        }
        addLoss(report, "not-melody", report.notes - sources.size(),
                fmt::format("{} left out: other tracks, lower lines and drums",
                            report.notes - sources.size()));
    } else {
        // The tracks of format 2 are pieces of their own, each beginning at 0.
        const bool isOneTrack = score.format == 2 && choice;
        for (std::size_t i = 0; i < score.tracks.size(); ++i) {
            for (const Note& note : score.tracks[i].notes) {
                if (!isOneTrack || i == choice->track)
                    add(i, note);
            }
        }
        addLoss(report, "other-tracks", report.notes - sources.size(),
                fmt::format("{} left out: independent tracks of a file of format 2",
                            report.notes - sources.size()));
    }
    if (!options.programs) {
        const std::size_t drums = std::erase_if(
            sources, [](const Source& each) { return each.program == EventSymbols::kDrums; });
        addLoss(report, "drums", drums, fmt::format("{} left out: drums", drums));
    }
    if (sources.empty()) {
        return refused("encode.empty",
                       options.programs
                           ? "The piece has no notes. Choose a piece with at least one."
                           : "The piece has no notes but drums. Choose a piece with at least one "
                             "pitched note, or an encoding with programs.");
    }
    for (const Source& each : sources) {
        if (each.note.start.value < 0 || each.note.length.value < 0 ||
            each.note.length.value > kLatestTick || each.note.end().value > kLatestTick)
            return refused("encode.too-long",
                           "The piece holds times beyond anything that can be played.");
    }
    return sources;
}

/// Moves what lies outside the range by octaves, or drops it.
void bringIntoRange(std::vector<Source>& sources, const EventOptions& options, bool isFolding,
                    LossReport& report)
{
    const auto isOutside = [&](const Source& each) {
        if (each.program == EventSymbols::kDrums)
            return each.pitch < EventSymbols::kLowestDrum ||
                   each.pitch > EventSymbols::kHighestDrum;
        return each.pitch < options.low || each.pitch > options.high;
    };
    std::size_t folded = 0;
    if (isFolding) {
        for (Source& each : sources) {
            if (each.program == EventSymbols::kDrums || !isOutside(each))
                continue;
            int pitch = each.pitch;
            while (pitch < options.low)
                pitch += 12;
            while (pitch > options.high)
                pitch -= 12;
            if (pitch < options.low)
                continue; // the range is narrower than an octave and does not hold it
            each.pitch = pitch;
            ++folded;
        }
    }
    const std::string range =
        fmt::format("{}–{}", pitchName({static_cast<std::uint8_t>(options.low)}),
                    pitchName({static_cast<std::uint8_t>(options.high)}));
    addLoss(report, "folded", folded, fmt::format("{} moved by octaves into {}", folded, range));
    const std::size_t dropped = std::erase_if(sources, isOutside);
    addLoss(report, "outside-range", dropped,
            fmt::format("{} dropped: outside {}{}", dropped, range,
                        options.programs ? ", drums outside 27–87" : ""));
}

/// A note in its bar.
struct PlacedEvent
{
    EventBar bar{};
    std::int64_t unit = 0;
    std::int64_t units = 1;
    int order = 0; ///< The program, drums behind all.
    Source source{};

    auto place() const { return std::tuple(bar.start.value, unit, order, source.pitch); }
    Tick end() const { return bar.time(unit + units); }
};

std::vector<PlacedEvent> placed(const std::vector<Source>& sources, const EventSymbols& symbols,
                                const EventBars& bars, LossReport& report)
{
    std::vector<PlacedEvent> events;
    events.reserve(sources.size());
    for (const Source& source : sources) {
        PlacedEvent event;
        event.bar = bars.at(source.note.start);
        event.unit = event.bar.nearest(source.note.start);
        if (event.unit == event.bar.units) {
            event.bar = bars.after(event.bar);
            event.unit = 0;
        }
        const Tick start = event.bar.time(event.unit);
        // Longer ones are cut anyway, and would overflow.
        const Tick most{event.bar.length.value * (symbols.longestDuration() / event.bar.units + 2)};
        event.units = std::clamp<std::int64_t>(
            event.bar.toUnits(std::clamp(source.note.end() - start, Tick{}, most)), 1,
            symbols.longestDuration());
        event.order = !symbols.options.programs                ? 0
                      : source.program == EventSymbols::kDrums ? 128
                                                               : source.program;
        event.source = source;
        events.push_back(event);
    }
    // Of equal ones the longest stays, and of those the first.
    std::ranges::stable_sort(events, [](const PlacedEvent& a, const PlacedEvent& b) {
        return a.place() != b.place() ? a.place() < b.place() : a.units > b.units;
    });
    const auto repeated = std::ranges::unique(
        events, [](const PlacedEvent& a, const PlacedEvent& b) { return a.place() == b.place(); });
    const std::size_t same = repeated.size();
    events.erase(repeated.begin(), repeated.end());
    addLoss(report, "same-note", same,
            fmt::format("{} dropped: the same key of the same instrument is struck there already",
                        same));
    return events;
}

void reportPlacing(const std::vector<PlacedEvent>& events, const EventSymbols& symbols,
                   const EventBars& bars, LossReport& report)
{
    std::size_t moved = 0;
    std::size_t shortened = 0;
    std::size_t lengthened = 0;
    std::size_t velocities = 0;
    for (const PlacedEvent& event : events) {
        const Note& note = event.source.note;
        const Tick start = event.bar.time(event.unit);
        const Tick length = event.end() - start;
        moved += start != note.start ? 1 : 0;
        shortened += length < note.length ? 1 : 0;
        lengthened += length > note.length ? 1 : 0;
        velocities += !symbols.velocities.empty() &&
                              symbols.velocityOf(symbols.velocity(note.velocity)) != note.velocity
                          ? 1
                          : 0;
    }
    const std::string grid =
        symbols.options.positionsPerBeat == 1
            ? std::string("one place a beat")
            : fmt::format("{} places a beat", symbols.options.positionsPerBeat);
    addLoss(report, "moved", moved, fmt::format("{} moved to {}", moved, grid));
    addLoss(report, "shortened", shortened, fmt::format("{} shortened to {}", shortened, grid));
    addLoss(report, "lengthened", lengthened, fmt::format("{} lengthened to {}", lengthened, grid));
    addLoss(report, "velocity", velocities,
            fmt::format("{} as loud as the nearest of {} velocities", velocities,
                        symbols.velocities.size()));
    if (!bars.areAsWritten())
        addLoss(report, "bar-lines", 1, "bar lines of its meter cannot be said and are moved");
}

/// The tracks and channels the symbols stand for, the busiest of each instrument.
std::vector<EncodedVoice> voicesOf(const std::vector<PlacedEvent>& events, bool hasPrograms)
{
    std::map<int, std::map<std::pair<std::size_t, std::uint8_t>, std::size_t>> counts;
    for (const PlacedEvent& event : events)
        ++counts[event.order][{event.source.track, event.source.note.channel}];
    std::vector<EncodedVoice> voices;
    for (const auto& [order, places] : counts) {
        EncodedVoice voice;
        if (hasPrograms)
            voice.program = order == 128 ? EventSymbols::kDrums : order;
        std::size_t most = 0;
        for (const auto& [place, count] : places) {
            voice.notes += count;
            if (count > most)
                std::tie(voice.track, voice.channel) = place;
            most = std::max(most, count);
        }
        voices.push_back(voice);
    }
    return voices;
}

} // namespace

Result<EncodedPiece> EventEncoding::encode(const Score& score, const EncodeOptions& options) const
{
    const EventOptions& own = m_symbols.options;
    EncodedPiece piece;
    LossReport& report = piece.report;
    Result<std::vector<Source>> sources = sourcesOf(score, own, report);
    if (!sources)
        return sources.error();

    if (own.transpose) {
        const auto first = std::ranges::find_if(
            *sources, [](const Source& each) { return each.program != EventSymbols::kDrums; });
        if (first != sources->end())
            piece.key =
                options.key ? options.key : keyRelativeToFirst(allNotes(score), first->pitch % 12);
        if (piece.key)
            piece.semitones = semitonesToCommonKey(*piece.key);
        for (Source& each : *sources) {
            if (each.program != EventSymbols::kDrums)
                each.pitch += piece.semitones;
        }
    }
    bringIntoRange(*sources, own, options.foldOutOfRange, report);
    if (sources->empty()) {
        return refused("encode.outside-range",
                       fmt::format("No note of the piece lies in the range {} to {} of the "
                                   "encoding.",
                                   pitchName({static_cast<std::uint8_t>(own.low)}),
                                   pitchName({static_cast<std::uint8_t>(own.high)})));
    }

    const EventBars bars(m_symbols, MeterMap(score));
    const std::vector<PlacedEvent> events = placed(*sources, m_symbols, bars, report);
    reportPlacing(events, m_symbols, bars, report);
    piece.voices = voicesOf(events, own.programs);
    piece.track = std::ranges::max_element(piece.voices, {}, [](const EncodedVoice& voice) {
                      return voice.program == EventSymbols::kDrums ? 0 : voice.notes;
                  })->track;

    EventBar bar = events.front().bar;
    piece.origin = bar.start;
    std::size_t count = 0;
    const auto write = [&](Token token) { piece.tokens.push_back(token); };
    const auto open = [&](const EventBar& next) {
        bar = next;
        ++count;
        write(m_symbols.bar());
        write(m_symbols.meter(bar.meter));
    };
    const auto tooLong = [&] {
        return refused("encode.too-long",
                       fmt::format("The piece has more than {} bars. It probably holds one wrong, "
                                   "very long time.",
                                   kMaxBars));
    };
    open(bar);
    std::int64_t unit = -1;
    for (const PlacedEvent& event : events) {
        while (bar.start < event.bar.start) {
            if (count == kMaxBars)
                return tooLong();
            open(bars.after(bar));
            unit = -1;
        }
        if (event.unit != unit)
            write(m_symbols.position(static_cast<int>(event.unit)));
        unit = event.unit;
        const bool isDrum = event.source.program == EventSymbols::kDrums;
        if (own.programs)
            write(m_symbols.program(event.source.program));
        piece.said.push_back({piece.tokens.size(), event.source.note.id});
        write(isDrum ? m_symbols.drum(event.source.pitch) : m_symbols.pitch(event.source.pitch));
        if (own.velocities > 0)
            write(m_symbols.velocity(event.source.note.velocity));
        write(m_symbols.duration(static_cast<int>(event.units)));
        piece.end = std::max(piece.end, event.end());
    }
    if (options.until && *options.until > piece.end) {
        EventBar last = bars.at(*options.until);
        std::int64_t line = last.nearest(*options.until);
        if (last.time(line) < *options.until)
            ++line;
        piece.end = last.time(line);
        while (bar.end() < piece.end) {
            if (count == kMaxBars)
                return tooLong();
            open(bars.after(bar));
        }
    }
    if (options.withEnd)
        write(m_symbols.endOfPiece());
    return piece;
}

std::optional<Tick> EventEncoding::tokenTime(std::size_t, int) const
{
    return std::nullopt;
}

std::vector<Token> EventEncoding::opening(Meter meter, std::optional<Key>) const
{
    const std::size_t like = m_symbols.meterLike(meter).value_or(*m_symbols.meterLike(Meter{}));
    return {m_symbols.bar(), m_symbols.meter(like)};
}

} // namespace continuo
