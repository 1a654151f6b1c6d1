// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/continuation.h"

#include "core/generate/accents.h"
#include "core/generate/answer_length.h"
#include "core/generate/exact_math.h"
#include "core/generate/frame_continuation.h"
#include "core/generate/note_answers.h"
#include "core/generate/voices_answer.h"
#include "core/music/melody.h"
#include "core/music/meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>

namespace continuo {

namespace {

Error usage(const char* id, std::string text, Error::Arguments arguments = {})
{
    return {ErrorKind::Usage, id, std::move(text), std::move(arguments)};
}

/// How the answer's symbols are read.
ReaderOptions readerOptions(const PreparedPrompt& prompt)
{
    ReaderOptions options;
    options.decode.origin = prompt.answerStart;
    options.decode.semitones = -prompt.semitones;
    options.decode.channel = prompt.channel;
    if (!prompt.written.empty())
        options.beforeStart = prompt.writtenStart;
    options.mayBeginSilent = prompt.notes > 0;
    return options;
}

/// What is known of a symbol when it is drawn.
struct Draw
{
    double probability = 0;
    double maskedMass = 0;
    int rank = 0;
    bool isFallback = false;
};

/// One alternative while it is drawn.
struct Strand
{
    Alternative answer{};
    std::unique_ptr<TokenReader> reader{};
    std::vector<Draw> draws{};              ///< For each symbol of the answer.
    Tick end{};                             ///< Where the symbols of the answer end.
    std::map<int, std::uint8_t> channels{}; ///< Of instruments that the melody does not have.
    double maskedSum = 0;
    bool isDone = false;
};

/// Everything that stays the same while symbols are drawn.
class Drawing
{
public:
    Drawing(const Score& score, const PreparedPrompt& prompt, const AnswerLength& length,
            const NoteObserver& observer)
        : m_length(length)
        , m_observer(observer)
        , m_voices(prompt.voices)
        , m_accents(prompt.track ? melodyOf(score) : std::vector<Note>{}, MeterMap(score))
    {
        std::array<bool, 16> isUsed{};
        isUsed[kDrumChannel] = true;
        for (const Track& track : score.tracks) {
            for (const Note& note : track.notes)
                isUsed[note.channel & 15U] = true;
        }
        for (const PromptVoice& voice : prompt.voices)
            isUsed[voice.channel & 15U] = true;
        for (std::uint8_t channel = 0; channel < isUsed.size(); ++channel) {
            if (!isUsed[channel])
                m_freeChannels.push_back(channel);
        }
    }

    bool followsMelody() const { return m_accents.followsMelody(); }
    bool hasOwnVelocities() const { return m_hasOwnVelocities; }

    /// Takes a drawn symbol in, unless it lies behind the last note asked for.
    void accept(Strand& strand, std::size_t alternative, Token token,
                const SymbolDistribution& distribution)
    {
        Draw draw;
        draw.probability = distribution.network[static_cast<std::size_t>(token)];
        draw.rank = rankOf(distribution, token);
        draw.maskedMass = distribution.maskedMass;
        draw.isFallback = distribution.isFallback;
        strand.draws.push_back(draw);
        const std::vector<ReadNote> complete = strand.reader->read(token);
        addNotes(strand, alternative, complete);
        strand.isDone = m_length.notes > 0 && strand.answer.notes.size() == m_length.notes;
        // A symbol that only shows that the last note is complete is no part of the answer.
        if (strand.isDone && !complete.back().isOwnSymbol &&
            complete.back().token < strand.answer.tokens.size())
            return;
        strand.answer.tokens.push_back(token);
        strand.answer.logProbability += exactLog(draw.probability);
        strand.answer.fallbacks += draw.isFallback ? 1 : 0;
        strand.maskedSum += draw.maskedMass;
        strand.end = strand.reader->time();
        if (strand.isDone || strand.answer.tokens.size() == m_length.steps ||
            (m_length.end && strand.end >= *m_length.end)) {
            addNotes(strand, alternative, strand.reader->finish());
            strand.end = strand.reader->time();
            strand.isDone = true;
        }
    }

private:
    void addNotes(Strand& strand, std::size_t alternative, const std::vector<ReadNote>& complete)
    {
        for (const ReadNote& each : complete) {
            if (m_length.notes > 0 && strand.answer.notes.size() == m_length.notes)
                return;
            if (m_length.end && each.note.start >= *m_length.end)
                continue;
            const Draw& draw = strand.draws[each.token];
            GeneratedNote generated;
            generated.note = each.note;
            generated.probability = draw.probability;
            generated.rank = draw.rank;
            generated.maskedMass = draw.maskedMass;
            generated.isFallback = draw.isFallback;
            if (m_length.end)
                generated.note.length =
                    std::min(generated.note.length, *m_length.end - generated.note.start);
            if (each.hasVelocity)
                m_hasOwnVelocities = true;
            else
                generated.note.velocity = m_accents.velocityAt(generated.note.start);
            generated.program = each.program;
            if (each.program)
                generated.note.channel = channelOf(strand, *each.program);
            strand.answer.notes.push_back(generated);
            if (m_observer)
                m_observer(alternative, generated);
        }
    }

