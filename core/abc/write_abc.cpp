// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/write_abc.h"

#include "core/abc/abc_bars.h"
#include "core/abc/abc_music.h"
#include "core/abc/abc_spelling.h"
#include "core/abc/abc_tune.h"
#include "core/abc/abc_words.h"
#include "core/abc/read_abc.h"
#include "core/base/text.h"
#include "core/music/key.h"
#include "core/music/lyrics.h"
#include "core/music/meter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace continuo {

namespace {

constexpr std::int64_t kMostWholes = 50'000;
constexpr std::size_t kMostText = std::size_t{16} << 20;
/// Fields that a tune's head may hold more than once, in the order in which they are written.
constexpr std::string_view kHeadFields = "TCOABDFGHNRSZ";

std::string decimal(double value)
{
    char buffer[32];
    const double rounded = std::round(value * 1000) / 1000;
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, rounded);
    return std::string(buffer, end.ptr);
}

std::string tempoText(std::uint32_t microsecondsPerQuarter)
{
    return "Q:1/4=" + decimal(60e6 / static_cast<double>(std::max(1U, microsecondsPerQuarter)));
}

std::optional<std::uint32_t> tempoOf(const Event& event)
{
    if (!event.isMeta(Meta::Tempo) || event.payload.size() != 3)
        return std::nullopt;
    return std::uint32_t{event.payload[0]} << 16 | std::uint32_t{event.payload[1]} << 8 |
           event.payload[2];
}

std::optional<std::string> keyTextOf(const Event& event)
{
    if (!event.isMeta(Meta::KeySignature) || event.payload.size() != 2)
        return std::nullopt;
    const int sharps = static_cast<std::int8_t>(event.payload[0]);
    if (sharps < -7 || sharps > 7 || event.payload[1] > 1)
        return std::nullopt;
    return abcKeyText(sharps, event.payload[1] == 1);
}

/// The text event's ABC field letter, if it is one: "R:reel".
char fieldLetter(const Event& event)
{
    if (!event.isMeta(Meta::Text) || event.payload.size() < 3 || event.payload[1] != ':')
        return '\0';
    return static_cast<char>(event.payload[0]);
}

/// The key of a text event's K: field, if it can stand in a line and in brackets; without what it
/// says of clefs and transposition, as the notes are written as they sound.
std::optional<std::string> writableKey(const Event& event)
{
    if (fieldLetter(event) != 'K')
        return std::nullopt;
    const std::string text = writeAbcWords(event.payload.text().substr(2));
    if (text.find_first_of("]%\\") != std::string::npos)
        return std::nullopt;
    const auto field = parseAbcKey(text);
    return field && field->key ? std::optional(field->key->text) : std::nullopt;
}

