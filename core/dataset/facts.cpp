// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/facts.h"

#include "core/base/text.h"
#include "core/dataset/meter_guess.h"
#include "core/music/melody.h"
#include "core/music/meter.h"
#include "core/music/tempo_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <queue>
#include <set>

namespace continuo {
namespace {

/// Decorations and grace notes of ABC stand in a score as texts of their own: "!trill!", "{ab}".
bool isMark(std::string_view text)
{
    return text.size() > 2 && ((text.front() == '!' && text.back() == '!') ||
                               (text.front() == '{' && text.back() == '}'));
}

void addTexts(const Score& score, PieceFacts& facts)
{
    for (const Track& track : score.tracks) {
        std::string name = factText(trackName(track));
        if (!name.empty() && facts.trackNames.size() < kFactListLimit)
            facts.trackNames.push_back(std::move(name));
        for (const Event& event : track.events) {
            if (event.isMeta(Meta::Copyright) && facts.copyright.empty())
                facts.copyright = factText(event.payload.text());
            else if (event.isMeta(Meta::Text) && !isMark(event.payload.text()) &&
                     facts.texts.size() < kFactListLimit)
                facts.texts.push_back(factText(event.payload.text()));
        }
    }
    // By the standard the name of a file's first track is the name of the sequence.
    if (!score.tracks.empty())
        facts.title = factText(trackName(score.tracks.front()));
}

void addPrograms(const Score& score, PieceFacts& facts)
{
    std::set<int> programs;
    for (const Track& track : score.tracks) {
        for (const Event& event : track.events) {
            if (event.isChannelMessage(0xc0) && event.channel() != kDrumChannel)
                programs.insert(event.data1);
        }
    }
    facts.programs.assign(programs.begin(), programs.end());
}

/// To a thousandth: a file that means 90 says 666,667 microseconds.
double quartersPerMinute(std::uint32_t microsecondsPerQuarter)
{
    return std::round(60e9 / std::max<double>(microsecondsPerQuarter, 1)) / 1000;
}

void addTime(const Score& score, const std::vector<Note>& notes, PieceFacts& facts)
{
    const TempoMap tempos(score);
    facts.durationSeconds = tempos.ticksToSeconds(score.end());
    if (facts.durationSeconds > 0)
        facts.density = static_cast<double>(notes.size()) / facts.durationSeconds;
    if (score.smpte)
        return;

    facts.ticksPerQuarter = score.ticksPerQuarter;
    std::uint32_t before = 0;
    for (const TempoMap::Change& change : tempos.changes()) {
        if (change.microsecondsPerQuarter == before)
            continue;
        before = change.microsecondsPerQuarter;
        ++facts.tempoCount;
        if (facts.tempos.size() < kFactListLimit)
            facts.tempos.push_back({change.seconds, quartersPerMinute(change.microsecondsPerQuarter)});
    }

    const MeterMap bars(score);
    std::optional<Meter> meter;
    for (const MeterMap::Change& change : bars.changes()) {
        if (change.meter == meter)
            continue;
        meter = change.meter;
        ++facts.meterCount;
        if (facts.meters.size() < kFactListLimit)
            facts.meters.push_back({change.bar + 1, change.meter});
    }

    Tick end{};
    for (const Note& note : notes)
        end = std::max({end, note.end(), note.start + Tick{1}});
    if (!notes.empty())
        facts.bars = bars.position(end - Tick{1}).bar + 1;

    std::size_t off = 0;
    for (const Note& note : notes)
        off += isOffGrid(note.start, score.ticksPerQuarter) ? 1 : 0;
    if (!notes.empty())
        facts.offGridShare = static_cast<double>(off) / static_cast<double>(notes.size());
}

void addPitches(const std::vector<Note>& notes, PieceFacts& facts)
{
    std::priority_queue<std::int64_t, std::vector<std::int64_t>, std::greater<>> ends;
    for (const Note& note : notes) {
        if (note.channel == kDrumChannel) {
            ++facts.drumNotes;
            continue;
        }
        const int pitch = note.pitch.value;
        facts.lowest = std::min(facts.lowest.value_or(pitch), pitch);
        facts.highest = std::max(facts.highest.value_or(pitch), pitch);
        while (!ends.empty() && ends.top() <= note.start.value)
            ends.pop();
        ends.push(note.end().value);
        facts.polyphony = std::max(facts.polyphony, ends.size());
    }
}

void addVelocities(const std::vector<Note>& notes, PieceFacts& facts)
{
    if (notes.empty())
        return;
    double sum = 0;
    double squares = 0;
    facts.lowestVelocity = 127;
    for (const Note& note : notes) {
        const int velocity = note.velocity;
        facts.lowestVelocity = std::min(facts.lowestVelocity, velocity);
        facts.highestVelocity = std::max(facts.highestVelocity, velocity);
        sum += velocity;
        squares += static_cast<double>(velocity) * velocity;
    }
    const auto count = static_cast<double>(notes.size());
    facts.meanVelocity = sum / count;
    facts.velocityDeviation = std::sqrt(std::max(0.0, squares / count - facts.meanVelocity * facts.meanVelocity));
}

void addFaults(const Score& score, PieceFacts& facts)
{
    for (const Track& track : score.tracks) {
        std::array<std::int64_t, 16 * 128> soundsUntil{};
        for (const Note& note : track.notes) {
            std::int64_t& until = soundsUntil[std::size_t{note.channel} % 16 * 128 + note.pitch.value % 128];
            if (note.start.value < until)
                ++facts.overlappingNotes;
            until = std::max(until, note.end().value);
            if (note.length.value == 0)
                ++facts.zeroLengthNotes;
        }
    }
}

/// Words that go before the name of a program, and names that mean nothing else.
std::string programIn(std::string_view text)
{
    static constexpr std::array<std::string_view, 8> kIntroductions{
        "generated by ", "created by ", "created with ", "created using ", "made with ", "sequenced with ", "creator: ",
        "encoded with "};
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kNames{{
        {"musescore", "MuseScore"},   {"lilypond", "LilyPond"},         {"noteworthy", "NoteWorthy Composer"},
        {"cakewalk", "Cakewalk"},     {"rosegarden", "Rosegarden"},     {"abc2midi", "abc2midi"},
        {"anvil studio", "Anvil Studio"}, {"guitar pro", "Guitar Pro"}, {"music21", "music21"},
        {"cubase", "Cubase"},         {"tuxguitar", "TuxGuitar"},       {"band-in-a-box", "Band-in-a-Box"},
        {"digital performer", "Digital Performer"}, {"sonar x", "SONAR"}, {"fl studio", "FL Studio"},
        {"ableton", "Ableton Live"},  {"garageband", "GarageBand"},     {"pro tools", "Pro Tools"},
    }};
    const std::string lower = lowerCase(text);
    for (const auto& [name, program] : kNames) {
        if (lower.find(name) != std::string::npos)
            return std::string(program);
    }
    for (const std::string_view introduction : kIntroductions) {
        const std::size_t at = lower.find(introduction);
        if (at == std::string::npos)
            continue;
        std::string_view rest = text.substr(at + introduction.size());
        rest = trimmed(rest.substr(0, rest.find_first_of("\r\n,;(<")));
        if (!rest.empty())
            return factText(rest.substr(0, 60));
    }
    return {};
}

/// Makers that are known by the first byte of a sequencer-specific event (MIDI manufacturer ids).
std::string_view makerOf(std::uint8_t id)
{
    switch (id) {
    case 0x05:
        return "Passport Designs";
    case 0x40:
        return "Kawai";
    case 0x41:
        return "Roland";
    case 0x42:
        return "Korg";
    case 0x43:
        return "Yamaha";
    case 0x44:
        return "Casio";
    default:
        return {};
    }
}

void addProgram(const Score& score, PieceFacts& facts)
{
    std::string maker;
    std::size_t looked = 0;
    for (const Track& track : score.tracks) {
        for (const Event& event : track.events) {
            const bool isText = event.status == 0xff && event.data1 >= 0x01 && event.data1 <= 0x09 && event.data1 != 0x05;
            if (isText && looked++ < kFactListLimit) {
                facts.creatingProgram = programIn(event.payload.text().substr(0, kFactTextLimit));
                if (!facts.creatingProgram.empty())
                    return;
            }
            if (event.isMeta(Meta::SequencerSpecific) && !event.payload.empty() && maker.empty())
                maker = makerOf(event.payload[0]);
        }
    }
    if (!maker.empty())
        facts.creatingProgram = "a sequencer of " + maker;
}

/// The most whole bars running without a sound.
std::int64_t longestSilence(const Score& score, const std::vector<Note>& notes, const MeterMap& bars)
{
    std::int64_t longest = 0;
    Tick soundsUntil{};
    const auto silence = [&](Tick from, Tick to) {
        std::int64_t first = bars.position(from).bar;
        if (bars.barStart(first) < from)
            ++first;
        longest = std::max(longest, bars.position(to).bar - first);
    };
    for (const Note& note : notes) {
        if (note.start > soundsUntil)
            silence(soundsUntil, note.start);
        soundsUntil = std::max(soundsUntil, note.end());
    }
    if (!notes.empty() && score.end() > soundsUntil)
        silence(soundsUntil, score.end());
    return longest;
}

/// The most bars running in which the same pitched notes begin at the same places.
std::int64_t equalBars(const std::vector<Note>& notes, const MeterMap& bars)
{
    std::int64_t longest = 0;
    std::int64_t running = 0;
    std::int64_t lastBar = -2;
    std::uint64_t last = 0;
    std::int64_t bar = -1;
    std::uint64_t sum = 0; // of the notes of `bar`, in any order
    const auto endBar = [&] {
        if (bar < 0)
            return;
        running = bar == lastBar + 1 && sum == last ? running + 1 : 1;
        longest = std::max(longest, running);
        lastBar = bar;
        last = sum;
    };
    for (const Note& note : notes) {
        if (note.channel == kDrumChannel)
            continue;
        const MeterMap::Position place = bars.position(note.start);
        if (place.bar != bar) {
            endBar();
            bar = place.bar;
            sum = 0;
        }
        std::uint64_t hash = static_cast<std::uint64_t>(place.inBar.value) << 8 | note.pitch.value;
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ULL; // a step of SplitMix64
        sum += (hash ^ (hash >> 27)) * 0x94d049bb133111ebULL;
    }
    endBar();
    return longest;
}

void addVoices(const Score& score, PieceFacts& facts)
{
    for (std::size_t i = 0; i < score.tracks.size() && facts.voices.size() < kFactListLimit; ++i) {
        const Track& track = score.tracks[i];
        if (!track.notes.empty() && !isDrumTrack(track))
            facts.voices.push_back({i + 1, monophony(track.notes)});
    }
    if (const auto choice = chooseMelodyTrack(score)) {
        facts.melody = {choice->track + 1, factText(trackName(score.tracks[choice->track])), choice->score,
                        choice->monophony, choice->height, choice->activity, choice->isNamed};
    }
    const std::vector<Note> melody = melodyOf(score);
    if (!score.smpte)
        facts.phrases = phraseCount(melody, score.ticksPerQuarter);
    std::size_t running = 0;
    for (std::size_t i = 0; i < melody.size(); ++i) {
        running = i > 0 && melody[i].pitch == melody[i - 1].pitch ? running + 1 : 1;
        facts.equalPitches = std::max(facts.equalPitches, running);
    }
    facts.kinds = noteKindsOf(score, melody);
}

void addMeter(const Score& score, const std::vector<Note>& notes, PieceFacts& facts)
{
    for (const Track& track : score.tracks) {
        facts.isMeterGiven = facts.isMeterGiven || std::ranges::any_of(track.events, [](const Event& event) {
                                 return event.isMeta(Meta::TimeSignature);
                             });
    }
    if (score.smpte)
        return;
    if (!facts.isMeterGiven)
        facts.meterGuess = guessMeter(notes, score.ticksPerQuarter);
    const MeterMap bars(score);
    facts.longestSilence = longestSilence(score, notes, bars);
    facts.equalBars = equalBars(notes, bars);
}

} // namespace

std::size_t phraseCount(std::span<const Note> melody, int ticksPerQuarter)
{
    constexpr std::size_t kShortestPhrase = 4;
    if (melody.empty())
        return 0;
    std::vector<std::int64_t> gaps; // from onset to onset
    for (std::size_t i = 0; i + 1 < melody.size(); ++i)
        gaps.push_back((melody[i + 1].start - melody[i].start).value);
    if (gaps.empty())
        return 1;
    std::vector<std::int64_t> sorted = gaps;
    std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2));
    const std::int64_t median = sorted[sorted.size() / 2];
    std::size_t phrases = 0;
    std::size_t length = 0;
    for (std::size_t i = 0; i < melody.size(); ++i) {
        ++length;
        if (i + 1 == melody.size())
            break;
        const bool isRest = (melody[i + 1].start - melody[i].end()).value >= ticksPerQuarter;
        const bool isLonger = gaps[i] >= 2 * median && (i == 0 || gaps[i] > gaps[i - 1]) &&
                              (i + 1 >= gaps.size() || gaps[i] > gaps[i + 1]);
        if ((isRest || isLonger) && length >= kShortestPhrase) {
            ++phrases;
            length = 0;
        }
    }
    return phrases + (length >= kShortestPhrase || phrases == 0 ? 1 : 0);
}

