// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_music.h"

#include "core/abc/abc_letters.h"
#include "core/base/text.h"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <utility>

namespace continuo {

AbcScanner::AbcScanner(AbcMusic& music, AbcRemarks& remarks, AbcBudget& budget)
    : m_music(music)
    , m_remarks(remarks)
    , m_budget(budget)
{
    endBar();
}

AbcScanner::AbcScanner(const AbcScanner& other, AbcMusic& music)
    : m_music(music)
    , m_remarks(other.m_remarks)
    , m_budget(other.m_budget)
    , m_unitLength(other.m_unitLength)
    , m_transposition(other.m_transposition)
    , m_soundTransposition(other.m_soundTransposition)
    , m_reach(other.m_reach)
    , m_isPercussion(other.m_isPercussion)
    , m_drums(other.m_drums)
    , m_macros(other.m_macros)
    , m_userSymbols(other.m_userSymbols)
    , m_hasMicrotone(other.m_hasMicrotone)
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
    if (isUsed && m_music.states.size() < AbcBudget::kElements)
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

void AbcScanner::setPercussion(bool isPercussion)
{
    m_isPercussion = isPercussion;
    m_music.isPercussion = isPercussion;
}

void AbcScanner::endBar()
{
    m_barAccidentals.fill(kNoAccidental);
}

bool AbcScanner::addElement(AbcElement element, std::size_t at)
{
    if (m_budget.elements == 0) {
        if (!m_budget.isUsedUp)
            remark("abc.tune-too-long",
                   "the tune is longer than this program reads; the rest of it is left out.", at);
        m_budget.isUsedUp = true;
        return false;
    }
    --m_budget.elements;
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

void AbcScanner::addChannel(int channel, std::uint32_t line, std::uint32_t column)
{
    m_line = line;
    addElement({.first = static_cast<std::uint32_t>(channel), .kind = AbcElement::Kind::Channel},
               column > 0 ? column - 1 : 0);
}

void AbcScanner::readField(char name, std::string_view value, std::uint32_t line,
                           std::uint32_t column)
{
    m_line = line;
    const std::size_t at = column > 0 ? column - 1 : 0;
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
        if (const auto isPercussion = parseAbcPercussion(value))
            setPercussion(*isPercussion);
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
    case 'I':
        readInstruction(value, line, column);
        return;
    case 'U':
        if (!setUserSymbol(value))
            remark("abc.bad-user-symbol",
                   "this is not the definition of a symbol, such as T = !trill!; it is left out.",
                   at);
        return;
    case 'm':
        if (!addMacro(value))
            remark("abc.bad-macro",
                   "this is not a macro, such as ~n2 = {o}n2, or one too many; it is left out.",
                   at);
        return;
    case 'r': // A remark of the typist's.
        return;
    default:
        addText(std::string(1, name) + ":" + std::string(value), line, column);
    }
}

void AbcScanner::scanLine(std::string_view text, std::uint32_t line, std::size_t at)
{
    m_line = line;
    m_text = text;
    m_at = at;
    if (!m_macros.isEmpty() && !m_budget.isUsedUp &&
        m_macros.expand(text, at, m_expanded, m_columns, m_budget.macroText)) {
        m_text = m_expanded;
        m_at = 0;
    } else {
        m_columns.clear();
    }
    while (!atEnd() && !m_budget.isUsedUp) {
        const std::size_t before = m_at;
        scanOne();
        assert(m_at > before);
        if (m_at == before)
            ++m_at;
    }
    m_columns.clear();
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
        ++m_at;
        return;
    case '.':
        if (next == '|') // A dotted bar line divides a bar without ending it.
            m_at += 2;
        else if (next == '(' || next == '-') // Dotted slurs and ties.
            ++m_at;
        else
            scanUserSymbol(c);
        return;
    case '~':
        scanUserSymbol(c);
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
        scanOverlay();
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
        scanUserSymbol(c);
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
    endBarOfSymbols();
    m_ornament = AbcOrnament::None;
    if (std::exchange(m_isInOverlay, false))
        m_tiedSteps = m_tiedBeforeOverlay;
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
        const std::size_t close = std::min(m_text.find('"', m_at + 1), m_text.size());
        const std::size_t digit = m_text.substr(0, close).find_first_of("123456789", m_at);
        if (close == m_text.size() || digit == std::string_view::npos) {
            m_at = std::min(close + 1, m_text.size());
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
    const std::uint32_t place = column(begin);
    auto columns = std::exchange(m_columns, {}); // `place` is one of the line as written.
    readField(m_text[begin + 1], trimmed(m_text.substr(begin + 3, close - begin - 3)), m_line,
              place);
    m_columns = std::move(columns);
}

void AbcScanner::scanOverlay()
{
    const std::size_t begin = m_at;
    std::uint16_t signs = 0;
    while (peek() == '&') {
        signs = static_cast<std::uint16_t>(std::min(signs + 1, 64));
        ++m_at;
    }
    endBar();
    m_brokenDots = 0;
    if (!m_isInOverlay)
        m_tiedBeforeOverlay = std::exchange(m_tiedSteps, {});
    m_isInOverlay = true;
    m_tiedSteps.clear();
    if (addElement({.count = signs, .kind = AbcElement::Kind::Overlay}, begin))
        m_lastNote = -1;
}

void AbcScanner::finish()
{
    if (m_tupletLeft > 0)
        m_remarks.add("abc.tuplet-too-short",
                      "the tune ends before its last tuplet has all its notes.", m_line, 1);
    if (m_graceNotes > 0)
        m_remarks.add("abc.grace-notes-left-out",
                      std::to_string(m_graceNotes) +
                          " grace notes are kept as marks and not played, here and below.",
                      m_graceLine, m_graceColumn);
}

} // namespace continuo
