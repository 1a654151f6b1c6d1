// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/transport.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace continuo {
namespace {

constexpr int kFadeBlocks = 7; // 9.3 ms at 48 kHz
constexpr int kHalfBlock = kSynthBlock / 2;

} // namespace

Transport::Transport(std::unique_ptr<Synthesizer> synthesizer, MessageSink* sink)
    : m_givenPlan(std::make_shared<const PlaybackPlan>())
    , m_synthesizer(std::move(synthesizer))
    , m_sink(sink)
    , m_plan(m_givenPlan)
{
    assert(m_synthesizer);
}

Transport::~Transport() = default;

bool Transport::give(Command command)
{
    collect();
    return m_commands.push(std::move(command));
}

std::unique_ptr<Transport::State> Transport::stateBefore(std::int64_t frame) const
{
    return std::make_unique<State>(m_givenPlan->stateBefore(frame));
}

bool Transport::setPlan(std::shared_ptr<const PlaybackPlan> plan)
{
    assert(plan);
    m_givenPlan = std::move(plan);
    return give(SetPlan{m_givenPlan, stateBefore(m_givenLoop ? m_givenLoop->start : 0),
                        stateBefore(position())});
}

bool Transport::play()
{
    return give(Play{});
}

bool Transport::stop()
{
    return give(Stop{});
}

bool Transport::seek(std::int64_t frame)
{
    frame = std::max<std::int64_t>(0, frame);
    return give(Seek{frame, stateBefore(frame)});
}

bool Transport::setLoop(std::optional<LoopRange> loop)
{
    assert(!loop || (loop->start >= 0 && loop->end > loop->start));
    m_givenLoop = loop;
    return give(SetLoop{loop, stateBefore(loop ? loop->start : 0)});
}

bool Transport::setMetronome(bool isOn)
{
    return give(SetMetronome{isOn});
}

bool Transport::setSynthesizer(std::unique_ptr<Synthesizer> synthesizer)
{
    assert(synthesizer);
    return give(SetSynthesizer{std::move(synthesizer), stateBefore(position())});
}

bool Transport::playLive(std::uint8_t status, std::uint8_t data1, std::uint8_t data2)
{
    return give(Live{status, data1, data2});
}

bool Transport::releaseAll()
{
    return give(ReleaseAll{});
}

void Transport::collect()
{
    while (m_done.take([](Command& command) { command = std::monostate{}; })) {
    }
}

void Transport::process(std::span<float> left, std::span<float> right)
{
    assert(left.size() == right.size());
    while (!left.empty()) {
        std::size_t filled = 0;
        if (m_given < kSynthBlock) {
            filled = std::min(left.size(), static_cast<std::size_t>(kSynthBlock - m_given));
            std::copy_n(m_left.begin() + m_given, filled, left.begin());
            std::copy_n(m_right.begin() + m_given, filled, right.begin());
            m_given += static_cast<int>(filled);
        } else {
            obeyCommands();
            if (left.size() >= kSynthBlock) {
                filled = renderBlocks(left, right);
            } else {
                renderBlocks(m_left, m_right);
                m_given = 0;
            }
        }
        left = left.subspan(filled);
        right = right.subspan(filled);
    }
}

void Transport::obeyCommands()
{
    const auto obeyAndGiveBack = [this](Command& command) {
        obey(command);
        // What the command holds now is the old plan, state or synthesizer: freed by the thread
        // that gave it. The way back is longer than the way here and emptied before each command,
        // so there is room.
        [[maybe_unused]] const bool isGivenBack = m_done.push(std::move(command));
        assert(isGivenBack);
    };
    while (m_commands.take(obeyAndGiveBack)) {
    }
}