std::string melodyInWords(const PieceFacts::Melody& melody)
{
    return fmt::format("Track {}{}: alone at {:.0f} % of its onsets, mean pitch at {:.0f} % of the way from C2 to C7, {:.0f} % as "
                       "many notes as the busiest track{}; {:.2f} of 1",
                       melody.track, melody.name.empty() ? std::string() : fmt::format(" ({})", melody.name),
                       melody.monophony * 100, melody.height * 100, melody.activity * 100,
                       melody.isNamed ? ", and its name says so" : "", melody.score);
}

std::string factText(std::string_view bytes)
{
    std::string text = toUtf8(bytes.substr(0, 2 * kFactTextLimit));
    for (char& letter : text) {
        if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f)
            letter = ' ';
    }
    if (text.size() > kFactTextLimit) {
        std::size_t end = kFactTextLimit;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
            --end;
        text.resize(end);
    }
    return std::string(trimmed(text));
}

PieceFacts factsOf(const Score& score)
{
    PieceFacts facts;
    addVoices(score, facts); // Copies the notes for itself, so before they are all copied here.
    const std::vector<Note> notes = allNotes(score);
    facts.format = score.format;
    facts.tracks = score.tracks.size();
    facts.notes = notes.size();
    addTexts(score, facts);
    addPrograms(score, facts);
    addTime(score, notes, facts);
    addPitches(notes, facts);
    addVelocities(notes, facts);
    addFaults(score, facts);
    addProgram(score, facts);
    addMeter(score, notes, facts);
    facts.key = estimateKey(notes);
    return facts;
}

