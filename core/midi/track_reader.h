// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/midi/midi_remarks.h"
#include "core/midi/read_midi.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace continuo {

/// Reads the events of track chunks, one chunk after the other, into one reading.
class TrackReader
{
public:
    /// `file` is where the file begins, for the byte offsets of remarks. All three outlive the reader.
    TrackReader(const std::uint8_t* file, MidiReading& reading, MidiDefects& defects);

    /// Appends one track from the contents of its chunk.
    void read(const std::uint8_t* begin, const std::uint8_t* end);

private:
    const std::uint8_t* readSpecial(const std::uint8_t* p, const std::uint8_t* end, Tick time, std::uint8_t running,
                                    bool& isEnded);
    void checkMeta(Meta meta, std::span<const std::uint8_t> payload, const std::uint8_t* place);
    void addEvent(Event event, const std::uint8_t* rest, const std::uint8_t* end, std::uint8_t running);
    void reserveRest(const std::uint8_t* rest, const std::uint8_t* end, std::uint8_t running);
    void endOpenNotes(const std::uint8_t* place);
    void defect(MidiDefect kind, const std::uint8_t* place, std::int64_t value = -1);

    static constexpr std::uint32_t kNone = 0xffffffffU;

    const std::uint8_t* m_file;
    MidiReading& m_reading;
    MidiDefects& m_defects;
    Track* m_track = nullptr;
    std::int64_t m_trackIndex = -1;
    /// First and last sounding note of each channel and key, as indices into the track's notes. While a note sounds, its
    /// length holds the index of the next one of its queue.
    std::array<std::uint32_t, 16 * 128> m_oldest{};
    std::array<std::uint32_t, 16 * 128> m_newest{};
    std::size_t m_open = 0;
    std::size_t m_orphansBefore = 0; ///< Note-offs of no note in the tracks before.
    bool m_isCounted = false;        ///< The rest of this track has been counted.
};

} // namespace continuo
