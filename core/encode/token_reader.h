// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/vocabulary.h"
#include "core/music/note.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace continuo {

class TempoMap;

/// How tokens become notes again.
struct DecodeOptions
{
    int ticksPerQuarter = kDefaultTicksPerQuarter;
    Tick origin{};     ///< Where the first token stands.
    int semitones = 0; ///< Added to every pitch: minus EncodedPiece::semitones brings a piece back.
    std::uint8_t velocity = kDefaultVelocity;
    std::uint8_t channel = 0;
    const TempoMap* tempo =
        nullptr; ///< Of the score, for encodings that count seconds; borrowed. Without it 120 beats
                 ///< a minute.
};

struct ReaderOptions
{
    DecodeOptions decode{};
    std::optional<Tick> beforeStart{}; ///< Where the first symbol of what stands before is, in the
                                       ///< time of `decode`; encodings with bars then go on in
                                       ///< the open one, from `decode.origin` on.
    Tick bar{}; ///< A bar of silence and a note of two bars are the most that the reader allows; 0:
                ///< without limit.
    bool mayBeginSilent = true;
    bool tellsAtOnce =
        true; ///< Notes are told as soon as they are complete; else when it costs least.
};

/// A note that has been read to its end.
struct ReadNote
{
    Note note{};           ///< In the time, key and channel asked for; without an id.
    std::size_t token = 0; ///< Which of the symbols read began it, from 0; exact with tellsAtOnce
                           ///< only. Where several symbols say a note, the one that says its pitch.
    bool isOwnSymbol = false; ///< The symbol that was read last is a part of this note.
    bool hasVelocity = false; ///< The symbols say how loud it is; else it is as loud as was asked.
    std::optional<int> program{}; ///< Where the symbols say the instrument: General MIDI's program,
                                  ///< −1 for drums.
};

/// Reads symbols one after another, as they are drawn, and says what they mean and what may follow.
/// Made by an encoding, which outlives it; one for each answer, not to be shared between threads.
class TokenReader
{
public:
    virtual ~TokenReader() = default;

    /// For each symbol of the vocabulary 1 where it may come next, else 0; at least one may. Ends
    /// never may: who reads decides the length. Nothing else is promised of symbols that were read
    /// although they may not come: they are understood as far as they can be.
    virtual std::vector<std::uint8_t> mayFollow() const = 0;

    /// Reads one symbol. Returns the notes that are now known to be complete, in order of start.
    /// After an end nothing more is read.
    virtual std::vector<ReadNote> read(Token token) = 0;

    /// Nothing follows: what still sounds is complete.
    virtual std::vector<ReadNote> finish() = 0;

    /// Up to where the music is known: no symbol that is yet to be read begins a note before.
    virtual Tick time() const = 0;
};

} // namespace continuo
