// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/voices_answer.h"

#include "core/base/parallel.h"
#include "core/generate/accents.h"
#include "core/generate/answer_length.h"
#include "core/generate/block_sampling.h"
#include "core/generate/exact_math.h"
#include "core/music/melody.h"
#include "core/music/meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <mutex>
#include <optional>
#include <utility>

namespace continuo {

namespace {

constexpr std::size_t kMostNewSteps = 1024;
/// As many steps of sampling as there are free cells, as Coconet has it, within these limits.
constexpr std::size_t kFewestRounds = 16;
constexpr std::size_t kMostRounds = 192;

/// A new piece: nothing is given.
Result<VoicePlan> newPlan(const GeneratingModel& model, const Score& score,
                          const PreparedPrompt& prompt, const ContinuationRequest& request)
{
    const Encoding& encoding = *model.encoding;
    if (request.unit == LengthUnit::Notes)
        return Error{ErrorKind::Usage,
                     "generate.bad-length",
                     "A piece of four voices is found as a whole: its length can be said in bars, "
                     "steps or seconds, but not in notes.",
                     {{"unit", "notes"}}};
    const Result<AnswerLength> length = answerLength(encoding, score, prompt, request);
    if (!length)
        return length.error();
    std::size_t steps = length->steps;
    if (length->end) {
        steps = 1;
        while (prompt.answerStart + *encoding.tokenTime(steps, score.ticksPerQuarter) <
               *length->end)
            ++steps;
    }
    if (steps > kMostNewSteps)
        return Error{ErrorKind::Usage,
                     "generate.bad-length",
                     fmt::format("{} sixteenths are more than the {} that a model of voices can "
                                 "find at once. Ask for less.",
                                 steps, kMostNewSteps),
                     {{"length", fmt::format("{:g}", request.length)}}};
    VoicePlan plan;
    plan.cells.assign(steps * kVoices, kHiddenCell);
    plan.endStep = steps;
    plan.origin = plan.from = prompt.answerStart;
    plan.to = length->end.value_or(prompt.answerStart +
                                   *encoding.tokenTime(steps, score.ticksPerQuarter));
    for (std::size_t v = 0; v < kVoices; ++v)
        plan.voices[v].channel = voiceChannel(prompt.channel, v);
    return plan;
}

/// For each class whether the range and scale asked for allow it; silence always may be.
Result<std::vector<std::uint8_t>> wishedClasses(const Encoding& encoding,
                                                const PreparedPrompt& prompt,
                                                const ContinuationRequest& request)
{
    std::vector<std::uint8_t> wished;
    bool hasNote = false;
    for (Token token = 0; token < encoding.vocabulary().size(); ++token) {
        bool isWished = true;
        for (const Pitch each : encoding.pitchesOf(token)) {
            const int pitch = each.value - prompt.semitones;
            isWished = pitch >= 0 && pitch <= 127;
            if (request.range)
                isWished = isWished && pitch >= request.range->first.value &&
                           pitch <= request.range->second.value;
            if (request.scale)
                isWished =
                    isWished && (scaleMask(*request.scale) >> ((pitch % 12 + 12) % 12) & 1U) != 0;
            hasNote = hasNote || isWished;
        }
        wished.push_back(isWished ? 1 : 0);
    }
    if (!hasNote)
        return Error{ErrorKind::Usage,
                     "generate.nothing-allowed",
                     "The model has no note in the range and scale that were asked for. Widen the "
                     "range.",
                     {}};
    return wished;
}

/// From cells to notes of the score.
class Reading
{
public:
    Reading(const GeneratingModel& model, const Score& score, const PreparedPrompt& prompt,
            const VoicePlan& plan)
        : m_encoding(*model.encoding)
        , m_plan(plan)
        , m_accents(prompt.notes > 0 ? melodyOf(score) : std::vector<Note>{}, MeterMap(score))
    {
        m_decode.ticksPerQuarter = score.ticksPerQuarter;
        m_decode.origin = plan.from;
        m_decode.semitones = -prompt.semitones;
    }

    bool followsMelody() const { return m_accents.followsMelody(); }

