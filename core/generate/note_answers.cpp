// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/note_answers.h"

#include "core/encode/note_encoding.h"
#include "core/generate/accents.h"
#include "core/generate/answer_length.h"
#include "core/generate/exact_math.h"
#include "core/generate/note_model.h"
#include "core/generate/note_numbers.h"
#include "core/music/melody.h"
#include "core/music/tempo_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numeric>

namespace continuo {

namespace {

/// Where the first note is drawn from if nothing was read.
constexpr int kLowestFirst = 48;
constexpr int kHighestFirst = 84;

using KeyMask = std::vector<std::uint8_t>;

Error usage(const char* id, std::string text, Error::Arguments arguments = {})
{
    return {ErrorKind::Usage, id, std::move(text), std::move(arguments)};
}

Error notFinite()
{
    return {ErrorKind::Failed,
            "generate.not-finite",
            "The model's numbers overflowed while it read the melody: its weights are of no use. "
            "Choose another model or an earlier checkpoint.",
            {}};
}

const NoteEncoding& encodingOf(const GeneratingModel& model)
{
    const auto* const encoding = dynamic_cast<const NoteEncoding*>(model.encoding.get());
    assert(encoding != nullptr);
    return *encoding;
}

/// For each key whether the range and scale asked for allow it.
Result<KeyMask> wishedKeys(const ContinuationRequest& request)
{
    KeyMask wished(kNotePitches, 1);
    for (std::size_t key = 0; key < kNotePitches; ++key) {
        bool isWished = true;
        if (request.range)
            isWished = key >= request.range->first.value && key <= request.range->second.value;
        if (request.scale)
            isWished = isWished && (scaleMask(*request.scale) >> (key % 12) & 1U) != 0;
        wished[key] = isWished ? 1 : 0;
    }
    if (std::ranges::count(wished, 1) == 0)
        return usage("generate.nothing-allowed",
                     "No key is in both the range and the scale that were asked for. Widen the "
                     "range.");
    return wished;
}

/// One alternative while it is drawn.
struct Strand
{
    Alternative answer{};
    std::int64_t now = 0; ///< Where the last note began, in steps from the answer's beginning.
    KeyMask free{};       ///< Keys that have not begun at `now`.
    double maskedSum = 0;
    std::vector<float> next{}; ///< What is read as its last note.
    bool isDone = false;
};

/// What the network says after the prompt, and where the prompt's last note began.
struct AfterPrompt
{
    NoteState state{};
    std::vector<float> answer{};
    bool isUnread = false;
};

Result<AfterPrompt> readPrompt(const GeneratingModel& model, const PreparedPrompt& prompt,
                               const NoteNumbers& numbers, const CancelToken& cancel)
{
    AfterPrompt after;
    after.state = model.notes->start(1);
    after.answer.assign(model.notes->noteWidth(), 0.0F);
    after.isUnread = prompt.tokens.empty();
    if (after.isUnread) {
        after.answer[kNotePitches + 1] = 0.5F; // a length that can be heard
        if (numbers.width() > 3)
            after.answer[kNotePitches + 2] = 80.0F / 127;
        return after;
    }
    if (!model.notes->read(after.state, numbers.read(prompt.tokens), after.answer, cancel))
        return cancelledError();
    if (!std::ranges::all_of(after.answer, [](float each) { return std::isfinite(each); }))
        return notFinite();
    return after;
}

KeyMask firstKeys()
{
    KeyMask keys(kNotePitches, 0);
    std::fill(keys.begin() + kLowestFirst, keys.begin() + kHighestFirst + 1, std::uint8_t{1});
    return keys;
}

/// Everything that stays the same while notes are drawn.
class Drawing
{
public:
    Drawing(const GeneratingModel& model, const Score& score, const PreparedPrompt& prompt,
            const ContinuationRequest& request, const AnswerLength& length, KeyMask wished,
            const NoteObserver& observer)
        : m_encoding(encodingOf(model))
        , m_numbers(m_encoding)
        , m_request(request)
        , m_length(length)
        , m_wished(std::move(wished))
        , m_observer(observer)
        , m_random(request.seed, CounterRandom::Domain::Sampling)
        , m_tempo(score)
        , m_clock(m_encoding.options(), prompt.answerStart, score.ticksPerQuarter, &m_tempo)
        , m_accents(prompt.track ? melodyOf(score) : std::vector<Note>{}, MeterMap(score))
        , m_channel(prompt.channel)
    {
        Tick last = prompt.answerStart;
        if (!prompt.written.empty()) {
            const NoteClock clock(m_encoding.options(), prompt.origin, score.ticksPerQuarter,
                                  &m_tempo);
            std::int64_t steps = 0;
            for (std::size_t at = 1; at < prompt.written.size(); at += m_numbers.width())
                steps += prompt.written[at];
            last = clock.tick(steps);
        }
        m_before = std::min<std::int64_t>(0, m_clock.steps(last));
    }

