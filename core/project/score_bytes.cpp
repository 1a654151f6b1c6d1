// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/score_bytes.h"

#include <algorithm>
#include <bit>

namespace continuo {
namespace {

constexpr std::int64_t kLastTick = std::int64_t{1} << 60;

/// Little-endian groups of seven bits, the high bit set on all but the last.
void putNumber(std::vector<std::uint8_t>& out, std::uint64_t number)
{
    while (number >= 0x80) {
        out.push_back(static_cast<std::uint8_t>(number | 0x80));
        number >>= 7;
    }
    out.push_back(static_cast<std::uint8_t>(number));
}

/// Small numbers of either sign become small numbers: 0, −1, 1, −2, …
void putDifference(std::vector<std::uint8_t>& out, std::uint64_t to, std::uint64_t from)
{
    const std::uint64_t difference = to - from;
    putNumber(out, (difference << 1) ^ (0 - (difference >> 63)));
}

/// Takes records apart; every read after the end or of a number too long is a failure that stays.
class RecordReader
{
public:
    explicit RecordReader(std::span<const std::uint8_t> bytes)
        : m_bytes(bytes)
    {
    }

    bool isAtEnd() const { return m_bytes.empty(); }
    bool hasFailed() const { return m_hasFailed; }

    std::uint8_t byte()
    {
        if (m_bytes.empty()) {
            m_hasFailed = true;
            return 0;
        }
        const std::uint8_t first = m_bytes.front();
        m_bytes = m_bytes.subspan(1);
        return first;
    }

    std::uint64_t number()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t next = byte();
            if (shift == 63 && next > 1)
                break;
            value |= std::uint64_t{next & 0x7fU} << shift;
            if (next < 0x80)
                return value;
        }
        m_hasFailed = true;
        return 0;
    }

    std::uint64_t changed(std::uint64_t from)
    {
        const std::uint64_t folded = number();
        return from + ((folded >> 1) ^ (0 - (folded & 1)));
    }

    std::span<const std::uint8_t> span(std::uint64_t size)
    {
        if (size > m_bytes.size()) {
            m_hasFailed = true;
            return {};
        }
        const auto taken = m_bytes.first(static_cast<std::size_t>(size));
        m_bytes = m_bytes.subspan(static_cast<std::size_t>(size));
        return taken;
    }

private:
    std::span<const std::uint8_t> m_bytes;
    bool m_hasFailed = false;
};

bool isTime(Tick time)
{
    return time.value >= 0 && time.value <= kLastTick;
}

std::optional<std::string> flawOf(const Track& track)
{
    Tick last{};
    for (const Note& note : track.notes) {
        if (!isTime(note.start) || !isTime(note.length))
            return "a note stands at an impossible time";
        if (note.pitch.value > 127 || note.velocity > 127 || note.releaseVelocity > 127 ||
            note.channel > 15)
            return "a note is no MIDI note";
        last = std::max(last, note.end());
    }
    for (const Event& event : track.events) {
        if (!isTime(event.time))
            return "an event stands at an impossible time";
        if (event.status < 0x80)
            return "an event is no MIDI event";
        last = std::max(last, event.time);
    }
    if (!std::ranges::is_sorted(track.notes, noteBefore) ||
        !std::ranges::is_sorted(track.events, eventBefore))
        return "its notes or events are not in order";
    if (!isTime(track.end) || track.end < last)
        return "a track ends before its last note";
    return std::nullopt;
}

} // namespace

std::vector<std::uint8_t> noteBytes(std::span<const Note> notes)
{
    std::vector<std::uint8_t> out;
    out.reserve(notes.size() * 10);
    Note before;
    for (const Note& note : notes) {
        putDifference(out, static_cast<std::uint64_t>(note.start.value),
                      static_cast<std::uint64_t>(before.start.value));
        putDifference(out, note.id, before.id);
        putNumber(out, static_cast<std::uint64_t>(note.length.value));
        out.insert(out.end(),
                   {note.pitch.value, note.velocity, note.releaseVelocity, note.channel});
        before = note;
    }
    return out;
}

std::optional<std::vector<Note>> notesFromBytes(std::span<const std::uint8_t> bytes)
{
    std::vector<Note> notes;
    RecordReader reader(bytes);
    Note note;
    while (!reader.isAtEnd()) {
        note.start.value =
            static_cast<std::int64_t>(reader.changed(static_cast<std::uint64_t>(note.start.value)));
        note.id = static_cast<NoteId>(reader.changed(note.id));
        note.length.value = static_cast<std::int64_t>(reader.number());
        note.pitch.value = reader.byte();
        note.velocity = reader.byte();
        note.releaseVelocity = reader.byte();
        note.channel = reader.byte();
        if (reader.hasFailed())
            return std::nullopt;
        notes.push_back(note);
    }
    return notes;
}

std::vector<std::uint8_t> eventBytes(std::span<const Event> events)
{
    std::vector<std::uint8_t> out;
    std::uint64_t time = 0;
    EventId id = 0;
    for (const Event& event : events) {
        putDifference(out, static_cast<std::uint64_t>(event.time.value), time);
        putDifference(out, event.id, id);
        out.insert(out.end(), {event.status, event.data1, event.data2});
        const auto payload = event.payload.span();
        putNumber(out, payload.size());
        out.insert(out.end(), payload.begin(), payload.end());
        time = static_cast<std::uint64_t>(event.time.value);
        id = event.id;
    }
    return out;
}

std::optional<std::vector<Event>> eventsFromBytes(std::span<const std::uint8_t> bytes)
{
    std::vector<Event> events;
    RecordReader reader(bytes);
    std::uint64_t time = 0;
    EventId id = 0;
    while (!reader.isAtEnd()) {
        time = reader.changed(time);
        id = static_cast<EventId>(reader.changed(id));
        Event event;
        event.time.value = static_cast<std::int64_t>(time);
        event.id = id;
        event.status = reader.byte();
        event.data1 = reader.byte();
        event.data2 = reader.byte();
        event.payload = Bytes(reader.span(reader.number()));
        if (reader.hasFailed())
            return std::nullopt;
        events.push_back(std::move(event));
    }
    return events;
}

std::optional<std::string> flawOf(const Score& score)
{
    if (score.format < 0 || score.format > 2)
        return "its format is none of MIDI's";
    if (!score.smpte && (score.ticksPerQuarter < 1 || score.ticksPerQuarter > 32'767))
        return "its ticks a quarter are none of MIDI's";
    if (score.smpte && (score.smpte->framesPerSecond < 1 || score.smpte->framesPerSecond > 128 ||
                        score.smpte->ticksPerFrame < 1 || score.smpte->ticksPerFrame > 255))
        return "its division of the second is none of MIDI's";
    std::vector<std::uint32_t> ids;
    ids.reserve(score.noteCount() + score.tracks.size());
    for (const Track& track : score.tracks) {
        if (auto flaw = flawOf(track))
            return flaw;
        ids.push_back(track.id);
        for (const Note& note : track.notes)
            ids.push_back(note.id);
        for (const Event& event : track.events)
            ids.push_back(event.id);
    }
    std::ranges::sort(ids);
    if (std::ranges::adjacent_find(ids) != ids.end())
        return "two of its notes, events or tracks have the same id";
    if (!ids.empty() && (ids.front() == 0 || ids.back() >= score.nextId))
        return "an id is out of range";
    return std::nullopt;
}

} // namespace continuo
