// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"

#include "core/abc/abc_tune.h"
#include "core/base/text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace continuo {

namespace {

constexpr std::size_t kMostTunes = 30'000;
constexpr std::size_t kLeastPlayed = 1'000'000;
constexpr std::size_t kMostPlayed = 4'000'000;

/// Takes the next line off `text`: CR, LF and CR LF end it.
std::string_view takeLine(std::string_view& text)
{
    const std::size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos)
        return std::exchange(text, {});
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
    return line;
}

Error refused(std::string_view id, std::string_view name, std::string_view reason)
{
    return {ErrorKind::Refused,
            std::string(id),
            "\"" + std::string(name) + "\" " + std::string(reason),
            {{"file", std::string(name)}}};
}

/// What makes a text no text: zero bytes, or many control characters at its beginning.
bool isBinary(std::string_view text)
{
    const std::string_view start = text.substr(0, 65'536);
    std::size_t control = 0;
    for (const char c : start) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte == 0)
            return true;
        control +=
            byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f' ? 1U : 0U;
    }
    return control * 50 > start.size();
}

/// Walks over a file and hands out one tune's lines after the other.
class Tunebook
{
public:
    Tunebook(std::string_view text, bool hasNumbers)
        : m_left(text)
        , m_hasNumbers(hasNumbers)
    {
    }

    /// False where the file has no further tune.
    bool next(std::vector<AbcLine>& lines)
    {
        lines.clear();
        bool hasKey = false;
        while (!m_left.empty() || m_held) {
            const AbcLine line = take();
            if (lines.empty()) {
                if (m_hasNumbers ? line.text.starts_with("X:") : isAbcField(line.text)) {
                    lines.push_back(line);
                    hasKey = line.text.starts_with("K:");
                    m_isInFileHead = false;
                } else if (line.text.starts_with("%%") || isFileField(line.text)) {
                    m_commonSize += line.text.size();
                    if (common.size() < kMostCommon && m_commonSize <= kMostCommonText)
                        common.push_back(line);
                } else if (trimmed(line.text).empty()) {
                    m_isInFileHead = m_isInFileHead && common.empty();
                }
                continue;
            }
            // An empty line ends a tune; in its head it is a slip.
            if (trimmed(line.text).empty() && hasKey && !m_isInTextBlock)
                return true;
            if (m_hasNumbers && line.text.starts_with("X:")) {
                m_held = line;
                return true;
            }
            m_isInTextBlock = (m_isInTextBlock || line.text.starts_with("%%begin")) &&
                              !line.text.starts_with("%%end");
            hasKey = hasKey || line.text.starts_with("K:");
            lines.push_back(line);
        }
        return !lines.empty();
    }

    /// At most so many bytes are in `common`.
    std::size_t commonBytes() const { return std::min(m_commonSize, kMostCommonText); }

    /// The fields of the file's head, and the directives before and between the tunes so far.
    std::vector<AbcLine> common{};

private:
    // They are read again for each tune.
    static constexpr std::size_t kMostCommon = 100;
    static constexpr std::size_t kMostCommonText = 8192;

    /// A field that may stand in the head of a file (ABC 2.1, 3), before the first tune.
    bool isFileField(std::string_view line) const
    {
        return m_hasNumbers && m_isInFileHead && isAbcField(line) &&
               std::string_view("ABCDFGHILMmNORSUZ+").find(line[0]) != std::string_view::npos;
    }

    AbcLine take()
    {
        if (m_held)
            return *std::exchange(m_held, std::nullopt);
        return {takeLine(m_left), ++m_number};
    }

    std::string_view m_left;
    bool m_hasNumbers = true;
    std::size_t m_commonSize = 0;
    bool m_isInTextBlock = false;
    bool m_isInFileHead = true;
    std::uint32_t m_number = 0;
    std::optional<AbcLine> m_held{};
};

bool hasLine(std::string_view text, std::string_view start)
{
    if (text.starts_with(start))
        return true;
    for (std::size_t at = text.find(start); at != std::string_view::npos;
         at = text.find(start, at + 1)) {
        if (at > 0 && (text[at - 1] == '\n' || text[at - 1] == '\r'))
            return true;
    }
    return false;
}

} // namespace

Result<std::vector<AbcTune>> readAbc(std::string_view text, std::string_view name,
                                     const AbcReadOptions& options)
{
    if (text.starts_with("\xef\xbb\xbf"))
        text.remove_prefix(3);
    if (trimmed(text).empty())
        return refused("abc.empty-file", name, "is empty. Choose a file with at least one tune.");
    if (isBinary(text))
        return refused("abc.not-text", name,
                       "is not an ABC file: it holds bytes that are no text. If it is UTF-16, save "
                       "it as UTF-8.");
    const bool hasNumbers = hasLine(text, "X:");
    if (!hasNumbers && !hasLine(text, "K:"))
        return refused(
            "abc.no-tune", name,
            "holds no tune in ABC notation: no line begins with X: or K:. Choose an .abc file.");

    std::vector<AbcTune> tunes;
    Tunebook book(text, hasNumbers);
    std::vector<AbcLine> lines;
    // Notes, events, remarks and words together: neither repeats nor what a file's head says of all
    // its tunes make much out of little.
    const std::size_t most = std::min(kMostPlayed, kLeastPlayed + text.size());
    std::size_t played = 0;
    while (book.next(lines)) {
        AbcTune tune = readAbcTune(book.common, lines, options);
        played += (book.commonBytes() + tune.title.size() + tune.composer.size()) / 16;
        played += tune.remarks.size() * tune.remarks.size() / 2; // A few on each tune are usual.
        for (const Track& track : tune.score.tracks) {
            played += track.notes.size();
            for (const Event& event : track.events)
                played += 1 + event.payload.size() / 16;
        }
        if (!hasNumbers)
            tune.remarks.push_back(
                {"abc.no-number", "Line 1, column 1: the tune has no X: field.", 1, 1});
        tunes.push_back(std::move(tune));
        if (tunes.size() >= kMostTunes || played >= most) {
            if (book.next(lines))
                tunes.back().remarks.push_back(
                    {"abc.file-too-long",
                     "Line " + std::to_string(lines.front().number) +
                         ", column 1: the file is longer than this program reads; the tunes from "
                         "here on are left out.",
                     lines.front().number, 1});
            break;
        }
    }
    return tunes;
}

} // namespace continuo
