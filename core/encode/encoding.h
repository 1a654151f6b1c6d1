// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/encode/token_reader.h"
#include "core/encode/vocabulary.h"
#include "core/music/key.h"
#include "core/music/meter.h"
#include "core/music/score.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// What an encoding could not keep of a piece, for "3 of 41 notes shortened, 2 dropped: outside
/// F#3–F#6".
struct LossReport
{
    struct Item
    {
        std::string
            id{}; ///< Stable: "shortened", "moved", "outside-range", "not-melody", "folded", …
        std::size_t count = 0;
        std::string text{}; ///< English, complete: "2 dropped: outside F#3–F#6".
        friend bool operator==(const Item&, const Item&) = default;
    };
    std::size_t notes = 0; ///< Notes of the piece before encoding.
    std::vector<Item> items{};

    std::string text() const; ///< One line; "nothing lost" where there are no items.
    friend bool operator==(const LossReport&, const LossReport&) = default;
};

/// An instrument of a piece, for encodings that read several.
struct EncodedVoice
{
    std::optional<int> program{}; ///< General MIDI's, from 0; −1 for drums; nothing where the
                                  ///< encoding tells no instruments apart.
    std::size_t track = 0;        ///< Index into Score::tracks of the track with most of its notes.
    std::uint8_t channel = 0;     ///< Of most of its notes there.
    std::size_t notes = 0;

    friend bool operator==(const EncodedVoice&, const EncodedVoice&) = default;
};

/// Which symbol of an encoded piece says the pitch of a note of the score.
struct SaidNote
{
    std::size_t token = 0; ///< Index into EncodedPiece::tokens.
    NoteId note = 0;

    friend bool operator==(const SaidNote&, const SaidNote&) = default;
};

/// A piece as a model reads it.
struct EncodedPiece
{
    std::vector<Token> tokens{};
    std::optional<Key> key{}; ///< The key the piece was heard in, where the encoding brings pieces
                              ///< to a common key.
    int semitones = 0;        ///< What was added to every pitch on the way in, octaves included.
    Tick origin{};            ///< Score time of the first token.
    Tick end{}; ///< Score time at which the last note ends, on the encoding's grid: where an answer
                ///< begins.
    std::size_t track = 0; ///< Index into Score::tracks of the track that was read; of several
                           ///< the one with most notes.
    std::vector<EncodedVoice> voices{}; ///< Where several tracks are read: what each is.
    std::vector<SaidNote> said{};       ///< In the order of the symbols; nothing where a single
                                        ///< symbol does not say a pitch.
    LossReport report{};
};

/// How to bring one piece in.
struct EncodeOptions
{
    std::optional<Key> key{}; ///< Overrides the key that would be found.
    bool foldOutOfRange =
        false; ///< Move notes outside the range by octaves instead of dropping them.
    bool withEnd =
        true; ///< The piece is over: append what says so, the end symbol for one. Off for prompts.
    std::optional<Tick>
        until{}; ///< For prompts: where silence goes on to if the last note ends before.
};

class Encoding;

/// Collects the vocabulary of an encoding that takes it from the pieces. One thread.
class VocabularyFit
{
public:
    virtual ~VocabularyFit() = default;

    virtual void add(const Score& score) = 0; ///< Pieces that cannot be encoded are passed over.
    virtual std::shared_ptr<const Encoding> encoding() const = 0; ///< Of the pieces so far.
};

/// A way to write a piece as a sequence of symbols and to read it back. Immutable; safe from any
/// thread. Name, version and options say everything; they and the vocabulary travel inside the
/// model file.
class Encoding
{
public:
    virtual ~Encoding() = default;

    virtual std::string_view name() const = 0; ///< "grid"
    virtual int version() const = 0;
    /// The options as one JSON object in text, with every default filled in and keys in order.
    virtual std::string optionsJson() const = 0;
    virtual const Vocabulary& vocabulary() const = 0;

    /// How many numbers make a step, and where each of them ends: number k is from 0 to limits()[k]
    /// − 1. Of most encodings a step is one symbol. Where it is more, tokens hold step after step,
    /// the vocabulary lists what the numbers speak of, and tokenTime() and ReadNote::token count
    /// steps.
    virtual std::vector<Token> limits() const { return {vocabulary().size()}; }

    /// Errors (kind Refused): encode.empty where there is nothing to encode, encode.outside-range
    /// where no note fits.
    virtual Result<EncodedPiece> encode(const Score& score, const EncodeOptions& options) const = 0;

    /// Reads symbols one after another. `before` is what stands before them, such as a prompt: the
    /// reader knows its key, meter and open bar, and tells none of its notes.
    virtual std::unique_ptr<TokenReader> reader(std::span<const Token> before,
                                                const ReaderOptions& options) const = 0;

    /// Where token `index` begins, relative to the first, at `ticksPerQuarter`; nothing for
    /// encodings without a grid.
    virtual std::optional<Tick> tokenTime(std::size_t index, int ticksPerQuarter) const = 0;

    /// The pitches that a symbol begins, as far as the symbol alone says; sounding, in the
    /// encoding's key.
    virtual std::vector<Pitch> pitchesOf(Token token) const;

    /// What every piece in this meter and key begins with before its first note; without a key up
    /// to where it is said.
    virtual std::vector<Token> opening(Meter meter, std::optional<Key> key) const;

    /// For encodings whose vocabulary is that of the training part; nothing where it is fixed.
    /// Without a fit such an encoding knows no piece.
    virtual std::unique_ptr<VocabularyFit> fit() const { return nullptr; }

    /// Notes of the tokens, ids 0, in order of start. Tokens of no meaning here (hold after rest,
    /// …) lengthen nothing; decoding stops at the end symbol. A note that is held across the last
    /// token ends with it.
    std::vector<Note> decode(std::span<const Token> tokens, const DecodeOptions& options) const;

    /// Where the last of the tokens ends under these options.
    Tick timeAfter(std::span<const Token> tokens, const DecodeOptions& options) const;
};

/// Makes the encoding `name` from its options (a JSON object in text; missing members take their
/// defaults). Errors (kind Usage): encode.unknown-encoding, encode.unknown-option,
/// encode.bad-option: each names the key and what is allowed.
Result<std::shared_ptr<const Encoding>> makeEncoding(std::string_view name,
                                                     std::string_view optionsJson);

/// The encoding fitted to these pieces, where it takes its vocabulary from them; else as
/// makeEncoding(). Errors as there.
Result<std::shared_ptr<const Encoding>>
fitEncoding(std::string_view name, std::string_view optionsJson, std::span<const Score> pieces);

/// The encoding that a model file describes: as makeEncoding(), and the version and vocabulary must
/// be those this program makes (encode.other-version, encode.other-vocabulary; kind Refused).
Result<std::shared_ptr<const Encoding>> makeEncoding(std::string_view name, int version,
                                                     std::string_view optionsJson,
                                                     const Vocabulary& vocabulary);

} // namespace continuo
