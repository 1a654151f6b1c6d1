// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/music/score.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace continuo {

struct MidiWriteOptions
{
    /// Leave out a status byte that repeats, and write a note-off of kDefaultReleaseVelocity as a note-on of velocity 0.
    /// Meta and system exclusive events cancel the running status, as the standard wants it.
    bool runningStatus = true;
};

/// A Standard MIDI File and what of the score did not fit into one.
struct MidiWriting
{
    std::vector<std::uint8_t> bytes{};
    /// Notes inside a longer note of the same pitch, channel and track: MIDI cannot say which of the two a note-off ends,
    /// so the longer one ends with the shorter one.
    std::size_t shortenedNotes = 0;
    /// Note-offs of no note that would have ended a note, and events that are no MIDI.
    std::size_t omittedEvents = 0;
    /// Empty text events that stand in waits longer than one delta time can say (268,435,455 ticks).
    std::size_t fillers = 0;
};

/// Writes a score in its own format, division and order, so that reading the result gives the same score, ids included,
/// if it came from readMidi(). At each tick first the notes that end, then events and notes in the order of their ids; a
/// note of length zero is released at once.
///
/// Errors (Failed): midi.too-many-tracks (65,535), midi.track-too-long (4 GiB), midi.event-too-long (256 MiB).
Result<MidiWriting> writeMidi(const Score& score, MidiWriteOptions options = {});

/// Writes a whole file or leaves what was there; besides the errors of writeMidi() those of writeFile().
Status writeMidiFile(const std::filesystem::path& path, const Score& score, Overwrite overwrite,
                     MidiWriteOptions options = {});

} // namespace continuo
