// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_bars.h"

#include "core/abc/abc_fields.h"
#include "core/abc/abc_spelling.h"
#include "core/abc/abc_words.h"
#include "core/base/text.h"
#include "core/music/time.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

namespace continuo {

namespace {

class BarWriter
{
public:
    BarWriter(const AbcVoiceText& voice, const AbcBarText& how, std::string& text)
        : m_voice(voice)
        , m_how(how)
        , m_unit(how.stepsPerQuarter)
        , m_text(text)
        , m_next(voice.layers.size())
        , m_spelling(m_next.size(), AbcSpelling(AbcKey{}))
    {
        setKey(voice.firstKey);
    }

    bool write()
    {
        std::string first = m_voice.firstKey;
        takeUpTo(m_voice.keys, m_nextKey, 0, first);
        if (first != m_voice.firstKey) {
            setKey(first);
            m_text += "[K:" + first + "]";
        }
        Meter meter = m_how.meters.meterAt({});
        int barsInLine = 0;
        std::int64_t bar = 0;
        while (m_text.size() < m_how.mostText) {
            const Tick from = m_how.meters.barStart(bar);
            startBar(from, meter);
            if (const std::int64_t rests = emptyBars(bar); rests > 1) {
                m_text += "Z" + std::to_string(rests);
                bar += rests;
            } else {
                const std::int64_t begin = steps(from);
                const std::int64_t end = std::max(begin, steps(m_how.meters.barStart(bar + 1)));
                writeBar(begin, std::min(end, m_how.end), meter);
                ++bar;
            }
            if (steps(m_how.meters.barStart(bar)) >= m_how.end) {
                m_text += "|]";
                endLine();
                return true;
            }
            m_text += "|";
            if (++barsInLine % std::max(1, m_how.barsPerLine) == 0)
                endLine();
        }
        return false;
    }

private:
    std::int64_t steps(Tick time) const
    {
        return gridLine(time.value, m_unit, m_how.meters.ticksPerQuarter()).value;
    }
    bool isOnGrid(Tick time) const
    {
        return time.value * m_unit % m_how.meters.ticksPerQuarter() == 0;
    }

    /// Moves `next` behind the marks that stand no later than `step`; the last of them is `text`.
    static void takeUpTo(const std::vector<AbcMark>& marks, std::size_t& next, std::int64_t step,
                         std::string& text)
    {
        while (next < marks.size() && marks[next].step <= step)
            text = marks[next++].text;
    }

    void setKey(const std::string& text)
    {
        const auto field = parseAbcKey(text);
        for (AbcSpelling& spelling : m_spelling)
            spelling.setKey(field && field->key ? *field->key : AbcKey{});
    }

    /// How many whole bars of one meter from `bar` on are silent, at most 128; the last bar of the
    /// tune is whole or none of them.
    std::int64_t emptyBars(std::int64_t bar) const
    {
        const MeterMap& meters = m_how.meters;
        const Meter meter = meters.meterAt(meters.barStart(bar));
        const Tick full = meter.barLength(meters.ticksPerQuarter());
        std::int64_t count = 0;
        while (count < 128) {
            const Tick begin = meters.barStart(bar + count);
            const Tick end = meters.barStart(bar + count + 1);
            if (end - begin != full || meters.meterAt(begin) != meter || !isOnGrid(begin) ||
                !isOnGrid(end) || steps(end) > m_how.end || hasMusic(steps(end)) ||
                hasMark(steps(begin), steps(end)))
                break;
            ++count;
        }
        return count;
    }

    bool hasMusic(std::int64_t end) const
    {
        for (std::size_t i = 0; i < m_voice.layers.size(); ++i) {
            const AbcLayer& layer = m_voice.layers[i];
            if (m_next[i] < layer.size() && layer[m_next[i]].start < end)
                return true;
        }
        return false;
    }

    bool hasMark(std::int64_t begin, std::int64_t end) const
    {
        const auto isBefore = [](const std::vector<AbcMark>& marks, std::size_t next,
                                 std::int64_t step) {
            return next < marks.size() && marks[next].step < step;
        };
        return isBefore(m_voice.words, m_nextWord, end) ||
               isBefore(m_voice.decorations, m_nextDecoration, end) ||
               isBefore(m_voice.tempos, m_nextTempo, end) ||
               isBefore(m_voice.keys, m_nextKey, begin + 1);
    }

