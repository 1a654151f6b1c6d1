// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/frame_continuation.h"

#include "core/generate/accents.h"
#include "core/generate/answer_length.h"
#include "core/generate/exact_math.h"
#include "core/generate/frame_model.h"
#include "core/music/meter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

namespace continuo {

namespace {

/// Silent frames before the first note of an answer that nothing stands before: so many are drawn
/// again at most.
constexpr std::uint32_t kMostSilence = 64;

/// How a key came to be on.
struct KeyDraw
{
    double probability = 0;
    double maskedMass = 0;
    int rank = 0;
};

struct DrawnFrame
{
    FrameKeys keys{};
    std::vector<KeyDraw> draws{}; ///< Of the keys that are on, lowest first.
    double logProbability = 0;
    double maskedMass = 0; ///< Chance that an unmasked frame would have held a masked key.

    const KeyDraw& drawOf(std::size_t key) const
    {
        return draws[(keys << (kFrameKeys - 1 - key)).count() - 1];
    }
};

/// One alternative while it is drawn.
struct Strand
{
    Alternative answer{};
    std::unique_ptr<TokenReader> reader{};
    std::vector<DrawnFrame> frames{};
    std::uint32_t drawn = 0; ///< Frames, those left out included.
    Tick end{};
    double maskedSum = 0;
    bool isDone = false;
};

/// Draws the keys of one frame, or nothing where the network's numbers overflow.
std::optional<DrawnFrame> drawFrame(NextFrame& next, std::span<const std::uint8_t> wished,
                                    const SamplerSettings& sampler, const CounterRandom& random,
                                    std::uint32_t alternative, std::uint32_t step)
{
    DrawnFrame frame;
    double kept = 1;
    for (std::size_t key = 0; key < kFrameKeys; ++key) {
        const std::array<float, 2> logits{0, next.logit()};
        if (!std::isfinite(logits[1]))
            return std::nullopt;
        const SymbolDistribution distribution =
            distributionOf(logits, sampler, {{1, 1}, {1, wished[key]}});
        const Token isOn = drawSymbol(distribution, sampler, random, alternative,
                                      step * static_cast<std::uint32_t>(kFrameKeys) +
                                          static_cast<std::uint32_t>(key));
        kept *= 1 - distribution.maskedMass;
        const double probability = distribution.network[static_cast<std::size_t>(isOn)];
        frame.logProbability += exactLog(probability);
        if (isOn != 0) {
            frame.keys.set(key);
            frame.draws.push_back({probability, 1 - kept, rankOf(distribution, isOn)});
        }
        next.decide(isOn != 0);
    }
    frame.maskedMass = 1 - kept;
    return frame;
}

std::vector<Note> pitchedNotes(const Score& score)
{
    std::vector<Note> notes = allNotes(score);
    std::erase_if(notes, [](const Note& note) { return note.channel == kDrumChannel; });
    return notes;
}

/// Takes drawn frames into answers.
class Drawing
{
public:
    Drawing(const Score& score, const PreparedPrompt& prompt, const AnswerLength& length,
            const NoteObserver& observer)
        : m_prompt(prompt)
        , m_length(length)
        , m_observer(observer)
        , m_accents(prompt.track ? pitchedNotes(score) : std::vector<Note>{}, MeterMap(score))
    {
    }

    bool followsPrompt() const { return m_accents.followsMelody(); }

    void accept(Strand& strand, std::size_t alternative, DrawnFrame frame)
    {
        const std::size_t steps = strand.frames.size();
        strand.answer.logProbability += frame.logProbability;
        strand.maskedSum += frame.maskedMass;
        strand.frames.push_back(std::move(frame));
        for (const Token number : frameNumbers(strand.frames.back().keys)) {
            strand.answer.tokens.push_back(number);
            addNotes(strand, alternative, strand.reader->read(number));
        }
        strand.end = strand.reader->time();
        const bool isEnough = m_length.notes > 0 && strand.answer.notes.size() >= m_length.notes;
        if (isEnough || steps + 1 == m_length.steps ||
            (m_length.end && strand.end >= *m_length.end)) {
            addNotes(strand, alternative, strand.reader->finish());
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
            const auto key = static_cast<std::size_t>(each.note.pitch.value + m_prompt.semitones -
                                                      kLowestFrameKey);
            const KeyDraw& draw = strand.frames[each.token].drawOf(key);
            GeneratedNote generated;
            generated.note = each.note;
            generated.probability = draw.probability;
            generated.rank = draw.rank;
            generated.maskedMass = draw.maskedMass;
            if (m_length.end)
                generated.note.length =
                    std::min(generated.note.length, *m_length.end - generated.note.start);
            generated.note.velocity = m_accents.velocityAt(generated.note.start);
            strand.answer.notes.push_back(generated);
            if (m_observer)
                m_observer(alternative, generated);
        }
    }