void Transport::obey(Command& command)
{
    if (auto* const setPlan = std::get_if<SetPlan>(&command)) {
        std::swap(m_plan, setPlan->plan);
        std::swap(m_loopState, setPlan->state);
        m_nextEvent = m_plan->firstEventAt(m_cursor);
        for (int channel = 0; channel < 16; ++channel)
            for (int key = 0; key < 128; ++key) {
                std::uint8_t& count = m_sounding[static_cast<std::size_t>(channel * 128 + key)];
                if (count > 0 && !m_plan->isSounding(channel, key, m_cursor)) {
                    for (; count > 0; --count)
                        send(static_cast<std::uint8_t>(0x80 | channel),
                             static_cast<std::uint8_t>(key), 64);
                }
            }
        for (const PlanEvent& event : *setPlan->hereState)
            send(event.status, event.data1, event.data2);
    } else if (auto* const setLoop = std::get_if<SetLoop>(&command)) {
        m_loop = setLoop->loop;
        std::swap(m_loopState, setLoop->state);
    } else if (auto* const seek = std::get_if<Seek>(&command)) {
        releasePlanNotes();
        jumpTo(seek->frame - kHalfBlock, seek->state.get());
        m_position.store(seek->frame, std::memory_order_relaxed);
    } else if (auto* const setSynthesizer = std::get_if<SetSynthesizer>(&command)) {
        std::swap(m_synthesizer, setSynthesizer->synthesizer);
        m_sounding.fill(0);
        for (const PlanEvent& event : *setSynthesizer->state)
            m_synthesizer->send(event.status, event.data1, event.data2);
    } else if (std::holds_alternative<Play>(command)) {
        if (m_fade > 0)
            fallSilent();
        m_plays = true;
    } else if (std::holds_alternative<Stop>(command)) {
        if (m_plays)
            releasePlanNotes();
        m_plays = false;
        m_fade = kFadeBlocks;
    } else if (std::holds_alternative<ReleaseAll>(command)) {
        releasePlanNotes();
        for (int channel = 0; channel < 16; ++channel)
            send(static_cast<std::uint8_t>(0xb0 | channel), 123, 0); // all notes off
        m_fade = kFadeBlocks;
        m_plays = false;
    } else if (const auto* const setMetronome = std::get_if<SetMetronome>(&command)) {
        m_clicks = setMetronome->isOn;
    } else if (const auto* const live = std::get_if<Live>(&command)) {
        send(live->status, live->data1, live->data2);
    }
    m_isPlaying.store(m_plays, std::memory_order_relaxed);
}

/// Renders as many whole blocks as the spans hold and no message divides, at least one; returns
/// their frames.
void Transport::noteLevel(std::span<const float> left, std::span<const float> right)
{
    const auto note = [](std::atomic<float>& loudest, std::span<const float> channel) {
        float most = loudest.load(std::memory_order_relaxed);
        for (const float sample : channel)
            most = std::max(most, std::abs(sample));
        loudest.store(most, std::memory_order_relaxed);
    };
    note(m_loudestLeft, left);
    note(m_loudestRight, right);
}

StereoLevel Transport::takeLevel()
{
    return {m_loudestLeft.exchange(0, std::memory_order_relaxed),
            m_loudestRight.exchange(0, std::memory_order_relaxed)};
}

std::size_t Transport::renderBlocks(std::span<float> left, std::span<float> right)
{
    if (m_plays)
        playUntil(m_cursor + kSynthBlock);
    const std::size_t blocks = std::min(left.size() / kSynthBlock, blocksUntilMessage());
    const std::size_t frames = blocks * kSynthBlock;
    if (m_plays)
        m_cursor += static_cast<std::int64_t>(frames) - kSynthBlock;
    left = left.first(frames);
    right = right.first(frames);
    m_synthesizer->render(left, right);
    if (m_fade > 0) {
        for (std::size_t i = 0; i < kSynthBlock; ++i) {
            const float gain = static_cast<float>(m_fade * kSynthBlock - static_cast<int>(i) - 1) /
                               (kFadeBlocks * kSynthBlock);
            left[i] *= gain;
            right[i] *= gain;
        }
        if (--m_fade == 0)
            fallSilent();
    }
    noteLevel(left, right);
    m_activeVoices.store(m_synthesizer->activeVoices(), std::memory_order_relaxed);
    m_position.store(std::max<std::int64_t>(0, m_cursor + kHalfBlock), std::memory_order_relaxed);
    m_blocks.fetch_add(blocks, std::memory_order_relaxed);
    return frames;
}