    std::vector<GeneratedNote> notesOf(const CellAnswer& answer) const
    {
        const auto reader = m_encoding.reader({}, {.decode = m_decode});
        std::vector<GeneratedNote> notes;
        const auto take = [&](const std::vector<ReadNote>& complete) {
            for (const ReadNote& each : complete)
                add(notes, each, answer);
        };
        const auto free =
            std::span(answer.cells)
                .subspan(m_plan.firstStep * kVoices, (m_plan.endStep - m_plan.firstStep) * kVoices);
        for (const Token cell : free)
            take(reader->read(cell));
        take(reader->finish());
        std::ranges::stable_sort(notes, {}, [](const GeneratedNote& each) {
            return std::pair(each.note.start, each.voice);
        });
        return notes;
    }

private:
    void add(std::vector<GeneratedNote>& notes, const ReadNote& read,
             const CellAnswer& answer) const
    {
        GeneratedNote generated;
        while (voiceChannel(m_decode.channel, generated.voice) != read.note.channel)
            ++generated.voice;
        const VoicePlan::Voice& voice = m_plan.voices[generated.voice];
        if (!voice.isWritten || read.note.start >= m_plan.to)
            return;
        const CellDraw& draw =
            answer.draws[(m_plan.firstStep + read.token) * kVoices + generated.voice];
        generated.note = read.note;
        generated.note.length = std::min(read.note.length, m_plan.to - read.note.start);
        generated.note.channel = voice.channel;
        generated.note.velocity = m_accents.velocityAt(read.note.start);
        generated.probability = draw.probability;
        generated.rank = draw.rank;
        generated.maskedMass = draw.maskedMass;
        generated.isFallback = draw.isFallback;
        notes.push_back(generated);
    }

    const Encoding& m_encoding;
    const VoicePlan& m_plan;
    Accents m_accents;
    DecodeOptions m_decode{};
};

Alternative alternativeOf(const CellAnswer& answer, const VoicePlan& plan, const Reading& reading)
{
    Alternative alternative;
    alternative.tokens = answer.cells;
    alternative.notes = reading.notesOf(answer);
    double masked = 0;
    std::size_t found = 0;
    for (std::size_t cell = 0; cell < answer.cells.size(); ++cell) {
        if (plan.cells[cell] != kHiddenCell)
            continue;
        const CellDraw& draw = answer.draws[cell];
        ++found;
        masked += draw.maskedMass;
        alternative.logProbability += exactLog(draw.probability);
        alternative.fallbacks += draw.isFallback ? 1 : 0;
    }
    alternative.maskedMass = masked / static_cast<double>(found);
    return alternative;
}

} // namespace

Result<Continuation> completeVoices(const GeneratingModel& model, const Score& score,
                                    PreparedPrompt prompt, const ContinuationRequest& request,
                                    const NoteObserver& observer, const DraftObserver& drafts,
                                    const CancelToken& cancel)
{
    assert(model.masked);
    if (const Status checked = checkRequest(request); !checked)
        return checked.error();
    if (!prompt.plan) {
        Result<VoicePlan> plan = newPlan(model, score, prompt, request);
        if (!plan)
            return plan.error();
        prompt.plan = std::move(*plan);
    }
    const VoicePlan& plan = *prompt.plan;
    CellProblem problem;
    problem.cells = plan.cells;
    Result<std::vector<std::uint8_t>> wished = wishedClasses(*model.encoding, prompt, request);
    if (!wished)
        return wished.error();
    problem.wished = std::move(*wished);
    problem.mayBegin = model.encoding->reader({}, {})->mayFollow();
    const auto found = static_cast<std::size_t>(std::ranges::count(plan.cells, kHiddenCell));
    const std::size_t rounds =
        request.rounds > 0 ? request.rounds : std::clamp(found, kFewestRounds, kMostRounds);
    const Reading reading(model, score, prompt, plan);

    std::vector<std::optional<Result<CellAnswer>>> answers(request.alternatives);
    std::mutex telling;
    const unsigned threads = request.threads > 0 ? request.threads : usableThreads();
    parallelFor(request.alternatives, threads, cancel, [&](std::size_t k) {
        const BlockSettings settings{request.sampler, request.seed, static_cast<std::uint32_t>(k),
                                     rounds};
        CellObserver draft;
        if (drafts) {
            draft = [&, k](std::size_t round, const CellAnswer& now) {
                const Draft told{k, round + 1, rounds, reading.notesOf(now)};
                const std::scoped_lock guard(telling);
                drafts(told);
            };
        }
        answers[k] = sampleBlocks(*model.masked, problem, settings, draft, cancel);
    });
    if (cancel.isCancelled())
        return cancelledError();
    Continuation continuation;
    continuation.velocitiesFollowPrompt = reading.followsMelody();
    continuation.end = plan.to;
    for (std::size_t k = 0; k < answers.size(); ++k) {
        if (!*answers[k])
            return answers[k]->error();
        continuation.alternatives.push_back(alternativeOf(**answers[k], plan, reading));
        if (observer) {
            for (const GeneratedNote& note : continuation.alternatives.back().notes)
                observer(k, note);
        }
    }
    continuation.prompt = std::move(prompt);
    return continuation;
}

} // namespace continuo
