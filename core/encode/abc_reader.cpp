// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_fields.h"
#include "core/abc/read_abc.h"
#include "core/encode/abc_grammar_p.h"
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
        // What was written before is not told, and neither it nor its time counts.
        m_how.tellsAtOnce = false;
        for (const Token token : before)
            read(token);
        m_how.tellsAtOnce = how.tellsAtOnce;
        if (!before.empty()) {
            const std::string text = m_text;
            evaluateAll();
            m_text = text;
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
    AbcHead m_head;
    GridLines m_lines;
    std::int64_t
        m_barUnits; ///< A bar where the answer begins, in ticks of a tune; 0: without limit.
    AbcBarGrammar m_grammar{};
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
