// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace continuo {

/// One MIDI message at its exact audio frame.
struct PlanEvent
{
    enum class Kind : std::uint8_t
    {
        Control, ///< Program, controller, pressure, bend.
        NoteOff,
        NoteOn,
        Click ///< A note-on of the metronome; heard only while the metronome is on.
    };

    std::int64_t frame = 0;
    std::uint8_t status = 0;
    std::uint8_t data1 = 0;
    std::uint8_t data2 = 0;
    Kind kind = Kind::Control;

    friend bool operator==(const PlanEvent&, const PlanEvent&) = default;
};

struct PlanOptions
{
    int sampleRate = 48'000;
    std::set<TrackId> muted{}; ///< Tracks whose notes are left out.
    std::set<TrackId> solo{};  ///< Where not empty, notes of all other tracks are left out.
};

/// A score laid out in audio frames: everything the audio thread needs, immutable once made. The
/// independent tracks of a format 2 score follow one another.
class PlaybackPlan
{
public:
    PlaybackPlan() = default;
    PlaybackPlan(const Score& score, const PlanOptions& options);

    /// In order of frame; at one frame note-offs, controls, clicks, note-ons.
    std::span<const PlanEvent> events() const { return m_events; }
    /// Index of the first event at or after `frame`.
    std::size_t firstEventAt(std::int64_t frame) const;

    /// The last note-off, or the end of the longest track, in frames.
    std::int64_t length() const { return m_length; }
    int sampleRate() const { return m_sampleRate; }

    /// Whether a note of this channel and key has begun before `frame` and ends after it.
    bool isSounding(int channel, int key, std::int64_t frame) const;

    /// What a synthesizer must be told to be as it would be at `frame` had it played from the
    /// start: the last program, controllers, pressure and bend of each channel before it, all at
    /// frame 0. Not for the audio thread.
    std::vector<PlanEvent> stateBefore(std::int64_t frame) const;

private:
    struct Interval
    {
        std::int64_t on = 0;
        std::int64_t off = 0;
    };

    void add(const Score& score, const PlanOptions& options, std::int64_t offset);
    void addClicks(const Score& score, const PlanOptions& options, std::int64_t offset);

    std::vector<PlanEvent> m_events;
    std::array<std::vector<Interval>, 16 * 128>
        m_sounding; ///< By channel · 128 + key, in order of `on`.
    std::int64_t m_length = 0;
    int m_sampleRate = 48'000;
};

} // namespace continuo
