// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/write_abc.h"

#include "core/abc/abc_music.h"
#include "core/abc/abc_spelling.h"
#include "core/abc/abc_words.h"
#include "core/abc/read_abc.h"
#include "core/base/text.h"
#include "core/music/key.h"
#include "core/music/melody.h"
#include "core/music/meter.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace continuo {

namespace {

constexpr std::int64_t kMostWholes = 50'000;
constexpr std::size_t kMostText = std::size_t{16} << 20;
/// Fields that a tune's head may hold more than once, in the order in which they are written.
constexpr std::string_view kHeadFields = "TCOABDFGHNRSZ";

struct Piece
{
    std::int64_t start = 0; ///< In steps of the grid.
    std::int64_t end = 0;
    std::optional<Pitch> pitch{};
    bool isTiedBefore = false;
    bool isTiedAfter = false;

    std::int64_t length() const { return end - start; }
};

/// What stands in front of the first piece that begins at or after `step`.
struct Mark
{
    std::int64_t step = 0;
    std::string text{};
};

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

Error tooLong()
{
    return {ErrorKind::Refused,
            "abc.too-long",
            "The score is too long for a tune in ABC: more than 50,000 whole notes, 300,000 notes, "
            "rests, marks and bar lines, or 16 MiB of text. Write a part of it.",
            {}};
}

class Writer
{
public:
    Writer(const Score& score, const AbcWriteOptions& options, std::size_t track)
        : m_score(score)
        , m_options(options)
        , m_track(score.tracks[track])
        , m_meters(score)
        , m_unit(options.stepsPerQuarter)
    {
        m_written.track = track;
    }

