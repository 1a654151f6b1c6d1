// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/lyrics.h"

#include "core/base/text.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace continuo {

namespace {

constexpr std::size_t kMostLines = 10'000;
constexpr std::size_t kMostTitles = 20;
/// Bytes after which a line that the file never ends is divided.
constexpr std::size_t kLongLine = 60;

bool isTag(std::string_view text)
{
    return text.size() >= 2 && text[0] == '@' &&
           ((text[1] >= 'A' && text[1] <= 'Z') || text[1] == ' ');
}

/// Karaoke files say what they are in a text event (@K), or at least their title.
bool isKaraoke(const Score& score)
{
    for (const Track& track : score.tracks) {
        for (const Event& event : track.events) {
            const std::string_view text = event.payload.text();
            if (event.isMeta(Meta::Text) && (text.starts_with("@K") || text.starts_with("@T")))
                return true;
        }
    }
    return false;
}

bool isSung(const Event& event, Meta meta)
{
    return event.isMeta(meta) && !event.payload.empty() && !isTag(event.payload.text());
}

std::ptrdiff_t countSung(const Track& track, Meta meta)
{
    return std::count_if(track.events.begin(), track.events.end(),
                         [meta](const Event& event) { return isSung(event, meta); });
}

const Track* trackWithMost(const Score& score, Meta meta)
{
    const Track* best = nullptr;
    std::ptrdiff_t most = 0;
    for (const Track& track : score.tracks) {
        if (const auto count = countSung(track, meta); count > most) {
            most = count;
            best = &track;
        }
    }
    return best;
}

/// Takes a tag such as {@JP} or {#Title=…} off the front of `text`; what it says of the encoding.
std::optional<TextEncoding> takeTags(std::string_view& text)
{
    std::optional<TextEncoding> encoding;
    while (text.size() >= 3 && text[0] == '{' && (text[1] == '@' || text[1] == '#')) {
        const std::size_t close = text.find('}');
        if (close == std::string_view::npos)
            break;
        const std::string_view tag = text.substr(0, close);
        if (tag.starts_with("{@LATIN"))
            encoding = TextEncoding::Latin;
        else if (tag.starts_with("{@JP"))
            encoding = TextEncoding::ShiftJis;
        else if (tag.starts_with("{@UTF-8"))
            encoding = TextEncoding::Utf8;
        text.remove_prefix(close + 1);
    }
    return encoding;
}

std::string withoutControls(std::string text)
{
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    return std::string(trimmed(text));
}

class LineMaker
{
public:
    LineMaker(const Track& track, Meta meta, std::optional<TextEncoding> encoding, Lyrics& lyrics)
        : m_track(track)
        , m_meta(meta)
        , m_lyrics(lyrics)
    {
        std::string all;
        for (const Event& event : m_track.events) {
            if (!isSung(event, m_meta))
                continue;
            const std::string_view text = event.payload.text();
            all += text;
            m_hasSpaces = m_hasSpaces || text.find_first_of(" \r\n") != std::string_view::npos ||
                          text.starts_with('/') || text.starts_with('\\');
            m_hasLines = m_hasLines || text.find_first_of("\r\n") != std::string_view::npos ||
                         text.starts_with('/') || text.starts_with('\\');
        }
        m_encoding = encoding.value_or(guessedEncoding(all));
    }

    void make(std::vector<LyricSyllable>* syllables = nullptr)
    {
        m_syllables = syllables;
        for (const Event& event : m_track.events) {
            if (!isSung(event, m_meta))
                continue;
            std::string_view text = event.payload.text();
            if (const auto encoding = takeTags(text)) {
                endLine();
                m_encoding = *encoding;
            }
            if (text.starts_with('/') || text.starts_with('\\')) {
                endLine();
                m_beginsVerse = m_beginsVerse || text[0] == '\\';
                text.remove_prefix(1);
            }
            addSyllable(text, event.time);
        }
        endLine();
    }

private:
    void addSyllable(std::string_view text, Tick time)
    {
        while (!text.empty()) {
            const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
            addPart(text.substr(0, end), time);
            if (end == text.size())
                return;
            endLine();
            m_beginsVerse = m_beginsVerse || text[end] == '\n';
            // CR and LF together are one line's end.
            const std::size_t length = text.substr(end, 2) == "\r\n" ? 2 : 1;
            text.remove_prefix(end + length);
        }
    }

