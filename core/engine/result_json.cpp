// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/result_json.h"

#include "core/protocol/envelope.h"

#include <algorithm>
#include <utility>

namespace continuo {
namespace {

template <typename AnyRemark>
Json listOf(const std::vector<AnyRemark>& remarks)
{
    Json list = Json::array();
    for (const AnyRemark& remark : remarks)
        list.push_back(toJson(Error{ErrorKind::Refused, remark.id, remark.text, remark.arguments}));
    return list;
}

} // namespace

Json toJson(const std::vector<Remark>& remarks)
{
    return listOf(remarks);
}

Json promptToJson(const PreparedPrompt& prompt)
{
    return {{"key", prompt.key ? Json(keyName(*prompt.key)) : Json()},
            {"transposed", prompt.transposed},
            {"octaves", prompt.octaves},
            {"notes", prompt.notes},
            {"read", prompt.read},
            {"padded", prompt.padded},
            {"remarks", listOf(prompt.remarks)}};
}

NoteMessage noteMessage(std::size_t alternative, const GeneratedNote& generated,
                        int ticksPerQuarter, Tick origin)
{
    const auto quarters = [&](Tick time) {
        return static_cast<double>(time.value) / ticksPerQuarter;
    };
    const Tick start = generated.note.start - origin;
    NoteMessage message;
    message.alternative = static_cast<int>(alternative);
    message.pitch = generated.note.pitch.value;
    message.name = pitchName(generated.note.pitch);
    message.start = quarters(start);
    message.length = quarters(generated.note.length);
    message.startTick = start.value;
    message.lengthTicks = generated.note.length.value;
    message.velocity = generated.note.velocity;
    message.channel = generated.note.channel;
    message.program = generated.program;
    message.probability = generated.probability;
    message.rank = generated.rank;
    message.maskedMass = generated.maskedMass;
    message.voice = static_cast<int>(generated.voice);
    return message;
}

DraftMessage draftMessage(const Draft& draft, int ticksPerQuarter)
{
    DraftMessage message;
    message.alternative = static_cast<int>(draft.alternative);
    message.round = static_cast<int>(draft.round);
    message.rounds = static_cast<int>(draft.rounds);
    for (const GeneratedNote& note : draft.notes)
        message.notes.push_back(noteMessage(draft.alternative, note, ticksPerQuarter));
    return message;
}

Json voicesToJson(const Score& score, const VoicePlan& plan)
{
    Json voices = Json::array();
    for (std::size_t v = 0; v < kVoices; ++v) {
        const VoicePlan::Voice& voice = plan.voices[v];
        const auto track = voice.track
                               ? std::ranges::find(score.tracks, *voice.track, &Track::id)
                               : score.tracks.end();
        voices.push_back({{"name", kVoiceNames[v]},
                          {"written", voice.isWritten},
                          {"track", track == score.tracks.end()
                                        ? Json()
                                        : Json(track - score.tracks.begin())},
                          {"channel", voice.channel},
                          {"program", voice.program}});
    }
    return voices;
}

Json predictionToJson(const PreparedPrompt& prompt, const Prediction& prediction)
{
    Json symbols = Json::array();
    for (const Prediction::Entry& entry : prediction.symbols)
        symbols.push_back(
            {{"name", entry.name}, {"probability", entry.probability}, {"after", entry.after}});
    return {{"prompt", promptToJson(prompt)},
            {"maskedMass", prediction.maskedMass},
            {"symbols", std::move(symbols)}};
}

Json importCountsToJson(const ImportReport& report)
{
    Json json{{"found", report.found},       {"ignored", report.ignored},
              {"accepted", report.accepted}, {"acceptedWithNotes", report.acceptedWithNotes},
              {"rejected", report.rejected}, {"known", report.known},
              {"reasons", Json::object()},   {"fingerprint", report.fingerprint},
              {"seconds", report.seconds},   {"cancelled", report.isCancelled},
              {"setKept", report.isSetKept}, {"splitGone", report.isSplitGone}};
    for (const auto& [reason, count] : report.reasons)
        json["reasons"][reason] = count;
    return json;
}

Json splitToJson(const SplitReport& report, const std::string& fingerprint)
{
    return {{"train", report.train},     {"validation", report.validation}, {"test", report.test},
            {"unused", report.unused},   {"families", report.families},     {"leaks", report.leaks},
            {"fingerprint", fingerprint}};
}

Json leaksToJson(const LeakReport& report)
{
    const auto place = [](const Leak::Place& of) {
        return Json{{"piece", of.piece}, {"path", of.path},   {"ordinal", of.ordinal},
                    {"title", of.title}, {"bar", of.bar > 0 ? Json(of.bar) : Json()}};
    };
    Json json{{"passages", report.passages},
              {"pieces", report.pieces},
              {"places", report.places},
              {"leaks", Json::array()}};
    for (const Leak& leak : report.leaks)
        json["leaks"].push_back({{"notes", leak.notes},
                                 {"part", partName(leak.part)},
                                 {"heldOut", place(leak.heldOut)},
                                 {"training", place(leak.training)}});
    return json;
}

Json cleanToJson(const CleanReport& report, const std::optional<std::string>& fingerprint)
{
    Json json{{"pieces", report.pieces},     {"changed", report.changed},
              {"dropped", report.dropped},   {"sections", report.sections},
              {"stale", report.stale},       {"inNoPart", report.inNoPart},
              {"operations", Json::array()},
              {"fingerprint", fingerprint ? Json(*fingerprint) : Json()}};
    for (const CleanReport::Operation& operation : report.operations)
        json["operations"].push_back(
            {{"name", operation.name}, {"pieces", operation.pieces}, {"notes", operation.notes}});
    return json;
}

Json datasetInfoToJson(const DatasetInfo& info)
{
    Json json{{"files", info.files},
              {"accepted", info.accepted},
              {"acceptedWithNotes", info.acceptedWithNotes},
              {"rejected", info.rejected},
              {"reasons", Json::object()},
              {"pieces", info.pieces},
              {"problems", Json::object()},
              {"families", info.families},
              {"train", info.train},
              {"validation", info.validation},
              {"test", info.test},
              {"inUse", info.inUse},
              {"changed", info.changed},
              {"recipeSteps", info.recipeSteps},
              {"unassigned", info.inUse - info.train - info.validation - info.test},
              {"split", nullptr},
              {"complete", info.isComplete},
              {"fingerprint", info.fingerprint}};
    for (const auto& [reason, count] : info.reasons)
        json["reasons"][reason] = count;
    // Every problem there is, so that a reader need not know the names of those that were looked
    // for.
    for (std::size_t problem = 0; problem < kProblemCount; ++problem) {
        const std::string name(problemName(static_cast<Problem>(problem)));
        const auto found = info.problems.find(name);
        json["problems"][name] = found == info.problems.end() ? 0 : found->second;
    }
    if (info.split)
        json["split"] = {{"train", info.split->train},
                         {"validation", info.split->validation},
                         {"test", info.split->test},
                         {"seed", info.split->seed},
                         {"by", splitByName(info.split->by)}};
    return json;
}

Json bestPointToJson(const std::optional<PartScore>& train, const std::optional<PartScore>& validation,
                     const std::optional<PartScore>& test)
{
    const auto figure = [](const std::optional<PartScore>& score, auto PartScore::*member) -> Json {
        return score ? numberToJson((*score).*member) : Json();
    };
    const auto parts = [&](auto PartScore::*member) -> Json {
        return {{"train", figure(train, member)}, {"validation", figure(validation, member)}, {"test", figure(test, member)}};
    };
    return {{"trainLoss", figure(train, &PartScore::loss)},
            {"validationLoss", figure(validation, &PartScore::loss)},
            {"testLoss", figure(test, &PartScore::loss)},
            {"trainAccuracy", figure(train, &PartScore::accuracy)},
            {"validationAccuracy", figure(validation, &PartScore::accuracy)},
            {"testAccuracy", figure(test, &PartScore::accuracy)},
            {"noteAccuracy", parts(&PartScore::noteAccuracy)},
            {"bitsPerNote", parts(&PartScore::bitsPerNote)}};
}

} // namespace continuo
