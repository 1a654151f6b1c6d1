// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_playback.h"

#include "core/abc/abc_ornaments.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <unordered_set>
#include <utility>

namespace continuo {

namespace {

using Kind = AbcElement::Kind;

/// 55 hours at 120; the length of a MIDI file's longest pause.
constexpr AbcTime kLongestTune = 50'000 * kAbcWhole;

/// "7/8", in whole notes; a quarter at least is the denominator.
std::string lengthName(AbcTime length)
{
    AbcTime divisor = std::gcd(length, kAbcWhole);
    if (kAbcWhole / divisor < 4)
        divisor = kAbcWhole / 4;
    return std::to_string(length / divisor) + "/" + std::to_string(kAbcWhole / divisor);
}

class Player
{
public:
    Player(const AbcMusic& music, const AbcPlayOptions& options, AbcRemarks& remarks)
        : m_music(music)
        , m_options(options)
        , m_remarks(remarks)
        , m_channel(options.channel)
        , m_open(1)
    {
        if (!music.syllables.empty())
            m_plays.resize(music.elements.size());
    }

    void begin()
    {
        const auto first = std::find_if(m_music.elements.begin(), m_music.elements.end(), isMusic);
        enterState(first == m_music.elements.end()
                       ? static_cast<std::uint32_t>(m_music.states.size() - 1)
                       : first->state);
    }

    void play(const std::vector<AbcPassage>& passages)
    {
        for (const AbcPassage& passage : passages) {
            for (std::size_t i = passage.begin; i < passage.end; ++i) {
                if (m_time > kLongestTune) {
                    const AbcElement& element = m_music.elements[i];
                    m_remarks.add(
                        "abc.tune-too-long",
                        "the tune is longer than this program reads; the rest of it is left out.",
                        element.line, element.column);
                    finish();
                    return;
                }
                playElement(i);
            }
        }
        finish();
    }

    AbcPart take() { return std::move(m_part); }

private:
    static bool isMusic(const AbcElement& element)
    {
        return element.kind == Kind::Notes || element.kind == Kind::Rest ||
               element.kind == Kind::BarRest;
    }

    const AbcState& state() const { return m_music.states[m_state.value_or(0)]; }

    void playElement(std::size_t index)
    {
        const AbcElement& element = m_music.elements[index];
        switch (element.kind) {
        case Kind::Bar:
            m_isSection = m_isSection || element.isSectionEnd;
            if (m_overlayBars > 0) {
                --m_overlayBars;
                return;
            }
            if (m_barFirst)
                closeBar(false);
            return;
        case Kind::Ending:
        case Kind::Part:
            m_isSection = true;
            return;
        case Kind::Text:
            if (!m_options.playsOrnaments || !isOrnament(m_music.texts[element.first]))
                emit(metaEvent(abcToTicks(m_time), Meta::Text, m_music.texts[element.first]));
            return;
        case Kind::Program:
            emit(programChange(abcToTicks(m_time), m_channel,
                               static_cast<std::uint8_t>(element.first)));
            return;
        case Kind::Channel:
            m_channel = static_cast<std::uint8_t>(element.first);
            return;
        case Kind::Grace:
            m_grace = index;
            return;
        case Kind::Overlay:
            beginOverlay(element);
            return;
        case Kind::Jump:
            return;
        case Kind::Notes:
        case Kind::Rest:
        case Kind::BarRest:
            break;
        }
        enterState(element.state);
        if (!m_barFirst) {
            m_barFirst = index;
            m_barStart = m_time;
            m_level = 0;
            m_barStarts[m_barCount++ % m_barStarts.size()] = m_time;
            m_hasBarRest = false;
            m_beganAtSection = m_isSection;
            m_isSection = false;
            m_barLength = state().meter.barLength();
            if (m_pending == 0)
                alignBar();
        }
        m_hasBarRest = m_hasBarRest || element.kind == Kind::BarRest;
        if (element.kind == Kind::BarRest)
            m_bars += std::max<std::size_t>(element.count, 1) - 1;
        if (element.kind == Kind::Notes) {
            sing(index);
            playNotes(element);
        } else {
            m_grace.reset();
            m_time += element.length;
        }
    }

    void emit(Event event) { m_part.events.push_back(std::move(event)); }

