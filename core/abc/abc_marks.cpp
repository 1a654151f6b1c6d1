// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_letters.h"
#include "core/abc/abc_music.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace continuo {

// What stands around the notes: words in quotation marks, decorations, user symbols, grace notes.
// The scanner's other parts stand in abc_music.cpp, abc_notes.cpp and abc_directives.cpp.

namespace {

struct Named
{
    std::string_view name{};
    AbcOrnament ornament = AbcOrnament::None;
};

constexpr std::array<Named, 10> kOrnaments{{
    {"trill", AbcOrnament::Trill},
    {"roll", AbcOrnament::Roll},
    {"uppermordent", AbcOrnament::UpperMordent},
    {"pralltriller", AbcOrnament::UpperMordent},
    {"mordent", AbcOrnament::LowerMordent},
    {"lowermordent", AbcOrnament::LowerMordent},
    {"turn", AbcOrnament::Turn},
    {"turnx", AbcOrnament::Turn},
    {"invertedturn", AbcOrnament::InvertedTurn},
    {"invertedturnx", AbcOrnament::InvertedTurn},
}};

constexpr std::array<std::pair<std::string_view, AbcJump>, 13> kJumps{{
    {"segno", AbcJump::Segno},
    {"coda", AbcJump::Coda},
    {"fine", AbcJump::Fine},
    {"dacoda", AbcJump::ToCoda},
    {"tocoda", AbcJump::ToCoda},
    {"D.C.", AbcJump::DaCapo},
    {"dacapo", AbcJump::DaCapo},
    {"D.C.alfine", AbcJump::DaCapo},
    {"D.C.alcoda", AbcJump::DaCapo},
    {"D.S.", AbcJump::DalSegno},
    {"dalsegno", AbcJump::DalSegno},
    {"D.S.alfine", AbcJump::DalSegno},
    {"D.S.alcoda", AbcJump::DalSegno},
}};

/// What the symbols stand for where no U: field says otherwise (ABC 2.1, 4.14).
constexpr std::array<std::pair<char, std::string_view>, 11> kSymbols{{
    {'.', "!staccato!"},
    {'~', "!roll!"},
    {'H', "!fermata!"},
    {'L', "!accent!"},
    {'M', "!lowermordent!"},
    {'O', "!coda!"},
    {'P', "!uppermordent!"},
    {'S', "!segno!"},
    {'T', "!trill!"},
    {'u', "!upbow!"},
    {'v', "!downbow!"},
}};

bool isEnclosed(std::string_view text, char mark)
{
    return text.size() >= 3 && text.front() == mark && text.back() == mark;
}

} // namespace

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
        addMark(toUtf8(m_text.substr(begin, m_at - begin)), begin);
}

void AbcScanner::scanDecoration(char mark)
{
    const std::size_t begin = m_at++;
    const std::size_t close = m_text.find(mark, m_at);
    if (close != std::string_view::npos && close > m_at &&
        m_text.substr(m_at, close - m_at).find_first_of(" |[]:\"") == std::string_view::npos) {
        const std::string_view name = m_text.substr(m_at, close - m_at);
        m_at = close + 1;
        addDecoration(name, begin);
        return;
    }
    // A single ! is an older way to end a printed line.
    if (mark != '!')
        remark("abc.unknown-character", "the character \"+\" has no meaning here and is left out.",
               begin);
}

void AbcScanner::scanUserSymbol(char symbol)
{
    const std::size_t begin = m_at++;
    std::string_view meaning;
    if (const auto own = m_userSymbols.find(symbol); own != m_userSymbols.end()) {
        meaning = own->second;
    } else {
        const auto usual = std::find_if(kSymbols.begin(), kSymbols.end(),
                                        [symbol](const auto& s) { return s.first == symbol; });
        if (usual != kSymbols.end())
            meaning = usual->second;
    }
    if (isEnclosed(meaning, '!') || isEnclosed(meaning, '+'))
        addDecoration(meaning.substr(1, meaning.size() - 2), begin);
    else if (isEnclosed(meaning, '"'))
        addMark(toUtf8(meaning), begin);
}

AbcOrnament abcOrnamentNamed(std::string_view decoration)
{
    const auto known =
        std::find_if(kOrnaments.begin(), kOrnaments.end(),
                     [decoration](const Named& named) { return named.name == decoration; });
    return known != kOrnaments.end() ? known->ornament : AbcOrnament::None;
}

bool isAbcJump(std::string_view decoration)
{
    return std::any_of(kJumps.begin(), kJumps.end(),
                       [decoration](const auto& jump) { return jump.first == decoration; });
}

void AbcScanner::addDecoration(std::string_view name, std::size_t at)
{
    if (name == "nil" || name == "none")
        return;
    addMark("!" + toUtf8(name) + "!", at);
    if (const AbcOrnament ornament = abcOrnamentNamed(name); ornament != AbcOrnament::None)
        m_ornament = ornament;
    const auto jump = std::find_if(kJumps.begin(), kJumps.end(),
                                   [name](const auto& named) { return named.first == name; });
    if (jump != kJumps.end())
        addElement(
            {.first = static_cast<std::uint32_t>(jump->second), .kind = AbcElement::Kind::Jump},
            at);
}