    void startBar(Tick from, Meter& meter)
    {
        const Meter here = m_how.meters.meterAt(from);
        if (here != meter)
            m_text += "[M:" + meterName(here) + "]";
        meter = here;
        std::string key;
        takeUpTo(m_voice.keys, m_nextKey, steps(from), key);
        if (!key.empty()) {
            setKey(key);
            m_text += "[K:" + key + "]";
        }
    }

    void writeBar(std::int64_t begin, std::int64_t end, const Meter& meter)
    {
        std::size_t layers = 1;
        for (std::size_t i = 1; i < m_voice.layers.size(); ++i) {
            const AbcLayer& layer = m_voice.layers[i];
            if (m_next[i] < layer.size() && layer[m_next[i]].start < end)
                layers = i + 1;
        }
        const std::int64_t beat =
            std::max<std::int64_t>(1, steps(meter.beatLength(m_how.meters.ticksPerQuarter())));
        for (std::size_t i = 0; i < layers; ++i) {
            if (i == 0) {
                m_spelling[i].beginBar();
            } else {
                m_spelling[i].beginOverlay(m_spelling[i - 1]);
                m_text += " & ";
            }
            writeLayer(i, begin, end, beat);
        }
    }

    void writeLayer(std::size_t layer, std::int64_t begin, std::int64_t end, std::int64_t beat)
    {
        const std::vector<AbcChord> chords = chordsOf(layer, begin, end);
        std::size_t tupletEnd = 0;
        for (std::size_t i = 0; i < chords.size(); ++i) {
            const AbcChord& chord = chords[i];
            if (i > 0 && (chord.start - begin) % beat == 0)
                m_text += ' ';
            if (layer == 0)
                writeMarks(chord.start);
            if (i >= tupletEnd) {
                if (const std::size_t count = tripletAt(chords, i); count > 0) {
                    tupletEnd = i + count;
                    m_text += count == 3 ? "(3" : "(3:2:" + std::to_string(count);
                }
            }
            if (chord.pitches.empty())
                m_text += layer == 0 ? 'z' : 'x';
            else
                writePitches(layer, chord, layer > 0 && chord.start == begin);
            if (layer == 0)
                sing(chord);
            writeLength(chord.length() * (i < tupletEnd ? 3 : 2));
            if (chord.isTiedAfter)
                m_text += '-';
        }
    }

    /// Chords and rests of a layer from `begin` to `end`, cut where words stand.
    std::vector<AbcChord> chordsOf(std::size_t layer, std::int64_t begin, std::int64_t end)
    {
        const AbcLayer& all = m_voice.layers[layer];
        std::size_t& next = m_next[layer];
        std::vector<AbcChord> chords;
        std::size_t word = layer == 0 ? m_nextWord : m_voice.words.size();
        const auto add = [&](AbcChord chord) {
            while (word < m_voice.words.size() && m_voice.words[word].step < chord.end) {
                const std::int64_t cut = m_voice.words[word++].step;
                if (cut <= chord.start)
                    continue;
                AbcChord front = chord;
                front.end = cut;
                front.isTiedAfter = !chord.pitches.empty();
                chord.start = cut;
                chord.isTiedBefore = front.isTiedAfter;
                chords.push_back(std::move(front));
            }
            chords.push_back(std::move(chord));
        };
        std::int64_t at = begin;
        while (at < end) {
            if (next >= all.size() || all[next].start >= end) {
                add({.start = at, .end = end});
                break;
            }
            AbcChord chord = all[next];
            if (chord.start > at)
                add({.start = at, .end = chord.start});
            chord.isTiedBefore = chord.start < at;
            chord.isTiedAfter = chord.end > end;
            chord.start = std::max(chord.start, at);
            chord.end = std::min(chord.end, end);
            at = chord.end;
            if (!chord.isTiedAfter)
                ++next;
            add(std::move(chord));
        }
        return chords;
    }

    /// Only the first layer's ties carry their accidental over a bar line, and of two notes on one
    /// letter a tie cannot say which accidental it carries.
    void writePitches(std::size_t layer, const AbcChord& chord, bool isAfterSign)
    {
        AbcSpelling& spelling = m_spelling[layer];
        const auto& pitches = chord.pitches;
        const bool isOnOneStep =
            std::adjacent_find(pitches.begin(), pitches.end(), [&](Pitch a, Pitch b) {
                return spelling.areOnOneStep(a, b);
            }) != pitches.end();
        const AbcSign sign = !chord.isTiedBefore || isAfterSign ? AbcSign::WhereNeeded
                             : isOnOneStep                      ? AbcSign::Always
                                                                : AbcSign::Never;
        if (chord.pitches.size() > 1)
            m_text += '[';
        for (const Pitch pitch : chord.pitches)
            m_text += spelling.spell(pitch, sign);
        if (chord.pitches.size() > 1)
            m_text += ']';
    }

