// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_playback.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <optional>

namespace continuo {

namespace {

using Kind = AbcElement::Kind;

/// Collects passages and stops at the limit.
class Playlist
{
public:
    Playlist(const AbcMusic& music, AbcRemarks& remarks, std::size_t& budget)
        : m_remarks(remarks)
        , m_budget(budget)
        , m_weights(music.elements.size() + 1)
    {
        for (std::size_t i = 0; i < music.elements.size(); ++i) {
            const AbcElement& element = music.elements[i];
            std::size_t weight = 1;
            if (element.kind == Kind::Text)
                weight += music.texts[element.first].size() / 32;
            else if (element.kind == Kind::Notes || element.kind == Kind::Grace)
                weight += element.count / 2;
            m_weights[i + 1] = weight;
        }
        for (const AbcSyllable& syllable : music.syllables)
            m_weights[syllable.element + 1] += 1 + music.texts[syllable.text].size() / 32;
        std::partial_sum(m_weights.begin(), m_weights.end(), m_weights.begin());
    }

    bool isFull() const { return m_isFull; }

    void add(const AbcMusic& music, std::size_t begin, std::size_t end)
    {
        if (begin >= end || m_isFull)
            return;
        const std::size_t weight = m_weights[end] - m_weights[begin];
        if (weight > m_budget) {
            m_isFull = true;
            const AbcElement& element = music.elements[begin];
            m_remarks.add("abc.repeats-cut",
                          "with its repeats the tune is longer than this program reads; "
                          "the rest of it is left out.",
                          element.line, element.column);
            return;
        }
        m_budget -= weight;
        m_passages.push_back({begin, end});
    }

    const std::vector<AbcPassage>& passages() const { return m_passages; }
    /// Ends the list with the passage `last`, and that one at `end`.
    void cut(std::size_t last, std::size_t end)
    {
        m_passages.resize(last + 1);
        m_passages.back().end = std::min(m_passages.back().end, end);
    }
    std::vector<AbcPassage> take() { return std::move(m_passages); }

private:
    AbcRemarks& m_remarks;
    std::size_t& m_budget;
    std::vector<std::size_t> m_weights; ///< Sums: of the elements before each.
    std::vector<AbcPassage> m_passages;
    bool m_isFull = false;
};

/// Walks over one part and plays its sections: what stands between two repeat signs, with its
/// endings.
class Sections
{
public:
    Sections(const AbcMusic& music, Playlist& playlist, bool takesRepeats = true)
        : m_music(music)
        , m_playlist(playlist)
        , m_takesRepeats(takesRepeats)
    {
    }

    void play(std::size_t begin, std::size_t end)
    {
        open(begin);
        for (std::size_t i = begin; i < end && !m_playlist.isFull(); ++i) {
            const AbcElement& element = m_music.elements[i];
            if (element.kind == Kind::Ending)
                beginEnding(i, element.first);
            else if (element.kind == Kind::Bar)
                readBar(i, end, element);
        }
        close(end, 1);
    }

private:
    struct Ending
    {
        std::uint32_t passes = 0;
        AbcPassage music{};
    };

    void open(std::size_t begin)
    {
        m_begin = begin;
        m_endings.clear();
        m_isInEnding = false;
        m_isExplicit = false;
        m_repeats = 0;
        m_isLastRepeated = false;
    }

    void beginEnding(std::size_t at, std::uint32_t passes)
    {
        if (m_endings.empty())
            m_commonEnd = at;
        else if (m_isInEnding)
            m_endings.back().music.end = at;
        m_endings.push_back({passes, {at + 1, at + 1}});
        m_isInEnding = true;
    }

    /// True if the next thing that sounds belongs to another ending.
    bool endingFollows(std::size_t at, std::size_t end) const
    {
        for (std::size_t i = at; i < end; ++i) {
            const AbcElement& element = m_music.elements[i];
            if (element.kind == Kind::Ending)
                return true;
            if (element.kind != Kind::Text && element.kind != Kind::Program &&
                element.kind != Kind::Channel && element.kind != Kind::Jump &&
                !(element.kind == Kind::Bar && element.repeatsBeginning == 0))
                return false;
        }
        return false;
    }