    /// The syllable of the verse that this time's playing has reached.
    void sing(std::size_t index)
    {
        if (m_plays.empty())
            return;
        const auto& syllables = m_music.syllables;
        const std::uint32_t pass = m_plays[index]++;
        auto at = std::lower_bound(
            syllables.begin(), syllables.end(), index,
            [](const AbcSyllable& s, std::size_t element) { return s.element < element; });
        const AbcSyllable* sung = nullptr;
        for (; at != syllables.end() && at->element == index && (!sung || at->verse <= pass); ++at)
            sung = &*at;
        if (sung)
            emit(metaEvent(abcToTicks(m_time), Meta::Lyric, m_music.texts[sung->text]));
    }

    /// Grace notes or a decoration that is played where ornaments are: then it is no mark any more.
    static bool isOrnament(std::string_view text)
    {
        return text.starts_with('{') ||
               (text.size() > 2 && text.starts_with('!') &&
                abcOrnamentNamed(text.substr(1, text.size() - 2)) != AbcOrnament::None);
    }

    void beginOverlay(const AbcElement& element)
    {
        m_grace.reset();
        if (!m_barFirst) {
            m_remarks.add("abc.empty-overlay",
                          "there is no music in this bar that & could sound with; it is left out.",
                          element.line, element.column);
            return;
        }
        endOverlay();
        if (m_level == 0)
            m_overlayEnd = m_time;
        m_level = std::min<std::size_t>(m_level + 1, kMostLevels);
        const std::size_t back =
            std::min({std::size_t{element.count}, m_barCount, m_barStarts.size()});
        m_overlayBars = back - 1;
        m_time = m_barStarts[(m_barCount - back) % m_barStarts.size()];
        m_overlayLine = element.line;
        m_overlayColumn = element.column;
        if (m_open.size() <= m_level)
            m_open.resize(m_level + 1);
    }

    /// Checks the overlay that ends here and goes on from where the bar's first line ended.
    void endOverlay()
    {
        if (m_level == 0)
            return;
        if (m_time != m_overlayEnd)
            m_remarks.add("abc.overlay-does-not-add-up",
                          "what is written after this & is not as long as the music before it.",
                          m_overlayLine, m_overlayColumn);
        m_time = m_overlayEnd;
        m_overlayBars = 0;
    }

    void closeBar(bool isLast)
    {
        const AbcElement& first = m_music.elements[*m_barFirst];
        endOverlay();
        m_level = 0;
        AbcTime length = m_time - m_barStart;
        endBar(isLast);
        const std::size_t bars = 1 + std::exchange(m_bars, 0);
        const std::size_t at = m_part.bars.size();
        if (!m_options.barLengths.empty()) {
            length = 0;
            for (std::size_t i = at; i < at + bars && i < m_options.barLengths.size(); ++i)
                length += m_options.barLengths[i];
            m_time = m_barStart + length;
        }
        for (std::size_t i = 0; i < bars && at + i < kAbcPlayedLimit; ++i)
            m_part.bars.push_back({length / static_cast<AbcTime>(bars), first.line, first.column});
    }

    void enterState(std::uint32_t index)
    {
        if (m_state == index)
            return;
        const AbcState* before = m_state ? &m_music.states[*m_state] : nullptr;
        m_state = index;
        const AbcState& now = state();
        const Tick time = abcToTicks(m_time);
        if (!before && !m_options.isFirst)
            m_tempo = tempoOf(now);
        else if (!before || before->tempo != now.tempo)
            emitTempo(time, now);
        if (!before || before->meter != now.meter) {
            m_countedFrom.reset();
            if (!before)
                emitMeter();
        }
        if (!before || before->key != now.key)
            emitKey(time, now.key);
    }

    static double tempoOf(const AbcState& now)
    {
        const double given = now.tempo ? now.tempo->quartersPerMinute : 0;
        return given > 0 ? given : defaultAbcTempo(now.meter);
    }

    void emitTempo(Tick time, const AbcState& now)
    {
        const double tempo = tempoOf(now);
        if (now.tempo && !now.tempo->words.empty())
            emit(metaEvent(time, Meta::Text, "Q:\"" + now.tempo->words + "\""));
        if (tempo != m_tempo)
            emit(tempoEvent(time, static_cast<std::uint32_t>(std::lround(60e6 / tempo))));
        m_tempo = tempo;
    }

    void emitMeter()
    {
        const AbcMeter& meter = state().meter;
        m_countedFrom = m_time;
        if (!meter.isFree && m_options.isFirst)
            emit(timeSignatureEvent(abcToTicks(m_time), meter.meter.numerator,
                                    meter.meter.denominator));
    }

