// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/encode/voices.h"
#include "core/generate/model.h"
#include "core/music/key.h"
#include "core/music/score.h"
#include "core/weights/generate_mode.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

/// Something that was done to a seed melody on its way into a model, to be told before generating.
struct PromptRemark
{
    std::string id{}; ///< Stable: "prompt.key", "prompt.line", "prompt.losses", "prompt.context", …
    std::string text{}; ///< The same in English, one sentence.
    Error::Arguments arguments{};

    friend bool operator==(const PromptRemark&, const PromptRemark&) = default;
};

/// What a masked model is to complete, as it reads it, and the way back.
struct VoicePlan
{
    struct Voice
    {
        std::optional<TrackId> track{}; ///< Where its new notes go; nothing: a new track.
        std::uint8_t channel = 0;       ///< Of its new notes.
        std::uint8_t program = 0;       ///< Of a new track.
        bool isWritten = true;          ///< New notes are wanted.
    };
    std::vector<Token> cells{}; ///< [steps, voices]; kHiddenCell where something is to be found.
    std::size_t firstStep = 0;  ///< Of the free ones …
    std::size_t endStep = 0;    ///< … to before this one.
    Tick origin{};              ///< Of the first step, in the score.
    Tick from{};                ///< Where new notes may begin, in the score …
    Tick to{};                  ///< … and where they end.
    std::array<Voice, kVoices> voices{};
};

/// Bars of the score, counted from 1, both included.
struct BarRange
{
    std::int64_t first = 1;
    std::int64_t last = 1;

    friend bool operator==(const BarRange&, const BarRange&) = default;
};

struct PromptOptions
{
    std::optional<Key> key{}; ///< Instead of the key that would be heard; for an empty prompt the
                              ///< key to answer in.
    std::optional<Tick> position{}; ///< Where the answer begins, on the next grid line; without it
                                    ///< where the melody ends.
    GenerateMode mode = GenerateMode::Continue; ///< For masked models: infill or harmonise.
    std::optional<BarRange> bars{}; ///< To infill; of a melody to harmonise all without it.
};

/// An instrument of a seed melody, for models that tell several apart.
struct PromptVoice
{
    std::optional<int> program{}; ///< General MIDI's, −1 for drums; nothing where the model tells
                                  ///< no instruments apart.
    std::optional<TrackId> track{}; ///< Where its part of an answer goes.
    std::uint8_t channel = 0;

    friend bool operator==(const PromptVoice&, const PromptVoice&) = default;
};

/// A seed melody as a model reads it, and the way back.
struct PreparedPrompt
{
    std::vector<Token>
        tokens{}; ///< What is read, the symbol for the beginning of a piece included.
    std::vector<Token>
        written{};       ///< The whole line as symbols, which the answer's symbols stand behind.
    Tick writtenStart{}; ///< Where the first of them stands in the score.
    std::optional<Key> key{}; ///< Heard or given; nothing where the encoding leaves pitches alone.
    int transposed = 0;       ///< Semitones added for the model's key, −6..5.
    int octaves = 0;          ///< Octaves added for the model's range.
    int semitones = 0;        ///< Both together.
    Tick origin{};            ///< Where `written` begins, in the score.
    std::size_t notes = 0;    ///< Of the line that was read.
    std::size_t read = 0;     ///< How many of them the model reads.
    std::size_t padded = 0;   ///< Steps by which the prompt is shorter than the model's window.
    Tick answerStart{};       ///< In the score; on the encoding's grid.
    std::optional<TrackId>
        track{}; ///< Whose line was read and where the answer goes; nothing: a new track.
    std::uint8_t channel = 0;          ///< Of the melody.
    std::vector<PromptVoice> voices{}; ///< The instruments that were read; from nothing the one
                                       ///< track there is.
    LossReport losses{};
    std::vector<PromptRemark> remarks{};
    std::optional<VoicePlan> plan{}; ///< Of a masked model, but for a new piece.
};

/// A model reads no more than this many symbols of a prompt, the last ones.
inline constexpr std::size_t kMostPromptSymbols = 4096;

/// Brings the melody of a score into the model's key, range, grid and context.
///
/// The key is heard by Krumhansl and Kessler; the octave is the encoding's own choice, so that a
/// prompt moved by any interval reads the same. Notes that still do not fit are moved by octaves
/// and named. Errors (kind Refused): generate.empty-prompt, generate.prompt-out-of-range,
/// generate.prompt-without-beats (SMPTE), generate.coarse-time (fewer ticks than grid steps), and
/// others of Encoding::encode().
Result<PreparedPrompt> preparePrompt(const GeneratingModel& model, const Score& score,
                                     const PromptOptions& options);

/// To start from nothing. Tempo, meter and an empty track's place are taken from the score.
/// Errors: generate.prompt-without-beats, generate.coarse-time.
Result<PreparedPrompt> prepareEmptyPrompt(const GeneratingModel& model, const Score& score,
                                          const PromptOptions& options);

/// A score with nothing in it but a tempo, 4/4 and one track, for starting from nothing.
Score blankScore();

} // namespace continuo
