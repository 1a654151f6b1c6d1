// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_fields.h"
#include "core/music/pitch.h"

#include <array>
#include <string>

namespace continuo {

/// Spells pitches as ABC notes in a key, with the accidentals that a bar needs. An accidental is
/// written whenever it matters to readers who hold it for one octave or for all.
class AbcSpelling
{
public:
    explicit AbcSpelling(const AbcKey& key);

    /// From a bar's beginning on; the key of a score may change there.
    void beginBar();
    void setKey(const AbcKey& key) { m_key = key; }
    /// "^F,", "c'"; as the note before, without an accidental, if `isTied` to it.
    std::string spell(Pitch pitch, bool isTied);

private:
    struct Choice
    {
        std::size_t letter = 0;
        int accidental = 0;
    };
    Choice choose(int pitchClass) const;

    static constexpr std::size_t kSteps = 7 * 12;

    AbcKey m_key;
    Choice m_last{};
    std::array<int, 7> m_anyOctave{};
    std::array<int, kSteps> m_sameOctave{};
};

/// The K: field of a MIDI key signature: "Bb", "F#m". `sharps` −7..7.
std::string abcKeyText(int sharps, bool isMinor);

/// The K: field of a key in the spelling with the fewer accidentals.
std::string abcKeyText(Key key);

} // namespace continuo