    void emitKey(Tick time, const AbcKey& key)
    {
        const auto plain = key.plainKey();
        if (plain && !key.isExplicit) {
            const int turned = key.sharps > 7 ? -12 : key.sharps < -7 ? 12 : 0;
            emit(keySignatureEvent(time, key.sharps + turned, plain->mode == Mode::Minor));
        }
        if (!key.isPlain())
            emit(metaEvent(time, Meta::Text, "K:" + key.text));
    }

    /// Begins to count bars anew where the one that begins here is off the count.
    void alignBar()
    {
        if (m_barLength == 0)
            return;
        if (!m_countedFrom || (m_time - *m_countedFrom) % m_barLength != 0)
            emitMeter();
    }

    /// Checks the bar that ends here against the meter. Bars that a repeat or double bar divides
    /// are counted together in the order in which they are played; a pickup and the last bar may be
    /// short.
    void endBar(bool isLast)
    {
        const std::size_t first = *m_barFirst;
        m_barFirst.reset();
        const AbcTime length = m_time - m_barStart;
        const AbcTime full = m_barLength;
        const bool isPickup = !m_hasBars;
        m_hasBars = true;
        const AbcTime pending = m_pending;
        m_pending = 0;
        if (full == 0 || length == 0 || pending + length == full ||
            (m_hasBarRest && length % full == 0))
            return;
        if (length == full) {
            // A strain that ends short and a next one without a pickup.
            m_countedFrom.reset();
            const AbcTime now = m_time;
            m_time = m_barStart;
            alignBar();
            m_time = now;
            return;
        }
        if (pending + length < full) {
            if (isPickup || isLast)
                return;
            if (m_isSection) {
                m_pending = pending + length;
                return;
            }
            if (m_beganAtSection && pending == 0)
                return;
        }
        if (!m_remarked.insert(first).second)
            return;
        const AbcElement& element = m_music.elements[first];
        m_remarks.add("abc.bar-does-not-add-up",
                      "the bar that begins here holds " + lengthName(length) +
                          " where the meter is " +
                          meterName(m_music.states[element.state].meter.meter) + ".",
                      element.line, element.column);
    }

    void playNotes(const AbcElement& element)
    {
        const AbcTime late = m_options.playsOrnaments ? playGrace(element) : 0;
        std::size_t ornamented = element.first + element.count;
        if (m_options.playsOrnaments && element.ornament != AbcOrnament::None) {
            for (std::size_t i = element.first; i < element.first + element.count; ++i) {
                if (ornamented >= element.first + element.count ||
                    m_music.notes[i].pitch > m_music.notes[ornamented].pitch)
                    ornamented = i;
            }
        }
        for (std::size_t i = element.first; i < element.first + element.count; ++i) {
            const AbcNote& written = m_music.notes[i];
            const AbcTime end = m_time + written.length;
            Open& open = m_open[m_level][written.pitch];
            const bool isHeld = open.isTied && open.end == m_time;
            if (isHeld) {
                Note& note = m_part.notes[open.note];
                note.length = abcToTicks(end) - note.start;
            } else {
                closeTie(open);
                const AbcTime begin = std::min(m_time + late, end);
                if (i == ornamented && end > begin)
                    playOrnament(element.ornament, written, begin, end);
                else
                    addNote(written.pitch, begin, end);
                open.note = m_part.notes.size() - 1;
            }
            open.end = end;
            open.isTied = written.isTied;
            open.line = element.line;
            open.column = element.column;
        }
        m_time += element.length;
    }

    void addNote(int pitch, AbcTime begin, AbcTime end)
    {
        const Tick start = abcToTicks(begin);
        m_part.notes.push_back({.start = start,
                                .length = abcToTicks(end) - start,
                                .pitch = {static_cast<std::uint8_t>(std::clamp(pitch, 0, 127))},
                                .channel = m_channel});
    }

    void playOrnament(AbcOrnament ornament, const AbcNote& written, AbcTime begin, AbcTime end)
    {
        for (const AbcStroke& stroke : abcOrnament(ornament, end - begin)) {
            const int moved = stroke.steps > 0   ? written.above
                              : stroke.steps < 0 ? written.below
                                                 : 0;
            addNote(written.pitch + moved, begin, begin + stroke.length);
            begin += stroke.length;
        }
    }

