// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_letters.h"
#include "core/abc/abc_music.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace continuo {

// Notes, chords, rests, and what changes their lengths: the other half of the scanner stands in
// abc_music.cpp.

namespace {

constexpr int kSteps = 84;
constexpr AbcTime kLongestNote = 1024 * kAbcWhole;

std::int64_t multiplied(std::int64_t value, std::int64_t numerator, std::int64_t denominator)
{
    return gridLine(value, numerator, denominator).value;
}

} // namespace

void AbcScanner::scanTuplet()
{
    const std::size_t begin = m_at++;
    const auto number = [this]() -> int {
        int value = 0;
        for (int digits = 0; isAbcDigit(peek()) && digits < 3; ++digits)
            value = value * 10 + (m_text[m_at++] - '0');
        return value;
    };
    const int notes = peek() >= '0' && peek() <= '9' ? m_text[m_at++] - '0' : 0;
    int inTimeOf = 0;
    int count = 0;
    if (peek() == ':') {
        ++m_at;
        inTimeOf = number();
        if (peek() == ':') {
            ++m_at;
            count = number();
        }
    }
    if (notes < 2 || inTimeOf > 99 || count > 99) {
        remark("abc.bad-tuplet", "this tuplet is left out; its notes keep their lengths.", begin);
        return;
    }
    if (m_tupletLeft > 0)
        remark("abc.tuplet-too-short",
               "a tuplet begins before the one before it has all its notes.", begin);
    if (inTimeOf == 0) {
        const int usual = state().meter.isCompound() ? 3 : 2;
        inTimeOf = notes == 2 || notes == 4 || notes == 8 ? 3
                   : notes == 3 || notes == 6             ? 2
                                                          : usual;
    }
    m_tupletNumerator = inTimeOf;
    m_tupletDenominator = notes;
    m_tupletLeft = count == 0 ? notes : count;
}

void AbcScanner::scanBroken()
{
    const std::size_t begin = m_at;
    const char mark = peek();
    int dots = 0;
    while (peek() == mark) {
        ++dots;
        ++m_at;
    }
    if (m_lastNote < 0 || m_brokenDots != 0 || dots > 4) {
        remark("abc.bad-broken-rhythm",
               "a broken rhythm mark that does not stand between two notes is left out.", begin);
        return;
    }
    m_brokenDots = mark == '>' ? dots : -dots;
}