    Result<AbcText> write()
    {
        quantise();
        if (m_melody.empty())
            return Error{ErrorKind::Refused,
                         "abc.nothing-to-write",
                         "There is no note to write as ABC.",
                         {}};
        if (m_melody.back().end > kMostWholes * 4 * m_unit)
            return tooLong();
        readEvents();
        writeHead();
        if (!writeBars() || isMoreThanIsRead())
            return tooLong();
        m_written.writtenNotes = m_melody.size();
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
    bool isOnGrid(Tick time) const { return time.value * m_unit % m_score.ticksPerQuarter == 0; }

    void quantise()
    {
        std::vector<Note> notes = m_track.notes;
        if (!isDrumTrack(m_track))
            std::erase_if(notes, [](const Note& note) { return note.channel == kDrumChannel; });
        const std::vector<Note> line = skyline(notes);
        std::unordered_map<NoteId, Tick> lengths;
        for (const Note& note : notes)
            lengths[note.id] = note.length;
        for (const Note& note : line)
            m_written.shortenedNotes += note.length < lengths[note.id] ? 1U : 0U;
        for (const Note& note : line) {
            Piece piece{.start = steps(note.start), .end = steps(note.end()), .pitch = note.pitch};
            if (!isOnGrid(note.start) || !isOnGrid(note.end()) || note.length == Tick{})
                ++m_written.movedNotes;
            if (piece.end == piece.start)
                ++piece.end;
            if (!m_melody.empty() && m_melody.back().end > piece.start) {
                Piece& before = m_melody.back();
                before.end = piece.start;
                if (before.length() <= 0)
                    m_melody.pop_back();
            }
            m_melody.push_back(piece);
        }
        m_written.leftOutNotes = m_track.notes.size() - m_melody.size();
    }

    void readEvents()
    {
        std::vector<Mark> keys;
        for (const Track& track : m_score.tracks) {
            for (const Event& event : track.events) {
                const std::int64_t at = steps(event.time);
                if (const auto tempo = tempoOf(event))
                    m_tempos.push_back({at, tempoText(*tempo)});
                if (const auto key = keyTextOf(event))
                    keys.push_back({at, *key});
                else if (const auto text = writableKey(event))
                    keys.push_back({at, *text});
            }
        }
        for (const Event& event : m_track.events) {
            if (isQuoted(event))
                m_chords.push_back({steps(event.time), std::string(event.payload.text())});
        }
        const auto earlier = [](const Mark& a, const Mark& b) { return a.step < b.step; };
        std::stable_sort(m_tempos.begin(), m_tempos.end(), earlier);
        std::stable_sort(keys.begin(), keys.end(), earlier);
        m_keys = std::move(keys);
        if (m_keys.empty()) {
            const auto estimate = estimateKey(m_track.notes);
            m_keys.push_back({0, estimate ? abcKeyText(estimate->key) : "C"});
        }
    }

    void line(std::string_view text) { m_written.text.append(text).append("\n"); }

    /// A text field. "T:|" would be music.
    void field(char letter, std::string_view text)
    {
        const std::string words = writeAbcWords(text);
        const bool looksLikeMusic = words.starts_with('|') || words.starts_with(':');
        line(std::string(1, letter) + (looksLikeMusic ? ": " : ":") + words);
    }

    void writeHead()
    {
        line("X:" + std::to_string(m_options.number));
        const std::string title = trackName(m_track);
        field('T', writeAbcWords(title).empty() ? "Untitled" : title);
        for (const char letter : kHeadFields) {
            for (const Event& event : m_track.events) {
                if (event.time == Tick{} && fieldLetter(event) == letter)
                    field(letter, event.payload.text().substr(2));
            }
        }
        if (const auto program = trackProgram(m_track))
            line("%%MIDI program " + std::to_string(*program));
        const Meter meter = m_meters.meterAt({});
        line("M:" + meterName(meter));
        line("L:1/8");
        // A tempo before the first note is the tune's.
        std::string tempo = "Q:1/4=120";
        while (m_nextTempo < m_tempos.size() && m_tempos[m_nextTempo].step <= 0)
            tempo = m_tempos[m_nextTempo++].text;
        line(tempo);
        std::string key = m_keys.front().text;
        while (m_nextKey < m_keys.size() && m_keys[m_nextKey].step <= 0)
            key = m_keys[m_nextKey++].text;
        setKey(key);
        line("K:" + key);
    }

    void setKey(const std::string& text)
    {
        const auto field = parseAbcKey(text);
        m_spelling.setKey(field && field->key ? *field->key : AbcKey{});
    }

    /// False if the text grows beyond its limit, as with bars shorter than notes.
    bool writeBars()
    {
        Meter meter = m_meters.meterAt({});
        const std::int64_t end = m_melody.back().end;
        int barsInLine = 0;
        std::size_t next = 0;
        std::int64_t bar = 0;
        while (m_written.text.size() < kMostText) {
            const Tick from = m_meters.barStart(bar);
            const std::int64_t begin = steps(from);
            const Meter here = m_meters.meterAt(from);
            if (const std::int64_t rests = emptyBars(bar, next); rests > 1) {
                startBar(begin, here, meter);
                m_written.text += "Z" + std::to_string(rests) + "|";
                bar += rests;
            } else {
                startBar(begin, here, meter);
                const std::int64_t barEnd = std::max(begin, steps(m_meters.barStart(bar + 1)));
                writeBar(begin, std::min(barEnd, end), here, next);
                ++bar;
                if (barEnd >= end) {
                    m_written.text += "|]\n";
                    return true;
                }
                m_written.text += "|";
            }
            if (++barsInLine % std::max(1, m_options.barsPerLine) == 0)
                m_written.text += "\n";
        }
        return false;
    }

    /// How many whole bars of one meter from `bar` on are silent, at most 128.
    std::int64_t emptyBars(std::int64_t bar, std::size_t next) const
    {
        const Meter meter = m_meters.meterAt(m_meters.barStart(bar));
        const Tick full = meter.barLength(m_score.ticksPerQuarter);
        std::int64_t count = 0;
        while (count < 128) {
            const Tick begin = m_meters.barStart(bar + count);
            const Tick end = m_meters.barStart(bar + count + 1);
            if (end - begin != full || m_meters.meterAt(begin) != meter || !isOnGrid(begin) ||
                !isOnGrid(end) || m_melody[next].start < steps(end) ||
                hasMark(steps(begin), steps(end)))
                break;
            ++count;
        }
        return count;
    }

    bool hasMark(std::int64_t begin, std::int64_t end) const
    {
        return (m_nextChord < m_chords.size() && m_chords[m_nextChord].step < end) ||
               (m_nextTempo < m_tempos.size() && m_tempos[m_nextTempo].step < end) ||
               (m_nextKey < m_keys.size() && m_keys[m_nextKey].step <= begin);
    }

    void startBar(std::int64_t begin, const Meter& here, Meter& meter)
    {
        if (here != meter)
            m_written.text += "[M:" + meterName(here) + "]";
        meter = here;
        std::string key;
        while (m_nextKey < m_keys.size() && m_keys[m_nextKey].step <= begin)
            key = m_keys[m_nextKey++].text;
        if (!key.empty()) {
            setKey(key);
            m_written.text += "[K:" + key + "]";
        }
        m_spelling.beginBar();
    }

    /// Notes and rests of a bar, cut where a chord symbol stands. `next` is the first note that
    /// ends after the bar's begin.
    std::vector<Piece> piecesOf(std::int64_t begin, std::int64_t end, std::size_t& next) const
    {
        std::vector<Piece> pieces;
        std::size_t chord = m_nextChord;
        const auto add = [&](Piece piece) {
            while (chord < m_chords.size() && m_chords[chord].step <= piece.start)
                ++chord;
            while (chord < m_chords.size() && m_chords[chord].step < piece.end) {
                Piece front = piece;
                front.end = m_chords[chord].step;
                front.isTiedAfter = piece.pitch.has_value();
                pieces.push_back(front);
                piece.start = front.end;
                piece.isTiedBefore = front.isTiedAfter;
                while (chord < m_chords.size() && m_chords[chord].step <= piece.start)
                    ++chord;
            }
            pieces.push_back(piece);
        };
        std::int64_t at = begin;
        while (at < end) {
            if (next >= m_melody.size() || m_melody[next].start >= end) {
                add({.start = at, .end = end});
                break;
            }
            const Piece& note = m_melody[next];
            if (note.start > at)
                add({.start = at, .end = note.start});
            Piece piece = note;
            piece.start = std::max(note.start, at);
            piece.end = std::min(note.end, end);
            piece.isTiedBefore = note.start < piece.start;
            piece.isTiedAfter = note.end > piece.end;
            add(piece);
            at = piece.end;
            if (note.end <= end)
                ++next;
        }
        return pieces;
    }

    void writeBar(std::int64_t begin, std::int64_t end, const Meter& meter, std::size_t& next)
    {
        const std::vector<Piece> pieces = piecesOf(begin, end, next);
        const std::int64_t beat =
            std::max<std::int64_t>(1, steps(meter.beatLength(m_score.ticksPerQuarter)));
        std::size_t tupletEnd = 0;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const Piece& piece = pieces[i];
            if (i > 0 && (piece.start - begin) % beat == 0)
                m_written.text += ' ';
            writeMarks(piece.start);
            if (i >= tupletEnd) {
                if (const std::size_t count = tripletAt(pieces, i); count > 0) {
                    tupletEnd = i + count;
                    m_written.text += count == 3 ? "(3" : "(3:2:" + std::to_string(count);
                }
            }
            const bool isInTuplet = i < tupletEnd;
            m_written.text +=
                piece.pitch ? m_spelling.spell(*piece.pitch, piece.isTiedBefore) : "z";
            writeLength(isInTuplet ? piece.length() * 3 : piece.length() * 2);
            if (piece.isTiedAfter)
                m_written.text += '-';
        }
    }

