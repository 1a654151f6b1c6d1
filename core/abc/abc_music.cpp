// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_music.h"

#include "core/abc/abc_letters.h"
#include "core/base/text.h"

#include <algorithm>
#include <cassert>
#include <cctype>

namespace continuo {

AbcScanner::AbcScanner(AbcMusic& music, AbcRemarks& remarks)
    : m_music(music)
    , m_remarks(remarks)
{
    endBar();
}

void AbcScanner::remark(std::string_view id, std::string_view what, std::size_t at)
{
    m_remarks.add(id, what, m_line, column(at));
}

AbcState& AbcScanner::newState()
{
    const bool isUsed =
        !m_music.elements.empty() && m_music.elements.back().state + 1 == m_music.states.size();
    if (isUsed && m_music.states.size() < kElementLimit)
        m_music.states.push_back(AbcState(m_music.states.back()));
    return m_music.states.back();
}

void AbcScanner::setKey(const AbcKey& key)
{
    newState().key = key;
}

void AbcScanner::setMeter(const AbcMeter& meter)
{
    newState().meter = meter;
}

void AbcScanner::setTempo(const AbcTempo& tempo)
{
    newState().tempo = tempo;
}

void AbcScanner::endBar()
{
    m_barAccidentals.fill(kNoAccidental);
}

bool AbcScanner::addElement(AbcElement element, std::size_t at)
{
    if (m_music.elements.size() >= kElementLimit) {
        if (!m_isFull)
            remark("abc.tune-too-long",
                   "the tune is longer than this program reads; the rest of it is left out.", at);
        m_isFull = true;
        return false;
    }
    element.line = m_line;
    element.column = column(at);
    element.state = static_cast<std::uint32_t>(m_music.states.size() - 1);
    m_music.elements.push_back(element);
    return true;
}

void AbcScanner::addText(std::string text, std::uint32_t line, std::uint32_t column)
{
    m_line = line;
    m_music.texts.push_back(std::move(text));
    if (!addElement({.first = static_cast<std::uint32_t>(m_music.texts.size() - 1),
                     .kind = AbcElement::Kind::Text},
                    column > 0 ? column - 1 : 0))
        m_music.texts.pop_back();
}

void AbcScanner::addPart(std::string_view label, std::uint32_t line, std::uint32_t column)
{
    m_line = line;
    label = trimmed(label);
    const std::uint32_t letter = label.size() == 1 ? static_cast<unsigned char>(label[0]) : 0U;
    addElement({.first = letter, .kind = AbcElement::Kind::Part}, column > 0 ? column - 1 : 0);
}

void AbcScanner::addProgram(int program, std::uint32_t line, std::uint32_t column)
{
    m_line = line;
    addElement({.first = static_cast<std::uint32_t>(program), .kind = AbcElement::Kind::Program},
               column > 0 ? column - 1 : 0);
}

void AbcScanner::readField(char name, std::string_view value, std::uint32_t line,
                           std::uint32_t column)
{
    m_line = line;
    const std::size_t at = column > 0 ? column - 1 : 0;
    if (name == 'V') {
        const std::string id(value.substr(0, value.find_first_of(" \t")));
        if (m_voice.empty())
            m_voice = id;
        const bool isOther = id != m_voice;
        if (isOther != m_isOtherVoice)
            endBar();
        m_isOtherVoice = isOther;
        return;
    }
    if (m_isOtherVoice)
        return;
    switch (name) {
    case 'K': {
        const auto field = parseAbcKey(value);
        if (!field) {
            remark("abc.bad-key",
                   "\"" + std::string(value) + "\" is not a key; the key stays as it was.", at);
            return;
        }
        if (field->key)
            setKey(*field->key);
        if (field->transposition)
            m_transposition = *field->transposition;
        endBar();
        return;
    }
    case 'M':
        if (const auto meter = parseAbcMeter(value))
            setMeter(*meter);
        else
            remark("abc.bad-meter",
                   "\"" + std::string(value) + "\" is not a meter; the meter stays as it was.", at);
        return;
    case 'L':
        if (const auto length = parseAbcUnitLength(value))
            m_unitLength = *length;
        else
            remark("abc.bad-length",
                   "\"" + std::string(value) +
                       "\" is not a note length; the unit length stays as it was.",
                   at);
        return;
    case 'Q':
        if (const auto tempo = parseAbcTempo(value, m_unitLength))
            setTempo(*tempo);
        else
            remark("abc.bad-tempo",
                   "\"" + std::string(value) + "\" is not a tempo; the tempo stays as it was.", at);
        return;
    case 'P':
        addPart(value, line, column);
        return;
    case 'r': // A remark of the typist's.
    case 'I':
    case 'U':
        return;
    default:
        addText(std::string(1, name) + ":" + std::string(value), line, column);
    }
}

void AbcScanner::scanLine(std::string_view text, std::uint32_t line)
{
    m_text = text;
    m_at = 0;
    m_line = line;
    while (!atEnd() && !m_isFull) {
        if (m_isOtherVoice) {
            const std::size_t next = m_text.find("[V:", m_at);
            if (next == std::string_view::npos)
                return;
            m_at = next;
            scanInlineField();
            continue;
        }
        const std::size_t before = m_at;
        scanOne();
        assert(m_at > before);
        if (m_at == before)
            ++m_at;
    }
}

void AbcScanner::scanOne()
{
    const char c = peek();
    const char next = peek(1);
    switch (c) {
    case ' ':
    case '\t':
    case '\r':
    case '\\': // The next line goes on here, which it does anyway.
    case '`':
    case '$':
    case '*':
    case ')':
    case '~':
        ++m_at;
        return;
    case '.':
        m_at += next == '|' ? 2U : 1U; // A dotted bar line divides a bar without ending it.
        return;
    case '"':
        scanQuoted();
        return;
    case '!':
    case '+':
        scanDecoration(c);
        return;
    case '{':
        scanGrace();
        return;
    case '(':
        if (isAbcDigit(next))
            scanTuplet();
        else
            ++m_at;
        return;
    case '>':
    case '<':
        scanBroken();
        return;
    case '-': {
        ++m_at;
        if (m_lastNote < 0 || m_music.elements[static_cast<std::size_t>(m_lastNote)].kind !=
                                  AbcElement::Kind::Notes) {
            remark("abc.tie-without-note", "a tie with no note before it is left out.", m_at - 1);
            return;
        }
        const AbcElement& tied = m_music.elements[static_cast<std::size_t>(m_lastNote)];
        for (std::size_t i = tied.first; i < tied.first + tied.count; ++i)
            m_music.notes[i].isTied = true;
        m_tiedSteps = m_newSteps;
        return;
    }
    case '&':
        skipOverlay();
        return;
    case '|':
    case ':':
        scanBar();
        return;
    case '[':
        if (isAbcLetter(next) && peek(2) == ':')
            scanInlineField();
        else if (next == '|' || next == ']')
            scanBar();
        else if (isAbcDigit(next) || next == '"' || (next == ' ' && isAbcDigit(peek(2)))) {
            ++m_at;
            if (!scanEnding())
                remark("abc.bad-ending", "an ending without a number is left out.", m_at - 1);
        } else
            scanChord();
        return;
    case '^':
    case '_':
    case '=':
        scanNote();
        return;
    case 'z':
    case 'x':
    case 'Z':
    case 'X':
        scanRest();
        return;
    case 'y':
        ++m_at;
        while (isAbcDigit(peek()) || peek() == '/')
            ++m_at;
        return;
    default:
        break;
    }
    if (isAbcNote(c)) {
        scanNote();
        return;
    }
    if (isAbcLetter(c)) { // H..W and h..w stand for decorations.
        ++m_at;
        return;
    }
    const std::size_t begin = m_at;
    ++m_at;
    while (!atEnd() && (static_cast<unsigned char>(peek()) >= 0x80 ||
                        static_cast<unsigned char>(peek()) < 0x20))
        ++m_at;
    remark("abc.unknown-character",
           std::isprint(static_cast<unsigned char>(c))
               ? "the character \"" + std::string(1, c) + "\" has no meaning here and is left out."
               : std::string("unknown characters are left out."),
           begin);
}

void AbcScanner::scanQuoted()
{
    const std::size_t begin = m_at;
    const std::size_t close = m_text.find('"', begin + 1);
    if (close == std::string_view::npos) {
        remark("abc.open-quote",
               "the quotation mark is never closed; the rest of the line is left out.", begin);
        m_at = m_text.size();
        return;
    }
    m_at = close + 1;
    if (close > begin + 1)
        addText(toUtf8(m_text.substr(begin, m_at - begin)), m_line, column(begin));
}

void AbcScanner::scanDecoration(char mark)
{
    const std::size_t begin = m_at++;
    const std::size_t close = m_text.find(mark, m_at);
    if (close != std::string_view::npos && close > m_at &&
        m_text.substr(m_at, close - m_at).find_first_of(" |[]:\"") == std::string_view::npos) {
        m_at = close + 1;
        return;
    }
    // A single ! is an older way to end a printed line.
    if (mark != '!')
        remark("abc.unknown-character", "the character \"+\" has no meaning here and is left out.",
               begin);
}

void AbcScanner::scanGrace()
{
    const std::size_t begin = m_at;
    const std::size_t close = m_text.find('}', begin);
    const std::size_t end = std::min(close, m_text.size());
    if (close == std::string_view::npos)
        remark("abc.open-grace",
               "the grace notes are never closed; the rest of the line is left out.", begin);
    if (m_graceNotes == 0) {
        m_graceLine = m_line;
        m_graceColumn = column(begin);
    }
    for (const char c : m_text.substr(begin, end - begin))
        m_graceNotes += isAbcNote(c) ? 1U : 0U;
    m_at = close == std::string_view::npos ? m_text.size() : close + 1;
}

void AbcScanner::scanBar()
{
    const std::size_t begin = m_at;
    if (peek() == '[') // [| and the invisible [|] and [].
        ++m_at;
    while (!atEnd()) {
        const char c = peek();
        if (c == '|' || c == ':') {
            ++m_at;
            continue;
        }
        if (c == ']' && m_at > begin && m_text[m_at - 1] != ':')
            ++m_at;
        break;
    }
    const std::string_view run = m_text.substr(begin, m_at - begin);
    const std::size_t first = run.find('|');
    const std::size_t last = run.rfind('|');
    const auto colons = static_cast<std::size_t>(std::count(run.begin(), run.end(), ':'));
    const auto lines = static_cast<std::size_t>(std::count(run.begin(), run.end(), '|'));
    std::size_t ending = 0;
    std::size_t beginning = 0;
    if (first == std::string_view::npos) {
        if (colons == 1) {
            // "||" at the end of a line and ":" at the beginning of the next.
            if (!m_music.elements.empty() &&
                m_music.elements.back().kind == AbcElement::Kind::Bar) {
                m_music.elements.back().repeatsBeginning = 1;
                m_music.elements.back().isSectionEnd = true;
                return;
            }
            remark("abc.unknown-character", "a single colon has no meaning here and is left out.",
                   begin);
            return;
        }
        ending = beginning = colons / 2;
    } else {
        ending = first;
        if (run[0] == '[')
            ending = 0;
        beginning = run.size() - last - 1;
        if (run.ends_with(']'))
            beginning = 0;
    }
    AbcElement bar{.kind = AbcElement::Kind::Bar};
    bar.repeatsEnding = static_cast<std::uint8_t>(std::min<std::size_t>(ending, 8));
    bar.repeatsBeginning = static_cast<std::uint8_t>(std::min<std::size_t>(beginning, 8));
    bar.isSectionEnd = ending > 0 || beginning > 0 || lines > 1 || run.size() > lines;
    endBar();
    addElement(bar, begin);
    if (bar.repeatsBeginning > 0 || (bar.isSectionEnd && bar.repeatsEnding == 0))
        m_isInEndings = false;
    if (isAbcDigit(peek()))
        scanEnding();
}

bool AbcScanner::scanEnding()
{
    const std::size_t begin = m_at;
    while (peek() == ' ')
        ++m_at;
    if (peek() == '"') { // A label in words: its digits count.
        const std::size_t close = m_text.find('"', m_at + 1);
        const std::size_t digit = m_text.find_first_of("123456789", m_at);
        if (close == std::string_view::npos || digit > close) {
            m_at = std::min(close, m_text.size() - 1) + 1;
            return false;
        }
        const auto number = static_cast<std::uint32_t>(m_text[digit] - '0');
        m_at = close + 1;
        addElement({.first = 1U << number, .kind = AbcElement::Kind::Ending}, begin);
        return true;
    }
    std::uint32_t set = 0;
    int from = 0;
    while (isAbcDigit(peek())) {
        int number = 0;
        while (isAbcDigit(peek())) {
            number = std::min(number * 10 + (peek() - '0'), 99);
            ++m_at;
        }
        for (int n = from > 0 ? from : number; n <= number && n < 32; ++n)
            set |= 1U << n;
        from = 0;
        if ((peek() == ',' || peek() == '-') && isAbcDigit(peek(1))) {
            if (peek() == '-')
                from = number;
            ++m_at;
        }
    }
    set &= ~1U;
    if (set == 0) {
        if (m_at == begin)
            ++m_at;
        return false;
    }
    addElement({.first = set, .kind = AbcElement::Kind::Ending}, begin);
    if (!m_isInEndings)
        m_tiedBeforeEndings = m_tiedSteps;
    else if (m_tiedSteps.empty())
        m_tiedSteps = m_tiedBeforeEndings;
    m_isInEndings = true;
    return true;
}

void AbcScanner::scanInlineField()
{
    const std::size_t begin = m_at;
    const std::size_t close = m_text.find(']', begin);
    if (close == std::string_view::npos) {
        remark("abc.open-field",
               "the field in brackets is never closed; the rest of the line is left out.", begin);
        m_at = m_text.size();
        return;
    }
    m_at = close + 1;
    readField(m_text[begin + 1], trimmed(m_text.substr(begin + 3, close - begin - 3)), m_line,
              column(begin));
}

void AbcScanner::skipOverlay()
{
    if (!m_hasOverlay)
        remark("abc.overlay-left-out", "a second line of notes in one bar (&) is left out.", m_at);
    m_hasOverlay = true;
    ++m_at;
    bool isQuoted = false;
    while (!atEnd()) {
        const char c = peek();
        if (c == '"')
            isQuoted = !isQuoted;
        if (!isQuoted && (c == '|' || (c == ':' && (peek(1) == '|' || peek(1) == ':'))))
            return;
        ++m_at;
    }
}

void AbcScanner::finish()
{
    if (m_tupletLeft > 0)
        m_remarks.add("abc.tuplet-too-short",
                      "the tune ends before its last tuplet has all its notes.", m_line, 1);
    if (m_graceNotes > 0)
        m_remarks.add("abc.grace-notes-left-out",
                      std::to_string(m_graceNotes) + " grace notes are left out, here and below.",
                      m_graceLine, m_graceColumn);
}

} // namespace continuo
