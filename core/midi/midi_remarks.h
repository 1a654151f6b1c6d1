// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/midi/read_midi.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace continuo {

/// The kinds of remark a reading can make.
enum class MidiDefect : std::uint8_t
{
    // About the file
    Prefix,
    InsideRiff,
    HeaderLength,
    UnknownFormat,
    FrameRate,
    TrackCount,
    FormatZeroTracks,
    TooManyTracks,
    StrayBytes,
    // About a chunk
    ChunkPastEnd,
    NoEndOfTrack,
    BytesAfterEndOfTrack,
    // Reading of the track ends here
    EventCut,
    NumberTooLong,
    NoStatus,
    DataByte,
    SystemMessage,
    MetaType,
    // Put up with
    RunningStatusAfterMeta,
    EndOfTrackLength,
    BadTempo,
    BadTimeSignature,
    BadKeySignature,
    UnreleasedNotes,
    Count
};

/// Counts the defects of one file; remembers the first place of each kind.
class MidiDefects
{
public:
    static constexpr std::int64_t kNoTrack = -1;

    /// `value` is a number the sentence mentions (a length, a status), −1 if there is none.
    void note(MidiDefect defect, std::size_t byte, std::int64_t track, std::int64_t value = -1, std::int64_t count = 1);

    /// True if some track could not be read to its end.
    bool isDamaged() const;

    std::vector<MidiRemark> remarks() const;

private:
    struct Found
    {
        std::int64_t count = 0;
        std::int64_t byte = 0;
        std::int64_t track = kNoTrack;
        std::int64_t value = -1;
    };
    std::array<Found, static_cast<std::size_t>(MidiDefect::Count)> m_found{};
};

} // namespace continuo
