// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/midi_remarks.h"

#include <fmt/format.h>

#include <algorithm>

namespace continuo {

namespace {

struct Wording
{
    const char* id;
    const char* sentence; ///< {value} is the number that belongs to the defect.
};

constexpr std::array<Wording, static_cast<std::size_t>(MidiDefect::Count)> kWordings{{
    {"midi.prefix", "The MIDI data begins only at byte {value}; what stands before it was skipped"},
    {"midi.riff", "The MIDI data is wrapped in a RIFF file; the wrapping is not kept"},
    {"midi.header-length", "The header says it is {value} bytes long, which cannot be; 6 were read"},
    {"midi.unknown-format", "There is no MIDI file format {value}; it was read as format 1"},
    {"midi.frame-rate", "{value} SMPTE frames a second are not in the standard (24, 25, 29, 30); they are used as they are"},
    {"midi.track-count", "The header declares {value} tracks, but the file holds another number of them"},
    {"midi.format-0-tracks", "A file of format 0 has one track, but this one holds {value}"},
    {"midi.too-many-tracks", "A MIDI file holds at most 65,535 tracks; the others were not read"},
    {"midi.stray-bytes", "Something that is neither a track nor another chunk was skipped"},
    {"midi.track-past-end", "A track says it is {value} bytes long, but the file ends before that"},
    {"midi.no-end-of-track", "A track has no end-of-track event; it ends with its last event"},
    {"midi.after-end-of-track", "Something follows the end of a track; it was not read"},
    {"midi.event-cut", "A track stops in the middle of an event; what came before was read"},
    {"midi.number-too-long", "A time or length has more than four bytes; its track was read up to there"},
    {"midi.no-status", "A message has no status byte; its track was read up to there"},
    {"midi.data-byte", "A message holds {value}, where at most 127 is possible; its track was read up to there"},
    {"midi.system-message", "A track holds the system message {value}, which does not belong in a file; it was read up to there"},
    {"midi.meta-type", "A track holds a meta event of type {value}, which cannot be; it was read up to there"},
    {"midi.running-status", "A message relies on the status before a meta or system exclusive event; it was read with it"},
    {"midi.end-of-track-length", "An end-of-track event carries {value} bytes; they are not kept"},
    {"midi.bad-tempo", "A tempo event makes no sense; it is kept and has no effect"},
    {"midi.bad-time-signature", "A time signature is not written as the standard says; it is kept"},
    {"midi.bad-key-signature", "A key signature makes no sense; it is kept and has no effect"},
    {"midi.unreleased-notes", "A note never ends; it ends with its track"},
}};

} // namespace

void MidiDefects::note(MidiDefect defect, std::size_t byte, std::int64_t track, std::int64_t value, std::int64_t count)
{
    Found& found = m_found[static_cast<std::size_t>(defect)];
    if (found.count == 0)
        found = {0, static_cast<std::int64_t>(byte), track, value};
    found.count += count;
}

bool MidiDefects::isDamaged() const
{
    return std::any_of(m_found.begin() + static_cast<int>(MidiDefect::EventCut),
                       m_found.begin() + static_cast<int>(MidiDefect::MetaType) + 1,
                       [](const Found& found) { return found.count > 0; });
}

std::vector<MidiRemark> MidiDefects::remarks() const
{
    std::vector<MidiRemark> remarks;
    for (std::size_t i = 0; i < m_found.size(); ++i) {
        const Found& found = m_found[i];
        if (found.count == 0)
            continue;
        MidiRemark remark{.id = kWordings[i].id, .byte = found.byte, .count = found.count, .track = found.track};
        remark.arguments.emplace_back("byte", fmt::to_string(found.byte));
        if (found.value >= 0)
            remark.arguments.emplace_back("value", fmt::to_string(found.value));
        std::string place = fmt::format("byte {}", found.byte);
        if (found.track != kNoTrack) {
            remark.arguments.emplace_back("track", fmt::to_string(found.track + 1));
            place = fmt::format("track {}, {}", found.track + 1, place);
        }
        remark.arguments.emplace_back("count", fmt::to_string(found.count));
        remark.text = fmt::format(fmt::runtime(kWordings[i].sentence), fmt::arg("value", found.value));
        remark.text += found.count == 1 ? fmt::format(" ({}).", place)
                                        : fmt::format(" ({} times, first {}).", found.count, place);
        remarks.push_back(std::move(remark));
    }
    std::stable_sort(remarks.begin(), remarks.end(),
                     [](const MidiRemark& a, const MidiRemark& b) { return a.byte < b.byte; });
    return remarks;
}

} // namespace continuo
