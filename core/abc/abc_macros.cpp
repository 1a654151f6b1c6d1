// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_macros.h"

#include "core/abc/abc_letters.h"
#include "core/base/text.h"

#include <algorithm>

namespace continuo {

namespace {

/// The end of what stands at the front of `text` in quotation marks, exclamation marks or as a
/// field in brackets; 0 where nothing of the kind does. No character is looked at often: what ends
/// the search for an exclamation mark is another, and a field that is never closed takes the rest.
std::size_t protectedLength(std::string_view text)
{
    std::size_t close = std::string_view::npos;
    if (text[0] == '"') {
        close = text.find('"', 1);
    } else if (text[0] == '!') {
        close = text.find_first_of("! |", 1);
        if (close != std::string_view::npos && text[close] != '!')
            close = std::string_view::npos;
    } else if (text[0] == '[' && text.size() > 2 && isAbcLetter(text[1]) && text[2] == ':') {
        close = std::min(text.find(']'), text.size() - 1);
    }
    return close == std::string_view::npos ? 0 : close + 1;
}

/// The note `steps` steps above `note`, which is a letter with its octave marks.
std::string movedNote(std::string_view note, int steps)
{
    int octave = note[0] >= 'a' ? 1 : 0;
    for (const char mark : note.substr(1))
        octave += mark == '\'' ? 1 : -1;
    const int step = octave * 7 + static_cast<int>(abcStepOf(note[0])) + steps;
    const int newOctave = step >= 0 ? step / 7 : -((6 - step) / 7);
    const char letter = kAbcLetters[static_cast<std::size_t>(step - newOctave * 7)];
    std::string moved(1, newOctave >= 1 ? static_cast<char>(letter - 'A' + 'a') : letter);
    for (int i = 1; i < newOctave; ++i)
        moved += '\'';
    for (int i = newOctave; i < 0; ++i)
        moved += ',';
    return moved;
}

std::string movedMusic(std::string_view music, std::string_view note)
{
    std::string moved;
    while (!music.empty()) {
        if (const std::size_t length = protectedLength(music)) {
            moved += music.substr(0, length);
            music.remove_prefix(length);
            continue;
        }
        const char c = music[0];
        if (c >= 'h' && c <= 'z')
            moved += movedNote(note, c - 'n');
        else
            moved += c;
        music.remove_prefix(1);
    }
    return moved;
}

} // namespace

bool AbcMacros::add(std::string_view definition)
{
    const std::size_t equals = definition.find('=');
    if (equals == std::string_view::npos)
        return false;
    Macro macro;
    macro.pattern = std::string(trimmed(definition.substr(0, equals)));
    macro.music = std::string(trimmed(definition.substr(equals + 1)));
    macro.isTransposing = macro.pattern.find('n') != std::string::npos;
    if (macro.pattern.empty() || macro.pattern.size() > 24 || macro.music.size() > 1024)
        return false;
    std::erase_if(m_macros, [&macro](const Macro& old) { return old.pattern == macro.pattern; });
    if (m_macros.size() >= kLimit)
        return false;
    const auto place = std::find_if(m_macros.begin(), m_macros.end(), [&macro](const Macro& other) {
        return other.pattern.size() < macro.pattern.size();
    });
    if (macro.isTransposing && macro.pattern[0] == 'n') {
        for (const char letter : std::string_view("ABCDEFGabcdefg"))
            m_isFirstLetter[static_cast<unsigned char>(letter)] = true;
    } else {
        m_isFirstLetter[static_cast<unsigned char>(macro.pattern[0])] = true;
    }
    m_macros.insert(place, std::move(macro));
    return true;
}

std::size_t AbcMacros::match(const Macro& macro, std::string_view text, std::string_view& note)
{
    const std::string_view pattern = macro.pattern;
    if (!macro.isTransposing)
        return text.starts_with(pattern) ? pattern.size() : 0;
    const std::size_t place = pattern.find('n');
    if (!text.starts_with(pattern.substr(0, place)) || text.size() <= place ||
        !isAbcNote(text[place]))
        return 0;
    std::size_t end = place + 1;
    while (end < text.size() && end < place + 8 && (text[end] == '\'' || text[end] == ','))
        ++end;
    const std::string_view rest = pattern.substr(place + 1);
    if (!text.substr(end).starts_with(rest))
        return 0;
    note = text.substr(place, end - place);
    return end + rest.size();
}

bool AbcMacros::expand(std::string_view line, std::size_t at, std::string& expanded,
                       std::vector<std::uint32_t>& columns, std::size_t& budget) const
{
    expanded.clear();
    columns.clear();
    bool isChanged = false;
    const auto take = [&](std::string_view text, std::size_t place, bool isMoving) {
        expanded += text;
        for (std::size_t i = 0; i < text.size(); ++i)
            columns.push_back(static_cast<std::uint32_t>(isMoving ? place + i : place));
    };
    while (at < line.size()) {
        const std::string_view rest = line.substr(at);
        std::size_t length = protectedLength(rest);
        if (length > 0) {
            take(rest.substr(0, length), at, true);
            at += length;
            continue;
        }
        std::string_view note;
        if (budget > 0 && m_isFirstLetter[static_cast<unsigned char>(rest[0])]) {
            for (const Macro& macro : m_macros) {
                length = match(macro, rest, note);
                if (length == 0)
                    continue;
                const std::size_t before = expanded.size();
                take(macro.isTransposing ? movedMusic(macro.music, note) : macro.music, at, false);
                budget -= std::min(budget, expanded.size() - before);
                isChanged = true;
                break;
            }
        }
        if (length == 0) {
            take(rest.substr(0, 1), at, true);
            length = 1;
        }
        at += length;
    }
    return isChanged;
}

} // namespace continuo