    void writeMarks(std::int64_t step)
    {
        std::string tempo;
        takeUpTo(m_voice.tempos, m_nextTempo, step, tempo);
        if (!tempo.empty())
            m_text += "[" + tempo + "]";
        while (m_nextWord < m_voice.words.size() && m_voice.words[m_nextWord].step <= step)
            m_text += m_voice.words[m_nextWord++].text;
        while (m_nextDecoration < m_voice.decorations.size() &&
               m_voice.decorations[m_nextDecoration].step <= step)
            m_text += m_voice.decorations[m_nextDecoration++].text;
    }

    /// Lays on a chord the syllables up to it; one that comes no more than a 64th late is its too.
    void sing(const AbcChord& chord)
    {
        if (chord.pitches.empty()) {
            m_isHeld = false;
            return;
        }
        const std::int64_t late = std::min(m_unit / 16, chord.length() - 1);
        std::string syllable;
        bool endsWord = true;
        while (!chord.isTiedBefore && m_nextSung < m_voice.sung.size() &&
               m_voice.sung[m_nextSung].step <= chord.start + late) {
            const AbcSungText& sung = m_voice.sung[m_nextSung++];
            if (!syllable.empty() && endsWord)
                syllable += '~';
            syllable += writeAbcSyllable(sung.text);
            endsWord = sung.endsWord;
        }
        if (!syllable.empty()) {
            m_sung += syllable + (endsWord ? " " : "-");
            m_isHeld = true;
            m_isInWord = !endsWord;
            m_hasSung = true;
        } else {
            m_sung += m_isHeld ? "_" : "*";
            m_sung += m_isInWord ? "" : " ";
        }
    }

    /// Ends a line of music, with the words under it.
    void endLine()
    {
        m_text += "\n";
        if (m_hasSung)
            m_text.append("w: ").append(trimmed(m_sung)).append("\n");
        m_sung.clear();
        m_hasSung = false;
        m_isInWord = false;
    }

    /// True if the length is a whole number of 64ths, which plain note values can write.
    bool isPlain(std::int64_t length) const { return length * 16 % m_unit == 0; }

    /// How many chords from `first` on make a triplet: together a plain length, alone two thirds of
    /// one. 0 if none.
    std::size_t tripletAt(const std::vector<AbcChord>& chords, std::size_t first) const
    {
        if (isPlain(chords[first].length()))
            return 0;
        std::int64_t sum = 0;
        for (std::size_t i = first; i < chords.size() && i < first + 9; ++i) {
            if (chords[i].length() * 3 * 16 % (2 * m_unit) != 0)
                return 0;
            sum += chords[i].length();
            if (isPlain(sum))
                return i + 1 - first;
        }
        return 0;
    }

    /// `halfSteps` halves of grid steps, as a multiple of an eighth.
    void writeLength(std::int64_t halfSteps)
    {
        const std::int64_t divisor = std::gcd(halfSteps, m_unit);
        const std::int64_t numerator = halfSteps / divisor;
        const std::int64_t denominator = m_unit / divisor;
        if (numerator != 1)
            m_text += std::to_string(numerator);
        if (denominator != 1)
            m_text += denominator == 2 && numerator == 1 ? "/" : "/" + std::to_string(denominator);
    }

    const AbcVoiceText& m_voice;
    const AbcBarText& m_how;
    std::int64_t m_unit; ///< Steps in a quarter.
    std::string& m_text;
    std::vector<std::size_t> m_next; ///< Of each layer: what comes next.
    std::vector<AbcSpelling> m_spelling;
    std::size_t m_nextWord = 0;
    std::size_t m_nextDecoration = 0;
    std::size_t m_nextSung = 0;
    std::string m_sung{};    ///< Under the line that is being written.
    bool m_hasSung = false;  ///< It has a syllable.
    bool m_isHeld = false;   ///< Notes have followed the last syllable without a rest.
    bool m_isInWord = false; ///< The last syllable of the line does not end its word.
    std::size_t m_nextTempo = 0;
    std::size_t m_nextKey = 0;
};

} // namespace

bool writeAbcBars(const AbcVoiceText& voice, const AbcBarText& how, std::string& text)
{
    return BarWriter(voice, how, text).write();
}

} // namespace continuo
