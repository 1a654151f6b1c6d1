// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/write_midi.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

namespace continuo {

namespace {

constexpr std::size_t kMaximumTracks = 65'535;
constexpr std::int64_t kMaximumNumber = (1 << 28) - 1; ///< Of a variable-length number.
constexpr std::size_t kQueues = 16 * 128;

constexpr std::size_t queueOf(std::uint8_t channel, std::uint8_t key)
{
    return (channel & 0x0fU) << 7U | (key & 0x7fU);
}

void appendBigEndian(std::vector<std::uint8_t>& bytes, std::size_t value, int size)
{
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
        bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

void appendTag(std::vector<std::uint8_t>& bytes, std::string_view tag)
{
    for (const char letter : tag)
        bytes.push_back(static_cast<std::uint8_t>(letter));
}

/// The same notes so that first in, first out pairing ends each of them at its own time: of two notes of one channel and
/// key the later one never ends first. Counts the notes that had to be shortened.
std::vector<Note> notesInQueues(std::vector<Note> notes, std::size_t& shortened)
{
    std::array<std::int64_t, kQueues> lastEnd{};
    const bool isOrdered = std::all_of(notes.begin(), notes.end(), [&lastEnd](const Note& note) {
        std::int64_t& last = lastEnd[queueOf(note.channel, note.pitch.value)];
        return note.end().value >= std::exchange(last, note.end().value);
    });
    if (isOrdered)
        return notes;

    // Notes that start together can change places: the one that ends first goes first and none is lost.
    std::vector<std::size_t> byQueue(notes.size());
    for (std::size_t i = 0; i < notes.size(); ++i)
        byQueue[i] = i;
    const auto place = [&notes](std::size_t i) {
        return std::pair(queueOf(notes[i].channel, notes[i].pitch.value), notes[i].start);
    };
    std::stable_sort(byQueue.begin(), byQueue.end(),
                     [&place](std::size_t a, std::size_t b) { return place(a) < place(b); });
    for (std::size_t begin = 0, end = 0; begin < byQueue.size(); begin = end) {
        for (end = begin + 1; end < byQueue.size() && place(byQueue[begin]) == place(byQueue[end]);)
            ++end;
        std::vector<Note> together;
        for (std::size_t i = begin; i < end; ++i)
            together.push_back(notes[byQueue[i]]);
        std::stable_sort(together.begin(), together.end(),
                         [](const Note& a, const Note& b) { return a.length < b.length; });
        for (std::size_t i = begin; i < end; ++i) {
            const NoteId id = notes[byQueue[i]].id;
            notes[byQueue[i]] = together[i - begin];
            notes[byQueue[i]].id = id;
        }
    }
    std::array<std::int64_t, kQueues> nextEnd{};
    nextEnd.fill(std::numeric_limits<std::int64_t>::max());
    for (auto note = notes.rbegin(); note != notes.rend(); ++note) {
        std::int64_t& next = nextEnd[queueOf(note->channel, note->pitch.value)];
        if (note->end().value > next) {
            note->length = Tick{next} - note->start;
            ++shortened;
        }
        next = note->end().value;
    }
    return notes;
}

/// Writes one track chunk behind `writing.bytes`.
class TrackWriter
{
public:
    TrackWriter(const Track& track, MidiWriteOptions options, MidiWriting& writing)
        : m_track(track)
        , m_options(options)
        , m_writing(writing)
        , m_bytes(writing.bytes)
    {
    }

    Status write();

private:
    void wait(Tick until);
    void number(std::uint32_t value);
    void message(std::uint8_t status, std::uint8_t first, std::uint8_t second);
    void noteOn(const Note& note);
    void noteOff(std::uint8_t channel, std::uint8_t key, std::uint8_t velocity);
    Status event(const Event& event);
    bool hasPlace(const Event& event) const;

    const Track& m_track;
    MidiWriteOptions m_options;
    MidiWriting& m_writing;
    std::vector<std::uint8_t>& m_bytes;
    Tick m_now{};
    std::uint8_t m_running = 0;
    std::array<std::uint32_t, kQueues> m_sounding{}; ///< Notes begun and not ended, by channel and key.
};

Status TrackWriter::write()
{
    assert(std::is_sorted(m_track.notes.begin(), m_track.notes.end(), noteBefore));
    assert(std::is_sorted(m_track.events.begin(), m_track.events.end(), eventBefore));
    appendTag(m_bytes, "MTrk");
    appendBigEndian(m_bytes, 0, 4);
    const std::size_t begin = m_bytes.size();

    const std::vector<Note> notes = notesInQueues(m_track.notes, m_writing.shortenedNotes);
    std::vector<std::uint32_t> byEnd; // A note of length zero is ended where it begins.
    byEnd.reserve(notes.size());
    for (std::uint32_t i = 0; i < notes.size(); ++i)
        if (notes[i].length.value > 0)
            byEnd.push_back(i);
    std::stable_sort(byEnd.begin(), byEnd.end(),
                     [&notes](std::uint32_t a, std::uint32_t b) { return notes[a].end() < notes[b].end(); });

    auto note = notes.begin();
    auto other = m_track.events.begin();
    auto ending = byEnd.begin();
    while (note != notes.end() || other != m_track.events.end() || ending != byEnd.end()) {
        const bool isNote = note != notes.end() &&
                            (other == m_track.events.end() || note->start < other->time ||
                             (note->start == other->time && note->id < other->id));
        const bool isBegun = isNote || other != m_track.events.end();
        const Tick next = isNote ? note->start : isBegun ? other->time : Tick{};
        if (ending != byEnd.end() && (!isBegun || notes[*ending].end() <= next)) {
            const Note& ended = notes[*ending++];
            wait(ended.end());
            noteOff(ended.channel, ended.pitch.value, ended.releaseVelocity);
            --m_sounding[queueOf(ended.channel, ended.pitch.value)];
        } else if (isNote) {
            wait(next);
            noteOn(*note++);
        } else {
            if (auto written = event(*other++); !written)
                return written;
        }
        if (m_bytes.size() - begin > std::numeric_limits<std::uint32_t>::max() - 16)
            return Error{ErrorKind::Failed, "midi.track-too-long",
                         "A track is larger than the 4 GiB a MIDI file can hold. Split the piece.", {}};
    }
    wait(std::max(m_track.end, m_now));
    m_bytes.insert(m_bytes.end(), {0xff, static_cast<std::uint8_t>(Meta::EndOfTrack), 0});
    const std::size_t length = m_bytes.size() - begin;
    for (std::size_t i = 0; i < 4; ++i)
        m_bytes[begin - 4 + i] = static_cast<std::uint8_t>(length >> (24 - 8 * i));
    return ok();
}

/// Writes the delta time up to `until`.
void TrackWriter::wait(Tick until)
{
    std::int64_t delta = (until - m_now).value;
    assert(delta >= 0);
    while (delta > kMaximumNumber) {
        number(static_cast<std::uint32_t>(kMaximumNumber));
        m_bytes.insert(m_bytes.end(), {0xff, static_cast<std::uint8_t>(Meta::Text), 0});
        m_running = 0;
        ++m_writing.fillers;
        delta -= kMaximumNumber;
    }
    number(static_cast<std::uint32_t>(delta));
    m_now = until;
}

void TrackWriter::number(std::uint32_t value)
{
    for (unsigned shift = 21; shift > 0; shift -= 7)
        if (value >> shift)
            m_bytes.push_back(static_cast<std::uint8_t>(0x80U | (value >> shift & 0x7fU)));
    m_bytes.push_back(static_cast<std::uint8_t>(value & 0x7fU));
}

void TrackWriter::message(std::uint8_t status, std::uint8_t first, std::uint8_t second)
{
    if (!m_options.runningStatus || status != m_running)
        m_bytes.push_back(status);
    m_running = status;
    m_bytes.push_back(first);
    if ((status & 0xe0U) != 0xc0U)
        m_bytes.push_back(second);
}

void TrackWriter::noteOn(const Note& note)
{
    assert(note.channel < 16 && note.pitch.value < 128 && note.velocity > 0 && note.velocity < 128);
    message(static_cast<std::uint8_t>(0x90U | note.channel), note.pitch.value, note.velocity);
    if (note.length.value > 0) {
        ++m_sounding[queueOf(note.channel, note.pitch.value)];
    } else {
        number(0);
        noteOff(note.channel, note.pitch.value, note.releaseVelocity);
    }
}

void TrackWriter::noteOff(std::uint8_t channel, std::uint8_t key, std::uint8_t velocity)
{
    if (m_options.runningStatus && velocity == kDefaultReleaseVelocity)
        message(static_cast<std::uint8_t>(0x90U | channel), key, 0);
    else
        message(static_cast<std::uint8_t>(0x80U | channel), key, velocity);
}

/// Whether a file can hold the event here, so that it is read as what it is.
bool TrackWriter::hasPlace(const Event& event) const
{
    if (event.status == 0xff)
        return event.data1 < 0x80 && !event.isMeta(Meta::EndOfTrack);
    if (event.status == 0xf0 || event.status == 0xf7)
        return true;
    if (event.status < 0x80 || event.status > 0xef || event.data1 > 0x7f || event.data2 > 0x7f)
        return false;
    if (event.isChannelMessage(0x90))
        return false;
    return !event.isChannelMessage(0x80) || m_sounding[queueOf(event.channel(), event.data1)] == 0;
}

Status TrackWriter::event(const Event& event)
{
    if (!hasPlace(event)) {
        ++m_writing.omittedEvents;
        return ok();
    }
    wait(event.time);
    if (event.isChannelMessage(0x80)) {
        noteOff(event.channel(), event.data1, event.data2);
        return ok();
    }
    if (event.status < 0xf0) {
        message(event.status, event.data1, event.data2);
        return ok();
    }
    const auto payload = event.payload.span();
    if (std::ssize(payload) > kMaximumNumber)
        return Error{ErrorKind::Failed, "midi.event-too-long",
                     fmt::format("An event of {} bytes is larger than the 256 MiB a MIDI file can hold. Remove it.",
                                 payload.size()),
                     {{"bytes", fmt::to_string(payload.size())}}};
    m_running = 0;
    m_bytes.push_back(event.status);
    if (event.status == 0xff)
        m_bytes.push_back(event.data1);
    number(static_cast<std::uint32_t>(payload.size()));
    m_bytes.insert(m_bytes.end(), payload.begin(), payload.end());
    return ok();
}

/// About how many bytes the score takes; a little more than most files need.
std::size_t expectedBytes(const Score& score)
{
    std::size_t bytes = 14;
    for (const Track& track : score.tracks) {
        bytes += 16 + track.notes.size() * 8 + track.events.size() * 5;
        for (const Event& event : track.events)
            bytes += event.payload.empty() ? 0 : event.payload.size() + 2;
    }
    return bytes;
}

} // namespace

Result<MidiWriting> writeMidi(const Score& score, MidiWriteOptions options)
{
    if (score.tracks.size() > kMaximumTracks)
        return Error{ErrorKind::Failed, "midi.too-many-tracks",
                     fmt::format("The score has {} tracks; a MIDI file holds at most 65,535. Remove or join some.",
                                 score.tracks.size()),
                     {{"tracks", fmt::to_string(score.tracks.size())}}};
    assert(score.format >= 0 && score.format <= 2);
    MidiWriting writing;
    writing.bytes.reserve(expectedBytes(score));
    appendTag(writing.bytes, "MThd");
    appendBigEndian(writing.bytes, 6, 4);
    appendBigEndian(writing.bytes, static_cast<std::size_t>(score.format), 2);
    appendBigEndian(writing.bytes, score.tracks.size(), 2);
    if (score.smpte) {
        assert(score.smpte->framesPerSecond > 0 && score.smpte->framesPerSecond <= 128);
        assert(score.smpte->ticksPerFrame > 0 && score.smpte->ticksPerFrame < 256);
        appendBigEndian(writing.bytes, static_cast<std::size_t>(256 - score.smpte->framesPerSecond), 1);
        appendBigEndian(writing.bytes, static_cast<std::size_t>(score.smpte->ticksPerFrame), 1);
    } else {
        assert(score.ticksPerQuarter > 0 && score.ticksPerQuarter < 0x8000);
        appendBigEndian(writing.bytes, static_cast<std::size_t>(score.ticksPerQuarter), 2);
    }
    for (const Track& track : score.tracks)
        if (auto written = TrackWriter(track, options, writing).write(); !written)
            return written.error();
    return writing;
}

Status writeMidiFile(const std::filesystem::path& path, const Score& score, Overwrite overwrite,
                     MidiWriteOptions options)
{
    const auto writing = writeMidi(score, options);
    if (!writing)
        return writing.error();
    return writeFile(path, writing->bytes, overwrite);
}

} // namespace continuo
