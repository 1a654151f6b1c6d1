// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/play/playback_plan.h"
#include "core/play/spsc_queue.h"
#include "core/play/synthesizer.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace continuo {

/// Part of a plan that repeats: [start, end) in frames, never empty.
struct LoopRange
{
    std::int64_t start = 0;
    std::int64_t end = 0;
    friend bool operator==(const LoopRange&, const LoopRange&) = default;
};

/// How loud sound is; 1 is full scale.
struct StereoLevel
{
    float left = 0;
    float right = 0;
};

/// Hears the messages that reach the synthesizer, on the audio thread: it must neither block nor
/// allocate.
class MessageSink
{
public:
    virtual ~MessageSink() = default;
    virtual void send(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) = 0;
};

/// Plays a PlaybackPlan through a Synthesizer. Live playing, metronome, looping and rendering to a
/// file are this code.
///
/// One thread controls (all functions but process()), another one calls process(). Commands go
/// through a queue and take effect with the next call of process() at the latest. A message sounds
/// at the multiple of kSynthBlock nearest to its frame (±32 frames); time is counted in frames
/// throughout, so loops do not drift, and the sound is the same bytes for any buffer size.
class Transport
{
public:
    /// `sink` may be null; it is borrowed and must outlive the transport.
    explicit Transport(std::unique_ptr<Synthesizer> synthesizer, MessageSink* sink = nullptr);
    ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    // The controlling thread. Each returns false where the queue is full, which takes an audio
    // thread that is dead.
    bool setPlan(std::shared_ptr<const PlaybackPlan>
                     plan); ///< Notes that sound and are not in the new plan end.
    bool play();
    bool stop(); ///< Fades within 10 ms, then silence; the position stays.
    bool seek(std::int64_t frame);
    bool setLoop(std::optional<LoopRange> loop);
    bool setMetronome(bool isOn);
    bool setSynthesizer(std::unique_ptr<Synthesizer>
                            synthesizer); ///< Another soundfont; the old one ends its sound.
    bool playLive(std::uint8_t status, std::uint8_t data1,
                  std::uint8_t data2); ///< A note from a keyboard.
    bool releaseAll();                 ///< Every note off, panic included, playing or not.
    /// Frees what the audio thread is done with; call it now and then, as after every command.
    void collect();

    bool isPlaying() const { return m_isPlaying.load(std::memory_order_relaxed); }
    /// The frame of the plan that is being computed; what is heard is a device's latency behind.
    std::int64_t position() const { return m_position.load(std::memory_order_relaxed); }
    /// The loudest samples since the last call. For the eye: now and then one is told twice.
    StereoLevel takeLevel();
    int activeVoices() const { return m_activeVoices.load(std::memory_order_relaxed); }
    /// Grows with every block, whether anything plays or not: a watchdog's pulse.
    std::uint64_t blocksRendered() const { return m_blocks.load(std::memory_order_relaxed); }

    // The audio thread.
    /// Fills both spans, which are of equal length. Playing ends by itself at the end of the plan
    /// where nothing loops.
    void process(std::span<float> left, std::span<float> right);

private:
    using State = std::vector<PlanEvent>;
    struct SetPlan
    {
        std::shared_ptr<const PlaybackPlan> plan{};
        std::unique_ptr<State> state{};     ///< At the present loop's start.
        std::unique_ptr<State> hereState{}; ///< At the position when the command was given.
    };
    struct SetLoop
    {
        std::optional<LoopRange> loop{};
        std::unique_ptr<State> state{};
    };
    struct Seek
    {
        std::int64_t frame = 0;
        std::unique_ptr<State> state{};
    };
    struct SetSynthesizer
    {
        std::unique_ptr<Synthesizer> synthesizer{};
        std::unique_ptr<State> state{};
    };
    struct Play
    {
    };
    struct Stop
    {
    };
    struct ReleaseAll
    {
    };
    struct SetMetronome
    {
        bool isOn = false;
    };
    struct Live
    {
        std::uint8_t status = 0;
        std::uint8_t data1 = 0;
        std::uint8_t data2 = 0;
    };
    using Command = std::variant<std::monostate, SetPlan, SetLoop, Seek, SetSynthesizer, Play, Stop,
                                 ReleaseAll, SetMetronome, Live>;

    bool give(Command command);
    std::unique_ptr<State> stateBefore(std::int64_t frame) const;

    void obeyCommands();
    void obey(Command& command);
    void noteLevel(std::span<const float> left, std::span<const float> right);
    std::size_t renderBlocks(std::span<float> left, std::span<float> right);
    std::size_t blocksUntilMessage() const;
    void playUntil(std::int64_t end);
    void jumpTo(std::int64_t frame, const State* state);
    void send(std::uint8_t status, std::uint8_t data1, std::uint8_t data2);
    void releasePlanNotes();
    void fallSilent();

    // Known to the controlling thread only.
    std::shared_ptr<const PlaybackPlan> m_givenPlan;
    std::optional<LoopRange> m_givenLoop;

    SpscQueue<Command, 256> m_commands; ///< Control to audio.
    SpscQueue<Command, 512> m_done;     ///< Back again, to be freed where freeing is allowed.

    // Known to the audio thread only.
    std::unique_ptr<Synthesizer> m_synthesizer;
    MessageSink* m_sink;
    std::shared_ptr<const PlaybackPlan> m_plan;
    std::unique_ptr<State> m_loopState;
    std::optional<LoopRange> m_loop;
    std::int64_t m_cursor = -kSynthBlock / 2; ///< Events before this frame have been sent.
    std::size_t m_nextEvent = 0;
    bool m_plays = false;
    bool m_clicks = false;
    int m_fade = 0; ///< Blocks of fading left after a stop.
    std::array<std::uint8_t, 16 * 128>
        m_sounding{}; ///< Notes begun by the plan and not ended, by channel · 128 + key.
    std::array<float, kSynthBlock> m_left{};
    std::array<float, kSynthBlock> m_right{};
    int m_given = kSynthBlock; ///< Frames of the block that process() has handed out.

    std::atomic<bool> m_isPlaying = false;
    std::atomic<std::int64_t> m_position = 0;
    std::atomic<int> m_activeVoices = 0;
    std::atomic<std::uint64_t> m_blocks = 0;
    std::atomic<float> m_loudestLeft = 0;
    std::atomic<float> m_loudestRight = 0;
};

} // namespace continuo
