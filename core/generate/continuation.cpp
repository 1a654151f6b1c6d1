// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/continuation.h"

#include "core/generate/accents.h"
#include "core/generate/exact_math.h"
#include "core/music/melody.h"
#include "core/music/meter.h"
#include "core/music/tempo_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace continuo {

namespace {

constexpr std::size_t kMostSteps = 16'384;
constexpr std::size_t kMostAlternatives = 256;

Error usage(const char* id, std::string text, Error::Arguments arguments = {})
{
    return {ErrorKind::Usage, id, std::move(text), std::move(arguments)};
}

/// How long the answer gets.
struct AnswerLength
{
    std::size_t steps = 0;
    std::size_t notes = 0;     ///< 0: the steps decide.
    std::optional<Tick> end{}; ///< What is longer is cut here.
};

Result<AnswerLength> answerLength(const Encoding& encoding, const Score& score, const PreparedPrompt& prompt,
                                  const ContinuationRequest& request)
{
    struct Limit
    {
        const char* name = "";
        double most = 0;
    };
    constexpr std::array<Limit, 4> limits{{{"bars", 1024}, {"notes", 10'000}, {"steps", 16'384}, {"seconds", 3600}}};
    const Limit limit = limits[static_cast<std::size_t>(request.unit)];
    const bool isWhole = request.unit == LengthUnit::Seconds || std::floor(request.length) == request.length;
    if (!(request.length > 0 && request.length <= limit.most) || !isWhole) {
        return usage("generate.bad-length",
                     fmt::format("The length cannot be {:g} {}. Allowed: {} up to {:g}.", request.length, limit.name,
                                 request.unit == LengthUnit::Seconds ? "a number above 0," : "a whole number from 1",
                                 limit.most),
                     {{"length", fmt::format("{:g}", request.length)}, {"unit", limit.name}});
    }

    AnswerLength length;
    if (request.unit == LengthUnit::Steps) {
        length.steps = static_cast<std::size_t>(request.length);
        return length;
    }
    if (request.unit == LengthUnit::Notes) {
        length.notes = static_cast<std::size_t>(request.length);
        length.steps = std::min(kMostSteps, 64 * (length.notes + 1)); // a model may never leave its rests
        return length;
    }
    if (request.unit == LengthUnit::Bars) {
        const MeterMap meter(score);
        const MeterMap::Position start = meter.position(prompt.answerStart);
        const std::int64_t first = start.inBar.value == 0 ? start.bar : start.bar + 1;
        length.end = meter.barStart(first + static_cast<std::int64_t>(request.length));
    } else {
        const TempoMap tempo(score);
        length.end = tempo.secondsToTicks(tempo.ticksToSeconds(prompt.answerStart) + request.length);
    }
    DecodeOptions options;
    options.ticksPerQuarter = score.ticksPerQuarter;
    options.origin = prompt.answerStart;
    while (encoding.timeOfToken(length.steps, options) < *length.end) {
        if (++length.steps > kMostSteps) {
            return usage("generate.bad-length",
                         fmt::format("{:g} {} are more than {} steps of the model's grid. Ask for less.",
                                     request.length, limit.name, kMostSteps),
                         {{"length", fmt::format("{:g}", request.length)}, {"unit", limit.name}});
        }
    }
    length.steps = std::max<std::size_t>(length.steps, 1);
    return length;
}

/// Symbols that fill a bar where the answer begins, at least 1.
std::size_t stepsOfABar(const Encoding& encoding, const Score& score, const PreparedPrompt& prompt)
{
    DecodeOptions options;
    options.ticksPerQuarter = score.ticksPerQuarter;
    const Tick bar = MeterMap(score).meterAt(prompt.answerStart).barLength(score.ticksPerQuarter);
    std::size_t steps = 1;
    while (steps < kMostSteps && encoding.timeOfToken(steps, options) < bar)
        ++steps;
    return steps;
}

Status checkRequest(const ContinuationRequest& request)
{
    if (request.alternatives < 1 || request.alternatives > kMostAlternatives) {
        return usage(
            "generate.bad-alternatives",
            fmt::format("There cannot be {} alternatives. Allowed: 1 to {}.", request.alternatives, kMostAlternatives),
            {{"alternatives", std::to_string(request.alternatives)}});
    }
    return checkSampler(request.sampler);
}

/// What may be drawn, in the model's key.
class Rules
{
public:
    static Result<Rules> make(const Encoding& encoding, const PreparedPrompt& prompt,
                              const ContinuationRequest& request)
    {
        Rules rules;
        const Vocabulary& vocabulary = encoding.vocabulary();
        const auto count = static_cast<std::size_t>(vocabulary.size());
        rules.m_vocabulary = &vocabulary;
        rules.m_wished.assign(count, 1);
        int lowest = 1000;
        int highest = -1000;
        bool hasAny = false;
        for (std::size_t i = 0; i < count; ++i) {
            const Symbol& symbol = vocabulary.symbol(static_cast<Token>(i));
            if (symbol.kind != SymbolKind::Pitch)
                continue;
            const int pitch = symbol.pitch.value - prompt.semitones;
            lowest = std::min(lowest, pitch);
            highest = std::max(highest, pitch);
            bool isWished = pitch >= 0 && pitch <= 127;
            if (request.range)
                isWished = isWished && pitch >= request.range->first.value && pitch <= request.range->second.value;
            if (request.scale)
                isWished = isWished && (scaleMask(*request.scale) >> ((pitch % 12 + 12) % 12) & 1U) != 0;
            rules.m_wished[i] = isWished ? 1 : 0;
            hasAny = hasAny || isWished;
        }
        if (!hasAny) {
            const auto name = [](int pitch) {
                return pitchName({static_cast<std::uint8_t>(std::clamp(pitch, 0, 127))});
            };
            return usage(
                "generate.nothing-allowed",
                fmt::format("The model has no note in the range and scale that were asked for: for this melody "
                            "its notes are {} to {}. Widen the range.",
                            name(lowest), name(highest)),
                {{"lowest", name(lowest)}, {"highest", name(highest)}});
        }
        // Two steps of one pitch: one note in an encoding without holds, two in all others.
        const auto pitch = vocabulary.find(SymbolKind::Pitch);
        const std::array<Token, 2> twice{*pitch, *pitch};
        rules.m_repeatsLengthen = encoding.decode(twice, {}).size() == 1;
        return rules;
    }

