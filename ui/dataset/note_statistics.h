// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/music/score.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

namespace continuo::ui {

/// Steps of a melody go from −kWidestInterval to kWidestInterval semitones; wider ones count as the
/// widest.
inline constexpr int kWidestInterval = 12;
inline constexpr std::size_t kIntervalCount = 2 * kWidestInterval + 1;

/// Note values that durations are counted as, in quarters: a 32nd to a whole note, with dotted
/// ones.
inline constexpr std::array<double, 9> kNoteValues{0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4};

/// Where in the bar notes begin is counted in sixteenths from its start; the last counts all behind
/// the fourth quarter.
inline constexpr std::size_t kOnsetCount = 17;

/// What notes there are in some pieces. Drums do not count.
struct NoteStatistics
{
    std::array<std::int64_t, 128> pitches{}; ///< By MIDI key.
    std::array<std::int64_t, 12> pitchClasses{};
    std::array<std::int64_t, kIntervalCount>
        intervals{}; ///< From one note of the melody to the next.
    std::array<std::int64_t, kNoteValues.size()>
        durations{};                                ///< The nearest of kNoteValues by ratio.
    std::array<std::int64_t, kOnsetCount> onsets{}; ///< At the nearest sixteenth.
    std::size_t pieces = 0;

    void add(const Score& score);
    friend bool operator==(const NoteStatistics&, const NoteStatistics&) = default;
};

/// A piece by its file and place in it.
using PiecePlace = std::pair<std::int64_t, std::size_t>;

/// The statistics of `pieces`, read again from the set's bytes; pieces of one file should stand
/// together. `told` is called with what is known so far, a few times a second, and at the end.
/// Blocks. Pieces that cannot be read are passed over.
void countNotes(const std::filesystem::path& set, const std::vector<PiecePlace>& pieces,
                const CancelToken& cancel, const std::function<void(const NoteStatistics&)>& told);

} // namespace continuo::ui