    /// The melody's own, or the next that is free; the last where there are no more.
    std::uint8_t channelOf(Strand& strand, int program) const
    {
        const auto voice = std::ranges::find(m_voices, program, &PromptVoice::program);
        if (voice != m_voices.end())
            return voice->channel;
        if (program < 0)
            return kDrumChannel;
        const auto [place, isNew] = strand.channels.try_emplace(program, std::uint8_t{0});
        if (isNew && !m_freeChannels.empty())
            place->second =
                m_freeChannels[std::min(strand.channels.size(), m_freeChannels.size()) - 1];
        return place->second;
    }

    const AnswerLength& m_length;
    const NoteObserver& m_observer;
    std::vector<PromptVoice> m_voices;
    std::vector<std::uint8_t> m_freeChannels{};
    Accents m_accents;
    bool m_hasOwnVelocities = false;
};

bool areFinite(std::span<const float> logits)
{
    return std::ranges::all_of(logits, [](float value) { return std::isfinite(value); });
}

/// What the network says after the prompt; for nothing read all symbols are alike.
struct AfterPrompt
{
    ModelState state{};
    std::vector<float> logits{};
    bool isUnread = false;
};

Result<AfterPrompt> readPrompt(const GeneratingModel& model, const PreparedPrompt& prompt,
                               const CancelToken& cancel)
{
    AfterPrompt after;
    after.state = model.network->start(1);
    after.logits.assign(static_cast<std::size_t>(model.network->vocabularySize()), 0.0F);
    after.isUnread = prompt.tokens.empty();
    if (!after.isUnread && !model.network->read(after.state, prompt.tokens, after.logits, cancel))
        return cancelledError();
    if (!areFinite(after.logits))
        return notFiniteError();
    return after;
}

/// Where the logits of the answers come from; one member of a batch for each that goes on.
class AnswerSource
{
public:
    virtual ~AnswerSource() = default;
    virtual std::size_t vocabulary() const = 0;
    virtual void keep(std::span<const std::size_t> places) = 0;
    /// Every member a symbol further; false where `cancel` was set on the way.
    virtual bool next(std::span<const Token> drawn, const CancelToken& cancel) = 0;
    virtual Token draw(const SymbolDistribution& distribution, const SamplerSettings& sampler,
                       std::size_t alternative, std::uint32_t step) const = 0;

    std::vector<float> logits{}; ///< Of the symbols to draw now: float [members, vocabulary].
    bool isUnread = false;       ///< Nothing was read yet: all symbols are alike.
};

/// A network that reads the melody and what it has drawn itself.
class ReadingSource final : public AnswerSource
{
public:
    ReadingSource(const NextTokenModel& network, AfterPrompt after,
                  const ContinuationRequest& request)
        : m_network(network)
        , m_state(network.selected(after.state, std::vector<std::size_t>(request.alternatives, 0)))
        , m_random(request.seed, CounterRandom::Domain::Sampling)
    {
        for (std::size_t k = 0; k < request.alternatives; ++k)
            logits.insert(logits.end(), after.logits.begin(), after.logits.end());
        isUnread = after.isUnread;
    }