    /// What the encoding's grammar and the limits of silence leave: `mayHold` while a note of the answer sounds and is
    /// not too long, `mayRest` where something was played before and the silence is not too long.
    SymbolMask mask(bool mayHold, bool mayRest) const
    {
        SymbolMask mask;
        mask.wished = m_wished;
        for (const Symbol& symbol : m_vocabulary->symbols()) {
            const bool isAllowed = symbol.kind == SymbolKind::Pitch ||
                                   (symbol.kind == SymbolKind::Rest && mayRest) ||
                                   (symbol.kind == SymbolKind::Hold && mayHold);
            mask.grammar.push_back(isAllowed ? 1 : 0);
        }
        return mask;
    }

    /// Whether `next` goes on with the note that `last` belongs to.
    bool goesOn(Token last, Token next) const
    {
        const SymbolKind kind = m_vocabulary->symbol(next).kind;
        return kind == SymbolKind::Hold || (m_repeatsLengthen && kind == SymbolKind::Pitch && last == next);
    }

    bool beginsNote(Token token) const { return m_vocabulary->symbol(token).kind == SymbolKind::Pitch; }

private:
    const Vocabulary* m_vocabulary = nullptr;
    std::vector<std::uint8_t> m_wished;
    bool m_repeatsLengthen = false;
};

/// One alternative while it is drawn.
struct Strand
{
    Alternative answer{};
    std::optional<std::size_t> noteStep{}; ///< Where the sounding note begins.
    GeneratedNote pending{};               ///< What is known of it.
    Token pitch = 0;                       ///< Its symbol.
    std::size_t silentSteps = 0;           ///< Since the last note.
    double maskedSum = 0;
    bool isDone = false;
};

/// Everything that stays the same while symbols are drawn.
class Drawing
{
public:
    Drawing(const Encoding& encoding, const Score& score, const PreparedPrompt& prompt, const Rules& rules,
            const AnswerLength& length, const NoteObserver& observer)
        : m_encoding(encoding)
        , m_rules(rules)
        , m_length(length)
        , m_observer(observer)
        , m_accents(prompt.track ? melodyOf(score) : std::vector<Note>{}, MeterMap(score))
    {
        m_options.ticksPerQuarter = score.ticksPerQuarter;
        m_options.origin = prompt.answerStart;
        m_options.semitones = -prompt.semitones;
        m_options.channel = prompt.channel;
    }

