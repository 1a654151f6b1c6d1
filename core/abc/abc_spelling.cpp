// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_spelling.h"

#include "core/abc/abc_letters.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace continuo {

namespace {

/// The C of the lowest octave is 0.
std::size_t stepOf(Pitch pitch, std::size_t letter, int accidental)
{
    const int octave = (pitch.value - accidental - kAbcPitchClasses[letter]) / 12;
    return static_cast<std::size_t>(octave) * 7 + letter;
}

} // namespace

AbcSpelling::AbcSpelling(const AbcKey& key)
    : m_key(key)
{
    beginBar();
}

void AbcSpelling::beginBar()
{
    for (std::size_t letter = 0; letter < 7; ++letter)
        m_anyOctave[letter] = m_key.accidentals[letter];
    for (std::size_t step = 0; step < kSteps; ++step)
        m_sameOctave[step] = m_key.accidentals[step % 7];
}

void AbcSpelling::beginOverlay(const AbcSpelling& before)
{
    beginBar();
    for (std::size_t letter = 0; letter < 7; ++letter) {
        if (before.m_anyOctave[letter] != m_anyOctave[letter])
            m_anyOctave[letter] = kUnknown;
    }
    for (std::size_t step = 0; step < kSteps; ++step) {
        if (before.m_sameOctave[step] != m_sameOctave[step])
            m_sameOctave[step] = kUnknown;
    }
}

AbcSpelling::Choice AbcSpelling::choose(int pitchClass) const
{
    Choice best;
    int bestCost = 1000;
    const bool hasFlats = m_key.sharps < 0;
    const auto plain = m_key.plainKey();
    // The raised sixth and seventh of a minor key keep the letters of the sixth and seventh.
    const bool isRaised =
        plain && plain->mode == Mode::Minor &&
        (pitchClass == (plain->tonic + 11) % 12 || pitchClass == (plain->tonic + 9) % 12);
    for (std::size_t letter = 0; letter < 7; ++letter) {
        const int inKey = m_key.accidentals[letter];
        const int current = m_anyOctave[letter];
        for (int accidental = -2; accidental <= 2; ++accidental) {
            if ((kAbcPitchClasses[letter] + accidental + 12) % 12 != pitchClass)
                continue;
            int cost = 0;
            if (accidental == inKey)
                cost = 0;
            else if (accidental == 0)
                cost = 20;
            else
                cost = 40 * std::abs(accidental) + (accidental > 0 && hasFlats ? 5 : 0) +
                       (accidental < 0 && !hasFlats ? 5 : 0);
            if (isRaised && accidental == inKey + 1)
                cost -= 25;
            // E# and its like only where the key has them.
            if (accidental != inKey && accidental != 0 &&
                (kAbcPitchClasses[letter] + accidental == 12 ||
                 kAbcPitchClasses[letter] + accidental == -1 || pitchClass == 5 || pitchClass == 4))
                cost += 15;
            if (accidental == current && accidental != inKey)
                cost -= 3;
            if (cost < bestCost) {
                bestCost = cost;
                best = {letter, accidental};
            }
        }
    }
    return best;
}

std::size_t AbcSpelling::lastStep(Pitch pitch) const
{
    const Choice& last = m_last[pitch.value & 127U];
    return stepOf(pitch, last.letter, last.accidental);
}

std::string AbcSpelling::spell(Pitch pitch, AbcSign sign)
{
    Choice& last = m_last[pitch.value & 127U];
    Choice choice = sign == AbcSign::Never ? last : choose(pitch.pitchClass());
    if (pitch.value <
        choice.accidental + kAbcPitchClasses[choice.letter]) // The B sharp below the lowest C.
        choice = {0, 0};
    last = choice;
    const std::size_t step = stepOf(pitch, choice.letter, choice.accidental);
    const std::size_t octave = step / 7;
    assert(step < kSteps);
    std::string note;
    const bool isNeeded =
        m_anyOctave[choice.letter] != choice.accidental || m_sameOctave[step] != choice.accidental;
    if (sign == AbcSign::Always || (sign == AbcSign::WhereNeeded && isNeeded)) {
        note = choice.accidental == 0
                   ? "="
                   : std::string(static_cast<std::size_t>(std::abs(choice.accidental)),
                                 choice.accidental > 0 ? '^' : '_');
        m_anyOctave[choice.letter] = choice.accidental;
        m_sameOctave[step] = choice.accidental;
    }
    const char letter = kAbcLetters[choice.letter];
    note += octave >= 6 ? static_cast<char>(letter - 'A' + 'a') : letter;
    if (octave > 6)
        note += std::string(octave - 6, '\'');
    else if (octave < 5)
        note += std::string(5 - octave, ',');
    return note;
}

std::string abcKeyText(int sharps, bool isMinor)
{
    constexpr std::string_view kFifths = "FCGDAEB";
    const int place = sharps + (isMinor ? 4 : 1); // On the line of fifths, F = 0.
    const int turns = place >= 0 ? place / 7 : (place - 6) / 7;
    std::string text(1, kFifths[static_cast<std::size_t>(place - 7 * turns)]);
    text += std::string(static_cast<std::size_t>(std::abs(turns)), turns > 0 ? '#' : 'b');
    return isMinor ? text + "m" : text;
}

std::string abcKeyText(Key key)
{
    const int major = key.mode == Mode::Minor ? key.tonic + 3 : key.tonic;
    int sharps = major * 7 % 12;
    if (sharps > 6)
        sharps -= 12;
    return abcKeyText(sharps, key.mode == Mode::Minor);
}

} // namespace continuo
