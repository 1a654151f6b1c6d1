// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/read_midi.h"
#include "core/midi/write_midi.h"
#include "core/music/meter.h"
#include "core/music/tempo_map.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

using namespace continuo;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

} // namespace

/// Whatever the bytes: they are read or refused; what is read is in order, can be told in seconds and bars, and comes
/// back the same from what is written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const auto reading = readMidi({bytes, size}, "fuzz.mid");
    if (!reading) {
        require(reading.error().kind == ErrorKind::Refused);
        return 0;
    }
    const Score& score = reading->score;
    for (const Track& track : score.tracks) {
        require(std::is_sorted(track.notes.begin(), track.notes.end(), noteBefore));
        require(std::is_sorted(track.events.begin(), track.events.end(), eventBefore));
        for (const Note& note : track.notes)
            require(note.start.value >= 0 && note.length.value >= 0 && note.end() <= track.end);
    }
    require(std::isfinite(TempoMap(score).ticksToSeconds(score.end())));
    if (!score.smpte)
        require(MeterMap(score).position(score.end()).bar >= 0);

    for (const bool runningStatus : {true, false}) {
        const auto writing = writeMidi(score, {.runningStatus = runningStatus});
        require(writing && writing->shortenedNotes + writing->omittedEvents + writing->fillers == 0);
        const auto again = readMidi(writing->bytes, "written.mid");
        require(again && again->score == score);
    }
    return 0;
}