    const NoteNumbers& numbers() const { return m_numbers; }
    bool followsMelody() const { return m_accents.followsMelody(); }

    Strand strand() const
    {
        Strand strand;
        strand.now = m_before;
        strand.free.assign(kNotePitches, 1);
        return strand;
    }

    /// Takes the next note in, unless it lies behind the end asked for.
    void accept(Strand& strand, std::size_t alternative, std::uint32_t step,
                std::span<const float> answer, bool isUnread) const
    {
        const std::array<Token, 3> values = m_numbers.said(answer);
        const bool isFirst = strand.answer.notes.empty();
        std::int64_t begin = std::max<std::int64_t>(0, strand.now + values[0]);
        if (begin != strand.now || isFirst)
            std::ranges::fill(strand.free, std::uint8_t{1});
        else if (std::ranges::count(strand.free, 1) == 0) {
            std::ranges::fill(strand.free, std::uint8_t{1});
            ++begin;
        }
        const Tick start = m_clock.tick(begin);
        if (m_length.end && start >= *m_length.end) {
            strand.isDone = true;
            return;
        }

        SamplerSettings sampler = m_request.sampler;
        KeyMask grammar = strand.free;
        if (isUnread) {
            sampler = SamplerSettings{};
            grammar = firstKeys();
        }
        const SymbolDistribution distribution =
            distributionOf(answer.first(kNotePitches), sampler, {grammar, m_wished});
        const auto largest = static_cast<Token>(std::ranges::max_element(distribution.after) -
                                                distribution.after.begin());
        const Token pitch = sampler.soft
                                ? largest
                                : drawSymbol(distribution, sampler, m_random,
                                             static_cast<std::uint32_t>(alternative), step);

        GeneratedNote generated;
        generated.note.start = start;
        generated.note.length = std::max(Tick{1}, m_clock.tick(begin + values[1]) - start);
        if (m_length.end)
            generated.note.length = std::min(generated.note.length, *m_length.end - start);
        generated.note.pitch = {static_cast<std::uint8_t>(pitch)};
        generated.note.channel = m_channel;
        generated.note.velocity = velocityOf(start, values[2]);
        generated.probability = distribution.network[static_cast<std::size_t>(pitch)];
        generated.rank = rankOf(distribution, pitch);
        generated.maskedMass = distribution.maskedMass;
        generated.isFallback = distribution.isFallback;

        std::vector<Token> note{
            pitch,
            static_cast<Token>(std::min<std::int64_t>(begin - strand.now, m_numbers.longest())),
            values[1], values[2]};
        note.resize(m_numbers.width());
        strand.next.clear();
        m_numbers.append(note, strand.next);
        if (sampler.soft) {
            // Which keys are down is our rule, not what the network says.
            const SymbolDistribution open = distributionOf(answer.first(kNotePitches), sampler,
                                                           {KeyMask(kNotePitches, 1), m_wished});
            std::ranges::copy(open.after, strand.next.begin());
            std::ranges::copy(answer.subspan(kNotePitches), strand.next.begin() + kNotePitches);
        }
        strand.now = begin;
        strand.free[static_cast<std::size_t>(pitch)] = 0;
        strand.answer.tokens.insert(strand.answer.tokens.end(), note.begin(), note.end());
        strand.answer.logProbability += exactLog(generated.probability);
        strand.answer.fallbacks += generated.isFallback ? 1 : 0;
        strand.maskedSum += generated.maskedMass;
        strand.answer.notes.push_back(generated);
        if (m_observer)
            m_observer(alternative, generated);
        const std::size_t most =
            m_length.notes > 0 ? m_length.notes : std::min(m_length.steps, kMostAnswerNotes);
        strand.isDone = strand.answer.notes.size() >= most;
    }

private:
    std::uint8_t velocityOf(Tick start, Token said) const
    {
        if (m_encoding.keepsVelocity())
            return static_cast<std::uint8_t>(said);
        if (m_encoding.options().velocity == "fixed")
            return NoteEncoding::kFixedVelocity;
        return m_accents.velocityAt(start);
    }

