// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/generate/model.h"
#include "core/generate/prompt.h"
#include "core/generate/sampler.h"
#include "core/music/score.h"
#include "core/music/score_patch.h"
#include "core/weights/generate_mode.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace continuo {

enum class LengthUnit
{
    Bars,   ///< Full bars of the melody's meter, after the rest of the bar in which the answer
            ///< begins; up to 1024.
    Notes,  ///< Up to 10,000.
    Steps,  ///< Of the model's grid; up to 16,384.
    Seconds ///< In the melody's tempo; up to 3,600.
};

struct ContinuationRequest
{
    GenerateMode mode = GenerateMode::Continue; ///< One that modesOf() the model allows.
    double length = 4;                          ///< Above 0; a whole number but for seconds.
    LengthUnit unit = LengthUnit::Bars;
    std::size_t alternatives = 1; ///< 1..256, drawn as one batch.
    SamplerSettings sampler{};
    std::uint64_t seed = 1;
    std::optional<std::pair<Pitch, Pitch>> range{}; ///< Lowest and highest pitch of the answer.
    std::optional<Key> scale{};                     ///< Only pitches of this scale.
    std::size_t rounds = 0; ///< Masked models: steps of sampling, up to 4096; 0: as many as cells
                            ///< are to be found, from 16 to 192.
    unsigned threads = 0; ///< Masked models: alternatives that are found side by side; 0: as many
                          ///< as this process may use well. The notes do not depend on it.
};

/// A note of an answer and how it came about.
struct GeneratedNote
{
    Note note{};             ///< In the score's time, key and channel; without an id.
    double probability = 0;  ///< That the network gave its beginning: no temperature, no masks.
    int rank = 0;            ///< 1: the network found nothing more likely.
    double maskedMass = 0;   ///< Share of the sampler's weights that masks took when it was drawn.
    bool isFallback = false; ///< The masks left nothing, so the likeliest note was taken.
    std::optional<int> program{}; ///< Where the model says the instrument: General MIDI's, −1 for
                                  ///< drums.
    std::size_t voice = 0;        ///< Of models of several voices: 0 the soprano.

    friend bool operator==(const GeneratedNote&, const GeneratedNote&) = default;
};

/// One answer.
struct Alternative
{
    std::vector<Token> tokens{}; ///< As drawn, in the model's key.
    std::vector<GeneratedNote> notes{};
    double logProbability = 0; ///< Natural, of all its symbols, as the network says.
    double maskedMass = 0;     ///< Mean over its symbols.
    std::size_t fallbacks = 0; ///< Symbols drawn although a mask forbade them all.

    friend bool operator==(const Alternative&, const Alternative&) = default;
};

struct Continuation
{
    PreparedPrompt prompt{};
    std::vector<Alternative> alternatives{};
    Tick end{}; ///< Where the answers end, in the score; for notes the end of the longest.
    bool velocitiesFollowPrompt = false; ///< Else they are the meter's accents,
    bool velocitiesFromModel = false;    ///< or the model's own: said by it, or its fixed one.
};

/// Called as soon as a note of an alternative is complete, on the thread that generates; in order
/// of time for each alternative.
using NoteObserver = std::function<void(std::size_t alternative, const GeneratedNote& note)>;

/// How a piece of several voices stands while it is found: every note may still change.
struct Draft
{
    std::size_t alternative = 0;
    std::size_t round = 0;  ///< Steps of sampling done …
    std::size_t rounds = 0; ///< … of so many.
    std::vector<GeneratedNote> notes{};
};

/// Called by masked models after every step of sampling; by one thread at a time, but not always
/// the same. Must return soon.
using DraftObserver = std::function<void(const Draft& draft)>;

/// Goes on after a prepared prompt of `score`. Same model, prompt, request: same notes, on every
/// processor, whatever the number of alternatives; alternative k does not depend on it. Takes time;
/// stops within a step of the network when cancelled. `end` symbols are never drawn: the length
/// asked for decides. A masked model completes what its prompt leaves open instead, and tells notes
/// when all of an alternative are found.
///
/// Errors: generate.bad-length, generate.bad-alternatives, sampler.bad-value,
/// generate.nothing-allowed (no note of the model is in the range and scale asked for), all kind
/// Usage; generate.not-finite (the network's numbers overflowed); base.cancelled.
Result<Continuation> continuePrompt(const GeneratingModel& model, const Score& score,
                                    PreparedPrompt prompt, const ContinuationRequest& request,
                                    const NoteObserver& observer, const CancelToken& cancel,
                                    const DraftObserver& drafts = {});

/// The edit that puts an answer into the score, behind the melody or on a new track. Of several
/// instruments each goes to its own track, or to a new one.
ScorePatch acceptancePatch(const Score& score, const Continuation& continuation,
                           std::size_t alternative);

/// The score with the answer, or the answer alone: from the beginning of its first bar, with tempo,
/// meter and program.
Score scoreWithAnswer(const Score& score, const Continuation& continuation,
                      std::size_t alternative);
Score answerAlone(const Score& score, const Continuation& continuation, std::size_t alternative);

/// The time in the score that is the beginning of answerAlone(): the start of the answer's first
/// bar.
Tick answerOrigin(const Score& score, const Continuation& continuation);

/// What may come next after a prompt.
struct Prediction
{
    struct Entry
    {
        Token token = 0;
        std::string name{};     ///< In the melody's own key: "G4"; else the symbol's name.
        double probability = 0; ///< As the network says.
        double after = 0; ///< As the first note of an answer is drawn: masks and sampler applied.
    };
    std::vector<Entry> symbols{}; ///< In the order of the vocabulary.
    double maskedMass = 0;
};

/// Errors as continuePrompt(); length, alternatives and seed do not matter. model.no-next-symbol
/// (kind Usage) for models that have none.
Result<Prediction> predictNext(const GeneratingModel& model, const PreparedPrompt& prompt,
                               const ContinuationRequest& request, const CancelToken& cancel);

} // namespace continuo
