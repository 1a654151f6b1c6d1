// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to core/project: notes and events as they lie in the file.

#include "core/music/score.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// One record a note: start and id as differences from the note before, length, each a
/// variable-length number; then pitch, velocity, release velocity and channel, a byte each.
std::vector<std::uint8_t> noteBytes(std::span<const Note> notes);
/// Nothing where the bytes are not such records.
std::optional<std::vector<Note>> notesFromBytes(std::span<const std::uint8_t> bytes);

/// One record an event: time and id as differences, status, data1 and data2, the payload's size,
/// the payload.
std::vector<std::uint8_t> eventBytes(std::span<const Event> events);
std::optional<std::vector<Event>> eventsFromBytes(std::span<const std::uint8_t> bytes);

/// What the rest of the program may not be given, in words: an id of 0 or that stands twice, a time
/// below zero or beyond 2^60, notes out of order, a pitch above 127. Nothing where the score is
/// sound.
std::optional<std::string> flawOf(const Score& score);

} // namespace continuo
