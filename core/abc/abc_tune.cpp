// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_tune.h"

#include "core/abc/abc_letters.h"
#include "core/abc/abc_lyrics.h"
#include "core/abc/abc_music.h"
#include "core/abc/abc_score.h"
#include "core/abc/abc_words.h"
#include "core/base/text.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace continuo {

namespace {

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

/// The next "[V:" outside quotation marks, or npos.
std::size_t voiceChange(std::string_view text, std::size_t at)
{
    bool isQuoted = false;
    for (; at < text.size(); ++at) {
        if (text[at] == '"')
            isQuoted = !isQuoted;
        else if (!isQuoted && text[at] == '[' && text.substr(at).starts_with("[V:"))
            return at;
    }
    return std::string_view::npos;
}

struct Voice
{
    std::string id{};
    std::string name{};
    AbcMusic music{};
    AbcScanner scanner;
    std::size_t lineBegin = 0; ///< The first element of its last line of music.
    std::uint32_t verse = 0;   ///< Of the next words under that line.
    bool isContinued = false;  ///< That line ended with a backslash.

    explicit Voice(const AbcScanner& head, AbcMusic headMusic)
        : music(std::move(headMusic))
        , scanner(head, music)
    {
    }

    bool hasMusic() const
    {
        return std::any_of(music.elements.begin(), music.elements.end(), [](const AbcElement& e) {
            return e.kind == AbcElement::Kind::Notes || e.kind == AbcElement::Kind::Rest ||
                   e.kind == AbcElement::Kind::BarRest;
        });
    }
};

/// What V: fields of the head say of a voice.
struct VoiceSettings
{
    std::string id{};
    std::string name{};
    std::optional<int> transposition{};
    std::optional<bool> isPercussion{};
};

class TuneReader
{
public:
    explicit TuneReader(const AbcReadOptions& options)
        : m_head(m_headMusic, m_remarks, m_budget)
    {
        m_tuneHead.playsOrnaments = options.playsOrnaments;
    }

    AbcTune read(std::span<const AbcLine> common, std::span<const AbcLine> lines)
    {
        std::size_t size = 0;
        for (const AbcLine& line : lines)
            size += line.text.size();
        m_budget.macroText = 4096 + std::min<std::size_t>(4 * size, 1 << 20);
        readCommon(common);
        m_tune.line = lines.empty() ? 1 : lines.front().number;
        const std::size_t at = readHead(lines);
        readBody(lines.subspan(at));
        if (m_voices.empty())
            voice();
        for (const auto& one : m_voices)
            one->scanner.finish();
        makeScore();
        if (!m_tune.score.hasNotes())
            m_remarks.add("abc.no-notes", "this tune has no notes.", m_tune.line, 1);
        m_tune.remarks = m_remarks.take();
        return std::move(m_tune);
    }

private:
    void makeScore()
    {
        std::vector<AbcVoiceMusic> voices;
        for (const auto& one : m_voices) {
            if (one->hasMusic())
                voices.push_back({one->id, one->name, &one->music});
        }
        if (voices.empty())
            voices.push_back({m_voices.front()->id, {}, &m_voices.front()->music});
        const auto place = [this](const AbcVoiceMusic& voice) {
            return std::find(m_order.begin(), m_order.end(), voice.id) - m_order.begin();
        };
        std::stable_sort(
            voices.begin(), voices.end(),
            [&](const AbcVoiceMusic& a, const AbcVoiceMusic& b) { return place(a) < place(b); });
        m_tuneHead.title = m_tune.title;
        makeAbcScore(voices, m_tuneHead, m_tune.score, m_remarks);
        m_tune.key = voices.front().music->states.front().key;
        m_tune.meter = voices.front().music->states.front().meter;
    }

