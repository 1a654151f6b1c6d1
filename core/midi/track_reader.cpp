// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/track_reader.h"

#include <algorithm>
#include <utility>

namespace continuo {

namespace {

/// A variable-length number that begins at `p`, where at least one byte is left. `next` is null where it has no end:
/// in this chunk (`isCut`) or after four bytes.
struct Number
{
    const std::uint8_t* next = nullptr;
    std::uint32_t value = 0;
    bool isCut = false;
};

inline Number readNumber(const std::uint8_t* p, const std::uint8_t* end)
{
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        if (p == end)
            return {nullptr, 0, true};
        const std::uint32_t byte = *p++;
        value = value << 7 | (byte & 0x7fU);
        if (byte < 0x80)
            return {p, value, false};
    }
    return {nullptr, 0, false};
}

/// How many data bytes follow the status of a channel message.
inline std::ptrdiff_t dataBytes(std::uint8_t status)
{
    return (status & 0xe0U) == 0xc0U ? 1 : 2;
}

struct Rest
{
    std::size_t notes = 0;
    std::size_t noteOffs = 0;
    std::size_t events = 0; ///< All others.
};

/// How much stands between `p` and the end, or the first thing that is wrong.
Rest countRest(const std::uint8_t* p, const std::uint8_t* end, std::uint8_t running)
{
    Rest rest;
    while (p != end) {
        const Number delta = readNumber(p, end);
        if (!delta.next || delta.next == end)
            return rest;
        p = delta.next;
        if (*p >= 0xf0) {
            if (*p == 0xff && end - p > 1)
                ++p;
            if (++p == end)
                return rest;
            const Number length = readNumber(p, end);
            if (!length.next || end - length.next < static_cast<std::ptrdiff_t>(length.value))
                return rest;
            p = length.next + length.value;
            ++rest.events;
            continue;
        }
        if (*p >= 0x80)
            running = *p++;
        if (running == 0 || end - p < dataBytes(running))
            return rest;
        if ((running & 0xf0U) > 0x90U)
            ++rest.events;
        else if ((running & 0xf0U) == 0x90U && p[1] > 0)
            ++rest.notes;
        else
            ++rest.noteOffs;
        p += dataBytes(running);
    }
    return rest;
}

} // namespace

TrackReader::TrackReader(const std::uint8_t* file, MidiReading& reading, MidiDefects& defects)
    : m_file(file)
    , m_reading(reading)
    , m_defects(defects)
{
    m_oldest.fill(kNone);
}

