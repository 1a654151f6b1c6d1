// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace continuo {

/// The soundfont under test, or empty.
inline std::filesystem::path testSoundfont()
{
    const char* const named = std::getenv("CONTINUO_SOUNDFONT");
    return named ? named : "";
}

struct TestNote
{
    std::int64_t start = 0; ///< In ticks of 1/480 quarter.
    std::int64_t length = 480;
    int key = 60;
    int channel = 0;
};

/// One track of notes at 480 ticks a quarter and 120 quarters a minute: a quarter is half a second.
inline Score testScore(const std::vector<TestNote>& notes)
{
    Score score;
    score.ticksPerQuarter = 480;
    const TrackId track = score.addTrack().id;
    for (const TestNote& note : notes)
        score.addNote(track, {.start = {note.start},
                              .length = {note.length},
                              .pitch = {static_cast<std::uint8_t>(note.key)},
                              .velocity = 100,
                              .channel = static_cast<std::uint8_t>(note.channel)});
    return score;
}

} // namespace continuo
