// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/read_midi.h"

#include "core/base/file.h"
#include "core/midi/midi_remarks.h"
#include "core/midi/track_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace continuo {

namespace {

constexpr std::size_t kMaximumTracks = 65'535;
constexpr std::size_t kPrefixBytes = 512; ///< A header may begin this far inside; MacBinary puts 128 bytes before it.

Error refused(const std::string& name, std::string_view id, std::size_t byte, std::string_view why)
{
    return {ErrorKind::Refused, std::string(id), fmt::format("{}: {}", name, why),
            {{"file", name}, {"byte", fmt::to_string(byte)}}};
}

unsigned bigEndian16(std::span<const std::uint8_t> bytes, std::size_t at)
{
    return static_cast<unsigned>(bytes[at]) << 8U | bytes[at + 1];
}

std::size_t bigEndian32(std::span<const std::uint8_t> bytes, std::size_t at)
{
    return static_cast<std::size_t>(bigEndian16(bytes, at)) << 16U | bigEndian16(bytes, at + 2);
}

bool hasTag(std::span<const std::uint8_t> bytes, std::size_t at, std::string_view tag)
{
    return at <= bytes.size() && bytes.size() - at >= tag.size() &&
           std::equal(tag.begin(), tag.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

/// The first place at or after `from` where `tag` stands whole; nothing if there is none.
std::optional<std::size_t> findTag(std::span<const std::uint8_t> bytes, std::size_t from, std::string_view tag)
{
    if (from >= bytes.size())
        return std::nullopt;
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::size_t found = text.find(tag, from);
    return found == std::string_view::npos ? std::nullopt : std::optional(found);
}

bool isPrintable(std::span<const std::uint8_t> tag)
{
    return std::all_of(tag.begin(), tag.end(), [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; });
}

/// One reading of one file.
class FileReader
{
public:
    FileReader(std::span<const std::uint8_t> bytes, const std::string& name)
        : m_bytes(bytes)
        , m_name(name)
    {
    }

    Result<MidiReading> read()
    {
        if (auto found = findHeader(); !found)
            return found.error();
        if (auto understood = readHeader(); !understood)
            return understood.error();
        readChunks();
        return finish();
    }

private:
    Status findHeader();
    Status readHeader();
    void readChunks();
    Result<MidiReading> finish();

    void note(MidiDefect defect, std::size_t byte, std::int64_t value = -1)
    {
        m_defects.note(defect, byte, MidiDefects::kNoTrack, value);
    }

    std::span<const std::uint8_t> m_bytes; ///< Ends where the MIDI data ends; begins with the file.
    const std::string& m_name;
    std::size_t m_header = 0; ///< Where MThd stands.
    std::size_t m_chunks = 0; ///< Where the first chunk after the header stands.
    MidiReading m_reading{};
    MidiDefects m_defects{};
};

Status FileReader::findHeader()
{
    if (m_bytes.empty())
        return refused(m_name, "midi.empty-file", 0, "The file is empty.");
    if (m_bytes.size() > std::numeric_limits<std::uint32_t>::max())
        return refused(m_name, "midi.too-large", 0, "The file is larger than 4 GiB, which no MIDI file can be.");
    if (hasTag(m_bytes, 0, "MThd"))
        return ok();
    if (hasTag(m_bytes, 0, "SMF2CLIP"))
        return refused(m_name, "midi.midi2-clip", 0,
                       "This is a MIDI 2.0 clip file, which cannot be read. Save it as a Standard MIDI File.");
    if (hasTag(m_bytes, 0, "RIFF") && hasTag(m_bytes, 8, "RMID")) {
        const auto header = findTag(m_bytes, 12, "MThd");
        if (!header)
            return refused(m_name, "midi.no-header", 0, "This RIFF file holds no MIDI header (MThd).");
        m_header = *header;
        note(MidiDefect::InsideRiff, 0);
        if (m_header >= 20 && hasTag(m_bytes, m_header - 8, "data")) {
            const std::size_t length = m_bytes[m_header - 4] | static_cast<std::size_t>(m_bytes[m_header - 3]) << 8U |
                                       static_cast<std::size_t>(m_bytes[m_header - 2]) << 16U |
                                       static_cast<std::size_t>(m_bytes[m_header - 1]) << 24U;
            m_bytes = m_bytes.first(m_header + std::min(length, m_bytes.size() - m_header));
        }
        return ok();
    }
    const auto header = findTag(m_bytes.first(std::min(m_bytes.size(), kPrefixBytes)), 0, "MThd");
    if (!header)
        return refused(m_name, "midi.no-header", 0,
                       "This is not a MIDI file: it does not begin with the header MThd. "
                       "Check that the file is what its name says and was copied whole.");
    m_header = *header;
    note(MidiDefect::Prefix, 0, static_cast<std::int64_t>(m_header));
    return ok();
}

Status FileReader::readHeader()
{
    constexpr std::size_t kHeader = 14;
    const std::size_t left = m_bytes.size() - m_header;
    if (left < kHeader)
        return refused(m_name, "midi.header-cut", m_bytes.size(),
                       fmt::format("The file ends inside its header, at byte {}. Copy it again.", m_bytes.size()));
    const std::size_t length = bigEndian32(m_bytes, m_header + 4);
    m_chunks = m_header + 8 + length;
    if (length < 6 || length > left - 8) {
        m_chunks = m_header + kHeader;
        if (!hasTag(m_bytes, m_chunks, "MTrk"))
            return refused(m_name, "midi.bad-header", m_header + 4,
                           fmt::format("The header says at byte {} that it is {} bytes long, which cannot be.",
                                       m_header + 4, length));
        note(MidiDefect::HeaderLength, m_header + 4, static_cast<std::int64_t>(length));
    }
    const unsigned format = bigEndian16(m_bytes, m_header + 8);
    const unsigned division = bigEndian16(m_bytes, m_header + 12);
    Score& score = m_reading.score;
    m_reading.declaredTracks = static_cast<int>(bigEndian16(m_bytes, m_header + 10));
    score.format = format > 2 ? 1 : static_cast<int>(format);
    if (format > 2)
        note(MidiDefect::UnknownFormat, m_header + 8, format);
    if (division == 0 || (division >= 0x8000 && (division & 0xffU) == 0))
        return refused(m_name, "midi.bad-division", m_header + 12,
                       fmt::format("The header says at byte {} that time has no ticks, so nothing in the file has a length.",
                                   m_header + 12));
    if (division < 0x8000) {
        score.ticksPerQuarter = static_cast<int>(division);
        return ok();
    }
    const int framesPerSecond = 256 - static_cast<int>(division >> 8U);
    score.smpte = SmpteDivision{framesPerSecond, static_cast<int>(division & 0xffU)};
    if (framesPerSecond != 24 && framesPerSecond != 25 && framesPerSecond != 29 && framesPerSecond != 30)
        note(MidiDefect::FrameRate, m_header + 12, framesPerSecond);
    return ok();
}

void FileReader::readChunks()
{
    TrackReader tracks(m_bytes.data(), m_reading, m_defects);
    std::size_t at = m_chunks;
    while (m_bytes.size() - at >= 8) {
        const std::size_t length = bigEndian32(m_bytes, at + 4);
        const std::size_t left = m_bytes.size() - at - 8;
        if (hasTag(m_bytes, at, "MTrk")) {
            if (m_reading.score.tracks.size() == kMaximumTracks) {
                note(MidiDefect::TooManyTracks, at);
                return;
            }
            if (length > left)
                m_defects.note(MidiDefect::ChunkPastEnd, at + 4, std::ssize(m_reading.score.tracks),
                               static_cast<std::int64_t>(length));
            const std::uint8_t* const begin = m_bytes.data() + at + 8;
            tracks.read(begin, begin + std::min(length, left));
        } else if (!isPrintable(m_bytes.subspan(at, 4)) || length > left) {
            note(MidiDefect::StrayBytes, at);
            at = findTag(m_bytes, at + 1, "MTrk").value_or(m_bytes.size());
            continue;
        } else {
            ++m_reading.skippedChunks;
        }
        at += 8 + std::min(length, left);
    }
    if (at < m_bytes.size())
        note(MidiDefect::StrayBytes, at);
}

Result<MidiReading> FileReader::finish()
{
    const std::vector<Track>& tracks = m_reading.score.tracks;
    const int declared = m_reading.declaredTracks;
    if (tracks.empty() && declared > 0)
        return refused(m_name, "midi.no-tracks", m_chunks,
                       fmt::format("The header declares {} tracks, but none follows it at byte {}. Copy the file again.",
                                   declared, m_chunks));
    if (m_defects.isDamaged() && std::all_of(tracks.begin(), tracks.end(), [](const Track& track) {
            return track.notes.empty() && track.events.empty();
        }))
        return refused(m_name, "midi.nothing-readable", m_chunks,
                       fmt::format("No track could be read. {}", m_defects.remarks().front().text));
    if (std::ssize(tracks) != declared)
        note(MidiDefect::TrackCount, m_header + 10, declared);
    if (m_reading.score.format == 0 && tracks.size() > 1)
        note(MidiDefect::FormatZeroTracks, m_header + 8, std::ssize(tracks));
    m_reading.remarks = m_defects.remarks();
    return std::move(m_reading);
}

} // namespace

Result<MidiReading> readMidi(std::span<const std::uint8_t> bytes, const std::string& name)
{
    return FileReader(bytes, name).read();
}

Result<MidiReading> readMidiFile(const std::filesystem::path& path)
{
    const auto bytes = readFile(path);
    if (!bytes)
        return bytes.error();
    return readMidi(*bytes, readablePath(path));
}

} // namespace continuo