void TrackReader::read(const std::uint8_t* begin, const std::uint8_t* end)
{
    Score& score = m_reading.score;
    Track& track = score.tracks.emplace_back();
    track.id = score.nextId++;
    m_track = &track;
    ++m_trackIndex;
    m_isCounted = false;
    m_orphansBefore = m_reading.orphanNoteOffs;
    // A note takes eight bytes, or six with running status; where the guess is too small the rest is counted.
    const auto size = static_cast<std::size_t>(end - begin);
    track.notes.reserve(size / 8 + 1);
    track.events.reserve(size / 64 + 6);

    const std::uint8_t* p = begin;
    std::int64_t time = 0;
    std::uint8_t running = 0;
    bool isAfterSpecial = false;
    bool isEnded = false;
    bool isBroken = false;
    const auto stop = [this, &isBroken](MidiDefect kind, const std::uint8_t* where, std::int64_t value = -1) {
        defect(kind, where, value);
        isBroken = true;
    };
    std::size_t withoutStatus = 0;
    while (p != end) {
        const std::uint8_t* const place = p;
        std::uint32_t delta = *p++;
        if (delta >= 0x80) {
            const Number number = readNumber(place, end);
            if (!number.next) {
                stop(number.isCut ? MidiDefect::EventCut : MidiDefect::NumberTooLong, place);
                break;
            }
            delta = number.value;
            p = number.next;
        }
        if (p == end) {
            stop(MidiDefect::EventCut, place);
            break;
        }
        const std::int64_t now = time + delta;
        if (*p >= 0x80) {
            if (*p >= 0xf0) {
                const std::uint8_t* const next = readSpecial(p, end, {now}, running, isEnded);
                if (!next) {
                    isBroken = true;
                    break;
                }
                p = next;
                time = now;
                if (isEnded)
                    break;
                isAfterSpecial = true;
                continue;
            }
            running = *p++;
        } else {
            if (running == 0) {
                stop(MidiDefect::NoStatus, p);
                break;
            }
            if (isAfterSpecial)
                defect(MidiDefect::RunningStatusAfterMeta, p);
            ++withoutStatus;
        }
        isAfterSpecial = false;

        const std::ptrdiff_t length = dataBytes(running);
        if (end - p < length) {
            stop(MidiDefect::EventCut, place);
            break;
        }
        const std::uint8_t first = p[0];
        const std::uint8_t second = length == 2 ? p[1] : std::uint8_t{0};
        if ((first | second) >= 0x80) {
            stop(MidiDefect::DataByte, first >= 0x80 ? p : p + 1, first >= 0x80 ? first : second);
            break;
        }
        p += length;
        time = now;

        const unsigned kind = running & 0xf0U;
        if (kind > 0x90) {
            addEvent({.time = {now}, .status = running, .data1 = first, .data2 = second}, p, end, running);
            continue;
        }
        const std::size_t queue = (running & 0x0fU) << 7U | first;
        if (kind == 0x90 && second > 0) {
            if (track.notes.size() == track.notes.capacity())
                reserveRest(p, end, running);
            const auto index = static_cast<std::uint32_t>(track.notes.size());
            track.notes.push_back({{now}, {kNone}, score.nextId++, {first}, second, kDefaultReleaseVelocity,
                                   static_cast<std::uint8_t>(running & 0x0fU)});
            if (m_oldest[queue] == kNone)
                m_oldest[queue] = index;
            else
                track.notes[m_newest[queue]].length.value = index;
            m_newest[queue] = index;
            ++m_open;
            continue;
        }
        const std::uint8_t releaseVelocity = kind == 0x80 ? second : kDefaultReleaseVelocity;
        const std::uint32_t oldest = m_oldest[queue];
        if (oldest == kNone) {
            ++m_reading.orphanNoteOffs;
            addEvent({.time = {now},
                      .status = static_cast<std::uint8_t>(0x80U | (running & 0x0fU)),
                      .data1 = first,
                      .data2 = releaseVelocity},
                     p, end, running);
            continue;
        }
        Note& note = track.notes[oldest];
        m_oldest[queue] = static_cast<std::uint32_t>(note.length.value);
        note.length.value = now - note.start.value;
        note.releaseVelocity = releaseVelocity;
        m_reading.zeroLengthNotes += note.length.value == 0;
        --m_open;
    }

    track.end = {time};
    m_reading.runningStatusMessages += withoutStatus;
    if (m_open > 0)
        endOpenNotes(p);
    if (!isEnded && !isBroken)
        defect(MidiDefect::NoEndOfTrack, end);
    else if (isEnded && p != end)
        defect(MidiDefect::BytesAfterEndOfTrack, p);
    if (track.notes.capacity() > track.notes.size() * 3 / 2)
        track.notes.shrink_to_fit();
    if (track.events.capacity() > track.events.size() * 3 / 2)
        track.events.shrink_to_fit();
}