    void readCommon(std::span<const AbcLine> common)
    {
        char last = ' ';
        for (const AbcLine& line : common) {
            if (line.text.starts_with("%%")) {
                readDirective(line);
                continue;
            }
            last = line.text[0] == '+' ? last : line.text[0];
            readHeadField(last, line, line.text[0] == '+');
        }
    }

    std::size_t readHead(std::span<const AbcLine> lines)
    {
        bool hasKey = false;
        std::size_t at = 0;
        char last = ' ';
        for (; at < lines.size() && !hasKey; ++at) {
            const AbcLine& line = lines[at];
            if (skipsTextBlock(line) || trimmed(line.text).empty())
                continue;
            if (line.text[0] == '%') {
                readDirective(line);
                continue;
            }
            if (!isAbcField(line.text)) {
                // The head ends with K:; music before it means that there is none.
                if (at > 0 && looksLikeMusic(line.text))
                    break;
                m_remarks.add("abc.unknown-line",
                              "this line of the tune's head is not a field; it is left out.",
                              line.number, 1);
                continue;
            }
            const bool isContinued = line.text[0] == '+';
            last = isContinued ? last : line.text[0];
            hasKey = readHeadField(last, line, isContinued);
        }
        if (!hasKey)
            m_remarks.add("abc.no-key", "the tune has no K: field; it is read in C major.",
                          m_tune.line, 1);
        m_head.setUnitLength(m_unitLength.value_or(defaultAbcUnitLength(m_head.state().meter)));
        if (!m_tempo.text.empty())
            m_head.readField('Q', fieldValue(m_tempo.text), m_tempo.number, 1);
        return at;
    }

    static bool looksLikeMusic(std::string_view text)
    {
        return text.find('|') != std::string_view::npos;
    }