    bool followsMelody() const { return m_accents.followsMelody(); }

    /// Takes a drawn symbol in, unless it lies behind the last note asked for.
    void accept(Strand& strand, std::size_t alternative, Token token, const SymbolDistribution& distribution)
    {
        const bool goesOn = strand.noteStep && m_rules.goesOn(strand.pitch, token);
        if (!goesOn)
            completeNote(strand, alternative);
        if (m_length.notes > 0 && strand.answer.notes.size() == m_length.notes) {
            strand.isDone = true;
            return;
        }
        const double probability = distribution.network[static_cast<std::size_t>(token)];
        if (!goesOn && m_rules.beginsNote(token)) {
            strand.noteStep = strand.answer.tokens.size();
            strand.pitch = token;
            strand.pending = {};
            strand.pending.probability = probability;
            strand.pending.rank = rankOf(distribution, token);
            strand.pending.maskedMass = distribution.maskedMass;
            strand.pending.isFallback = distribution.isFallback;
        }
        strand.silentSteps = strand.noteStep ? 0 : strand.silentSteps + 1;
        strand.answer.tokens.push_back(token);
        strand.answer.logProbability += exactLog(probability);
        strand.answer.fallbacks += distribution.isFallback ? 1 : 0;
        strand.maskedSum += distribution.maskedMass;
        if (strand.answer.tokens.size() == m_length.steps) {
            completeNote(strand, alternative);
            strand.isDone = true;
        }
    }

private:
    void completeNote(Strand& strand, std::size_t alternative)
    {
        if (!strand.noteStep)
            return;
        DecodeOptions options = m_options;
        options.origin = m_encoding.timeOfToken(*strand.noteStep, m_options);
        const std::vector<Note> notes =
            m_encoding.decode(std::span(strand.answer.tokens).subspan(*strand.noteStep), options);
        strand.noteStep.reset();
        assert(notes.size() == 1);
        GeneratedNote& complete = strand.pending;
        complete.note = notes.front();
        if (m_length.end)
            complete.note.length = std::min(complete.note.length, *m_length.end - complete.note.start);
        complete.note.velocity = m_accents.velocityAt(complete.note.start);
        strand.answer.notes.push_back(complete);
        if (m_observer)
            m_observer(alternative, complete);
    }

    const Encoding& m_encoding;
    const Rules& m_rules;
    const AnswerLength& m_length;
    const NoteObserver& m_observer;
    Accents m_accents;
    DecodeOptions m_options{};
};

bool areFinite(std::span<const float> logits)
{
    return std::ranges::all_of(logits, [](float value) { return std::isfinite(value); });
}

Error notFinite()
{
    return {
        ErrorKind::Failed,
        "generate.not-finite",
        "The model's numbers overflowed while it read the melody: its weights are of no use. Choose another model or "
        "an earlier checkpoint.",
        {}};
}

/// What the network says after the prompt; for nothing read all symbols are alike.
struct AfterPrompt
{
    ModelState state{};
    std::vector<float> logits{};
    bool isUnread = false;
};

Result<AfterPrompt> readPrompt(const GeneratingModel& model, const PreparedPrompt& prompt, const CancelToken& cancel)
{
    AfterPrompt after;
    after.state = model.network->start(1);
    after.logits.assign(static_cast<std::size_t>(model.network->vocabularySize()), 0.0F);
    after.isUnread = prompt.tokens.empty();
    if (!after.isUnread && !model.network->read(after.state, prompt.tokens, after.logits, cancel))
        return cancelledError();
    if (!areFinite(after.logits))
        return notFinite();
    return after;
}

} // namespace

