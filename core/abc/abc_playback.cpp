// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_playback.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <unordered_set>

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
    Player(const AbcMusic& music, Track& track, std::vector<Event>& events, AbcRemarks& remarks)
        : m_music(music)
        , m_track(track)
        , m_events(events)
        , m_remarks(remarks)
    {
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
            if (m_barFirst)
                endBar(false);
            return;
        case Kind::Ending:
        case Kind::Part:
            m_isSection = true;
            return;
        case Kind::Text:
            m_events.push_back(
                metaEvent(abcToTicks(m_time), Meta::Text, m_music.texts[element.first]));
            return;
        case Kind::Program:
            m_events.push_back(
                programChange(abcToTicks(m_time), 0, static_cast<std::uint8_t>(element.first)));
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
            m_hasBarRest = false;
            m_beganAtSection = m_isSection;
            m_isSection = false;
            m_barLength = state().meter.barLength();
            if (m_pending == 0)
                alignBar();
        }
        m_hasBarRest = m_hasBarRest || element.kind == Kind::BarRest;
        if (element.kind == Kind::Notes)
            playNotes(element);
        else
            m_time += element.length;
    }

    void enterState(std::uint32_t index)
    {
        if (m_state == index)
            return;
        const AbcState* before = m_state ? &m_music.states[*m_state] : nullptr;
        m_state = index;
        const AbcState& now = state();
        const Tick time = abcToTicks(m_time);
        if (!before || before->tempo != now.tempo)
            emitTempo(time, now);
        if (!before || before->meter != now.meter) {
            m_countedFrom.reset();
            if (!before)
                emitMeter();
        }
        if (!before || before->key != now.key)
            emitKey(time, now.key);
    }

    void emitTempo(Tick time, const AbcState& now)
    {
        const double given = now.tempo ? now.tempo->quartersPerMinute : 0;
        const double tempo = given > 0 ? given : defaultAbcTempo(now.meter);
        if (now.tempo && !now.tempo->words.empty())
            m_events.push_back(metaEvent(time, Meta::Text, "Q:\"" + now.tempo->words + "\""));
        if (tempo != m_tempo)
            m_events.push_back(
                tempoEvent(time, static_cast<std::uint32_t>(std::lround(60e6 / tempo))));
        m_tempo = tempo;
    }

    void emitMeter()
    {
        const AbcMeter& meter = state().meter;
        m_countedFrom = m_time;
        if (!meter.isFree)
            m_events.push_back(timeSignatureEvent(abcToTicks(m_time), meter.meter.numerator,
                                                  meter.meter.denominator));
    }

    void emitKey(Tick time, const AbcKey& key)
    {
        const auto plain = key.plainKey();
        if (plain && !key.isExplicit) {
            const int turned = key.sharps > 7 ? -12 : key.sharps < -7 ? 12 : 0;
            m_events.push_back(
                keySignatureEvent(time, key.sharps + turned, plain->mode == Mode::Minor));
        }
        if (!key.isPlain())
            m_events.push_back(metaEvent(time, Meta::Text, "K:" + key.text));
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
        const Tick start = abcToTicks(m_time);
        for (std::size_t i = element.first; i < element.first + element.count; ++i) {
            const AbcNote& written = m_music.notes[i];
            const AbcTime end = m_time + written.length;
            Open& open = m_open[written.pitch];
            if (open.isTied && open.end == m_time) {
                m_track.notes[open.note].length = abcToTicks(end) - m_track.notes[open.note].start;
            } else {
                closeTie(open);
                open.note = m_track.notes.size();
                m_track.notes.push_back(
                    {.start = start, .length = abcToTicks(end) - start, .pitch = {written.pitch}});
            }
            open.end = end;
            open.isTied = written.isTied;
            open.line = element.line;
            open.column = element.column;
        }
        m_time += element.length;
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
            endBar(true);
        m_track.end = abcToTicks(m_time);
        for (const Note& note : m_track.notes)
            m_track.end = std::max(m_track.end, note.end());
        for (const Event& event : m_events)
            m_track.end = std::max(m_track.end, event.time);
        for (Open& open : m_open)
            closeTie(open);
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

    const AbcMusic& m_music;
    Track& m_track;
    std::vector<Event>& m_events;
    AbcRemarks& m_remarks;
    AbcTime m_time = 0;
    std::optional<std::uint32_t> m_state{};
    double m_tempo = 0;
    std::array<Open, 128> m_open{};
    std::vector<Open> m_looseTies{};

    std::optional<std::size_t>
        m_barFirst{}; ///< The first note or rest of the bar that is being played.
    AbcTime m_barStart = 0;
    AbcTime m_barLength = 0;
    std::optional<AbcTime>
        m_countedFrom{};   ///< Where the time signature stands that bars are counted from.
    AbcTime m_pending = 0; ///< Played of a bar that a section's end has divided.
    bool m_isSection = true;
    bool m_beganAtSection = true;
    bool m_hasBarRest = false;
    bool m_hasBars = false;
    std::unordered_set<std::size_t> m_remarked{};
};

} // namespace

void playAbc(const AbcMusic& music, const std::vector<AbcPassage>& passages, std::string_view title,
             const std::vector<std::string>& heads, Score& score, AbcRemarks& remarks)
{
    Track& track = score.addTrack();
    std::vector<Event> events;
    if (!title.empty())
        events.push_back(metaEvent({}, Meta::TrackName, title));
    for (const std::string& head : heads)
        events.push_back(metaEvent({}, Meta::Text, head));
    Player player(music, track, events, remarks);
    player.begin();
    player.play(passages);
    std::stable_sort(events.begin(), events.end(),
                     [](const Event& a, const Event& b) { return a.time < b.time; });
    for (Event& event : events)
        event.id = score.nextId++;
    for (Note& note : track.notes)
        note.id = score.nextId++;
    track.events = std::move(events);
}

} // namespace continuo