    /// Plays the grace notes before `element` at its beginning; how long they take.
    AbcTime playGrace(const AbcElement& element)
    {
        if (!m_grace)
            return 0;
        const AbcElement& grace = m_music.elements[*m_grace];
        m_grace.reset();
        const AbcTime each = abcGraceLength(grace.count, element.length, grace.isShort);
        AbcTime time = m_time;
        for (std::size_t i = grace.first; i < grace.first + grace.count; ++i) {
            addNote(m_music.notes[i].pitch, time, time + each);
            time += each;
        }
        return time - m_time;
    }

    struct Open
    {
        AbcTime end = -1;
        std::size_t note = 0;
        std::uint32_t line = 0;
        std::uint32_t column = 0;
        bool isTied = false;
    };

    void closeTie(Open& open)
    {
        if (open.isTied && m_looseTies.size() < AbcRemarks::kLimit)
            m_looseTies.push_back(open);
        open.isTied = false;
    }

    void finish()
    {
        if (m_barFirst)
            closeBar(true);
        m_part.end = abcToTicks(m_time);
        for (const Note& note : m_part.notes)
            m_part.end = std::max(m_part.end, note.end());
        for (const Event& event : m_part.events)
            m_part.end = std::max(m_part.end, event.time);
        std::stable_sort(m_part.notes.begin(), m_part.notes.end(),
                         [](const Note& a, const Note& b) { return a.start < b.start; });
        std::stable_sort(m_part.events.begin(), m_part.events.end(),
                         [](const Event& a, const Event& b) { return a.time < b.time; });
        for (auto& level : m_open) {
            for (Open& open : level)
                closeTie(open);
        }
        std::sort(m_looseTies.begin(), m_looseTies.end(), [](const Open& a, const Open& b) {
            return a.line != b.line ? a.line < b.line : a.column < b.column;
        });
        std::uint32_t line = 0;
        std::uint32_t column = 0;
        for (const Open& open : m_looseTies) {
            if (open.line != line || open.column != column)
                m_remarks.add("abc.loose-tie",
                              "this note is tied to none of the same pitch; the tie is left out.",
                              open.line, open.column);
            line = open.line;
            column = open.column;
        }
    }

    static constexpr std::size_t kMostLevels = 7;

    const AbcMusic& m_music;
    const AbcPlayOptions& m_options;
    AbcRemarks& m_remarks;
    AbcPart m_part{};
    std::uint8_t m_channel = 0;
    std::vector<std::uint8_t> m_plays{};  ///< How often each element has sounded, modulo 256.
    std::optional<std::size_t> m_grace{}; ///< The grace notes before the next notes.
    AbcTime m_time = 0;
    std::optional<std::uint32_t> m_state{};
    double m_tempo = 0;
    std::vector<std::array<Open, 128>> m_open; ///< For each level of overlay.
    std::vector<Open> m_looseTies{};

    std::optional<std::size_t>
        m_barFirst{}; ///< The first note or rest of the bar that is being played.
    AbcTime m_barStart = 0;
    AbcTime m_barLength = 0;
    std::optional<AbcTime>
        m_countedFrom{};    ///< Where the time signature stands that bars are counted from.
    AbcTime m_pending = 0;  ///< Played of a bar that a section's end has divided.
    std::size_t m_bars = 0; ///< Of the bar rests in the bar, beyond the first.
    std::array<AbcTime, 64> m_barStarts{}; ///< Of the last bars.
    std::size_t m_barCount = 0;
    std::size_t m_level = 0; ///< Which overlay of the bar is being played; 0 is its first line.
    std::size_t m_overlayBars = 0; ///< Bar lines before the one that ends the overlay.
    AbcTime m_overlayEnd = 0;
    std::uint32_t m_overlayLine = 0;
    std::uint32_t m_overlayColumn = 0;
    bool m_isSection = true;
    bool m_beganAtSection = true;
    bool m_hasBarRest = false;
    bool m_hasBars = false;
    std::unordered_set<std::size_t> m_remarked{};
};

} // namespace

AbcPart playAbc(const AbcMusic& music, const std::vector<AbcPassage>& passages,
                const AbcPlayOptions& options, AbcRemarks& remarks)
{
    Player player(music, options, remarks);
    player.begin();
    player.play(passages);
    return player.take();
}

} // namespace continuo
