// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/encode/vocabulary.h"
#include "core/music/key.h"
#include "core/music/score.h"

#include <cstdint>
#include <string_view>

namespace continuo {

/// A seed melody from words such as "C4 E4:1/8 72 rest:1/4 G4:3/8": note names with middle C as C4,
/// or MIDI numbers, each with its length as a fraction of a whole note behind a colon; without one
/// a quarter. The score has 4/4 and 120 quarters a minute. Errors (kind Usage): notes.empty,
/// notes.bad-note, notes.bad-length; each names the word.
Result<Score> parseSeedNotes(std::string_view text);

/// A melody of eight notes drawn from a random seed: quarters and eighths that move by small steps
/// in the scale of `key`, within the vocabulary's range, or from middle C where its symbols say no
/// pitch. For a model that reads C major it is as good a key as any.
Score randomSeedMelody(const Vocabulary& vocabulary, Key key, std::uint64_t seed);

} // namespace continuo