    std::size_t vocabulary() const override
    {
        return static_cast<std::size_t>(m_network.vocabularySize());
    }
    void keep(std::span<const std::size_t> places) override
    {
        m_state = m_network.selected(m_state, places);
        logits.resize(places.size() * vocabulary());
    }
    bool next(std::span<const Token> drawn, const CancelToken& cancel) override
    {
        isUnread = false;
        return m_network.read(m_state, drawn, logits, cancel);
    }
    Token draw(const SymbolDistribution& distribution, const SamplerSettings& sampler,
               std::size_t alternative, std::uint32_t step) const override
    {
        return drawSymbol(distribution, sampler, m_random, static_cast<std::uint32_t>(alternative),
                          step);
    }

private:
    const NextTokenModel& m_network;
    ModelState m_state;
    CounterRandom m_random;
};

/// A network that makes melodies out of noise. Alternative k has the noise number seed + k, which
/// decides the draws, too: it is what alternative 0 of that seed would be.
class NoiseSource final : public AnswerSource
{
public:
    NoiseSource(const NoiseModel& model, const ContinuationRequest& request)
        : m_model(model)
        , m_seed(request.seed)
    {
        std::vector<std::uint64_t> numbers(request.alternatives);
        std::iota(numbers.begin(), numbers.end(), m_seed);
        m_state = model.start(numbers);
        logits.resize(numbers.size() * vocabulary());
        model.next(m_state, logits);
    }