bool isQuoted(const Event& event)
{
    const std::string_view text = event.payload.text();
    return event.isMeta(Meta::Text) && text.size() >= 3 && text.front() == '"' &&
           text.back() == '"' &&
           text.substr(1, text.size() - 2).find('"') == std::string_view::npos &&
           std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

bool isGrace(const Event& event)
{
    const std::string_view text = event.payload.text();
    return event.isMeta(Meta::Text) && text.starts_with('{') && text.ends_with('}');
}

/// A mark on a note, such as "!trill!". Repeats are written as they are played, so that nothing is
/// left of the marks that change the order.
bool isDecoration(const Event& event)
{
    const std::string_view text = event.payload.text();
    if (!event.isMeta(Meta::Text) || text.size() < 3 || text.front() != '!' || text.back() != '!')
        return false;
    const std::string_view name = text.substr(1, text.size() - 2);
    return name.find_first_of(" |[]:\"!%\\") == std::string_view::npos && !isAbcJump(name) &&
           std::none_of(name.begin(), name.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

Error tooLong()
{
    return {ErrorKind::Refused,
            "abc.too-long",
            "The score is too long for a tune in ABC: more than 50,000 whole notes, 300,000 notes, "
            "rests, marks and bar lines, or 16 MiB of text. Write a part of it.",
            {}};
}

/// Notes of one track on one channel.
struct Voice
{
    std::size_t track = 0;
    std::uint8_t channel = 0;
    std::vector<Note> notes{};
    AbcVoiceText text{};

    bool isDrums() const { return channel == kDrumChannel; }
};

class Writer
{
public:
    Writer(const Score& score, const AbcWriteOptions& options)
        : m_score(score)
        , m_options(options)
        , m_meters(score)
        , m_unit(options.stepsPerQuarter)
    {
    }

    Result<AbcText> write()
    {
        findVoices();
        if (m_voices.empty())
            return Error{ErrorKind::Refused,
                         "abc.nothing-to-write",
                         "There is no note to write as ABC.",
                         {}};
        std::int64_t end = 0;
        for (const Voice& voice : m_voices) {
            for (const AbcLayer& layer : voice.text.layers)
                end = std::max(end, layer.back().end);
        }
        if (end > kMostWholes * 4 * m_unit)
            return tooLong();
        readMarks();
        readWords();
        writeHead();
        const AbcBarText bars{.meters = m_meters,
                              .stepsPerQuarter = m_unit,
                              .end = end,
                              .barsPerLine = m_options.barsPerLine,
                              .mostText = kMostText};
        for (std::size_t i = 0; i < m_voices.size(); ++i) {
            writeVoiceHead(i);
            if (!writeAbcBars(m_voices[i].text, bars, m_written.text))
                return tooLong();
        }
        if (isMoreThanIsRead())
            return tooLong();
        return std::move(m_written);
    }

private:
    /// Whether a tune of so many elements would not be read to its end; each is a character or
    /// more.
    bool isMoreThanIsRead() const
    {
        if (m_written.text.size() <= AbcBudget::kElements)
            return false;
        const auto read = readAbc(m_written.text, "written");
        return !read || std::any_of(read->front().remarks.begin(), read->front().remarks.end(),
                                    [](const AbcRemark& remark) {
                                        return remark.id == "abc.tune-too-long";
                                    });
    }

    std::int64_t steps(Tick time) const
    {
        return gridLine(time.value, m_unit, m_score.ticksPerQuarter).value;
    }

    void findVoices()
    {
        for (std::size_t i = 0; i < m_score.tracks.size(); ++i) {
            if (m_options.track && *m_options.track != i)
                continue;
            std::array<std::vector<Note>, 16> channels;
            for (const Note& note : m_score.tracks[i].notes)
                channels[note.channel & 15U].push_back(note);
            for (std::uint8_t channel = 0; channel < channels.size(); ++channel) {
                if (channels[channel].empty())
                    continue;
                if (m_voices.size() == kAbcMostVoices)
                    ++m_written.leftOutVoices;
                else
                    addVoice(i, channel, std::move(channels[channel]));
            }
        }
    }

    void addVoice(std::size_t track, std::uint8_t channel, std::vector<Note> notes)
    {
        AbcLayers laid = layAbcNotes(notes, m_score.ticksPerQuarter, m_options.stepsPerQuarter);
        m_written.writtenNotes += notes.size() - laid.leftOutNotes;
        m_written.leftOutNotes += laid.leftOutNotes;
        m_written.shortenedNotes += laid.shortenedNotes;
        m_written.movedNotes += laid.movedNotes;
        m_written.voices.push_back({track, channel});
        m_voices.push_back({.track = track,
                            .channel = channel,
                            .notes = std::move(notes),
                            .text = {.layers = std::move(laid.layers)}});
    }

    /// The first voice of the track, or the first of all for a track that has none.
    Voice& voiceOf(std::size_t track)
    {
        const auto own = std::find_if(m_voices.begin(), m_voices.end(),
                                      [track](const Voice& voice) { return voice.track == track; });
        return own != m_voices.end() ? *own : m_voices.front();
    }

    bool isWritten(std::size_t track) const
    {
        return std::any_of(m_voices.begin(), m_voices.end(),
                           [track](const Voice& voice) { return voice.track == track; });
    }

    /// Tempos hold for all voices and stand in the first; keys of the first voice's track and of
    /// tracks without notes hold for all.
    void readMarks()
    {
        std::vector<AbcMark> common;
        std::vector<std::vector<AbcMark>> own(m_score.tracks.size());
        std::vector<AbcMark>& tempos = m_voices.front().text.tempos;
        for (std::size_t i = 0; i < m_score.tracks.size(); ++i) {
            const Track& track = m_score.tracks[i];
            const bool isCommon = i == m_voices.front().track || track.notes.empty();
            for (const Event& event : track.events) {
                const std::int64_t at = steps(event.time);
                if (const auto tempo = tempoOf(event))
                    tempos.push_back({at, tempoText(*tempo)});
                auto key = keyTextOf(event);
                if (!key)
                    key = writableKey(event);
                if (key)
                    (isCommon ? common : own[i]).push_back({at, *key});
                if (!isWritten(i) && !track.notes.empty())
                    continue;
                if (isQuoted(event))
                    voiceOf(i).text.words.push_back({at, std::string(event.payload.text())});
                else if (isGrace(event))
                    ++m_written.leftOutGraces;
                else if (isDecoration(event))
                    voiceOf(i).text.decorations.push_back({at, std::string(event.payload.text())});
            }
        }
        if (common.empty()) {
            for (const auto& keys : own)
                common.insert(common.end(), keys.begin(), keys.end());
        }
        if (common.empty())
            common.push_back({0, estimatedKey()});
        for (Voice& voice : m_voices) {
            std::vector<AbcMark>& keys = voice.text.keys;
            keys = common;
            keys.insert(keys.end(), own[voice.track].begin(), own[voice.track].end());
            sortMarks(keys);
            sortMarks(voice.text.words);
            sortMarks(voice.text.decorations);
        }
        sortMarks(tempos);
        // A tempo before the first note is the tune's, and so is the first key of the first voice.
        m_tempo = takeFirst(tempos, "Q:1/4=120");
        sortMarks(common);
        const std::string key = takeFirst(m_voices.front().text.keys, common.front().text);
        for (Voice& voice : m_voices)
            voice.text.firstKey = key;
    }

    void readWords()
    {
        for (const SungTrack& sung : sungTracks(m_score)) {
            const bool hasNotes = !m_score.tracks[sung.track].notes.empty();
            if (hasNotes && !isWritten(sung.track))
                continue;
            Voice& voice = hasNotes ? voiceOf(sung.track) : voiceUnder(sung.syllables);
            for (const LyricSyllable& syllable : sung.syllables)
                voice.text.sung.push_back({steps(syllable.time), syllable.text, syllable.endsWord});
        }
        for (Voice& voice : m_voices)
            std::stable_sort(
                voice.text.sung.begin(), voice.text.sung.end(),
                [](const AbcSungText& a, const AbcSungText& b) { return a.step < b.step; });
    }

    /// The voice whose highest line begins notes with most of the syllables.
    Voice& voiceUnder(const std::vector<LyricSyllable>& syllables)
    {
        Voice* best = &m_voices.front();
        std::size_t most = 0;
        for (Voice& voice : m_voices) {
            std::unordered_set<std::int64_t> starts;
            for (const AbcChord& chord : voice.text.layers.front())
                starts.insert(chord.start);
            const auto count = static_cast<std::size_t>(std::count_if(
                syllables.begin(), syllables.end(), [&](const LyricSyllable& syllable) {
                    return starts.contains(steps(syllable.time));
                }));
            if (count > most) {
                most = count;
                best = &voice;
            }
        }
        return *best;
    }

    static void sortMarks(std::vector<AbcMark>& marks)
    {
        std::stable_sort(marks.begin(), marks.end(),
                         [](const AbcMark& a, const AbcMark& b) { return a.step < b.step; });
    }

    /// Takes off the marks of the beginning; the last of them, or `text` where there is none.
    static std::string takeFirst(std::vector<AbcMark>& marks, std::string text)
    {
        const auto later = std::find_if(marks.begin(), marks.end(),
                                        [](const AbcMark& mark) { return mark.step > 0; });
        if (later != marks.begin())
            text = std::prev(later)->text;
        marks.erase(marks.begin(), later);
        return text;
    }

    std::string estimatedKey() const
    {
        std::vector<Note> notes;
        for (const Voice& voice : m_voices) {
            if (!voice.isDrums())
                notes.insert(notes.end(), voice.notes.begin(), voice.notes.end());
        }
        const auto estimate = estimateKey(notes);
        return estimate ? abcKeyText(estimate->key) : "C";
    }

    void line(std::string_view text) { m_written.text.append(text).append("\n"); }

    /// A text field. "T:|" would be music.
    void field(char letter, std::string_view text)
    {
        const std::string words = writeAbcWords(text);
        const bool looksLikeMusic = words.starts_with('|') || words.starts_with(':');
        line(std::string(1, letter) + (looksLikeMusic ? ": " : ":") + words);
    }

    /// The first track's name is the piece's, else that of the track of the first voice.
    std::size_t titleTrack() const
    {
        const bool isNamed = !writeAbcWords(trackName(m_score.tracks.front())).empty();
        return isNamed && !m_options.track ? 0 : m_voices.front().track;
    }

    void writeHead()
    {
        line("X:" + std::to_string(m_options.number));
        const std::string title = trackName(m_score.tracks[titleTrack()]);
        field('T', writeAbcWords(title).empty() ? "Untitled" : title);
        for (const char letter : kHeadFields) {
            for (std::size_t i = 0; i < m_score.tracks.size(); ++i) {
                if (i > 0 && !isWritten(i))
                    continue;
                for (const Event& event : m_score.tracks[i].events) {
                    if (event.time == Tick{} && fieldLetter(event) == letter)
                        field(letter, event.payload.text().substr(2));
                }
            }
        }
        if (m_voices.size() == 1)
            writeSound(m_voices.front(), false);
        line("M:" + meterName(m_meters.meterAt({})));
        line("L:1/8");
        line(m_tempo);
        line("K:" + m_voices.front().text.firstKey);
    }

    void writeVoiceHead(std::size_t index)
    {
        const Voice& voice = m_voices[index];
        const std::string name = voiceName(index);
        if (m_voices.size() == 1 && name.empty() && !voice.isDrums())
            return;
        std::string head = "V:" + std::to_string(index + 1);
        if (const std::string_view clef = clefOf(voice); !clef.empty())
            head.append(" clef=").append(clef);
        if (!name.empty())
            head += " name=\"" + name + "\"";
        line(head);
        if (m_voices.size() > 1)
            writeSound(voice, hasChannels());
    }

    /// What a tune calls the voice: its track's name, unless that is the title or the number that
    /// the voice has anyway.
    std::string voiceName(std::size_t index) const
    {
        const Voice& voice = m_voices[index];
        const Track& track = m_score.tracks[voice.track];
        std::string name = voice.track == titleTrack() ? std::string() : trackName(track);
        if (name.empty() && m_voices.size() > 1) {
            const auto instrument =
                std::find_if(track.events.begin(), track.events.end(),
                             [](const Event& event) { return event.isMeta(Meta::Instrument); });
            if (instrument != track.events.end())
                name = readableText(instrument->payload.text());
        }
        std::replace(name.begin(), name.end(), '"', '\'');
        return name == std::to_string(index + 1) ? std::string() : writeAbcWords(name);
    }

    std::string_view clefOf(const Voice& voice) const
    {
        if (voice.isDrums())
            return "perc";
        double sum = 0;
        for (const Note& note : voice.notes)
            sum += note.pitch.value;
        const bool isLow = sum < 57.0 * static_cast<double>(voice.notes.size());
        return m_voices.size() > 1 && isLow ? "bass" : "";
    }

    /// Whether the channels are others than readers give to the voices in turn.
    bool hasChannels() const
    {
        for (std::size_t i = 0; i < m_voices.size(); ++i) {
            const std::size_t next = i % 15;
            const std::size_t given = next < kDrumChannel ? next : next + 1;
            if (!m_voices[i].isDrums() && m_voices[i].channel != given)
                return true;
        }
        return false;
    }

    void writeSound(const Voice& voice, bool withChannel)
    {
        if (withChannel || voice.isDrums())
            line("%%MIDI channel " + std::to_string(voice.channel + 1));
        if (const auto program = programOf(voice))
            line("%%MIDI program " + std::to_string(*program));
    }

    std::optional<std::uint8_t> programOf(const Voice& voice) const
    {
        const auto programIn = [&voice](const Track& track) -> std::optional<std::uint8_t> {
            for (const Event& event : track.events) {
                if (event.isChannelMessage(0xc0) && event.channel() == voice.channel)
                    return event.data1;
            }
            return std::nullopt;
        };
        if (const auto own = programIn(m_score.tracks[voice.track]))
            return own;
        for (const Track& track : m_score.tracks) {
            if (const auto other = programIn(track))
                return other;
        }
        return std::nullopt;
    }

    const Score& m_score;
    const AbcWriteOptions& m_options;
    MeterMap m_meters;
    int m_unit; ///< Steps in a quarter.
    AbcText m_written{};
    std::vector<Voice> m_voices{};
    std::string m_tempo{};
};

} // namespace

Result<AbcText> writeAbc(const Score& score, const AbcWriteOptions& options)
{
    if (options.stepsPerQuarter < 1 || options.stepsPerQuarter > 960)
        return Error{ErrorKind::Usage,
                     "abc.bad-grid",
                     "A grid for ABC has 1 to 960 steps a quarter, not " +
                         std::to_string(options.stepsPerQuarter) + ".",
                     {{"steps", std::to_string(options.stepsPerQuarter)}}};
    if (score.smpte)
        return Error{
            ErrorKind::Refused,
            "abc.no-beats",
            "The score counts time in film frames, not in beats, and cannot be written as ABC.",
            {}};
    if (options.track && *options.track >= score.tracks.size())
        return Error{ErrorKind::Usage,
                     "abc.no-such-track",
                     "The score has " + std::to_string(score.tracks.size()) +
                         " tracks; there is no track " + std::to_string(*options.track + 1) + ".",
                     {{"track", std::to_string(*options.track + 1)}}};
    return Writer(score, options).write();
}

} // namespace continuo
