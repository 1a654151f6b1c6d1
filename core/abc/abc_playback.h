// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_music.h"
#include "core/music/score.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace continuo {

/// Elements from `begin` up to `end`, played once.
struct AbcPassage
{
    std::size_t begin = 0;
    std::size_t end = 0;
    friend bool operator==(const AbcPassage&, const AbcPassage&) = default;
};

/// Repeats cannot make a tune longer than this many elements; what is beyond is left out with a
/// remark.
inline constexpr std::size_t kAbcPlayedLimit = 1'000'000;

/// The passages of a tune in the order in which they are played. A repeat without a beginning goes
/// back to the last double bar or end of a repeat, else to the beginning (ABC 2.1, 4.8).
/// `partOrder` is the P: field of the head, such as "A(AB)2", or empty.
std::vector<AbcPassage> playedOrder(const AbcMusic& music, std::string_view partOrder,
                                    AbcRemarks& remarks);

/// Adds a track with the tune's notes and events to `score`, which has 960 ticks a quarter. `heads`
/// become text events at tick 0 and the first track name. A time signature is set again wherever a
/// bar begins off the count, as after a pickup.
void playAbc(const AbcMusic& music, const std::vector<AbcPassage>& passages, std::string_view title,
             const std::vector<std::string>& heads, Score& score, AbcRemarks& remarks);

} // namespace continuo