    void addPart(std::string_view part, Tick time)
    {
        if (part.empty())
            return;
        if (!m_hasLines && m_bytes.size() > kLongLine && (m_bytes.back() == ' '))
            endLine();
        if (m_bytes.empty())
            m_start = time;
        if (m_syllables)
            keepSyllable(part, time);
        if (m_hasSpaces) {
            m_bytes += part;
        } else if (part.ends_with('-') && part.size() > 1) {
            m_bytes += part.substr(0, part.size() - 1);
        } else {
            m_bytes += part;
            m_bytes += ' ';
        }
    }

    void keepSyllable(std::string_view part, Tick time)
    {
        if (m_hasSpaces && part[0] == ' ')
            endWord();
        const bool isJoined = !m_hasSpaces && part.ends_with('-') && part.size() > 1;
        const bool endsWord = m_hasSpaces ? part.ends_with(' ') : !isJoined;
        if (isJoined)
            part.remove_suffix(1);
        if (std::string text = withoutControls(readableText(part, m_encoding)); !text.empty())
            m_syllables->push_back({time, std::move(text), endsWord});
        else if (endsWord)
            endWord();
    }

    void endWord() const
    {
        if (m_syllables && !m_syllables->empty())
            m_syllables->back().endsWord = true;
    }

    void endLine()
    {
        endWord();
        std::string text = withoutControls(readableText(m_bytes, m_encoding));
        m_bytes.clear();
        if (text.empty() || m_lyrics.lines.size() >= kMostLines)
            return;
        m_lyrics.lines.push_back({m_start, std::move(text), m_beginsVerse});
        m_beginsVerse = false;
    }

    const Track& m_track;
    Meta m_meta;
    Lyrics& m_lyrics;
    TextEncoding m_encoding = TextEncoding::Utf8;
    bool m_hasSpaces = false;
    bool m_hasLines = false;
    bool m_beginsVerse = false;
    std::vector<LyricSyllable>* m_syllables = nullptr; ///< If they are wanted.
    std::string m_bytes{};                             ///< Of the line that is being made.
    Tick m_start{};
};

/// Which events hold the words, and in what encoding if the file says so.
struct Sung
{
    Meta meta = Meta::Lyric;
    std::optional<TextEncoding> encoding{};
};

/// Reads what karaoke files say of themselves into `lyrics`.
Sung sungIn(const Score& score, Lyrics& lyrics)
{
    if (!isKaraoke(score))
        return {};
    for (const Track& track : score.tracks) {
        for (const Event& event : track.events) {
            const std::string_view text = event.payload.text();
            if (event.isMeta(Meta::Text) && text.starts_with("@L") && lyrics.language.empty())
                lyrics.language = withoutControls(readableText(text.substr(2)));
            else if (event.isMeta(Meta::Text) && text.starts_with("@T") &&
                     lyrics.titles.size() < kMostTitles)
                lyrics.titles.push_back(withoutControls(readableText(text.substr(2))));
        }
    }
    Sung sung;
    if (lyrics.language.starts_with("JAP") || lyrics.language.starts_with("JPN"))
        sung.encoding = TextEncoding::ShiftJis;
    sung.meta = trackWithMost(score, Meta::Text) ? Meta::Text : Meta::Lyric;
    return sung;
}

} // namespace

Lyrics lyricsOf(const Score& score)
{
    Lyrics lyrics;
    const Sung sung = sungIn(score, lyrics);
    if (const Track* track = trackWithMost(score, sung.meta))
        LineMaker(*track, sung.meta, sung.encoding, lyrics).make();
    return lyrics;
}

std::vector<SungTrack> sungTracks(const Score& score)
{
    Lyrics lyrics;
    const Sung sung = sungIn(score, lyrics);
    const Track* most = trackWithMost(score, sung.meta);
    std::vector<SungTrack> tracks;
    for (std::size_t i = 0; i < score.tracks.size(); ++i) {
        const Track& track = score.tracks[i];
        if (sung.meta == Meta::Text ? &track != most : countSung(track, sung.meta) == 0)
            continue;
        std::vector<LyricSyllable> syllables;
        LineMaker(track, sung.meta, sung.encoding, lyrics).make(&syllables);
        if (!syllables.empty())
            tracks.push_back({i, std::move(syllables)});
    }
    return tracks;
}

} // namespace continuo
