// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_music.h"
#include "core/music/score.h"

#include <cstddef>
#include <cstdint>
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

/// Repeats cannot make a voice longer than this many elements, with what long words and thick
/// chords weigh more; what is beyond is left out with a remark.
inline constexpr std::size_t kAbcPlayedLimit = 1'000'000;

/// The passages of a voice in the order in which they are played. A repeat without a beginning goes
/// back to the last double bar or end of a repeat, else to the beginning (ABC 2.1, 4.8).
/// `partOrder` is the P: field of the head, such as "A(AB)2", or empty.
///
/// !D.C.! and !D.S.! are obeyed once, at the end of the bar in which they stand and after its last
/// repeat: the music is played again from the beginning or from !segno!, without repeats and with
/// the last endings, up to the end of the bar with !fine!; or up to the first !coda! or the bar
/// with !dacoda!, and on from the last !coda!; else up to the mark itself. `budget` is what may
/// still be played, in elements; what is played is taken off.
std::vector<AbcPassage> playedOrder(const AbcMusic& music, std::string_view partOrder,
                                    AbcRemarks& remarks, std::size_t& budget);
std::vector<AbcPassage> playedOrder(const AbcMusic& music, std::string_view partOrder,
                                    AbcRemarks& remarks);

/// What is common to the voices of a tune.
struct AbcPlayOptions
{
    std::uint8_t channel = 0;    ///< 0..15, until the music names another.
    bool isFirst = true;         ///< Of the voices: it gives the time signatures and first tempo.
    bool playsOrnaments = false; ///< Grace notes, trills, rolls, mordents and turns.
    /// If not empty: what each bar lasts, whatever it holds.
    std::vector<AbcTime> barLengths{};
};

/// A voice as it is played.
struct AbcPart
{
    /// A bar as it is played; a rest of several bars is several of them.
    struct Bar
    {
        AbcTime length = 0;
        std::uint32_t line = 0; ///< Of its first note or rest.
        std::uint32_t column = 0;
    };
    std::vector<Note> notes{};   ///< By start; without ids.
    std::vector<Event> events{}; ///< By time; without ids.
    std::vector<Bar> bars{};
    Tick end{};
};

/// Plays a voice at 960 ticks a quarter. A time signature is set again wherever a bar begins off
/// the count, as after a pickup. Of its verses of words the n-th is sung when a note is played for
/// the n-th time, the last from then on.
AbcPart playAbc(const AbcMusic& music, const std::vector<AbcPassage>& passages,
                const AbcPlayOptions& options, AbcRemarks& remarks);

} // namespace continuo