    const PreparedPrompt& m_prompt;
    const AnswerLength& m_length;
    const NoteObserver& m_observer;
    Accents m_accents;
};

std::vector<FrameKeys> framesOf(std::span<const Token> tokens)
{
    std::vector<FrameKeys> frames;
    for (std::size_t i = 0; i + kFrameNumbers <= tokens.size(); i += kFrameNumbers)
        frames.push_back(frameKeys(tokens.subspan(i, kFrameNumbers)));
    return frames;
}

} // namespace

Result<Continuation> continueFrames(const GeneratingModel& model, const Score& score,
                                    PreparedPrompt prompt, const ContinuationRequest& request,
                                    const NoteObserver& observer, const CancelToken& cancel)
{
    const FrameModel& network = *model.frames;
    if (const Status checked = checkRequest(request); !checked)
        return checked.error();
    const Result<AnswerLength> length = answerLength(*model.encoding, score, prompt, request);
    if (!length)
        return length.error();
    const Result<std::vector<std::uint8_t>> wished =
        wishedSymbols(*model.encoding, prompt, request);
    if (!wished)
        return wished.error();

    std::vector<FrameKeys> before = framesOf(prompt.tokens);
    const bool isFromNothing = before.empty();
    if (isFromNothing)
        before.emplace_back();
    const std::size_t outputs = network.outputs();
    ModelState state = network.start(1);
    std::vector<float> said(outputs); // float [batch, outputs]
    if (!network.read(state, before, said, cancel))
        return cancelledError();
    state = network.selected(state, std::vector<std::size_t>(request.alternatives, 0));
    for (std::size_t k = 1; k < request.alternatives; ++k)
        said.insert(said.end(), said.begin(), said.begin() + static_cast<std::ptrdiff_t>(outputs));

    ReaderOptions reading;
    reading.decode.ticksPerQuarter = score.ticksPerQuarter;
    reading.decode.origin = prompt.answerStart;
    reading.decode.semitones = -prompt.semitones;
    reading.decode.channel = prompt.channel;
    const CounterRandom random(request.seed, CounterRandom::Domain::Sampling);
    Drawing drawing(score, prompt, *length, observer);
    std::vector<Strand> strands(request.alternatives);
    std::vector<std::size_t> members; // alternatives that go on, in the order of the batch
    for (Strand& strand : strands) {
        strand.reader = model.encoding->reader(prompt.written, reading);
        members.push_back(members.size());
    }
    for (;;) {
        std::vector<FrameKeys> drawn;
        std::vector<std::size_t> goingOn; // places in the batch
        for (std::size_t place = 0; place < members.size(); ++place) {
            Strand& strand = strands[members[place]];
            const auto next = network.next(std::span(said).subspan(place * outputs, outputs));
            std::optional<DrawnFrame> frame =
                drawFrame(*next, *wished, request.sampler, random,
                          static_cast<std::uint32_t>(members[place]), strand.drawn);
            if (!frame)
                return notFiniteError();
            const bool isLeftOut = isFromNothing && strand.frames.empty() && frame->keys.none() &&
                                   strand.drawn < kMostSilence;
            ++strand.drawn;
            drawn.push_back(frame->keys);
            if (!isLeftOut)
                drawing.accept(strand, members[place], std::move(*frame));
            if (!strand.isDone)
                goingOn.push_back(place);
        }
        if (goingOn.empty())
            break;
        if (goingOn.size() < members.size()) {
            state = network.selected(state, goingOn);
            std::vector<std::size_t> left;
            std::vector<FrameKeys> read;
            for (const std::size_t place : goingOn) {
                left.push_back(members[place]);
                read.push_back(drawn[place]);
            }
            members = std::move(left);
            drawn = std::move(read);
            said.resize(members.size() * outputs);
        }
        if (!network.read(state, drawn, said, cancel))
            return cancelledError();
    }

    Continuation continuation;
    continuation.velocitiesFollowPrompt = drawing.followsPrompt();
    continuation.end = length->end.value_or(prompt.answerStart);
    for (Strand& strand : strands) {
        strand.answer.maskedMass = strand.maskedSum / static_cast<double>(strand.frames.size());
        if (!length->end)
            continuation.end = std::max(continuation.end, strand.end);
        continuation.alternatives.push_back(std::move(strand.answer));
    }
    continuation.prompt = std::move(prompt);
    return continuation;
}

} // namespace continuo
