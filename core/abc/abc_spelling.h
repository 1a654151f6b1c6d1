// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/abc_fields.h"
#include "core/music/pitch.h"

#include <array>
#include <string>

namespace continuo {

/// When a note has its accidental written.
enum class AbcSign
{
    WhereNeeded, ///< Where key and bar do not give it.
    Always,
    Never ///< Tied to the note of the same pitch before it, whose letter it keeps.
};

/// Spells pitches as ABC notes in a key, with the accidentals that a bar needs. An accidental is
/// written whenever it matters to readers who hold it for one octave or for all.
class AbcSpelling
{
public:
    explicit AbcSpelling(const AbcKey& key);

    /// From a bar's beginning on; the key of a score may change there.
    void beginBar();
    /// From the beginning of an overlay on: for readers in whose bars the accidentals `before` the
    /// sign & still hold, and for those in whose bars they do not.
    void beginOverlay(const AbcSpelling& before);
    void setKey(const AbcKey& key) { m_key = key; }
    /// Whether two pitches were last spelled as the same line or space of the staff: F and ^F.
    bool areOnOneStep(Pitch a, Pitch b) const { return lastStep(a) == lastStep(b); }
    /// "^F,", "c'".
    std::string spell(Pitch pitch, AbcSign sign = AbcSign::WhereNeeded);

private:
    struct Choice
    {
        std::size_t letter = 0;
        int accidental = 0;
    };
    Choice choose(int pitchClass) const;
    std::size_t lastStep(Pitch pitch) const;

    static constexpr std::size_t kSteps = 7 * 12;
    static constexpr int kUnknown = 100;

    AbcKey m_key;
    std::array<Choice, 128> m_last{}; ///< By pitch.
    std::array<int, 7> m_anyOctave{};
    std::array<int, kSteps> m_sameOctave{};
};

/// The K: field of a MIDI key signature: "Bb", "F#m". `sharps` −7..7.
std::string abcKeyText(int sharps, bool isMinor);

/// The K: field of a key in the spelling with the fewer accidentals.
std::string abcKeyText(Key key);

} // namespace continuo
