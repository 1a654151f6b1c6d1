// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/abc/write_abc.h"
#include "core/music/meter.h"
#include "core/music/tempo_map.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

using namespace continuo;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

/// Starts, lengths and pitches, which is what ABC says of a note.
bool soundSame(std::vector<Note> a, std::vector<Note> b)
{
    for (std::vector<Note>* notes : {&a, &b})
        std::sort(notes->begin(), notes->end(), [](const Note& x, const Note& y) {
            return x.start != y.start ? x.start < y.start : x.pitch < y.pitch;
        });
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Note& x, const Note& y) {
        return x.start == y.start && x.length == y.length && x.pitch == y.pitch;
    });
}

} // namespace

/// Whatever the text: it is read or refused; what is read is in order, can be told in seconds and
/// bars, and comes back the same from what is written, if it is on the grid.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const auto tunes = readAbc({reinterpret_cast<const char*>(bytes), size}, "fuzz.abc",
                               {.playsOrnaments = size % 2 == 1});
    if (!tunes) {
        require(tunes.error().kind == ErrorKind::Refused);
        return 0;
    }
    for (const AbcTune& tune : *tunes) {
        require(!tune.score.tracks.empty() && tune.score.tracks.size() <= 64);
        require(tune.remarks.size() <= AbcRemarks::kLimit + 3);
        const Tick end = tune.score.tracks.front().end;
        for (const Track& track : tune.score.tracks) {
            require(track.end == end);
            require(std::is_sorted(track.notes.begin(), track.notes.end(), noteBefore));
            require(std::is_sorted(track.events.begin(), track.events.end(), eventBefore));
            for (const Note& note : track.notes)
                require(note.start.value >= 0 && note.length.value >= 0 && note.end() <= end &&
                        note.pitch.value < 128 && note.channel < 16);
            for (const Event& event : track.events)
                require(event.time.value >= 0 && event.time <= end);
        }
        require(std::isfinite(TempoMap(tune.score).ticksToSeconds(end)));
        const MeterMap meters(tune.score);
        require(meters.barStart(meters.position(end).bar) <= end);

        const auto written = writeAbc(tune.score);
        if (!written) {
            require(written.error().kind == ErrorKind::Refused);
            continue;
        }
        const auto again = readAbc(written->text, "again.abc");
        require(static_cast<bool>(again) && again->size() == 1);
        if (written->leftOutNotes + written->shortenedNotes + written->movedNotes > 0)
            continue;
        require(again->front().score.tracks.size() == written->voices.size());
        for (std::size_t i = 0; i < written->voices.size(); ++i) {
            const AbcText::Voice& voice = written->voices[i];
            std::vector<Note> notes = tune.score.tracks[voice.track].notes;
            std::erase_if(notes, [&](const Note& note) { return note.channel != voice.channel; });
            require(soundSame(again->front().score.tracks[i].notes, std::move(notes)));
        }
    }
    return 0;
}
