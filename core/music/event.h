// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/bytes.h"
#include "core/music/time.h"

#include <cstdint>
#include <string_view>

namespace continuo {

/// Names one event of a score, across edits and undo. 0 means not yet in a score.
using EventId = std::uint32_t;

/// Numbers of the meta events the program reads (Standard MIDI Files 1.0).
enum class Meta : std::uint8_t
{
    SequenceNumber = 0x00,
    Text = 0x01,
    Copyright = 0x02,
    TrackName = 0x03,
    Instrument = 0x04,
    Lyric = 0x05,
    Marker = 0x06,
    CuePoint = 0x07,
    ProgramName = 0x08,
    DeviceName = 0x09,
    ChannelPrefix = 0x20,
    Port = 0x21,
    EndOfTrack = 0x2f,
    Tempo = 0x51,
    SmpteOffset = 0x54,
    TimeSignature = 0x58,
    KeySignature = 0x59,
    SequencerSpecific = 0x7f
};

/// Anything in a track that is not a note: kept byte for byte, so that cleaning and writing lose nothing.
///
/// `status` is 0x80..0xef for a channel message with `data1` and `data2` (program change and channel pressure use only
/// data1; 0x8n is a note-off that belongs to no note), 0xff for a meta event with its number in data1 and its bytes in
/// `payload`, 0xf0 or 0xf7 for system exclusive with the bytes after the length in `payload`.
struct Event
{
    Tick time{};
    EventId id = 0;
    std::uint8_t status = 0xff;
    std::uint8_t data1 = 0;
    std::uint8_t data2 = 0;
    Bytes payload{};

    constexpr bool isMeta(Meta meta) const { return status == 0xff && data1 == static_cast<std::uint8_t>(meta); }
    constexpr bool isChannelMessage(std::uint8_t high) const { return status < 0xf0 && (status & 0xf0) == high; }
    constexpr std::uint8_t channel() const { return status & 0x0f; }
    friend bool operator==(const Event&, const Event&) = default;
};

/// The order of events in a track: by time, then by id, which is the order of arrival.
constexpr bool eventBefore(const Event& a, const Event& b)
{
    return a.time != b.time ? a.time < b.time : a.id < b.id;
}

Event metaEvent(Tick time, Meta meta, std::string_view payload);
Event tempoEvent(Tick time, std::uint32_t microsecondsPerQuarter);
/// `denominator` is a power of two, 1..2^30.
Event timeSignatureEvent(Tick time, int numerator, int denominator);
/// `sharps` −7..7 (negative: flats).
Event keySignatureEvent(Tick time, int sharps, bool isMinor);
Event programChange(Tick time, std::uint8_t channel, std::uint8_t program);

} // namespace continuo
