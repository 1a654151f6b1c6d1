// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_fields.h"
#include "core/abc/abc_remarks.h"
#include "core/base/result.h"
#include "core/music/score.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// One tune of an ABC file, as it is played.
struct AbcTune
{
    /// Format 1, 960 ticks a quarter, a track for each voice; the first is named by the title, the
    /// others by their voice. Tempo, time and key signatures; sung words as lyric events (RP-017);
    /// as text events chord symbols and annotations in their quotation marks ("Am"), decorations
    /// and grace notes in theirs (!trill!, {ab}), other fields with their letter (R:reel).
    Score score{};
    std::string title{};    ///< The first T: field, as UTF-8.
    std::string composer{}; ///< The C: fields.
    std::string number{};   ///< The X: field as written.
    AbcKey key{};           ///< Of the tune's beginning.
    AbcMeter meter{};       ///< Of the tune's beginning.
    std::uint32_t line = 0; ///< Where the tune begins, from 1.
    std::vector<AbcRemark> remarks{};
};

struct AbcReadOptions
{
    /// Grace notes, trills, rolls, mordents and turns sound; else they are kept as marks alone.
    bool playsOrnaments = false;
    friend bool operator==(const AbcReadOptions&, const AbcReadOptions&) = default;
};

/// Reads the tunes of an ABC file (ABC 2.1), repeats played out. What a tune has that is left out
/// or looks wrong is a remark of the tune; a tune never costs its neighbours, and a fault in a bar
/// costs that bar. `name` stands for the text in errors.
///
/// Not played: accompaniment that directives and chord symbols ask for, dynamics, quarter tones
/// (the nearest key towards the natural note sounds). Accidentals hold for all octaves of their
/// bar, as the standard says, unless %%propagate-accidentals says otherwise. Memory is bounded by a
/// multiple of the text's size: at most 30,000 tunes of 64 voices and 300,000 elements, played 1
/// million times in all and once more for each byte of the text, up to 4 million; there 16 bytes of
/// words, and of the file's head for each of its tunes, count as one element.
///
/// Errors, all Refused: abc.empty-file, abc.not-text (bytes that are no text), abc.no-tune (no X:
/// or K: field).
Result<std::vector<AbcTune>> readAbc(std::string_view text, std::string_view name,
                                     const AbcReadOptions& options = {});

} // namespace continuo
