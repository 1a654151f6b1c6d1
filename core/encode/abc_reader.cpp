// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_fields.h"
#include "core/abc/read_abc.h"
#include "core/encode/abc_text_p.h"
#include "core/encode/melody_line_p.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <optional>

namespace continuo {

namespace {

/// Ticks per quarter of tunes as core/abc reads them.
constexpr int kTuneTicks = 960;
constexpr int kUnitTicks = kTuneTicks / 2;
/// A bar of more characters is read in parts.
constexpr std::size_t kLongestBar = 2048;
constexpr std::size_t kLongestField = 64;
constexpr int kMostMarks = 3; ///< Octave marks, so that no pitch leaves MIDI's range.

bool isOneOf(char c, std::string_view characters)
{
    return characters.find(c) != std::string_view::npos;
}

bool isLow(char c)
{
    return c >= 'A' && c <= 'G';
}

bool isHigh(char c)
{
    return c >= 'a' && c <= 'g';
}

bool isLetter(char c)
{
    return isLow(c) || isHigh(c);
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isAccidental(char c)
{
    return isOneOf(c, "^_=");
}

/// True if one of `texts` begins with `start` and is longer.
bool canGrow(const std::vector<std::string>& texts, const std::string& start)
{
    return std::ranges::any_of(texts, [&](const std::string& text) {
        return text.size() > start.size() && text.starts_with(start);
    });
}

/// "M:" values that the encoding writes: 6/8.
bool isMeterStart(std::string_view text)
{
    const std::size_t slash = text.find('/');
    const std::string_view over = text.substr(0, slash);
    if (over.size() > 2 || (!over.empty() && over.front() == '0') ||
        !std::ranges::all_of(over, isDigit))
        return false;
    if (slash == std::string_view::npos)
        return true;
    const std::string_view under = text.substr(slash + 1);
    constexpr std::array<std::string_view, 7> unders = {"1", "2", "4", "8", "16", "32", "64"};
    return !over.empty() && std::ranges::any_of(unders, [&](std::string_view each) {
        return each.starts_with(under);
    });
}

bool isMeter(std::string_view text)
{
    return isMeterStart(text) && text.find('/') != std::string_view::npos && text.back() != '/' &&
           parseAbcMeter(text).has_value();
}

/// The head of a tune, line by line: which may be written, and what they said.
class Head
{
public:
    explicit Head(const std::string& lines)
        : m_expected(lines == "meter-unit-key" ? "MLK" : "MK")
    {
    }

    bool isOver() const { return m_isOver; }

    bool mayFollow(char c) const
    {
        const std::string prefix{m_expected[std::min(m_number, m_expected.size() - 1)], ':'};
        if (m_line.size() < prefix.size())
            return c == prefix[m_line.size()];
        const std::string value = m_line.substr(prefix.size());
        if (c == '\n')
            return isValue(prefix.front(), value);
        return isValueStart(prefix.front(), value + c);
    }

    /// Returns true where the line turned out to be music: it is `line()`.
    bool read(char c)
    {
        if (c != '\n') {
            m_line += c;
            const bool isField = m_line.size() < 2 || m_line[1] == ':';
            m_isOver = !isField || m_line.size() > kLongestField;
            return m_isOver;
        }
        const std::string value = m_line.size() > 2 ? m_line.substr(2) : "";
        const char letter = m_line.empty() ? '\0' : m_line.front();
        if (letter == 'M' && parseAbcMeter(value))
            meter = value;
        else if (letter == 'L' && parseAbcUnitLength(value))
            unit = value;
        else if (letter == 'K' && parseAbcKey(value))
            key = value;
        m_isOver = letter == 'K';
        m_line.clear();
        ++m_number;
        return false;
    }

    const std::string& line() const { return m_line; }

    std::string text() const { return "X:1\nM:" + meter + "\nL:" + unit + "\nK:" + key + "\n"; }

    std::string meter = "4/4";
    std::string unit{kAbcUnit};
    std::string key = "C";

private:
    static bool isValue(char field, const std::string& value)
    {
        if (field == 'M')
            return isMeter(value);
        if (field == 'L')
            return value == kAbcUnit;
        return std::ranges::find(plainAbcKeys(), value) != plainAbcKeys().end();
    }
    static bool isValueStart(char field, const std::string& value)
    {
        if (field == 'M')
            return isMeterStart(value);
        if (field == 'L')
            return kAbcUnit.starts_with(value);
        return std::ranges::find(plainAbcKeys(), value) != plainAbcKeys().end() ||
               canGrow(plainAbcKeys(), value);
    }

    std::string_view m_expected; ///< The letters of the lines.
    std::string m_line{};
    std::size_t m_number = 0;
    bool m_isOver = false;
};

/// What may follow in the bars, character by character; core/encode/abc.h says what is written.
class BarGrammar
{
public:
    void read(char c)
    {
        if (m_isField) {
            m_field += c;
            m_isField = c != ']';
        } else if (isLetter(c) || isOneOf(c, "zZ")) {
            m_element = c;
            m_number.clear();
            m_marks = 0;
            if (m_tupletLeft > 0)
                --m_tupletLeft;
            m_spec.clear();
        } else if (isDigit(c) || c == '/' || c == ':') {
            (m_spec.empty() ? m_number : m_spec) += c;
            if (m_spec == "(3")
                m_tupletLeft = 3;
            else if (m_spec.size() == 6)
                m_tupletLeft = c - '0';
        } else if (isOneOf(c, "',")) {
            ++m_marks;
        } else if (c == '(') {
            m_spec = "(";
        } else if (c == '[') {
            m_isField = true;
            m_field = "[";
        }
        if (c == '|')
            m_element = '\0';
        if (c == '|' || m_isBarEmpty)
            m_isBarEmpty = c == '|' || isOneOf(c, "\n ]") || m_isField;
        m_before = m_last;
        m_last = c;
    }

    /// `longest`: eighths that a note may last.
    bool mayFollow(char c, bool maySilence, int longest) const
    {
        if (m_isField)
            return mayFollowInField(c);
        const bool isInSpec = !m_spec.empty();
        const bool isSpecWhole = m_spec == "(3" || m_spec.size() == 6;
        const bool isAfterNote =
            isLetter(m_element) && isOneOf(m_last, "ABCDEFGabcdefg',/0123456789") && !isInSpec;
        const bool isAfterRest = m_element == 'z' && isOneOf(m_last, "z/0123456789") && !isInSpec;
        const bool isOpen = isAccidental(m_last) || (isInSpec && !isSpecWhole);
        if (m_element == 'Z' && !m_isBarEmpty && !isDigit(c))
            return c == '|';
        if (isLetter(c))
            return !isInSpec || isSpecWhole;
        if (isAccidental(c)) {
            if (isAccidental(m_last))
                return c != '=' && c == m_last && !isAccidental(m_before);
            return !isOpen;
        }
        if (c == 'z')
            return maySilence && !isOpen && m_last != '-';
        if (c == 'Z')
            return maySilence && !isOpen && m_isBarEmpty && m_tupletLeft == 0;
        if (isDigit(c)) {
            if (isInSpec)
                return mayFollowInSpec(c);
            if (m_element == 'Z')
                return longest <= 0 && isOneOf(m_last, "Z0123456789") && mayGrow(c, longest);
            return (isAfterNote && mayGrow(c, longest)) || (isAfterRest && mayGrow(c, longest / 2));
        }
        if (c == ':')
            return isInSpec && mayFollowInSpec(c);
        if (c == '/')
            return (isAfterNote || isAfterRest) && m_number.find('/') == std::string::npos;
        if (c == ',')
            return isLow(m_element) && isOneOf(m_last, "ABCDEFG,") && m_marks < kMostMarks;
        if (c == '\'')
            return isHigh(m_element) && isOneOf(m_last, "abcdefg'") && m_marks < kMostMarks;
        if (c == '-')
            return isAfterNote;
        if (c == '(')
            return !isOpen && !isInSpec && m_tupletLeft == 0 && m_last != '-';
        if (c == ' ' || c == '\n')
            return !isOpen && !isInSpec && !isOneOf(m_last, " \n");
        if (c == '|')
            return !isOpen && m_tupletLeft == 0 && !m_isBarEmpty;
        if (c == '[')
            return m_isBarEmpty && m_last != ']';
        return false;
    }

private:
    bool mayGrow(char c, int longest) const
    {
        const std::size_t slash = m_number.find('/');
        const std::string digits =
            slash == std::string::npos ? m_number : m_number.substr(slash + 1);
        if ((digits.empty() && c == '0') || digits.size() >= 2)
            return false;
        return slash != std::string::npos || longest <= 0 || std::stoi(digits + c) <= longest;
    }

    bool mayFollowInSpec(char c) const
    {
        if (isAccidental(m_last))
            return false;
        constexpr std::string_view whole = "(3:2:";
        if (m_spec.size() < whole.size())
            return c == whole[m_spec.size()];
        return m_spec.size() == whole.size() && c >= '2' && c <= '9';
    }

    bool mayFollowInField(char c) const
    {
        constexpr std::string_view start = "[M:";
        if (m_field.size() < start.size())
            return c == start[m_field.size()];
        const std::string value = m_field.substr(start.size());
        return c == ']' ? isMeter(value) : isMeterStart(value + c);
    }

    char m_last = '\n';
    char m_before = '\n';
    char m_element = '\0'; ///< The letter of the note or rest that was written last.
    std::string m_number{};
    int m_marks = 0;
    std::string m_spec{}; ///< Of the tuplet that begins: "(3:2:".
    int m_tupletLeft = 0; ///< Elements of the open tuplet that are to come.
    std::string m_field{};
    bool m_isField = false;
    bool m_isBarEmpty = true;
};

class AbcReader final : public TokenReader
{
public:
    AbcReader(const AbcEncoding& encoding, std::span<const Token> before, const ReaderOptions& how)
        : m_vocabulary(encoding.vocabulary())
        , m_how(how)
        , m_head(encoding.options().header)
        , m_lines(how.decode.ticksPerQuarter, std::stoi(encoding.options().resolution.substr(2)))
        , m_barUnits(how.bar.value * kTuneTicks / how.decode.ticksPerQuarter)
    {
        for (const Token token : before)
            read(token);
        // What was written before is not told, and neither it nor its time counts.
        if (!before.empty()) {
            evaluate();
            m_told = m_begun.size();
            m_zero = m_base + m_reached;
            m_count = 0;
            m_soundUntil = m_zero;
            m_isOver = false;
        }
        m_isSilent = !m_how.mayBeginSilent;
    }

    std::vector<std::uint8_t> mayFollow() const override
    {
        std::vector<std::uint8_t> may(static_cast<std::size_t>(m_vocabulary.size()), 0);
        const bool isHead = !m_head.isOver();
        const std::int64_t silence = m_base + m_reached - m_soundUntil;
        const bool maySilence = !m_isSilent && (m_barUnits == 0 || silence < m_barUnits);
        const auto longest =
            static_cast<int>(std::min<std::int64_t>(99, m_barUnits * 2 / kUnitTicks));
        for (std::size_t i = 0; i < kAbcCharacters.size(); ++i) {
            const char c = kAbcCharacters[i];
            // The prompt's last note is as long as it is.
            const bool isTooLate = m_count == 0 && isOneOf(c, "0123456789/',-");
            const bool isAllowed = isHead
                                       ? m_head.mayFollow(c)
                                       : !isTooLate && m_grammar.mayFollow(c, maySilence, longest);
            may[i] = isAllowed ? 1 : 0;
        }
        return may;
    }

    std::vector<ReadNote> read(Token token) override
    {
        assert(token >= 0 && token < m_vocabulary.size());
        m_complete.clear();
        if (m_isOver)
            return {};
        if (static_cast<std::size_t>(token) >= kAbcCharacters.size()) {
            std::vector<ReadNote> complete = finish();
            m_isOver = true;
            return complete;
        }
        const char c = kAbcCharacters[static_cast<std::size_t>(token)];
        if (!m_head.isOver()) {
            if (m_head.read(c)) {
                for (const char each : m_head.line())
                    readMusic(each);
            }
        } else {
            readMusic(c);
        }
        ++m_count;
        return std::move(m_complete);
    }

    std::vector<ReadNote> finish() override
    {
        m_complete.clear();
        if (m_isOver)
            return {};
        evaluateAll();
        settle();
        return std::move(m_complete);
    }

    Tick time() const override { return inScore(m_base + m_reached); }

private:
    Tick inScore(std::int64_t time) const
    {
        const std::int64_t since = time - m_zero;
        const std::int64_t steps = since * m_lines.stepsPerWhole;
        if (steps % (4 * kTuneTicks) == 0)
            return m_lines.inScore(m_how.decode.origin, steps / (4 * kTuneTicks));
        return m_how.decode.origin + gridLine(since, m_how.decode.ticksPerQuarter, kTuneTicks);
    }

    void readMusic(char c)
    {
        m_grammar.read(c);
        if (c == '\n')
            c = ' ';
        if (m_isInBrackets) {
            readInBrackets(c);
            return;
        }
        const bool begins = isLetter(c) || isAccidental(c) || isOneOf(c, "zZx(|[ ");
        if (c == '|')
            evaluateAll();
        else if (begins && m_how.tellsAtOnce)
            evaluate();
        if (c == '|') {
            if (isTied())
                settleBeforeLast();
            else
                settle();
            return;
        }
        if (m_text.size() >= kLongestBar && begins) {
            evaluateAll();
            settle();
        }
        // Repeats and endings are bar lines here: the text is read once through.
        const bool isLoose =
            c == ']' || (c == ':' && !isInTupletSpec()) || (isDigit(c) && m_text.empty());
        if (isLoose)
            return;
        if (isLetter(c)) {
            m_letter = m_count;
            m_isSilent = false;
        }
        m_isInBrackets = c == '[';
        m_bracket = m_text.size();
        m_text += c;
    }

    void readInBrackets(char c)
    {
        m_text += c;
        if (isLetter(c))
            m_letter = m_count;
        const std::size_t length = m_text.size() - m_bracket;
        if (length == 2 && isDigit(c)) { // an ending
            m_text.resize(m_bracket);
            m_isInBrackets = false;
        } else if (c == ']') {
            m_isInBrackets = false;
        } else if (length > kLongestField || c == '|') {
            m_text.resize(m_bracket);
            m_isInBrackets = false;
        }
    }

    bool isInTupletSpec() const
    {
        const std::size_t open = m_text.rfind('(');
        return open != std::string::npos &&
               std::all_of(m_text.begin() + static_cast<std::ptrdiff_t>(open) + 1, m_text.end(),
                           [](char c) { return isDigit(c) || c == ':'; });
    }

    bool isTied() const
    {
        const std::size_t last = m_text.find_last_not_of(" |");
        return last != std::string::npos && m_text[last] == '-';
    }

    /// As evaluate(), without what was begun and leads to no note.
    void evaluateAll()
    {
        while (!m_text.empty() && (isAccidental(m_text.back()) || isInTupletSpec()))
            m_text.pop_back();
        evaluate();
    }

    /// Reads the bar as far as it stands and tells what is complete.
    void evaluate()
    {
        if (m_text.empty() || m_text.size() == m_evaluated || isAccidental(m_text.back()) ||
            isInTupletSpec())
            return;
        m_evaluated = m_text.size();
        const auto tunes = readAbc(m_head.text() + m_text, "the answer");
        if (!tunes || tunes->empty())
            return;
        const Track& track = tunes->front().score.tracks.front();
        m_notes = track.notes;
        m_reached = track.end.value;
        while (m_begun.size() < m_notes.size())
            m_begun.push_back(m_letter);
        const bool isTiedNow = isTied();
        for (const Note& note : m_notes) {
            if (!isTiedNow || note.end().value < m_reached)
                continue;
            tell(static_cast<std::size_t>(&note - m_notes.data()));
            return;
        }
        tell(m_notes.size());
    }

    /// Tells the notes before the `end`-th of the bar.
    void tell(std::size_t end)
    {
        for (; m_told < std::min(end, m_notes.size()); ++m_told) {
            const Note& read = m_notes[m_told];
            m_soundUntil = std::max(m_soundUntil, m_base + read.end().value);
            ReadNote complete;
            complete.token = m_begun[m_told];
            complete.note.start = inScore(m_base + read.start.value - (m_told == 0 ? m_before : 0));
            complete.note.length =
                std::max(Tick{1}, inScore(m_base + read.end().value) - complete.note.start);
            complete.note.pitch = pitchMoved(read.pitch.value, m_how.decode.semitones);
            complete.note.velocity = m_how.decode.velocity;
            complete.note.channel = m_how.decode.channel;
            m_complete.push_back(complete);
        }
    }

    /// The bar is over: what it says of later bars is kept.
    void settle()
    {
        tell(m_notes.size());
        for (std::size_t open = m_text.find('['); open != std::string::npos;
             open = m_text.find('[', open + 1)) {
            const std::size_t close = m_text.find(']', open);
            if (close == std::string::npos || close < open + 4 || m_text[open + 2] != ':')
                continue;
            const std::string value = m_text.substr(open + 3, close - open - 3);
            if (m_text[open + 1] == 'M' && parseAbcMeter(value))
                m_head.meter = value;
            else if (m_text[open + 1] == 'K' && parseAbcKey(value))
                m_head.key = value;
            else if (m_text[open + 1] == 'L' && parseAbcUnitLength(value))
                m_head.unit = value;
        }
        m_base += m_reached;
        m_reached = 0;
        m_text.clear();
        m_evaluated = 0;
        m_notes.clear();
        m_begun.clear();
        m_told = 0;
        m_before = 0;
    }

    /// As settle(), but the bar's last note is tied: the next bar begins with a piece of it.
    void settleBeforeLast()
    {
        const bool hasLast = !m_notes.empty() && m_told == m_notes.size() - 1;
        if (!hasLast) {
            settle();
            return;
        }
        const Note last = m_notes.back();
        const std::size_t begun = m_begun.back();
        const std::int64_t length = last.length.value + (m_told == 0 ? m_before : 0);
        const std::string text = tiedNote(last);
        m_notes.pop_back();
        settle();
        const std::int64_t unit =
            abcToTicks(parseAbcUnitLength(m_head.unit).value_or(kAbcQuarter / 2)).value;
        m_text = text;
        m_begun = {begun};
        m_base -= unit;
        m_reached = unit;
        m_before = length - unit;
    }

    /// The last note, one unit long, with its accidental spelled out, tied: by letter, for that is
    /// what a bar ties.
    std::string tiedNote(const Note& note) const
    {
        constexpr std::array<int, 7> classes = {9, 11, 0, 2, 4, 5, 7}; // A to G
        std::size_t letter = m_text.size() - 1;
        while (letter > 0 && !isLetter(m_text[letter]))
            --letter;
        std::string spelled(1, m_text[letter]);
        const bool isUpper = isLow(m_text[letter]);
        int natural = 60 +
                      classes[static_cast<std::size_t>(m_text[letter] - (isUpper ? 'A' : 'a'))] +
                      (isUpper ? 0 : 12);
        for (std::size_t i = letter + 1; i < m_text.size() && isOneOf(m_text[i], "',"); ++i) {
            spelled += m_text[i];
            natural += m_text[i] == ',' ? -12 : 12;
        }
        const int raised = note.pitch.value - natural;
        const std::string accidental =
            raised == 0 ? "="
                        : std::string(static_cast<std::size_t>(std::min(2, std::abs(raised))),
                                      raised > 0 ? '^' : '_');
        return accidental + spelled + "-|";
    }

    const Vocabulary& m_vocabulary;
    ReaderOptions m_how;
    Head m_head;
    GridLines m_lines;
    std::int64_t
        m_barUnits; ///< A bar where the answer begins, in ticks of a tune; 0: without limit.
    BarGrammar m_grammar{};
    std::size_t m_count = 0; ///< Symbols read.

    // All times are in ticks of a tune.
    std::int64_t m_zero = 0;       ///< Where the first symbol stands.
    std::int64_t m_base = 0;       ///< Where the open bar begins.
    std::int64_t m_reached = 0;    ///< Behind m_base: where what is known of the bar ends.
    std::int64_t m_soundUntil = 0; ///< End of the last note.
    std::int64_t m_before =
        0; ///< How much the first note of the bar, tied, begins before what the text says.

    std::string m_text{};               ///< The open bar.
    std::size_t m_evaluated = 0;        ///< Length of the text that m_notes were read from.
    std::vector<Note> m_notes{};        ///< Of the open bar, times from its beginning.
    std::vector<std::size_t> m_begun{}; ///< For each of them the symbol that began it.
    std::size_t m_told = 0;             ///< How many of them were told.
    std::vector<ReadNote> m_complete{};
    std::size_t m_letter = 0; ///< The last symbol that is a note's letter.
    bool m_isInBrackets = false;
    std::size_t m_bracket = 0; ///< Where in the text they opened.
    bool m_isSilent = false;   ///< Nothing sounded yet and silence may not begin.
    bool m_isOver = false;
};

} // namespace

std::unique_ptr<TokenReader> makeAbcReader(const AbcEncoding& encoding,
                                           std::span<const Token> before,
                                           const ReaderOptions& options)
{
    return std::make_unique<AbcReader>(encoding, before, options);
}

} // namespace continuo