    std::size_t vocabulary() const override
    {
        return static_cast<std::size_t>(m_model.vocabularySize());
    }
    void keep(std::span<const std::size_t> places) override
    {
        m_state = m_model.selected(m_state, places);
        logits.resize(places.size() * vocabulary());
    }
    bool next(std::span<const Token>, const CancelToken& cancel) override
    {
        if (cancel.isCancelled())
            return false;
        m_model.next(m_state, logits);
        return true;
    }
    Token draw(const SymbolDistribution& distribution, const SamplerSettings& sampler,
               std::size_t alternative, std::uint32_t step) const override
    {
        const CounterRandom random(m_seed + alternative, CounterRandom::Domain::Sampling);
        return drawSymbol(distribution, sampler, random, 0, step);
    }

private:
    const NoiseModel& m_model;
    std::uint64_t m_seed;
    NoiseState m_state{};
};

Result<std::unique_ptr<AnswerSource>> answerSource(const GeneratingModel& model,
                                                   const PreparedPrompt& prompt,
                                                   const ContinuationRequest& request,
                                                   const CancelToken& cancel)
{
    std::unique_ptr<AnswerSource> source;
    if (model.noise) {
        source = std::make_unique<NoiseSource>(*model.noise, request);
    } else {
        Result<AfterPrompt> after = readPrompt(model, prompt, cancel);
        if (!after)
            return after.error();
        source = std::make_unique<ReadingSource>(*model.network, std::move(*after), request);
    }
    if (!areFinite(source->logits))
        return notFiniteError();
    return source;
}

} // namespace

Result<Continuation> continuePrompt(const GeneratingModel& model, const Score& score,
                                    PreparedPrompt prompt, const ContinuationRequest& request,
                                    const NoteObserver& observer, const CancelToken& cancel,
                                    const DraftObserver& drafts)
{
    if (model.frames)
        return continueFrames(model, score, std::move(prompt), request, observer, cancel);
    if (model.notes)
        return continueNotes(model, score, std::move(prompt), request, observer, cancel);
    if (request.sampler.soft)
        return usage("generate.soft-not-possible",
                     "The soft sampler reads back a note that is a mixture of all. This model "
                     "reads symbols, of which there are no mixtures: choose another sampler.");
    if (model.masked)
        return completeVoices(model, score, std::move(prompt), request, observer, drafts, cancel);
    const Status checked = checkRequest(request);
    if (!checked)
        return checked.error();
    const Encoding& encoding = *model.encoding;
    const Result<AnswerLength> length = answerLength(encoding, score, prompt, request);
    if (!length)
        return length.error();
    const Result<std::vector<std::uint8_t>> wished = wishedSymbols(encoding, prompt, request);
    if (!wished)
        return wished.error();
    const Result<std::unique_ptr<AnswerSource>> opened =
        answerSource(model, prompt, request, cancel);
    if (!opened)
        return opened.error();
    AnswerSource& source = **opened;

    Drawing drawing(score, prompt, *length, observer);
    ReaderOptions reading = readerOptions(prompt);
    reading.decode.ticksPerQuarter = score.ticksPerQuarter;
    reading.bar = MeterMap(score).meterAt(prompt.answerStart).barLength(score.ticksPerQuarter);
    std::vector<Strand> strands(request.alternatives);
    for (Strand& strand : strands)
        strand.reader = encoding.reader(prompt.written, reading);
    // The members of the batch; those that are done leave it.
    std::vector<std::size_t> members(request.alternatives);
    std::iota(members.begin(), members.end(), std::size_t{0});
    const std::size_t vocabulary = source.vocabulary();

    for (std::uint32_t step = 0; !members.empty(); ++step) {
        if (cancel.isCancelled())
            return cancelledError();
        std::vector<Token> drawn;
        std::vector<std::size_t> goingOn; // places in the batch
        for (std::size_t i = 0; i < members.size(); ++i) {
            Strand& strand = strands[members[i]];
            const SamplerSettings sampler = source.isUnread ? SamplerSettings{} : request.sampler;
            const SymbolDistribution distribution =
                distributionOf(std::span(source.logits).subspan(i * vocabulary, vocabulary),
                               sampler, {strand.reader->mayFollow(), *wished});
            const Token token = source.draw(distribution, sampler, members[i], step);
            drawing.accept(strand, members[i], token, distribution);
            if (!strand.isDone) {
                drawn.push_back(token);
                goingOn.push_back(i);
            }
        }
        if (goingOn.empty())
            break;
        if (goingOn.size() < members.size()) {
            source.keep(goingOn);
            std::vector<std::size_t> left;
            for (const std::size_t place : goingOn)
                left.push_back(members[place]);
            members = std::move(left);
        }
        if (!source.next(drawn, cancel))
            return cancelledError();
        if (!areFinite(source.logits))
            return notFiniteError();
    }

    Continuation continuation;
    continuation.velocitiesFromModel = drawing.hasOwnVelocities();
    continuation.velocitiesFollowPrompt =
        drawing.followsMelody() && !continuation.velocitiesFromModel;
    continuation.end = length->end.value_or(prompt.answerStart);
    for (Strand& strand : strands) {
        const std::size_t count = strand.answer.tokens.size();
        strand.answer.maskedMass = count > 0 ? strand.maskedSum / static_cast<double>(count) : 0;
        if (!length->end) {
            continuation.end = std::max(continuation.end, strand.end);
            for (const GeneratedNote& generated : strand.answer.notes)
                continuation.end = std::max(continuation.end, generated.note.end());
        }
        continuation.alternatives.push_back(std::move(strand.answer));
    }
    continuation.prompt = std::move(prompt);
    return continuation;
}

Result<Prediction> predictNext(const GeneratingModel& model, const PreparedPrompt& prompt,
                               const ContinuationRequest& request, const CancelToken& cancel)
{
    if (model.frames)
        return usage("generate.frames-not-predicted",
                     "This model says of each of 88 keys whether it is on next, not which one "
                     "symbol comes, so there is no list to show. Let it generate instead.");
    if (model.notes)
        return predictNextNote(model, prompt, request, cancel);
    if (const Status needed = needNextSymbols(model, "foretell notes"); !needed)
        return needed.error();
    const Status checked = checkSampler(request.sampler);
    if (!checked)
        return checked.error();
    const Result<std::vector<std::uint8_t>> wished =
        wishedSymbols(*model.encoding, prompt, request);
    if (!wished)
        return wished.error();
    const Result<AfterPrompt> after = readPrompt(model, prompt, cancel);
    if (!after)
        return after.error();
    const SymbolDistribution distribution = distributionOf(
        after->logits, after->isUnread ? SamplerSettings{} : request.sampler,
        {model.encoding->reader(prompt.written, readerOptions(prompt))->mayFollow(), *wished});
    Prediction prediction;
    prediction.maskedMass = distribution.maskedMass;
    const Vocabulary& vocabulary = model.encoding->vocabulary();
    for (Token token = 0; token < vocabulary.size(); ++token) {
        const Symbol& symbol = vocabulary.symbol(token);
        Prediction::Entry entry;
        entry.token = token;
        entry.name = symbol.name;
        const int pitch = symbol.pitch.value - prompt.semitones;
        if (symbol.kind == SymbolKind::Pitch && pitch >= 0 && pitch <= 127)
            entry.name = pitchName({static_cast<std::uint8_t>(pitch)});
        entry.probability = distribution.network[static_cast<std::size_t>(token)];
        entry.after = distribution.after[static_cast<std::size_t>(token)];
        prediction.symbols.push_back(std::move(entry));
    }
    return prediction;
}

} // namespace continuo