    /// True for the K: field, which ends the head. A field that is continued (+:) adds to the one
    /// before where that is text.
    bool readHeadField(char name, const AbcLine& line, bool isContinued)
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
                m_tune.composer += isContinued ? " " : ", ";
            m_tune.composer += readAbcWords(value);
            break;
        case 'K':
        case 'M':
            m_head.readField(name, value, line.number, 1);
            return name == 'K';
        case 'L':
            m_unitLength = parseAbcUnitLength(value);
            if (!m_unitLength)
                m_head.readField(name, value, line.number, 1);
            return false;
        case 'Q':
            m_tempo = line;
            return false;
        case 'P':
            m_tuneHead.partOrder = std::string(value);
            return false;
        case 'V':
            declareVoice(value);
            return false;
        case 'I':
            readInstruction(value, line.number);
            return false;
        case 'U':
        case 'm':
            m_head.readField(name, value, line.number, 1);
            return false;
        case 'r':
            return false;
        default:
            break;
        }
        if (value.empty())
            return false;
        auto& fields = m_tuneHead.fields;
        if (isContinued && !fields.empty() && fields.back()[0] == name)
            fields.back() += " " + readAbcWords(value);
        else
            fields.push_back(std::string(1, name) + ":" + readAbcWords(value));
        return false;
    }

    static std::string_view idOf(std::string_view value)
    {
        return value.substr(0, value.find_first_of(" \t"));
    }

    VoiceSettings& settingsOf(std::string_view id)
    {
        const auto known = std::find_if(m_settings.begin(), m_settings.end(),
                                        [id](const VoiceSettings& s) { return s.id == id; });
        if (known != m_settings.end())
            return *known;
        if (m_settings.size() >= kAbcMostVoices)
            return m_settings.back();
        m_settings.push_back({.id = std::string(id)});
        return m_settings.back();
    }

    /// Takes what a V: field says of its voice's sound and name.
    static void readSettings(std::string_view value, VoiceSettings& settings)
    {
        const std::string_view words = value.substr(idOf(value).size());
        if (const auto semitones = parseAbcTransposition(words))
            settings.transposition = *semitones;
        if (const auto isPercussion = parseAbcPercussion(words))
            settings.isPercussion = *isPercussion;
        for (const std::string_view setting : {"name=", "nm="}) {
            const std::string name = abcSetting(words, setting);
            if (!name.empty())
                settings.name = readAbcWords(name);
        }
    }

    static void apply(const VoiceSettings& settings, Voice& voice)
    {
        if (settings.transposition)
            voice.scanner.setTransposition(*settings.transposition);
        if (settings.isPercussion)
            voice.scanner.setPercussion(*settings.isPercussion);
        if (!settings.name.empty())
            voice.name = settings.name;
    }

    void declareVoice(std::string_view value)
    {
        const std::string_view id = idOf(value);
        if (id == "*") // All voices.
            readSettings(value, m_allVoices);
        else if (!id.empty())
            readSettings(value, settingsOf(id));
    }

    /// The voice that music goes to; before any V: in the body the first that the head names.
    Voice& voice()
    {
        if (!m_current)
            m_current = &makeVoice(m_settings.empty() ? std::string() : m_settings.front().id);
        return *m_current;
    }

    /// What was written before the first voice began and holds for all of them; each has a copy,
    /// while there is room for it.
    AbcMusic musicBeforeVoices()
    {
        if (m_headMusic.elements.size() <= m_budget.elements) {
            m_budget.elements -= m_headMusic.elements.size();
            return m_headMusic;
        }
        m_remarks.add("abc.tune-too-long",
                      "what stands before the voices is longer than this program reads for each "
                      "of them; it is left out of the others.",
                      m_tune.line, 1);
        AbcMusic music;
        music.states = {m_headMusic.states.back()};
        music.isPercussion = m_headMusic.isPercussion;
        return music;
    }

    Voice& makeVoice(const std::string& id)
    {
        m_voices.push_back(std::make_unique<Voice>(m_head, musicBeforeVoices()));
        Voice& made = *m_voices.back();
        made.id = toUtf8(id);
        apply(m_allVoices, made);
        const auto known = std::find_if(m_settings.begin(), m_settings.end(),
                                        [&id](const VoiceSettings& s) { return s.id == id; });
        if (known != m_settings.end())
            apply(*known, made);
        return made;
    }

    void selectVoice(std::string_view value, std::uint32_t line, std::uint32_t column)
    {
        value = trimmed(value);
        const std::string_view id = idOf(value);
        if (id.empty() || id == "*") {
            readSettings(value, m_allVoices);
            for (const auto& one : m_voices)
                apply(m_allVoices, *one);
            return;
        }
        const std::string name = toUtf8(id);
        const auto known = std::find_if(m_voices.begin(), m_voices.end(),
                                        [&name](const auto& one) { return one->id == name; });
        if (known != m_voices.end()) {
            m_current = known->get();
        } else if (m_voices.size() == 1 && m_voices.front()->id.empty() &&
                   !m_voices.front()->hasMusic()) {
            m_current = m_voices.front().get();
            m_current->id = name;
        } else if (m_voices.size() >= kAbcMostVoices) {
            if (!m_hasTooManyVoices)
                m_remarks.add("abc.too-many-voices",
                              "the tune has more voices than this program reads; the others are "
                              "left out.",
                              line, column);
            m_hasTooManyVoices = true;
            m_isLeftOut = true;
            return;
        } else {
            m_current = &makeVoice(std::string(id));
        }
        m_isLeftOut = false;
        if (value.size() > id.size()) {
            VoiceSettings settings;
            readSettings(value, settings);
            apply(settings, *m_current);
        }
    }

    void readBody(std::span<const AbcLine> lines)
    {
        char last = ' ';
        for (std::size_t at = 0; at < lines.size(); ++at) {
            const AbcLine& line = lines[at];
            if (skipsTextBlock(line) || line.text.empty())
                continue;
            if (line.text[0] == '%') {
                readDirective(line);
            } else if (line.text.starts_with("w:")) {
                std::string words(fieldValue(line.text));
                for (; at + 1 < lines.size() && lines[at + 1].text.starts_with("+:"); ++at)
                    words += " " + std::string(fieldValue(lines[at + 1].text));
                readWords(words, line.number);
            } else if (line.text.starts_with("s:")) {
                last = 's';
                if (line.number > m_fieldsReadTo && !m_isLeftOut)
                    m_remarks.add("abc.symbols-without-music",
                                  "these symbols stand under no line of music; they are left out.",
                                  line.number, 1);
            } else if (isAbcField(line.text)) {
                last = line.text[0] == '+' ? last : line.text[0];
                readBodyField(last, line);
            } else {
                readMusic(line, lines.subspan(at + 1));
            }
        }
    }

    void readBodyField(char name, const AbcLine& line)
    {
        const std::string_view value = fieldValue(line.text);
        switch (name) {
        case 'V':
            selectVoice(value, line.number, 1);
            return;
        case 'I':
            readInstruction(value, line.number);
            return;
        case 's': // Goes on with symbols, which are read with their line of music.
            return;
        case 'K':
        case 'M':
        case 'L':
        case 'Q':
        case 'P':
        case 'U':
        case 'm':
            // Before the first voice has begun a field holds for all of them.
            (m_current ? m_current->scanner : m_head).readField(name, value, line.number, 1);
            return;
        default:
            if (!value.empty())
                voice().scanner.readField(name, readAbcWords(value), line.number, 1);
        }
    }

    /// A line of music, which [V:…] can give to several voices in turn.
    void readMusic(const AbcLine& line, std::span<const AbcLine> after)
    {
        const std::string_view text = withoutComment(line.text);
        std::size_t at = 0;
        bool isFirst = true;
        while (at < text.size()) {
            const std::size_t next = voiceChange(text, at);
            if (next > at) {
                // The words below are those of the voice that the line ends in.
                const bool isLast = next == std::string_view::npos;
                if (!m_isLeftOut)
                    readPassage(text.substr(0, next), line.number, at,
                                isLast ? after : std::span<const AbcLine>(), isFirst);
                isFirst = false;
            }
            if (next == std::string_view::npos)
                return;
            const std::size_t close = text.find(']', next);
            if (close == std::string_view::npos) {
                m_remarks.add(
                    "abc.open-field",
                    "the field in brackets is never closed; the rest of the line is left out.",
                    line.number, static_cast<std::uint32_t>(next + 1));
                return;
            }
            selectVoice(text.substr(next + 3, close - next - 3), line.number,
                        static_cast<std::uint32_t>(next + 1));
            at = close + 1;
        }
    }

    void readPassage(std::string_view text, std::uint32_t number, std::size_t at,
                     std::span<const AbcLine> after, bool isLineStart)
    {
        Voice& current = voice();
        const bool goesOn = current.isContinued && isLineStart;
        current.isContinued = isContinued(text);
        current.verse = 0;
        if (!goesOn) {
            current.lineBegin = current.music.elements.size();
            current.scanner.endSymbols();
            readFieldsUnder(current, after);
        }
        current.scanner.scanLine(text, number, at);
        if (!current.isContinued)
            current.scanner.endSymbols();
    }

    static bool isContinued(std::string_view music) { return trimmed(music).ends_with('\\'); }

    /// Hands the symbols under a line of music, whose first line stands before `after`, to its
    /// scanner; its words stand as written at its beginning too.
    void readFieldsUnder(Voice& current, std::span<const AbcLine> after)
    {
        std::vector<AbcSymbols> under;
        bool goesOn = current.isContinued;
        for (const AbcLine& line : after) {
            if (line.text.starts_with("w:") || line.text.starts_with("s:")) {
                under.push_back({std::string(withoutComment(line.text)), line.number});
                m_fieldsReadTo = line.number;
            } else if (line.text.starts_with("+:") && !under.empty()) {
                under.back().text += " " + std::string(fieldValue(line.text));
            } else if (line.text.starts_with("%")) {
                continue;
            } else if (goesOn && !isAbcField(line.text) &&
                       voiceChange(line.text, 0) == std::string_view::npos) {
                goesOn = isContinued(withoutComment(line.text));
            } else {
                break;
            }
        }
        const auto words =
            std::stable_partition(under.begin(), under.end(),
                                  [](const AbcSymbols& field) { return field.text[0] == 's'; });
        for (auto field = words; field != under.end(); ++field)
            current.scanner.addText(
                "w:" + readAbcWords(trimmed(std::string_view(field->text).substr(2))), field->line,
                1);
        under.erase(words, under.end());
        current.scanner.beginSymbols(std::move(under));
    }

    void readWords(std::string_view value, std::uint32_t number)
    {
        if (!m_current || m_isLeftOut)
            return;
        constexpr std::uint32_t kMostVerses = 100;
        if (m_current->verse >= kMostVerses)
            return;
        if (!alignAbcWords(m_current->music, m_current->lineBegin, value, m_current->verse++))
            m_remarks.add("abc.words-left-over",
                          "there are more syllables here than notes in the line of music above; "
                          "those left over are not sung.",
                          number, 1);
    }

    bool skipsTextBlock(const AbcLine& line)
    {
        if (line.text.starts_with("%%begin"))
            m_isInTextBlock = true;
        const bool skips = m_isInTextBlock;
        if (line.text.starts_with("%%end"))
            m_isInTextBlock = false;
        return skips;
    }

    void readDirective(const AbcLine& line)
    {
        if (line.text.starts_with("%%"))
            readInstruction(withoutComment(line.text.substr(2)), line.number);
    }

    void readInstruction(std::string_view text, std::uint32_t number)
    {
        text = trimmed(text);
        if (text.starts_with("score ") || text.starts_with("staves ")) {
            readOrder(text.substr(text.find(' ')));
            return;
        }
        (m_current ? m_current->scanner : m_head).readInstruction(text, number, 1);
    }

    /// The first order of voices on the staves, brackets and bar lines aside.
    void readOrder(std::string_view text)
    {
        if (!m_order.empty())
            return;
        std::string id;
        for (const char c : text.substr(0, 2000)) {
            if (std::string_view(" \t()[]{}|*+-").find(c) == std::string_view::npos) {
                id += c;
                continue;
            }
            if (!id.empty())
                m_order.push_back(toUtf8(std::exchange(id, {})));
        }
        if (!id.empty())
            m_order.push_back(toUtf8(id));
    }

    AbcTune m_tune{};
    AbcTuneHead m_tuneHead{};
    AbcRemarks m_remarks{};
    AbcBudget m_budget{};
    AbcMusic m_headMusic{};
    AbcScanner m_head; ///< Reads the head; every voice goes on from its state.
    std::vector<VoiceSettings> m_settings{};
    VoiceSettings m_allVoices{};
    std::vector<std::unique_ptr<Voice>> m_voices{};
    Voice* m_current = nullptr;
    std::vector<std::string> m_order{};
    std::optional<AbcTime> m_unitLength{};
    AbcLine m_tempo{};
    bool m_isInTextBlock = false;
    bool m_hasTooManyVoices = false;
    bool m_isLeftOut = false; ///< The voice that is being read is one too many.
    std::uint32_t m_fieldsReadTo =
        0; ///< The last line of symbols or words that a line of music has.
};

} // namespace

bool isAbcField(std::string_view line)
{
    return line.size() >= 2 && line[1] == ':' && (isAbcLetter(line[0]) || line[0] == '+') &&
           !(line.size() >= 3 && (line[2] == ':' || line[2] == '|'));
}

AbcTune readAbcTune(std::span<const AbcLine> common, std::span<const AbcLine> lines,
                    const AbcReadOptions& options)
{
    return TuneReader(options).read(common, lines);
}

} // namespace continuo
