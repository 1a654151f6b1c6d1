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
    /// Format 1, 960 ticks a quarter, one track: its name is the title; tempo, time and key
    /// signatures; chord symbols and annotations as text events in their quotation marks ("Am"),
    /// other fields as text events with their letter (R:reel).
    Score score{};
    std::string title{};    ///< The first T: field, as UTF-8.
    std::string composer{}; ///< The C: fields.
    std::string number{};   ///< The X: field as written.
    AbcKey key{};           ///< Of the tune's beginning.
    AbcMeter meter{};       ///< Of the tune's beginning.
    std::uint32_t line = 0; ///< Where the tune begins, from 1.
    std::vector<AbcRemark> remarks{};
};

/// Reads the tunes of an ABC file (ABC 2.1, one voice), repeats played out. What a tune has that is
/// left out or looks wrong is a remark of the tune; a tune never costs its neighbours. `name`
/// stands for the text in errors.
///
/// Not read: voices after the first, overlays (&), grace notes, decorations, macros, D.C. and D.S.
/// Accidentals hold for all octaves of their bar, as the standard says, unless
/// %%propagate-accidentals says otherwise. Memory is bounded by a multiple of the text's size: at
/// most 30,000 tunes of 300,000 elements, 4 million in all.
///
/// Errors, all Refused: abc.empty-file, abc.not-text (bytes that are no text), abc.no-tune (no X:
/// or K: field).
Result<std::vector<AbcTune>> readAbc(std::string_view text, std::string_view name);

} // namespace continuo
