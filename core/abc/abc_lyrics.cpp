// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_lyrics.h"

#include "core/abc/abc_words.h"

#include <algorithm>
#include <string>

namespace continuo {

namespace {

using Kind = AbcElement::Kind;

/// Steps over the notes that words can stand under.
class Notes
{
public:
    Notes(const AbcMusic& music, std::size_t begin)
        : m_music(music)
        , m_at(begin)
    {
    }

    /// The next note, or the number of elements if there is none.
    std::size_t next()
    {
        for (; m_at < m_music.elements.size(); ++m_at) {
            const Kind kind = m_music.elements[m_at].kind;
            if (kind == Kind::Overlay)
                m_isInOverlay = true;
            else if (kind == Kind::Bar)
                m_isInOverlay = false;
            else if (kind == Kind::Notes && !m_isInOverlay)
                return m_at++;
        }
        return m_at;
    }

    /// On to the first note of the next bar; does nothing between two bars.
    void skipBar(std::size_t lastNote)
    {
        for (std::size_t i = lastNote; i < m_at; ++i) {
            if (m_music.elements[i].kind == Kind::Bar)
                return;
        }
        while (m_at < m_music.elements.size() && m_music.elements[m_at].kind != Kind::Bar)
            ++m_at;
    }

private:
    const AbcMusic& m_music;
    std::size_t m_at = 0;
    bool m_isInOverlay = false;
};

} // namespace

bool alignAbcWords(AbcMusic& music, std::size_t begin, std::string_view words, std::uint32_t verse)
{
    Notes notes(music, begin);
    std::size_t lastNote = begin;
    std::size_t last = music.syllables.size(); // The last syllable that was laid.
    const std::size_t before = last;
    bool isEnough = true;
    const auto step = [&] {
        const std::size_t note = notes.next();
        isEnough = isEnough && note < music.elements.size();
        lastNote = std::min(note, music.elements.size());
        return note < music.elements.size();
    };
    const auto endWord = [&] {
        if (music.syllables.size() == before)
            return;
        std::string& text = music.texts[music.syllables[last].text];
        if (!text.empty() && text.back() != ' ')
            text += ' ';
    };
    std::string syllable;
    const auto lay = [&] {
        if (syllable.empty())
            return;
        if (step()) {
            music.texts.push_back(readAbcWords(syllable));
            last = music.syllables.size();
            music.syllables.push_back({static_cast<std::uint32_t>(lastNote),
                                       static_cast<std::uint32_t>(music.texts.size() - 1), verse});
        }
        syllable.clear();
    };
    bool isInWord = false;
    for (std::size_t at = 0; at < words.size() && isEnough; ++at) {
        const char c = words[at];
        const char next = at + 1 < words.size() ? words[at + 1] : '\0';
        switch (c) {
        case ' ':
        case '\t':
            lay();
            if (isInWord && words[at - 1] != '-') // "a- men" goes on.
                endWord();
            isInWord = isInWord && words[at - 1] == '-';
            break;
        case '-':
            if (syllable.empty())
                step(); // "a--b" and "a - b" hold the syllable for a note more.
            else
                lay();
            break;
        case '_':
        case '*':
            lay();
            step();
            break;
        case '|':
            lay();
            if (isInWord)
                endWord();
            isInWord = false;
            notes.skipBar(lastNote);
            break;
        case '~':
            syllable += ' ';
            break;
        case '\\':
            if (next == '-') {
                syllable += '-';
                ++at;
            } else {
                // An accent of several characters, which readAbcWords() knows.
                syllable += c;
                if (next != '\0' && next != ' ')
                    syllable += words[++at];
            }
            isInWord = true;
            break;
        default:
            syllable += c;
            isInWord = true;
            break;
        }
    }
    lay();
    if (music.syllables.size() > before) {
        std::string& text = music.texts[music.syllables[last].text];
        if (!text.empty() && text.back() == ' ')
            text.pop_back();
        text += '\r';
    }
    return isEnough;
}

} // namespace continuo