std::string meterFact(const PieceFacts& facts)
{
    return facts.meters.empty() ? "-" : meterName(facts.meters.front().meter);
}

std::string keyFact(const PieceFacts& facts)
{
    return facts.key ? keyName(facts.key->key) : "-";
}

bool isOffGrid(Tick start, int ticksPerQuarter)
{
    const std::int64_t quarter = ticksPerQuarter;
    const auto distance = [&](std::int64_t linesPerQuarter) {
        const std::int64_t rest = start.value * linesPerQuarter % quarter;
        return std::min(rest, quarter - rest) * 48 / linesPerQuarter;
    };
    return distance(4) > quarter && distance(6) > quarter;
}

ProblemMask problemsOf(const PieceFacts& facts)
{
    ProblemMask problems = 0;
    const auto check = [&](bool isSo, Problem problem) {
        if (isSo)
            problems |= problemBit(problem);
    };
    check(facts.notes == 0, Problem::Empty);
    check(facts.notes > 0 && facts.notes < kShortPieceNotes, Problem::TooShort);
    check(facts.notes > 0 && facts.notes == facts.drumNotes, Problem::DrumsOnly);
    check(facts.overlappingNotes > 0, Problem::OverlappingNotes);
    check(facts.zeroLengthNotes > 0, Problem::ZeroLengthNotes);
    check(facts.tempoCount > 1, Problem::SeveralTempos);
    check(facts.meterCount > 1, Problem::SeveralMeters);
    check(facts.lowest.value_or(kLowestPianoKey) < kLowestPianoKey ||
              facts.highest.value_or(kHighestPianoKey) > kHighestPianoKey,
          Problem::ExtremeRange);
    check(facts.offGridShare > kOffGridShare, Problem::OffGrid);
    check(facts.longestSilence >= kLongSilenceBars, Problem::LongSilence);
    check(facts.equalBars >= kMonotoneBars || facts.equalPitches >= kMonotoneNotes, Problem::MonotoneRepetition);
    return problems;
}

} // namespace continuo