/// How many blocks from here on need no other message than those sent by now: the synthesizer is
/// faster with several.
std::size_t Transport::blocksUntilMessage() const
{
    if (m_fade > 0)
        return 1;
    if (!m_plays)
        return std::numeric_limits<std::size_t>::max();
    // The block that comes to an event, a loop's end or the end of the plan is left to playUntil().
    std::int64_t next = m_plan->length() + kHalfBlock - 1;
    if (m_loop && m_cursor < m_loop->end)
        next = m_loop->end - 1;
    if (m_nextEvent < m_plan->events().size())
        next = std::min(next, m_plan->events()[m_nextEvent].frame);
    return 1 + static_cast<std::size_t>(std::max<std::int64_t>(0, next - m_cursor) / kSynthBlock);
}

void Transport::playUntil(std::int64_t end)
{
    // The block that is about to be rendered carries the messages within half a block of its start:
    // the window [cursor, end) of plan time, which may run over the end of a loop, and in a very
    // short loop over several.
    for (;;) {
        const bool isLooping = m_loop && m_cursor < m_loop->end;
        const std::int64_t stop = isLooping ? std::min(end, m_loop->end) : end;
        const std::span<const PlanEvent> events = m_plan->events();
        for (; m_nextEvent < events.size() && events[m_nextEvent].frame < stop; ++m_nextEvent) {
            const PlanEvent& event = events[m_nextEvent];
            std::uint8_t& count = m_sounding[(event.status & 15U) * 128U + (event.data1 & 127U)];
            switch (event.kind) {
            case PlanEvent::Kind::NoteOn:
                if (count < 255)
                    ++count;
                send(event.status, event.data1, event.data2);
                break;
            case PlanEvent::Kind::NoteOff:
                if (count > 0) { // Not for a note that began before the seek.
                    --count;
                    send(event.status, event.data1, event.data2);
                }
                break;
            case PlanEvent::Kind::Click:
                if (m_clicks)
                    send(event.status, event.data1, event.data2);
                break;
            case PlanEvent::Kind::Control:
                send(event.status, event.data1, event.data2);
                break;
            }
        }
        m_cursor = stop;
        if (!isLooping || stop < m_loop->end)
            break;
        releasePlanNotes();
        const std::int64_t rest = end - stop;
        jumpTo(m_loop->start, m_loopState.get());
        end = m_cursor + rest;
        if (rest == 0)
            break;
    }
    const bool isInLoop = m_loop && m_cursor < m_loop->end;
    if (!isInLoop && m_cursor >= m_plan->length() + kHalfBlock) {
        releasePlanNotes();
        m_plays = false;
        m_isPlaying.store(false, std::memory_order_relaxed);
    }
}

void Transport::jumpTo(std::int64_t frame, const State* state)
{
    m_cursor = frame;
    m_nextEvent = m_plan->firstEventAt(frame);
    if (state)
        for (const PlanEvent& event : *state)
            send(event.status, event.data1, event.data2);
}

void Transport::send(std::uint8_t status, std::uint8_t data1, std::uint8_t data2)
{
    m_synthesizer->send(status, data1, data2);
    if (m_sink)
        m_sink->send(status, data1, data2);
}

void Transport::releasePlanNotes()
{
    for (std::size_t i = 0; i < m_sounding.size(); ++i)
        for (; m_sounding[i] > 0; --m_sounding[i])
            send(static_cast<std::uint8_t>(0x80 | i / 128), static_cast<std::uint8_t>(i % 128), 64);
}

void Transport::fallSilent()
{
    m_fade = 0;
    for (int channel = 0; channel < 16; ++channel) {
        send(static_cast<std::uint8_t>(0xb0 | channel), 64, 0);  // pedal up
        send(static_cast<std::uint8_t>(0xb0 | channel), 120, 0); // all sound off
    }
}

} // namespace continuo
