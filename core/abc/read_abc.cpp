// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"

#include "core/abc/abc_letters.h"
#include "core/abc/abc_music.h"
#include "core/abc/abc_playback.h"
#include "core/abc/abc_words.h"
#include "core/base/text.h"

#include <algorithm>
#include <optional>
#include <span>

namespace continuo {

namespace {

constexpr std::size_t kMostTunes = 30'000;
constexpr std::size_t kMostNotes = 4'000'000;

struct Line
{
    std::string_view text{};
    std::uint32_t number = 0;
};

/// "T:…"; the letter must stand at the very beginning.
bool isField(std::string_view line)
{
    return line.size() >= 2 && line[1] == ':' && (isAbcLetter(line[0]) || line[0] == '+') &&
           !(line.size() >= 3 && (line[2] == ':' || line[2] == '|')); // "A:|" is music.
}

/// Without the comment; "\%" is a percent sign.
std::string_view withoutComment(std::string_view line)
{
    for (std::size_t at = line.find('%'); at != std::string_view::npos;
         at = line.find('%', at + 1)) {
        if (at == 0 || line[at - 1] != '\\')
            return line.substr(0, at);
    }
    return line;
}

std::string_view fieldValue(std::string_view line)
{
    return trimmed(withoutComment(line.substr(2)));
}

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

class TuneReader
{
public:
    explicit TuneReader(std::span<const Line> common)
        : m_scanner(m_music, m_remarks)
    {
        for (const Line& line : common)
            readDirective(line);
    }

    AbcTune read(std::span<const Line> lines)
    {
        m_tune.line = lines.empty() ? 1 : lines.front().number;
        std::size_t at = readHead(lines);
        readBody(lines.subspan(at));
        m_scanner.finish();
        const auto passages = playedOrder(m_music, m_partOrder, m_remarks);
        playAbc(m_music, passages, m_tune.title, m_heads, m_tune.score, m_remarks);
        if (!m_tune.score.hasNotes())
            m_remarks.add("abc.no-notes", "this tune has no notes.", m_tune.line, 1);
        m_tune.key = m_music.states.front().key;
        m_tune.meter = m_music.states.front().meter;
        m_tune.remarks = m_remarks.take();
        return std::move(m_tune);
    }

private:
    std::size_t readHead(std::span<const Line> lines)
    {
        bool hasKey = false;
        std::size_t at = 0;
        char last = ' ';
        for (; at < lines.size() && !hasKey; ++at) {
            const Line& line = lines[at];
            if (skipsTextBlock(line) || trimmed(line.text).empty())
                continue;
            if (line.text[0] == '%') {
                readDirective(line);
                continue;
            }
            if (!isField(line.text)) {
                // The head ends with K:; music before it means that there is none.
                if (at > 0 && looksLikeMusic(line.text))
                    break;
                m_remarks.add("abc.unknown-line",
                              "this line of the tune's head is not a field; it is left out.",
                              line.number, 1);
                continue;
            }
            const char name = line.text[0] == '+' ? last : line.text[0];
            last = name;
            hasKey = readHeadField(name, line);
        }
        if (!hasKey)
            m_remarks.add("abc.no-key", "the tune has no K: field; it is read in C major.",
                          m_tune.line, 1);
        m_scanner.setUnitLength(
            m_unitLength.value_or(defaultAbcUnitLength(m_scanner.state().meter)));
        if (!m_tempo.text.empty())
            m_scanner.readField('Q', fieldValue(m_tempo.text), m_tempo.number, 1);
        return at;
    }

    static bool looksLikeMusic(std::string_view text)
    {
        return text.find('|') != std::string_view::npos;
    }

    /// True for the K: field, which ends the head.
    bool readHeadField(char name, const Line& line)
    {
        const std::string_view value = fieldValue(line.text);
        switch (name) {
        case 'X':
            m_tune.number = readAbcWords(value);
            break;
        case 'T':
            if (m_tune.title.empty()) {
                m_tune.title = readAbcWords(value);
                return false;
            }
            break;
        case 'C':
            if (!m_tune.composer.empty())
                m_tune.composer += ", ";
            m_tune.composer += readAbcWords(value);
            break;
        case 'K':
        case 'M':
            m_scanner.readField(name, value, line.number, 1);
            return name == 'K';
        case 'L':
            m_unitLength = parseAbcUnitLength(value);
            if (!m_unitLength)
                m_scanner.readField(name, value, line.number, 1);
            return false;
        case 'Q':
            m_tempo = line;
            return false;
        case 'P':
            m_partOrder = std::string(value);
            return false;
        case 'V':
            readVoice(value, false, line.number);
            return false;
        case 'I':
            readInstruction(value, line.number);
            return false;
        case 'U':
        case 'r':
            return false;
        case 'm':
            m_remarks.add("abc.macro-left-out",
                          "macros are not read; the notes are taken as they stand.", line.number,
                          1);
            return false;
        default:
            break;
        }
        if (!value.empty())
            m_heads.push_back(std::string(1, name) + ":" + readAbcWords(value));
        return false;
    }

    /// A V: field: the first voice named is read, what is said of others is not.
    void readVoice(std::string_view value, bool isBody, std::uint32_t number)
    {
        const std::string_view id = value.substr(0, value.find_first_of(" \t"));
        if (m_scanner.voice().empty())
            m_scanner.setVoice(id);
        if (id == m_scanner.voice()) {
            if (const auto semitones = parseAbcTransposition(value.substr(id.size())))
                m_scanner.setTransposition(*semitones);
        } else if (!m_hasOtherVoices) {
            m_hasOtherVoices = true;
            m_remarks.add("abc.other-voices-left-out",
                          "only the first voice, " + toUtf8(m_scanner.voice()) + ", is read.",
                          number, 1);
        }
        if (isBody)
            m_scanner.readField('V', value, number, 1);
    }

