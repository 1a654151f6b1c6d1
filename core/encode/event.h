// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/encode/encoding.h"
#include "core/music/meter.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// The settings of the `event` encoding; as JSON they have the same names.
struct EventOptions
{
    int positionsPerBeat = 12;  ///< Places of a beat on which notes begin and end; a beat is the
                                ///< meter's denominator.
    int longestBeats = 12;      ///< The longest note.
    int velocities = 32;        ///< How many velocities are told apart; 0: none are written.
    int low = 21;               ///< The lowest MIDI key, drums apart.
    int high = 108;             ///< The highest.
    bool programs = true;       ///< Each note says its instrument; drums are read only so.
    std::string tracks = "all"; ///< "all", or "melody": the line that encodings of one line read.
    bool transpose = false;     ///< Major pieces to C major, minor ones to A minor; drums stay.

    friend bool operator==(const EventOptions&, const EventOptions&) = default;
};

/// Reads the options from JSON text. Missing members take their defaults. Errors as makeEncoding().
Result<EventOptions> eventOptionsFromJson(std::string_view json);

/// What kind of event a symbol is.
enum class EventType
{
    Padding, ///< Never written; MidiTok wants it in a vocabulary.
    End,
    Bar,
    Pitch,
    Velocity,
    Duration,
    Position,
    Drum,
    Program,
    Meter
};

/// Where each kind of event stands in the vocabulary, and what its symbols say. The names and their
/// order are those of MidiTok's REMI, so that a symbol's index is MidiTok's id.
struct EventSymbols
{
    /// MIDI's drum keys from 27 to 87, as General MIDI 2 has them.
    static constexpr int kLowestDrum = 27;
    static constexpr int kHighestDrum = 87;
    /// The program of drums.
    static constexpr int kDrums = -1;

    explicit EventSymbols(const EventOptions& options);

    EventType type(Token token) const;

    /// The listed meter with bars as long as this one's, of the same denominator if there is one;
    /// nothing where none is as long.
    std::optional<std::size_t> meterLike(Meter meter) const;

    int unitsPerBar(std::size_t meter) const
    {
        return meters[meter].numerator * options.positionsPerBeat;
    }

    Token endOfPiece() const { return 1; }
    Token bar() const { return 2; }
    Token pitch(int key) const { return firstPitch + key - options.low; }
    Token velocity(int value) const; ///< The nearest; of two the louder.
    Token duration(int units) const { return firstDuration + units - 1; }
    Token position(int unit) const { return firstPosition + unit; }
    Token drum(int key) const { return firstDrum + key - kLowestDrum; }
    Token program(int number) const
    {
        return number == kDrums ? firstMeter - 1 : firstProgram + number;
    }
    Token meter(std::size_t index) const { return firstMeter + static_cast<Token>(index); }

    int keyOf(Token token) const; ///< Of a pitch or a drum.
    int velocityOf(Token token) const
    {
        return velocities[static_cast<std::size_t>(token - firstVelocity)];
    }
    int unitsOf(Token token) const { return token - firstDuration + 1; }
    int unitOf(Token token) const { return token - firstPosition; }
    int programOf(Token token) const
    {
        return token == firstMeter - 1 ? kDrums : token - firstProgram;
    }
    std::size_t meterOf(Token token) const { return static_cast<std::size_t>(token - firstMeter); }

    int longestDuration() const { return options.longestBeats * options.positionsPerBeat; }

    EventOptions options{};
    std::vector<Meter> meters{};
    std::vector<int> velocities{}; ///< In rising order.
    Token firstPitch = 3;
    Token firstVelocity = 0;
    Token firstDuration = 0;
    Token firstPosition = 0;
    Token firstDrum = 0;
    Token firstProgram = 0;
    Token firstMeter = 0;
    Token size = 0;
};

/// Bars, positions, instruments, pitches, velocities and durations, one symbol after another, as
/// REMI has them (Huang and Yang 2020): several notes at once, several tracks, any meter, drums.
///
/// Version 1. Every bar says its meter; a note is written where it begins as [Program] Pitch
/// [Velocity] Duration, instruments in the order of their numbers and drums last, pitches rising.
/// The first symbol stands at the beginning of the bar of the first note. Symbols have MidiTok's
/// names and ids. Not written: tempo, controllers, bends, track names.
class EventEncoding final : public Encoding
{
public:
    static constexpr std::string_view kName = "event";
    /// Pieces of more bars are refused.
    static constexpr std::size_t kMaxBars = std::size_t{1} << 18;

    explicit EventEncoding(const EventOptions& options);

    const EventSymbols& symbols() const { return m_symbols; }

    std::string_view name() const override { return kName; }
    int version() const override { return 1; }
    std::string optionsJson() const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }

    /// Errors (kind Refused): encode.empty, encode.smpte, encode.outside-range, encode.too-long.
    Result<EncodedPiece> encode(const Score& score, const EncodeOptions& options) const override;
    std::unique_ptr<TokenReader> reader(std::span<const Token> before,
                                        const ReaderOptions& options) const override;
    std::optional<Tick> tokenTime(std::size_t index, int ticksPerQuarter) const override;
    std::vector<Token> opening(Meter meter, std::optional<Key> key) const override;

    /// The configuration of MidiTok's REMI whose tokenizer has this vocabulary, name by name and id
    /// by id, as MidiTok 3 saves and loads it; with the vocabulary itself, which MidiTok ignores,
    /// under "vocabulary".
    std::string midiTokJson() const;

private:
    EventSymbols m_symbols;
    Vocabulary m_vocabulary;
};

} // namespace continuo