void AbcScanner::addMark(std::string text, std::size_t at)
{
    const auto next = static_cast<std::uint32_t>(m_music.texts.size());
    const auto [place, isNew] = m_marks.try_emplace(std::move(text), next);
    if (isNew)
        m_music.texts.push_back(place->first);
    addElement({.first = place->second, .kind = AbcElement::Kind::Text}, at);
}

bool AbcScanner::setUserSymbol(std::string_view definition)
{
    const std::size_t equals = definition.find('=');
    if (equals == std::string_view::npos)
        return false;
    const std::string_view symbol = trimmed(definition.substr(0, equals));
    const std::string_view meaning = trimmed(definition.substr(equals + 1));
    if (symbol.size() != 1 || meaning.empty())
        return false;
    const char c = symbol[0];
    const bool isFree = c == '~' || c == '.' || (c >= 'H' && c <= 'W') || (c >= 'h' && c <= 'w');
    if (!isFree)
        return false;
    m_userSymbols[c] = std::string(meaning);
    return true;
}

void AbcScanner::beginSymbols(std::vector<AbcSymbols> lines)
{
    constexpr std::size_t kMostLines = 100;
    if (lines.size() > kMostLines) {
        m_remarks.add("abc.too-many-symbols",
                      "a line of music has more lines of symbols than this program reads; the "
                      "others are left out.",
                      lines[kMostLines].line, 1);
        lines.resize(kMostLines);
    }
    m_symbols = std::move(lines);
}

void AbcScanner::laySymbols()
{
    if (m_isInOverlay)
        return;
    for (AbcSymbols& symbols : m_symbols) {
        const std::string_view text = std::exchange(m_text, symbols.text);
        const std::size_t at = std::exchange(m_at, symbols.at);
        const std::uint32_t line = std::exchange(m_line, symbols.line);
        auto columns = std::exchange(m_columns, {});
        scanSymbol();
        symbols.at = m_at;
        m_text = text;
        m_at = at;
        m_line = line;
        m_columns = std::move(columns);
    }
}

/// The next symbol, which belongs to one note.
void AbcScanner::scanSymbol()
{
    while (peek() == ' ' || peek() == '\t')
        ++m_at;
    const char c = peek();
    if (atEnd() || c == '|')
        return;
    if (c == '*')
        ++m_at;
    else if (c == '"')
        scanQuoted();
    else if (c == '!' || c == '+')
        scanDecoration(c);
    else if (c == '.' || c == '~' || (isAbcLetter(c) && !isAbcNote(c)))
        scanUserSymbol(c);
    else {
        const std::size_t begin = m_at++;
        m_at = std::min(m_text.find_first_of(" \t|*\"!+", m_at), m_text.size());
        remark("abc.bad-symbol", "this is not a symbol, such as !f! or \"Am\"; it is left out.",
               begin);
    }
}

void AbcScanner::endBarOfSymbols()
{
    for (AbcSymbols& symbols : m_symbols) {
        const std::size_t next = symbols.text.find_first_not_of(" \t", symbols.at);
        if (next != std::string::npos && symbols.text[next] == '|')
            symbols.at = next + 1;
    }
}

void AbcScanner::endSymbols()
{
    for (const AbcSymbols& symbols : m_symbols) {
        if (symbols.text.find_first_not_of(" \t|*", symbols.at) != std::string::npos)
            m_remarks.add("abc.symbols-left-over",
                          "there are more symbols here than notes in the line of music above; "
                          "those left over are left out.",
                          symbols.line, 1);
    }
    m_symbols.clear();
}

void AbcScanner::scanGrace()
{
    constexpr std::size_t kMostNotes = 64;
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
    // Grace notes leave the accidentals and ties of the bar as they are.
    const auto accidentals = m_barAccidentals;
    const auto tied = std::exchange(m_tiedSteps, {});
    const std::string_view whole = std::exchange(m_text, m_text.substr(0, end));
    const std::size_t first = m_music.notes.size();
    bool isShort = false;
    m_newSteps.clear();
    ++m_at;
    while (!atEnd()) {
        const char c = peek();
        if (isAbcNote(c) || c == '^' || c == '_' || c == '=') {
            const auto note = readPitch();
            if (note && m_music.notes.size() - first < kMostNotes) {
                m_music.notes.push_back(*note);
                ++m_graceNotes;
            }
        } else {
            isShort = isShort || c == '/';
            ++m_at;
        }
    }
    m_text = whole;
    m_barAccidentals = accidentals;
    m_tiedSteps = tied;
    m_at = close == std::string_view::npos ? m_text.size() : close + 1;
    if (close == std::string_view::npos)
        return;
    addMark(toUtf8(m_text.substr(begin, m_at - begin)), begin);
    if (m_music.notes.size() == first)
        return;
    if (!addElement({.first = static_cast<std::uint32_t>(first),
                     .count = static_cast<std::uint16_t>(m_music.notes.size() - first),
                     .kind = AbcElement::Kind::Grace,
                     .isShort = isShort},
                    begin))
        m_music.notes.resize(first);
}

} // namespace continuo