    void readBar(std::size_t at, std::size_t end, const AbcElement& bar)
    {
        const bool isRepeatEnd = bar.repeatsEnding > 0;
        if (m_isInEnding && bar.isSectionEnd) {
            m_endings.back().music.end = at + 1;
            m_isInEnding = false;
            m_isLastRepeated = isRepeatEnd;
            if (bar.repeatsBeginning == 0 && endingFollows(at + 1, end))
                return;
            close(at + 1, 1);
        } else if (isRepeatEnd) {
            close(at + 1, std::max(bar.repeatsEnding, m_repeats) + 1);
        } else if (bar.repeatsBeginning > 0 ||
                   (bar.isSectionEnd && !m_isExplicit && m_endings.empty())) {
            close(at + 1, 1);
        }
        if (bar.repeatsBeginning > 0) {
            m_isExplicit = true;
            m_repeats = bar.repeatsBeginning;
        }
    }

    void close(std::size_t end, int times)
    {
        if (m_isInEnding)
            m_endings.back().music.end = end;
        if (m_endings.empty()) {
            for (int pass = 0; pass < (m_takesRepeats ? times : 1); ++pass)
                m_playlist.add(m_music, m_begin, end);
            open(end);
            return;
        }
        std::uint32_t all = 0;
        for (const Ending& ending : m_endings)
            all |= ending.passes;
        int last = static_cast<int>(std::bit_width(all)) - 1;
        // A first ending that repeats and has no second: the second time goes straight on.
        if (m_endings.size() == 1 && m_isLastRepeated)
            ++last;
        for (int pass = m_takesRepeats ? 1 : last; pass <= last && !m_playlist.isFull(); ++pass) {
            m_playlist.add(m_music, m_begin, m_commonEnd);
            const auto ending =
                std::find_if(m_endings.begin(), m_endings.end(), [pass](const Ending& e) {
                    return pass < 32 && (e.passes >> pass & 1U) != 0;
                });
            if (ending != m_endings.end())
                m_playlist.add(m_music, ending->music.begin, ending->music.end);
        }
        open(end);
    }

    const AbcMusic& m_music;
    Playlist& m_playlist;
    bool m_takesRepeats = true;
    std::vector<Ending> m_endings{};
    std::size_t m_begin = 0;
    std::size_t m_commonEnd = 0;
    bool m_isInEnding = false;
    bool m_isExplicit = false;     ///< The section was begun by |:.
    bool m_isLastRepeated = false; ///< The last ending closed with :|.
    std::uint8_t m_repeats = 0;
};

/// Expands "A(AB)2.C" into letters, up to a limit.
class PartOrder
{
public:
    static constexpr std::size_t kLimit = 1000;

    explicit PartOrder(std::string_view text)
        : m_text(text)
    {
    }

    /// The letters; nothing where the text is not an order of parts.
    std::optional<std::string> expand()
    {
        std::optional<std::string> letters = group(0);
        if (!letters || m_at < m_text.size())
            return std::nullopt;
        return letters;
    }

private:
    std::optional<std::string> group(int depth)
    {
        std::string letters;
        while (m_at < m_text.size() && m_text[m_at] != ')') {
            const char c = m_text[m_at++];
            std::string once;
            if (c == '(') {
                if (depth > 20)
                    return std::nullopt;
                const auto inner = group(depth + 1);
                if (!inner || m_at >= m_text.size())
                    return std::nullopt;
                ++m_at;
                once = *inner;
            } else if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
                once = c;
            } else if (c == '.' || c == ' ') {
                continue;
            } else {
                return std::nullopt;
            }
            std::size_t times = 0;
            bool hasNumber = false;
            while (m_at < m_text.size() && m_text[m_at] >= '0' && m_text[m_at] <= '9') {
                times = std::min<std::size_t>(
                    times * 10 + static_cast<std::size_t>(m_text[m_at] - '0'), kLimit);
                hasNumber = true;
                ++m_at;
            }
            if (!hasNumber)
                times = 1;
            for (std::size_t i = 0; i < times && letters.size() < kLimit; ++i)
                letters += once;
            if (letters.size() > kLimit)
                letters.resize(kLimit);
        }
        return letters;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

/// Goes through D.C. and D.S., coda and fine.
class Jumps
{
public:
    Jumps(const AbcMusic& music, Playlist& playlist, AbcRemarks& remarks)
        : m_music(music)
        , m_playlist(playlist)
        , m_remarks(remarks)
    {
    }

