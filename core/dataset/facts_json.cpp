// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/dataset/facts.h"

#include <nlohmann/json.hpp>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;

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

Json melodyToJson(const std::optional<PieceFacts::Melody>& melody)
{
    if (!melody)
        return nullptr;
    return {{"track", melody->track},   {"name", melody->name},
            {"score", melody->score},   {"monophony", melody->monophony},
            {"height", melody->height}, {"activity", melody->activity},
            {"named", melody->isNamed}};
}

Error damagedFacts(std::string_view why)
{
    return {ErrorKind::Refused,
            "dataset.damaged",
            std::string("The facts of a piece cannot be read (") + std::string(why) +
                "). The dataset is damaged; import its files again.",
            {}};
}

/// What sets of earlier versions do not have; false where it is of no known form.
bool readNewerFacts(const Json& json, PieceFacts& facts)
{
    if (!json.contains("creatingProgram"))
        return true;
    json.at("creatingProgram").get_to(facts.creatingProgram);
    json.at("meterGiven").get_to(facts.isMeterGiven);
    if (!json.at("meterGuess").is_null())
        facts.meterGuess = parseMeter(json.at("meterGuess").get<std::string>());
    for (const Json& voice : json.at("voices"))
        facts.voices.push_back(
            {voice.at("track").get<std::size_t>(), voice.at("monophony").get<double>()});
    if (const Json& melody = json.at("melody"); !melody.is_null()) {
        facts.melody = {melody.at("track").get<std::size_t>(), melody.at("name").get<std::string>(),
                        melody.at("score").get<double>(),      melody.at("monophony").get<double>(),
                        melody.at("height").get<double>(),     melody.at("activity").get<double>(),
                        melody.at("named").get<bool>()};
    }
    json.at("phrases").get_to(facts.phrases);
    json.at("longestSilence").get_to(facts.longestSilence);
    json.at("equalBars").get_to(facts.equalBars);
    json.at("equalPitches").get_to(facts.equalPitches);
    if (const auto kinds = json.find("noteKinds"); kinds != json.end() && !kinds->is_null()) {
        facts.kinds = noteKindsFromText(kinds->get<std::string>());
        return facts.kinds.has_value();
    }
    return true;
}

} // namespace

std::string factsToJson(const PieceFacts& facts)
{
    Json tempos = Json::array();
    for (const PieceFacts::Tempo& tempo : facts.tempos)
        tempos.push_back(
            {{"seconds", tempo.seconds}, {"quartersPerMinute", tempo.quartersPerMinute}});
    Json meters = Json::array();
    for (const PieceFacts::MeterChange& change : facts.meters)
        meters.push_back({{"bar", change.bar}, {"meter", meterName(change.meter)}});
    Json voices = Json::array();
    for (const PieceFacts::TrackVoice& voice : facts.voices)
        voices.push_back({{"track", voice.track}, {"monophony", voice.monophony}});
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
        {"creatingProgram", facts.creatingProgram},
        {"meterGiven", facts.isMeterGiven},
        {"meterGuess", facts.meterGuess ? Json(meterName(*facts.meterGuess)) : Json()},
        {"voices", voices},
        {"melody", melodyToJson(facts.melody)},
        {"phrases", facts.phrases},
        {"longestSilence", facts.longestSilence},
        {"equalBars", facts.equalBars},
        {"equalPitches", facts.equalPitches},
        {"noteKinds", facts.kinds ? Json(noteKindsToText(*facts.kinds)) : Json()},
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
        facts.tempos.push_back(
            {tempo.at("seconds").get<double>(), tempo.at("quartersPerMinute").get<double>()});
    json.at("tempoCount").get_to(facts.tempoCount);
    for (const Json& change : json.at("meters"))
        facts.meters.push_back({change.at("bar").get<std::int64_t>(),
                                parseMeter(change.at("meter").get<std::string>())});
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
    if (!readNewerFacts(json, facts))
        return damagedFacts("noteKinds");
    return facts;
} catch (const nlohmann::json::exception& error) {
    return damagedFacts(error.what());
}

} // namespace continuo
