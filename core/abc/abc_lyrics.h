// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_music.h"

#include <cstdint>
#include <string_view>

namespace continuo {

/// Lays the syllables of a w: field (ABC 2.1, 5) under the notes among the elements of `music` from
/// `begin` on, leaving out overlays. A syllable's text is a lyric event's after RP-017: a space
/// behind the last syllable of a word, a carriage return behind the last of the field.
/// Returns true if there were notes enough for all syllables.
bool alignAbcWords(AbcMusic& music, std::size_t begin, std::string_view words, std::uint32_t verse);

} // namespace continuo