Result<Continuation> continuePrompt(const GeneratingModel& model, const Score& score, PreparedPrompt prompt,
                                    const ContinuationRequest& request, const NoteObserver& observer,
                                    const CancelToken& cancel)
{
    const Status checked = checkRequest(request);
    if (!checked)
        return checked.error();
    const Encoding& encoding = *model.encoding;
    const Result<AnswerLength> length = answerLength(encoding, score, prompt, request);
    if (!length)
        return length.error();
    const Result<Rules> rules = Rules::make(encoding, prompt, request);
    if (!rules)
        return rules.error();
    Result<AfterPrompt> after = readPrompt(model, prompt, cancel);
    if (!after)
        return after.error();

    const CounterRandom random(request.seed, CounterRandom::Domain::Sampling);
    Drawing drawing(encoding, score, prompt, *rules, *length, observer);
    const std::size_t barSteps = stepsOfABar(encoding, score, prompt);
    std::vector<Strand> strands(request.alternatives);
    // The members of the batch; those that are done leave it.
    std::vector<std::size_t> members(request.alternatives);
    std::iota(members.begin(), members.end(), std::size_t{0});
    const auto vocabulary = static_cast<std::size_t>(model.network->vocabularySize());
    const std::vector<std::size_t> first(request.alternatives, 0);
    ModelState state = model.network->selected(after->state, first);
    std::vector<float> logits;
    for (std::size_t k = 0; k < request.alternatives; ++k)
        logits.insert(logits.end(), after->logits.begin(), after->logits.end());

    for (std::uint32_t step = 0; !members.empty(); ++step) {
        if (cancel.isCancelled())
            return cancelledError();
        std::vector<Token> drawn;
        std::vector<std::size_t> goingOn; // places in the batch
        for (std::size_t i = 0; i < members.size(); ++i) {
            Strand& strand = strands[members[i]];
            const bool isUnread = step == 0 && after->isUnread;
            // A model that was asked for eight bars and has reached its end would fill them with silence or one long
            // note: a bar of silence and a note of two bars are the most there is.
            const bool mayHold = strand.noteStep && strand.answer.tokens.size() - *strand.noteStep < 2 * barSteps;
            const bool mayRest = !(step == 0 && prompt.notes == 0) && strand.silentSteps < barSteps;
            const SamplerSettings& sampler = isUnread ? SamplerSettings{} : request.sampler;
            const SymbolDistribution distribution =
                distributionOf(std::span(logits).subspan(i * vocabulary, vocabulary), sampler,
                               rules->mask(mayHold, mayRest));
            const Token token = drawSymbol(distribution, sampler, random, static_cast<std::uint32_t>(members[i]), step);
            drawing.accept(strand, members[i], token, distribution);
            if (!strand.isDone) {
                drawn.push_back(token);
                goingOn.push_back(i);
            }
        }
        if (goingOn.empty())
            break;
        if (goingOn.size() < members.size()) {
            state = model.network->selected(state, goingOn);
            std::vector<std::size_t> left;
            for (const std::size_t place : goingOn)
                left.push_back(members[place]);
            members = std::move(left);
            logits.resize(members.size() * vocabulary);
        }
        if (!model.network->read(state, drawn, logits, cancel))
            return cancelledError();
        if (!areFinite(logits))
            return notFinite();
    }

    Continuation continuation;
    continuation.velocitiesFollowPrompt = drawing.followsMelody();
    continuation.end = length->end.value_or(prompt.answerStart);
    DecodeOptions options;
    options.ticksPerQuarter = score.ticksPerQuarter;
    options.origin = prompt.answerStart;
    for (Strand& strand : strands) {
        const std::size_t count = strand.answer.tokens.size();
        strand.answer.maskedMass = count > 0 ? strand.maskedSum / static_cast<double>(count) : 0;
        if (!length->end)
            continuation.end = std::max(continuation.end, encoding.timeOfToken(count, options));
        continuation.alternatives.push_back(std::move(strand.answer));
    }
    continuation.prompt = std::move(prompt);
    return continuation;
}

Result<Prediction> predictNext(const GeneratingModel& model, const PreparedPrompt& prompt,
                               const ContinuationRequest& request, const CancelToken& cancel)
{
    const Status checked = checkSampler(request.sampler);
    if (!checked)
        return checked.error();
    const Result<Rules> rules = Rules::make(*model.encoding, prompt, request);
    if (!rules)
        return rules.error();
    const Result<AfterPrompt> after = readPrompt(model, prompt, cancel);
    if (!after)
        return after.error();
    const SymbolDistribution distribution = distributionOf(
        after->logits, after->isUnread ? SamplerSettings{} : request.sampler, rules->mask(false, prompt.notes > 0));
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
