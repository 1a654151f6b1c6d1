// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/event.h"
#include "core/music/event.h"
#include "core/music/score.h"

#include <algorithm>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace continuo {

/// The names of symbols, apart by spaces.
inline std::string namesOf(const Encoding& encoding, std::span<const Token> tokens)
{
    std::string names;
    for (const Token token : tokens)
        names += (names.empty() ? "" : " ") + encoding.vocabulary().symbol(token).name;
    return names;
}

/// Symbols of the `event` encoding as a score that says the same: a track for each instrument, the
/// meters where the bars have them. Its ticks per quarter are whole multiples of every position.
inline Score scoreOfEvents(const EventEncoding& encoding, std::span<const Token> tokens)
{
    Score score;
    score.ticksPerQuarter = 4 * encoding.symbols().options.positionsPerBeat;
    DecodeOptions decode;
    decode.ticksPerQuarter = score.ticksPerQuarter;
    const auto reader = encoding.reader({}, {.decode = decode});
    std::map<int, TrackId> tracks;
    const TrackId head = score.addTrack().id;
    const auto place = [&](int program, std::uint8_t channel) {
        if (!tracks.contains(program)) {
            tracks[program] = score.addTrack().id;
            if (program >= 0)
                score.addEvent(tracks[program],
                               programChange({}, channel, static_cast<std::uint8_t>(program)));
        }
        return tracks[program];
    };
    std::optional<std::size_t> meter;
    for (const Token token : tokens) {
        for (const ReadNote& read : reader->read(token)) {
            Note note = read.note;
            note.id = 0;
            score.addNote(place(read.program.value_or(0), note.channel), note);
        }
        if (encoding.symbols().type(token) != EventType::Meter ||
            meter == encoding.symbols().meterOf(token))
            continue;
        meter = encoding.symbols().meterOf(token);
        const Meter said = encoding.symbols().meters[*meter];
        score.addEvent(head, timeSignatureEvent(reader->time(), said.numerator, said.denominator));
    }
    return score;
}

} // namespace continuo