    const NoteEncoding& m_encoding;
    NoteNumbers m_numbers;
    const ContinuationRequest& m_request;
    const AnswerLength& m_length;
    KeyMask m_wished;
    const NoteObserver& m_observer;
    CounterRandom m_random;
    TempoMap m_tempo;
    NoteClock m_clock; ///< Its step 0 is the answer's beginning.
    Accents m_accents;
    std::uint8_t m_channel = 0;
    std::int64_t m_before = 0; ///< Where the prompt's last note began.
};

} // namespace

Result<Continuation> continueNotes(const GeneratingModel& model, const Score& score,
                                   PreparedPrompt prompt, const ContinuationRequest& request,
                                   const NoteObserver& observer, const CancelToken& cancel)
{
    const Status checked = checkRequest(request);
    if (!checked)
        return checked.error();
    const Result<AnswerLength> length = answerLength(*model.encoding, score, prompt, request);
    if (!length)
        return length.error();
    Result<KeyMask> wished = wishedKeys(request);
    if (!wished)
        return wished.error();
    const Drawing drawing(model, score, prompt, request, *length, std::move(*wished), observer);
    Result<AfterPrompt> after = readPrompt(model, prompt, drawing.numbers(), cancel);
    if (!after)
        return after.error();

    std::vector<Strand> strands(request.alternatives, drawing.strand());
    // The members of the batch; those that are done leave it.
    std::vector<std::size_t> members(request.alternatives);
    std::iota(members.begin(), members.end(), std::size_t{0});
    const std::vector<std::size_t> first(request.alternatives, 0);
    NoteState state = model.notes->selected(after->state, first);
    const std::size_t width = model.notes->noteWidth();
    std::vector<float> answers;
    for (std::size_t k = 0; k < request.alternatives; ++k)
        answers.insert(answers.end(), after->answer.begin(), after->answer.end());

    for (std::uint32_t step = 0; !members.empty(); ++step) {
        if (cancel.isCancelled())
            return cancelledError();
        std::vector<float> drawn;
        std::vector<std::size_t> goingOn; // places in the batch
        for (std::size_t i = 0; i < members.size(); ++i) {
            Strand& strand = strands[members[i]];
            drawing.accept(strand, members[i], step, std::span(answers).subspan(i * width, width),
                           step == 0 && after->isUnread);
            if (!strand.isDone) {
                drawn.insert(drawn.end(), strand.next.begin(), strand.next.end());
                goingOn.push_back(i);
            }
        }
        if (goingOn.empty())
            break;
        if (goingOn.size() < members.size()) {
            state = model.notes->selected(state, goingOn);
            std::vector<std::size_t> left;
            for (const std::size_t place : goingOn)
                left.push_back(members[place]);
            members = std::move(left);
            answers.resize(members.size() * width);
        }
        if (!model.notes->read(state, drawn, answers, cancel))
            return cancelledError();
        if (!std::ranges::all_of(answers, [](float each) { return std::isfinite(each); }))
            return notFinite();
    }

    Continuation continuation;
    continuation.velocitiesFromModel = encodingOf(model).options().velocity != "prompt";
    continuation.velocitiesFollowPrompt =
        !continuation.velocitiesFromModel && drawing.followsMelody();
    continuation.end = length->end.value_or(prompt.answerStart);
    for (Strand& strand : strands) {
        const std::size_t count = strand.answer.notes.size();
        strand.answer.maskedMass = count > 0 ? strand.maskedSum / static_cast<double>(count) : 0;
        if (!length->end) {
            for (const GeneratedNote& generated : strand.answer.notes)
                continuation.end = std::max(continuation.end, generated.note.end());
        }
        continuation.alternatives.push_back(std::move(strand.answer));
    }
    continuation.prompt = std::move(prompt);
    return continuation;
}

Result<Prediction> predictNextNote(const GeneratingModel& model, const PreparedPrompt& prompt,
                                   const ContinuationRequest& request, const CancelToken& cancel)
{
    const Status checked = checkSampler(request.sampler);
    if (!checked)
        return checked.error();
    const Result<KeyMask> wished = wishedKeys(request);
    if (!wished)
        return wished.error();
    const Result<AfterPrompt> after =
        readPrompt(model, prompt, NoteNumbers(encodingOf(model)), cancel);
    if (!after)
        return after.error();
    const SymbolDistribution distribution =
        distributionOf(std::span(after->answer).first(kNotePitches),
                       after->isUnread ? SamplerSettings{} : request.sampler,
                       {after->isUnread ? firstKeys() : KeyMask(kNotePitches, 1), *wished});
    Prediction prediction;
    prediction.maskedMass = distribution.maskedMass;
    for (std::size_t key = 0; key < kNotePitches; ++key) {
        Prediction::Entry entry;
        entry.token = static_cast<Token>(key);
        entry.name = pitchName({static_cast<std::uint8_t>(key)});
        entry.probability = distribution.network[key];
        entry.after = distribution.after[key];
        prediction.symbols.push_back(std::move(entry));
    }
    return prediction;
}

} // namespace continuo