    void writeMarks(std::int64_t step)
    {
        std::string tempo;
        while (m_nextTempo < m_tempos.size() && m_tempos[m_nextTempo].step <= step)
            tempo = m_tempos[m_nextTempo++].text;
        if (!tempo.empty())
            m_written.text += "[" + tempo + "]";
        while (m_nextChord < m_chords.size() && m_chords[m_nextChord].step <= step)
            m_written.text += m_chords[m_nextChord++].text;
    }

    /// True if the length is a whole number of 64ths, which plain note values can write.
    bool isPlain(std::int64_t length) const { return length * 16 % m_unit == 0; }

    /// How many pieces from `first` on make a triplet: together a plain length, alone two thirds of
    /// one. 0 if none.
    std::size_t tripletAt(const std::vector<Piece>& pieces, std::size_t first) const
    {
        if (isPlain(pieces[first].length()))
            return 0;
        std::int64_t sum = 0;
        for (std::size_t i = first; i < pieces.size() && i < first + 9; ++i) {
            if (pieces[i].length() * 3 * 16 % (2 * m_unit) != 0)
                return 0;
            sum += pieces[i].length();
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
            m_written.text += std::to_string(numerator);
        if (denominator != 1)
            m_written.text +=
                denominator == 2 && numerator == 1 ? "/" : "/" + std::to_string(denominator);
    }

    const Score& m_score;
    const AbcWriteOptions& m_options;
    const Track& m_track;
    MeterMap m_meters;
    std::int64_t m_unit; ///< Steps in a quarter.
    AbcText m_written{};
    std::vector<Piece> m_melody{};
    std::vector<Mark> m_tempos{};
    std::vector<Mark> m_keys{};
    std::vector<Mark> m_chords{};
    std::size_t m_nextTempo = 0;
    std::size_t m_nextKey = 0;
    std::size_t m_nextChord = 0;
    AbcSpelling m_spelling{AbcKey{}};
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
    std::optional<std::size_t> track = options.track;
    if (!track) {
        if (const auto choice = chooseMelodyTrack(score))
            track = choice->track;
    }
    if (!track || score.tracks[*track].notes.empty())
        return Error{ErrorKind::Refused,
                     "abc.nothing-to-write",
                     "There is no melody to write as ABC: the score has no notes besides drums.",
                     {}};
    auto written = Writer(score, options, *track).write();
    if (!written)
        return written;
    for (std::size_t i = 0; i < score.tracks.size(); ++i)
        written->otherTracks += i != *track && !score.tracks[i].notes.empty() ? 1U : 0U;
    return written;
}

} // namespace continuo