/// Reads a meta or system exclusive event whose status stands at `p`; null where it cannot be read.
const std::uint8_t* TrackReader::readSpecial(const std::uint8_t* p, const std::uint8_t* end, Tick time,
                                             std::uint8_t running, bool& isEnded)
{
    const std::uint8_t* const place = p;
    const std::uint8_t status = *p++;
    std::uint8_t type = 0;
    if (status == 0xff) {
        if (p == end) {
            defect(MidiDefect::EventCut, place);
            return nullptr;
        }
        type = *p++;
        if (type >= 0x80) {
            defect(MidiDefect::MetaType, place, type);
            return nullptr;
        }
    } else if (status != 0xf0 && status != 0xf7) {
        defect(MidiDefect::SystemMessage, place, status);
        return nullptr;
    }
    const Number length = readNumber(p, end);
    if (!length.next || end - length.next < static_cast<std::ptrdiff_t>(length.value)) {
        defect(length.next || length.isCut ? MidiDefect::EventCut : MidiDefect::NumberTooLong, place);
        return nullptr;
    }
    p = length.next + length.value;
    if (status == 0xff && type == static_cast<std::uint8_t>(Meta::EndOfTrack)) {
        isEnded = true;
        if (length.value > 0)
            defect(MidiDefect::EndOfTrackLength, place, length.value);
        return p;
    }
    if (status == 0xff)
        checkMeta(static_cast<Meta>(type), {length.next, length.value}, place);
    addEvent({.time = time,
              .status = status,
              .data1 = type,
              .payload = Bytes(std::span<const std::uint8_t>(length.next, length.value))},
             p, end, running);
    return p;
}

void TrackReader::checkMeta(Meta meta, std::span<const std::uint8_t> payload, const std::uint8_t* place)
{
    if (meta == Meta::Tempo) {
        if (payload.size() != 3 || (payload[0] | payload[1] | payload[2]) == 0)
            defect(MidiDefect::BadTempo, place);
    } else if (meta == Meta::TimeSignature) {
        if (payload.size() != 4 || payload[0] == 0 || payload[1] > 30)
            defect(MidiDefect::BadTimeSignature, place);
    } else if (meta == Meta::KeySignature) {
        if (payload.size() != 2 || payload[1] > 1 || (payload[0] > 7 && payload[0] < 0xf9))
            defect(MidiDefect::BadKeySignature, place);
    }
}

void TrackReader::addEvent(Event event, const std::uint8_t* rest, const std::uint8_t* end, std::uint8_t running)
{
    if (m_track->events.size() == m_track->events.capacity())
        reserveRest(rest, end, running);
    event.id = m_reading.score.nextId++;
    m_track->events.push_back(std::move(event));
}

/// Makes room for one more note and event and for what the rest of the track holds: doubling could need twice the memory
/// a file may cost. Note-offs count where many of the track's so far ended no note. Counting once bounds the time.
void TrackReader::reserveRest(const std::uint8_t* rest, const std::uint8_t* end, std::uint8_t running)
{
    if (m_isCounted)
        return;
    m_isCounted = true;
    const Rest more = countRest(rest, end, running);
    m_track->notes.reserve(m_track->notes.size() + more.notes + 1);
    const bool hasManyOrphans = m_reading.orphanNoteOffs - m_orphansBefore > m_track->notes.size() / 2;
    m_track->events.reserve(m_track->events.size() + more.events + (hasManyOrphans ? more.noteOffs : 0) + 1);
}

/// Ends the notes that still sound with the track.
void TrackReader::endOpenNotes(const std::uint8_t* place)
{
    const auto firstUnreleased = static_cast<std::ptrdiff_t>(m_reading.unreleasedNotes.size());
    for (std::uint32_t& oldest : m_oldest) {
        while (oldest != kNone) {
            Note& note = m_track->notes[oldest];
            oldest = static_cast<std::uint32_t>(note.length.value);
            note.length = m_track->end - note.start;
            m_reading.unreleasedNotes.push_back(note.id);
        }
    }
    m_defects.note(MidiDefect::UnreleasedNotes, static_cast<std::size_t>(place - m_file), m_trackIndex, -1,
                   static_cast<std::int64_t>(m_open));
    std::sort(m_reading.unreleasedNotes.begin() + firstUnreleased, m_reading.unreleasedNotes.end());
    m_open = 0;
}

void TrackReader::defect(MidiDefect kind, const std::uint8_t* place, std::int64_t value)
{
    m_defects.note(kind, static_cast<std::size_t>(place - m_file), m_trackIndex, value);
}

} // namespace continuo
