// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/playback_plan.h"

#include "core/music/meter.h"
#include "core/music/tempo_map.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace continuo {
namespace {

constexpr std::uint8_t kHighWoodBlock = 76; // General MIDI percussion
constexpr std::uint8_t kLowWoodBlock = 77;

std::int64_t frameAt(const TempoMap& tempo, Tick time, int sampleRate)
{
    return std::llround(tempo.ticksToSeconds(time) * sampleRate);
}

int orderAtOneFrame(PlanEvent::Kind kind)
{
    switch (kind) {
    case PlanEvent::Kind::NoteOff:
        return 0;
    case PlanEvent::Kind::Control:
        return 1;
    case PlanEvent::Kind::Click:
        return 2;
    case PlanEvent::Kind::NoteOn:
        return 3;
    }
    return 3;
}

bool isHeard(const Track& track, const PlanOptions& options)
{
    return !options.muted.contains(track.id) &&
           (options.solo.empty() || options.solo.contains(track.id));
}

} // namespace

PlaybackPlan::PlaybackPlan(const Score& score, const PlanOptions& options)
    : m_sampleRate(options.sampleRate)
{
    if (score.format == 2) {
        for (const Track& track : score.tracks) {
            Score piece;
            piece.ticksPerQuarter = score.ticksPerQuarter;
            piece.smpte = score.smpte;
            piece.tracks = {track};
            add(piece, options, m_length);
        }
    } else {
        add(score, options, 0);
    }
    std::stable_sort(m_events.begin(), m_events.end(), [](const PlanEvent& a, const PlanEvent& b) {
        return a.frame != b.frame ? a.frame < b.frame
                                  : orderAtOneFrame(a.kind) < orderAtOneFrame(b.kind);
    });
    for (std::vector<Interval>& intervals : m_sounding)
        std::sort(intervals.begin(), intervals.end(),
                  [](Interval a, Interval b) { return a.on < b.on; });
}

void PlaybackPlan::add(const Score& score, const PlanOptions& options, std::int64_t offset)
{
    const TempoMap tempo(score);
    const auto frame = [&](Tick time) { return offset + frameAt(tempo, time, m_sampleRate); };
    for (const Track& track : score.tracks) {
        m_length = std::max(m_length, frame(track.end));
        for (const Event& event : track.events) {
            if (event.status >= 0xf0 || event.status < 0xa0)
                continue; // Metas and system exclusive are not for the synthesizer; a lone note-off
                          // has no note.
            m_events.push_back({frame(event.time), event.status, event.data1, event.data2,
                                PlanEvent::Kind::Control});
        }
        if (!isHeard(track, options))
            continue;
        for (const Note& note : track.notes) {
            const std::int64_t on = frame(note.start);
            // A note of length zero is still a stroke: it sounds for one frame.
            const std::int64_t off = std::max(on + 1, frame(note.end()));
            const auto channel = static_cast<std::uint8_t>(note.channel & 15);
            m_events.push_back({on, static_cast<std::uint8_t>(0x90 | channel), note.pitch.value,
                                note.velocity, PlanEvent::Kind::NoteOn});
            m_events.push_back({off, static_cast<std::uint8_t>(0x80 | channel), note.pitch.value,
                                note.releaseVelocity, PlanEvent::Kind::NoteOff});
            m_sounding[channel * 128U + note.pitch.value].push_back({on, off});
            m_length = std::max(m_length, off);
        }
    }
    addClicks(score, options, offset);
}

void PlaybackPlan::addClicks(const Score& score, const PlanOptions& options, std::int64_t offset)
{
    if (score.smpte)
        return; // No bars without quarters.
    const TempoMap tempo(score);
    const MeterMap meters(score);
    const Tick end = score.end();
    for (std::size_t i = 0; i < meters.changes().size(); ++i) {
        const MeterMap::Change& change = meters.changes()[i];
        const Tick until = i + 1 < meters.changes().size() ? meters.changes()[i + 1].time : end;
        const std::int64_t bar = change.meter.barLength(score.ticksPerQuarter).value;
        const std::int64_t beat = change.meter.beatLength(score.ticksPerQuarter).value;
        for (std::int64_t barStart = change.time.value; barStart < until.value; barStart += bar)
            for (std::int64_t time = barStart; time < std::min(barStart + bar, until.value);
                 time += beat) {
                const bool isFirst = time == barStart;
                m_events.push_back({offset + frameAt(tempo, {time}, options.sampleRate),
                                    0x90 | kDrumChannel, isFirst ? kHighWoodBlock : kLowWoodBlock,
                                    static_cast<std::uint8_t>(isFirst ? 110 : 80),
                                    PlanEvent::Kind::Click});
            }
    }
}

std::size_t PlaybackPlan::firstEventAt(std::int64_t frame) const
{
    const auto found = std::lower_bound(
        m_events.begin(), m_events.end(), frame,
        [](const PlanEvent& event, std::int64_t value) { return event.frame < value; });
    return static_cast<std::size_t>(found - m_events.begin());
}

bool PlaybackPlan::isSounding(int channel, int key, std::int64_t frame) const
{
    const std::vector<Interval>& intervals =
        m_sounding[static_cast<std::size_t>(channel * 128 + key)];
    auto after =
        std::upper_bound(intervals.begin(), intervals.end(), frame,
                         [](std::int64_t value, Interval interval) { return value < interval.on; });
    // Notes of one key overlap rarely and shallowly; a few steps back are enough and keep this
    // bounded.
    for (int steps = 0; after != intervals.begin() && steps < 8; ++steps)
        if ((--after)->off > frame)
            return true;
    return false;
}

std::vector<PlanEvent> PlaybackPlan::stateBefore(std::int64_t frame) const
{
    // One message per channel, kind and number: the last one holds. Bank selects come before
    // programs.
    std::map<std::array<int, 4>, PlanEvent> last;
    for (std::size_t i = 0; i < firstEventAt(frame); ++i) {
        PlanEvent event = m_events[i];
        if (event.kind != PlanEvent::Kind::Control)
            continue;
        event.frame = 0;
        const int high = event.status & 0xf0;
        const bool isBank = high == 0xb0 && (event.data1 == 0 || event.data1 == 32);
        const int rank = isBank ? 0 : high == 0xc0 ? 1 : 2;
        const int number = high == 0xb0 || high == 0xa0 ? event.data1 : 0;
        last.insert_or_assign({rank, event.status & 15, high, number}, event);
    }
    std::vector<PlanEvent> state;
    state.reserve(last.size());
    for (const auto& [key, event] : last)
        state.push_back(event);
    return state;
}

} // namespace continuo