    void play()
    {
        const auto jump = find(
            0, [](AbcJump kind) { return kind == AbcJump::DaCapo || kind == AbcJump::DalSegno; });
        if (!jump)
            return;
        const auto& passages = m_playlist.passages();
        std::size_t last = passages.size();
        while (last > 0 && !(passages[last - 1].begin <= *jump && *jump < passages[last - 1].end))
            --last;
        if (last == 0)
            return;
        const std::size_t stop = barEnd(*jump);
        m_playlist.cut(last - 1, stop);

        std::size_t from = 0;
        if (kindOf(*jump) == AbcJump::DalSegno) {
            const auto segno = find(0, [](AbcJump kind) { return kind == AbcJump::Segno; });
            if (!segno || *segno > *jump) {
                const AbcElement& element = m_music.elements[*jump];
                m_remarks.add("abc.no-segno",
                              "there is no !segno! to go back to; the music goes back to the "
                              "beginning.",
                              element.line, element.column);
            } else {
                from = *segno;
            }
        }
        const auto fine = find(from, [](AbcJump kind) { return kind == AbcJump::Fine; });
        const auto leave = find(
            from, [](AbcJump kind) { return kind == AbcJump::Coda || kind == AbcJump::ToCoda; });
        std::optional<std::size_t> coda;
        for (std::size_t i = *jump; i < m_music.elements.size(); ++i) {
            if (m_music.elements[i].kind == Kind::Jump && kindOf(i) == AbcJump::Coda)
                coda = i;
        }
        Sections again(m_music, m_playlist, false);
        if (leave && coda && *leave < *jump) {
            again.play(from, kindOf(*leave) == AbcJump::Coda ? *leave : barEnd(*leave));
            Sections(m_music, m_playlist).play(*coda, m_music.elements.size());
        } else if (fine && *fine < stop) {
            again.play(from, barEnd(*fine));
        } else {
            again.play(from, stop);
        }
    }

private:
    AbcJump kindOf(std::size_t at) const
    {
        return static_cast<AbcJump>(m_music.elements[at].first);
    }

    template <typename Predicate>
    std::optional<std::size_t> find(std::size_t from, Predicate isWanted) const
    {
        for (std::size_t i = from; i < m_music.elements.size(); ++i) {
            if (m_music.elements[i].kind == Kind::Jump && isWanted(kindOf(i)))
                return i;
        }
        return std::nullopt;
    }

    /// Behind the bar line that ends the bar of `at`.
    std::size_t barEnd(std::size_t at) const
    {
        while (at < m_music.elements.size() && m_music.elements[at].kind != Kind::Bar)
            ++at;
        return std::min(at + 1, m_music.elements.size());
    }

    const AbcMusic& m_music;
    Playlist& m_playlist;
    AbcRemarks& m_remarks;
};

} // namespace

std::vector<AbcPassage> playedOrder(const AbcMusic& music, std::string_view partOrder,
                                    AbcRemarks& remarks, std::size_t& budget)
{
    Playlist playlist(music, remarks, budget);
    Sections sections(music, playlist);
    const std::size_t size = music.elements.size();
    std::array<std::optional<AbcPassage>, 128> parts{};
    std::size_t firstPart = size;
    bool hasParts = false;
    for (std::size_t i = 0; i < size; ++i) {
        const AbcElement& element = music.elements[i];
        if (element.kind != Kind::Part)
            continue;
        firstPart = std::min(firstPart, i);
        if (element.first == 0 || element.first >= parts.size())
            continue;
        std::size_t end = i + 1;
        while (end < size && music.elements[end].kind != Kind::Part)
            ++end;
        if (!parts[element.first])
            parts[element.first] = AbcPassage{i, end};
        hasParts = true;
    }
    const auto letters = PartOrder(partOrder).expand();
    if (!partOrder.empty() && !letters)
        remarks.add("abc.bad-part-order",
                    "\"" + std::string(partOrder) +
                        "\" is not an order of parts; they are played as written.",
                    1, 1);
    if (partOrder.empty() || !letters || letters->empty() || !hasParts) {
        sections.play(0, size);
        Jumps(music, playlist, remarks).play();
        return playlist.take();
    }
    sections.play(0, firstPart);
    std::string missing;
    for (const char letter : *letters) {
        const auto& part = parts[static_cast<unsigned char>(letter)];
        if (part)
            sections.play(part->begin, part->end);
        else if (missing.find(letter) == std::string::npos)
            missing += letter;
    }
    if (!missing.empty())
        remarks.add("abc.missing-part",
                    "the order of parts names " + missing + ", which the tune does not have.", 1,
                    1);
    return playlist.take();
}

std::vector<AbcPassage> playedOrder(const AbcMusic& music, std::string_view partOrder,
                                    AbcRemarks& remarks)
{
    std::size_t budget = kAbcPlayedLimit;
    return playedOrder(music, partOrder, remarks, budget);
}

} // namespace continuo