std::optional<AbcScanner::Scale> AbcScanner::readLength()
{
    Scale scale;
    bool isFine = true;
    const auto number = [this, &isFine](std::int64_t missing) {
        if (!isAbcDigit(peek()))
            return missing;
        std::int64_t value = 0;
        while (isAbcDigit(peek())) {
            value = std::min<std::int64_t>(value * 10 + (peek() - '0'), 100'000);
            ++m_at;
        }
        isFine = isFine && value > 0 && value <= 4096;
        return value;
    };
    scale.numerator = number(1);
    int slashes = 0;
    while (peek() == '/') {
        ++m_at;
        ++slashes;
        if (isAbcDigit(peek()))
            scale.denominator *= number(1);
        else
            scale.denominator *= 2;
        if (slashes > 10 || scale.denominator > 4096) {
            isFine = false;
            scale.denominator = 1;
        }
    }
    if (!isFine)
        return std::nullopt;
    return scale;
}

int AbcScanner::pitchOf(std::size_t letter, int octave, std::optional<int> accidental)
{
    const int step = octave * 7 + static_cast<int>(letter);
    const std::size_t place =
        m_reach == AbcAccidentalReach::AllOctaves ? letter : static_cast<std::size_t>(step);
    int value = 0;
    if (m_isPercussion && !m_drums.empty()) {
        auto drum = m_drums.find({step, accidental.value_or(kNoAccidental)});
        if (drum == m_drums.end() && accidental == 0)
            drum = m_drums.find({step, kNoAccidental});
        if (drum != m_drums.end()) {
            m_newSteps.push_back({step, 0});
            return drum->second;
        }
    }
    if (accidental) {
        value = *accidental;
        if (m_reach != AbcAccidentalReach::Note)
            m_barAccidentals[place] = static_cast<std::int8_t>(value);
    } else {
        const auto tied = std::find_if(m_tiedSteps.begin(), m_tiedSteps.end(),
                                       [step](const TiedStep& t) { return t.step == step; });
        if (tied != m_tiedSteps.end())
            value = tied->accidental;
        else if (m_barAccidentals[place] != kNoAccidental)
            value = m_barAccidentals[place];
        else
            value = state().key.accidentals[letter];
    }
    m_newSteps.push_back({step, value});
    return octave * 12 + kAbcPitchClasses[letter] + value + m_transposition + m_soundTransposition;
}

int AbcScanner::accidentalOf(std::size_t letter, int octave) const
{
    const std::size_t place = m_reach == AbcAccidentalReach::AllOctaves
                                  ? letter
                                  : static_cast<std::size_t>(octave) * 7 + letter;
    return place < m_barAccidentals.size() && m_barAccidentals[place] != kNoAccidental
               ? m_barAccidentals[place]
               : state().key.accidentals[letter];
}

void AbcScanner::setNeighbours(AbcNote& note, std::size_t letter, int octave) const
{
    const auto distance = [&](int steps) {
        const int step = octave * 7 + static_cast<int>(letter) + steps;
        if (step < 0)
            return 0;
        const auto other = static_cast<std::size_t>(step % 7);
        return step / 7 * 12 + kAbcPitchClasses[other] + accidentalOf(other, step / 7) +
               m_transposition + m_soundTransposition - note.pitch;
    };
    note.above = static_cast<std::int8_t>(std::clamp(distance(1), 1, 4));
    note.below = static_cast<std::int8_t>(std::clamp(distance(-1), -4, -1));
}

std::optional<AbcNote> AbcScanner::readPitch()
{
    const std::size_t begin = m_at;
    std::optional<int> accidental;
    int marks = 0;
    while (peek() == '^' || peek() == '_' || peek() == '=') {
        accidental = accidental.value_or(0) + (peek() == '^' ? 1 : peek() == '_' ? -1 : 0);
        ++marks;
        ++m_at;
    }
    if (marks > 0 && (isAbcDigit(peek()) || peek() == '/')) {
        const auto scale = readLength();
        if (scale)
            accidental = static_cast<int>(*accidental * scale->numerator / scale->denominator);
        if (!m_hasMicrotone)
            remark("abc.quarter-tone",
                   "quarter tones sound as the nearest key towards the natural note.", begin);
        m_hasMicrotone = true;
    }
    if (!isAbcNote(peek()) || marks > 2) {
        remark("abc.accidental-without-note", "an accidental with no note behind it is left out.",
               begin);
        return std::nullopt;
    }
    const char c = peek();
    ++m_at;
    int octave = c >= 'a' ? 6 : 5;
    while (peek() == '\'' || peek() == ',') {
        octave += peek() == '\'' ? 1 : -1;
        ++m_at;
    }
    // Steps further out lie far beyond the keyboard.
    const bool isInside = octave >= 0 && octave < kSteps / 7;
    const std::size_t letter = abcStepOf(c);
    AbcNote note;
    const int pitch = isInside ? pitchOf(letter, octave, accidental) : -1;
    const auto scale = readLength();
    if (pitch < 0 || pitch > 127) {
        remark("abc.note-out-of-range", "the note lies beyond the keyboard and is left out.",
               begin);
        return std::nullopt;
    }
    if (!scale) {
        remark("abc.bad-length", "the note's length is not one; the note is left out.", begin);
        return std::nullopt;
    }
    note.pitch = static_cast<std::uint8_t>(pitch);
    if (m_ornament != AbcOrnament::None)
        setNeighbours(note, letter, octave);
    note.length =
        std::min(multiplied(m_unitLength, scale->numerator, scale->denominator), kLongestNote);
    return note;
}

void AbcScanner::scaleElement(AbcElement& element, std::int64_t numerator, std::int64_t denominator)
{
    element.length = std::min(multiplied(element.length, numerator, denominator), kLongestNote);
    if (element.kind != AbcElement::Kind::Notes)
        return;
    for (std::size_t i = element.first; i < element.first + element.count; ++i) {
        AbcTime& length = m_music.notes[i].length;
        length = std::min(multiplied(length, numerator, denominator), kLongestNote);
    }
}

void AbcScanner::applyRhythm(AbcElement& element)
{
    if (m_tupletLeft > 0) {
        scaleElement(element, m_tupletNumerator, m_tupletDenominator);
        --m_tupletLeft;
    }
    if (m_brokenDots == 0)
        return;
    const int dots = std::abs(m_brokenDots);
    const std::int64_t whole = std::int64_t{1} << dots;
    const std::int64_t longer = 2 * whole - 1;
    AbcElement& before = m_music.elements[static_cast<std::size_t>(m_lastNote)];
    scaleElement(before, m_brokenDots > 0 ? longer : 1, whole);
    scaleElement(element, m_brokenDots > 0 ? 1 : longer, whole);
    m_brokenDots = 0;
}

void AbcScanner::addNotes(std::size_t at, std::size_t firstNote, AbcTime length)
{
    AbcElement element{.length = std::min(length, kLongestNote),
                       .first = static_cast<std::uint32_t>(firstNote),
                       .count = static_cast<std::uint16_t>(m_music.notes.size() - firstNote),
                       .kind = AbcElement::Kind::Notes,
                       .ornament = std::exchange(m_ornament, AbcOrnament::None)};
    applyRhythm(element);
    if (!addElement(element, at)) {
        m_music.notes.resize(firstNote);
        return;
    }
    m_lastNote = std::ssize(m_music.elements) - 1;
    m_tiedSteps.clear();
    for (std::size_t i = 0; i < m_newSteps.size(); ++i) {
        if (m_music.notes[firstNote + i].isTied)
            m_tiedSteps.push_back(m_newSteps[i]);
    }
}

void AbcScanner::scanNote()
{
    const std::size_t begin = m_at;
    laySymbols();
    m_newSteps.clear();
    const auto note = readPitch();
    if (!note)
        return;
    m_music.notes.push_back(*note);
    addNotes(begin, m_music.notes.size() - 1, note->length);
}

void AbcScanner::scanChord()
{
    constexpr std::size_t kMostNotes = 64;
    const std::size_t begin = m_at++;
    const std::size_t first = m_music.notes.size();
    laySymbols();
    m_newSteps.clear();
    while (!atEnd() && peek() != ']') {
        const char c = peek();
        if (isAbcNote(c) || c == '^' || c == '_' || c == '=') {
            const std::size_t steps = m_newSteps.size();
            const auto note = readPitch();
            if (!note || m_music.notes.size() - first >= kMostNotes)
                m_newSteps.resize(steps);
            else
                m_music.notes.push_back(*note);
        } else if (c == '-') {
            if (m_music.notes.size() > first)
                m_music.notes.back().isTied = true;
            ++m_at;
        } else if (c == '"') {
            scanQuoted();
        } else if (c == '!' || c == '+') {
            scanDecoration(c);
        } else if (c == '|') {
            break;
        } else {
            ++m_at;
        }
    }
    if (peek() != ']') {
        remark("abc.open-chord", "the chord is never closed; it is left out.", begin);
        m_music.notes.resize(first);
        return;
    }
    ++m_at;
    const auto scale = readLength();
    if (m_music.notes.size() == first || !scale) {
        remark("abc.bad-chord",
               "a chord without notes or with a length that is not one is left out.", begin);
        m_music.notes.resize(first);
        return;
    }
    for (std::size_t i = first; i < m_music.notes.size(); ++i)
        m_music.notes[i].length =
            std::min(multiplied(m_music.notes[i].length, scale->numerator, scale->denominator),
                     kLongestNote);
    addNotes(begin, first, m_music.notes[first].length);
}

void AbcScanner::scanRest()
{
    const std::size_t begin = m_at;
    const char c = peek();
    ++m_at;
    const auto scale = readLength();
    if (!scale) {
        remark("abc.bad-length", "the rest's length is not one; the rest is left out.", begin);
        return;
    }
    AbcElement rest{.kind = AbcElement::Kind::Rest};
    if (c == 'Z' || c == 'X') {
        rest.kind = AbcElement::Kind::BarRest;
        rest.count = static_cast<std::uint16_t>(scale->numerator);
        rest.length = std::min(state().meter.barLength() * scale->numerator, kLongestNote);
    } else {
        rest.length =
            std::min(multiplied(m_unitLength, scale->numerator, scale->denominator), kLongestNote);
        applyRhythm(rest);
    }
    m_tiedSteps.clear();
    m_ornament = AbcOrnament::None;
    if (addElement(rest, begin))
        m_lastNote = std::ssize(m_music.elements) - 1;
}

} // namespace continuo
