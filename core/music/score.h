// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/event.h"
#include "core/music/note.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

using TrackId = std::uint32_t;

/// One track: notes in noteBefore() order, every other event in eventBefore() order.
struct Track
{
    TrackId id = 0;
    std::vector<Note> notes{};
    std::vector<Event> events{};
    Tick end{}; ///< Where its end-of-track stands; never before its last note or event.

    friend bool operator==(const Track&, const Track&) = default;
};

/// SMPTE time division: ticks are fractions of a second and tempo events do not apply.
struct SmpteDivision
{
    int framesPerSecond = 25; ///< 24, 25, 29 (30 drop frame: 30/1.001 a second) or 30.
    int ticksPerFrame = 40;

    friend bool operator==(const SmpteDivision&, const SmpteDivision&) = default;
};

/// A piece of music as a value: everything a Standard MIDI File can say, with ids that stay the same through edits.
/// `format` 2 means that the tracks are independent pieces, each starting at 0.
struct Score
{
    int format = 1;
    int ticksPerQuarter = kDefaultTicksPerQuarter; ///< 1..32767. Meaningless where `smpte` is set.
    std::optional<SmpteDivision> smpte{};
    std::vector<Track> tracks{};
    std::uint32_t nextId = 1; ///< The next free note, event or track id.

    friend bool operator==(const Score&, const Score&) = default;

    const Track* track(TrackId id) const;
    Track* track(TrackId id);

    /// Adds an empty track and returns it; the reference holds until the next track is added.
    Track& addTrack();

    /// Gives the note or event an id and puts it in its place in the order. Slow for many; readers fill tracks themselves.
    NoteId addNote(TrackId track, Note note);
    EventId addEvent(TrackId track, Event event);

    std::size_t noteCount() const;
    bool hasNotes() const;
    /// The end of the last note, event or track.
    Tick end() const;
};

/// The first track-name event as UTF-8 (see readableText()), or empty.
std::string trackName(const Track& track);
/// The first program change of the channel most of its notes use; nothing if there is none.
std::optional<std::uint8_t> trackProgram(const Track& track);
/// True if it has notes and all of them are on the drum channel.
bool isDrumTrack(const Track& track);

/// All notes of all tracks in noteBefore() order. In format 2 the tracks are pieces of their own: ask them one by one.
std::vector<Note> allNotes(const Score& score);

} // namespace continuo