    void readBody(std::span<const Line> lines)
    {
        char last = ' ';
        for (std::size_t at = 0; at < lines.size(); ++at) {
            const Line& line = lines[at];
            if (skipsTextBlock(line) || line.text.empty())
                continue;
            if (line.text[0] == '%') {
                readDirective(line);
            } else if (isField(line.text)) {
                const char name = line.text[0] == '+' ? last : line.text[0];
                last = name;
                const std::string_view value = fieldValue(line.text);
                if (name == 'V')
                    readVoice(value, true, line.number);
                else if (name == 'I')
                    readInstruction(value, line.number);
                else if (name == 'm')
                    m_remarks.add("abc.macro-left-out",
                                  "macros are not read; the notes are taken as they stand.",
                                  line.number, 1);
                else if (name == 's' || name == 'w')
                    continue; // Symbols are not read; words are taken before their line of music.
                else if (name == 'K' || name == 'M' || name == 'L' || name == 'Q' || name == 'P')
                    m_scanner.readField(name, value, line.number, 1);
                else if (!value.empty())
                    m_scanner.readField(name, readAbcWords(value), line.number, 1);
            } else {
                addWords(lines.subspan(at + 1));
                m_scanner.scanLine(withoutComment(line.text), line.number);
            }
        }
    }

    /// The w: fields under a line of music stand at its beginning.
    void addWords(std::span<const Line> after)
    {
        for (const Line& line : after) {
            if (line.text.starts_with("w:"))
                m_scanner.addText("w:" + readAbcWords(fieldValue(line.text)), line.number, 1);
            else if (!line.text.starts_with("%") && !line.text.starts_with("s:"))
                return;
        }
    }

    bool skipsTextBlock(const Line& line)
    {
        if (line.text.starts_with("%%begin"))
            m_isInTextBlock = true;
        const bool skips = m_isInTextBlock;
        if (line.text.starts_with("%%end"))
            m_isInTextBlock = false;
        return skips;
    }

    /// The words of "MIDI program 73" and their like.
    void readMidi(const std::vector<std::string>& words, std::uint32_t number)
    {
        // "program 73" and "program 1 73", where the first number is a channel.
        const auto value =
            parseInteger(words[1] == "program" && words.size() >= 4 ? words[3] : words[2]);
        if (words[1] == "program") {
            if (value && *value >= 0 && *value <= 127)
                m_scanner.addProgram(static_cast<int>(*value), number, 1);
            else
                m_remarks.add("abc.bad-program",
                              "the program is not a number from 0 to 127; it is left out.", number,
                              1);
        } else if (words[1] == "transpose" && value && *value >= -60 && *value <= 60) {
            m_scanner.setSoundTransposition(static_cast<int>(*value));
        }
    }

    void readDirective(const Line& line)
    {
        if (line.text.starts_with("%%"))
            readInstruction(withoutComment(line.text.substr(2)), line.number);
    }

    void readInstruction(std::string_view text, std::uint32_t number)
    {
        std::vector<std::string> words;
        for (const std::string& word : splitText(trimmed(text), ' ')) {
            if (!word.empty())
                words.push_back(word);
        }
        if (words.size() >= 2 && words[0] == "propagate-accidentals") {
            m_scanner.setAccidentalReach(words[1] == "not"      ? AbcAccidentalReach::Note
                                         : words[1] == "octave" ? AbcAccidentalReach::Octave
                                                                : AbcAccidentalReach::AllOctaves);
        } else if (words.size() >= 3 && words[0] == "MIDI") {
            readMidi(words, number);
        }
    }

    AbcTune m_tune{};
    AbcMusic m_music{};
    AbcRemarks m_remarks{};
    AbcScanner m_scanner;
    std::vector<std::string> m_heads{};
    std::string m_partOrder{};
    std::optional<AbcTime> m_unitLength{};
    Line m_tempo{};
    bool m_isInTextBlock = false;
    bool m_hasOtherVoices = false;
};

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
    bool next(std::vector<Line>& lines)
    {
        lines.clear();
        bool hasKey = false;
        while (!m_left.empty() || m_held) {
            const Line line = take();
            if (lines.empty()) {
                if (m_hasNumbers ? line.text.starts_with("X:") : isField(line.text)) {
                    lines.push_back(line);
                    hasKey = line.text.starts_with("K:");
                } else if (line.text.starts_with("%%")) {
                    common.push_back(line);
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

    std::vector<Line> common{}; ///< Directives before and between the tunes so far.

private:
    Line take()
    {
        if (m_held)
            return *std::exchange(m_held, std::nullopt);
        return {takeLine(m_left), ++m_number};
    }

    std::string_view m_left;
    bool m_hasNumbers = true;
    bool m_isInTextBlock = false;
    std::uint32_t m_number = 0;
    std::optional<Line> m_held{};
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

Result<std::vector<AbcTune>> readAbc(std::string_view text, std::string_view name)
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
    std::vector<Line> lines;
    std::size_t notes = 0;
    while (book.next(lines)) {
        AbcTune tune =
            TuneReader(std::span(book.common).first(std::min<std::size_t>(book.common.size(), 100)))
                .read(lines);
        notes += tune.score.noteCount();
        if (!hasNumbers)
            tune.remarks.push_back(
                {"abc.no-number", "Line 1, column 1: the tune has no X: field.", 1, 1});
        tunes.push_back(std::move(tune));
        if (tunes.size() >= kMostTunes || notes >= kMostNotes) {
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
