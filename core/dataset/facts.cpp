// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/facts.h"

#include "core/base/text.h"
#include "core/music/tempo_map.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <queue>
#include <set>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;

void addTexts(const Score& score, PieceFacts& facts)
{
    for (const Track& track : score.tracks) {
        std::string name = factText(trackName(track));
        if (!name.empty() && facts.trackNames.size() < kFactListLimit)
            facts.trackNames.push_back(std::move(name));
        for (const Event& event : track.events) {
            if (event.isMeta(Meta::Copyright) && facts.copyright.empty())
                facts.copyright = factText(event.payload.text());
            else if (event.isMeta(Meta::Text) && facts.texts.size() < kFactListLimit)
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

    // A human ear forgives a hundredth of a second; so does this grid, with 1/48 of a quarter.
    const std::int64_t quarter = score.ticksPerQuarter;
    std::size_t off = 0;
    for (const Note& note : notes) {
        const auto distance = [&](std::int64_t linesPerQuarter) {
            const std::int64_t rest = note.start.value * linesPerQuarter % quarter;
            return std::min(rest, quarter - rest) * 48 / linesPerQuarter;
        };
        if (distance(4) > quarter && distance(6) > quarter)
            ++off;
    }
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

std::optional<KeyEstimate> keyFromJson(const Json& json)
{
    if (json.at("key").is_null())
        return std::nullopt;
    KeyEstimate estimate;
    estimate.key = parseKey(json.at("key").get<std::string>()).value_or(Key{});
    estimate.runnerUp = parseKey(json.at("keyRunnerUp").get<std::string>()).value_or(Key{});
    estimate.correlation = json.at("keyCorrelation").get<double>();
    estimate.confidence = json.at("keyConfidence").get<double>();
    return estimate;
}

std::optional<int> numberOrNothing(const Json& json)
{
    return json.is_null() ? std::nullopt : std::optional(json.get<int>());
}

/// Reads "6/8"; 4/4 for anything else.
Meter parseMeter(std::string_view text)
{
    const std::vector<std::string> sides = splitText(text, '/');
    if (sides.size() != 2)
        return {};
    const auto above = parseInteger(sides[0]);
    const auto below = parseInteger(sides[1]);
    if (!above || !below || *above < 1 || *above > 255 || *below < 1 || *below > (1 << 30))
        return {};
    return {static_cast<int>(*above), static_cast<int>(*below)};
}

} // namespace

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

std::string factsToJson(const PieceFacts& facts)
{
    Json tempos = Json::array();
    for (const PieceFacts::Tempo& tempo : facts.tempos)
        tempos.push_back({{"seconds", tempo.seconds}, {"quartersPerMinute", tempo.quartersPerMinute}});
    Json meters = Json::array();
    for (const PieceFacts::MeterChange& change : facts.meters)
        meters.push_back({{"bar", change.bar}, {"meter", meterName(change.meter)}});
    const Json json{
        {"title", facts.title},
        {"composer", facts.composer},
        {"copyright", facts.copyright},
        {"texts", facts.texts},
        {"trackNames", facts.trackNames},
        {"format", facts.format},
        {"tracks", facts.tracks},
        {"ticksPerQuarter", facts.ticksPerQuarter},
        {"notes", facts.notes},
        {"drumNotes", facts.drumNotes},
        {"bars", facts.bars},
        {"durationSeconds", facts.durationSeconds},
        {"tempos", tempos},
        {"tempoCount", facts.tempoCount},
        {"meters", meters},
        {"meterCount", facts.meterCount},
        {"key", facts.key ? Json(keyName(facts.key->key)) : Json()},
        {"keyRunnerUp", facts.key ? Json(keyName(facts.key->runnerUp)) : Json()},
        {"keyCorrelation", facts.key ? facts.key->correlation : 0},
        {"keyConfidence", facts.key ? facts.key->confidence : 0},
        {"lowest", facts.lowest ? Json(*facts.lowest) : Json()},
        {"highest", facts.highest ? Json(*facts.highest) : Json()},
        {"polyphony", facts.polyphony},
        {"density", facts.density},
        {"programs", facts.programs},
        {"lowestVelocity", facts.lowestVelocity},
        {"highestVelocity", facts.highestVelocity},
        {"meanVelocity", facts.meanVelocity},
        {"velocityDeviation", facts.velocityDeviation},
        {"offGridShare", facts.offGridShare},
        {"overlappingNotes", facts.overlappingNotes},
        {"zeroLengthNotes", facts.zeroLengthNotes},
    };
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<PieceFacts> factsFromJson(std::string_view text)
try {
    const Json json = Json::parse(text);
    PieceFacts facts;
    json.at("title").get_to(facts.title);
    json.at("composer").get_to(facts.composer);
    json.at("copyright").get_to(facts.copyright);
    json.at("texts").get_to(facts.texts);
    json.at("trackNames").get_to(facts.trackNames);
    json.at("format").get_to(facts.format);
    json.at("tracks").get_to(facts.tracks);
    json.at("ticksPerQuarter").get_to(facts.ticksPerQuarter);
    json.at("notes").get_to(facts.notes);
    json.at("drumNotes").get_to(facts.drumNotes);
    json.at("bars").get_to(facts.bars);
    json.at("durationSeconds").get_to(facts.durationSeconds);
    for (const Json& tempo : json.at("tempos"))
        facts.tempos.push_back({tempo.at("seconds").get<double>(), tempo.at("quartersPerMinute").get<double>()});
    json.at("tempoCount").get_to(facts.tempoCount);
    for (const Json& change : json.at("meters"))
        facts.meters.push_back({change.at("bar").get<std::int64_t>(), parseMeter(change.at("meter").get<std::string>())});
    json.at("meterCount").get_to(facts.meterCount);
    facts.key = keyFromJson(json);
    facts.lowest = numberOrNothing(json.at("lowest"));
    facts.highest = numberOrNothing(json.at("highest"));
    json.at("polyphony").get_to(facts.polyphony);
    json.at("density").get_to(facts.density);
    json.at("programs").get_to(facts.programs);
    json.at("lowestVelocity").get_to(facts.lowestVelocity);
    json.at("highestVelocity").get_to(facts.highestVelocity);
    json.at("meanVelocity").get_to(facts.meanVelocity);
    json.at("velocityDeviation").get_to(facts.velocityDeviation);
    json.at("offGridShare").get_to(facts.offGridShare);
    json.at("overlappingNotes").get_to(facts.overlappingNotes);
    json.at("zeroLengthNotes").get_to(facts.zeroLengthNotes);
    return facts;
} catch (const nlohmann::json::exception& error) {
    return Error{ErrorKind::Refused, "dataset.damaged",
                 std::string("The facts of a piece cannot be read (") + error.what() +
                     "). The dataset is damaged; import its files again.",
                 {}};
}

std::string_view problemName(Problem problem)
{
    constexpr std::array<std::string_view, kProblemCount> kNames{
        "exact-duplicate",  "near-duplicate",    "empty",          "too-short",      "drums-only",    "overlapping-notes",
        "unreleased-notes", "zero-length-notes", "several-tempos", "several-meters", "extreme-range", "off-grid"};
    return kNames[static_cast<std::size_t>(problem)];
}

std::vector<std::string> problemNames(ProblemMask problems)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        if (problems & problemBit(static_cast<Problem>(i)))
            names.emplace_back(problemName(static_cast<Problem>(i)));
    }
    return names;
}

ProblemMask problemsOf(const PieceFacts& facts)
{
    constexpr int kLowestPianoKey = 21;
    constexpr int kHighestPianoKey = 108;
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
    return problems;
}

} // namespace continuo
