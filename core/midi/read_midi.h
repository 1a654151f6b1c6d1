// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/score.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// Something a file does that the standard forbids and the reader put up with. There is one remark for each kind, so
/// that a hostile file cannot make many.
struct MidiRemark
{
    std::string id{};        ///< For example "midi.no-end-of-track".
    std::string text{};      ///< One English sentence, with the byte of the first place and how often it happens.
    std::int64_t byte = 0;   ///< Of the first place, from the start of the file.
    std::int64_t count = 1;  ///< How many places there are.
    std::int64_t track = -1; ///< Index of the track of the first place; −1 if it is not in a track.
    Error::Arguments arguments{};

    friend bool operator==(const MidiRemark&, const MidiRemark&) = default;
};

/// What a Standard MIDI File says. Accepted where `remarks` is empty, else accepted with notes.
struct MidiReading
{
    Score score{};
    std::vector<MidiRemark> remarks{};          ///< In order of the first place.
    int declaredTracks = 0;                     ///< What the header says; the tracks found are in the score.
    std::vector<NoteId> unreleasedNotes{};      ///< Notes the file never ends; they end with their track. Ascending.
    std::size_t orphanNoteOffs = 0;             ///< Note-offs without a note; kept as events.
    std::size_t zeroLengthNotes = 0;            ///< Released at the tick they were struck.
    std::size_t runningStatusMessages = 0;      ///< Channel messages written without their status byte.
    std::size_t skippedChunks = 0;              ///< Chunks that are not tracks; the standard allows them.

    friend bool operator==(const MidiReading&, const MidiReading&) = default;
};

/// Reads a Standard MIDI File (RP-001, version 1.1): formats 0, 1 and 2, metrical and SMPTE division, bare, inside RIFF
/// (RP-029) or behind up to 508 bytes of something else.
///
/// Notes are paired first in, first out for each channel and key within a track; a note-on of velocity 0 is a note-off
/// with kDefaultReleaseVelocity. Ids are given in order of arrival: a track, then its notes (by note-on) and events. What
/// follows the first end-of-track in a chunk is not read. A track that cannot be read any further keeps what came before,
/// with a remark, and reading goes on with the next chunk. Every other event is kept byte for byte, sensible or not.
///
/// Never looks outside `bytes`; memory is bounded by their number (up to about 16 times). `name` stands in the messages.
///
/// Errors (Refused): midi.empty-file, midi.no-header, midi.midi2-clip, midi.header-cut, midi.bad-header,
/// midi.bad-division, midi.no-tracks, midi.nothing-readable, midi.too-large; argument "byte" says where.
Result<MidiReading> readMidi(std::span<const std::uint8_t> bytes, const std::string& name);

/// Reads a file; besides the errors of readMidi() those of readFile().
Result<MidiReading> readMidiFile(const std::filesystem::path& path);

} // namespace continuo
