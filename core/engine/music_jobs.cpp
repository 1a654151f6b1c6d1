// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_job.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/dataset/dataset.h"
#include "core/dataset/music_file.h"
#include "core/generate/continuation.h"
#include "core/generate/seed_notes.h"
#include "core/learn/trainer.h"
#include "core/protocol/engine_messages.h"
#include "core/protocol/envelope.h"

#include <chrono>
#include <optional>
#include <utility>

namespace continuo {
namespace {

/// More notes than this are only streamed: with the answer they would not fit into a line.
constexpr std::size_t kMostNotesInAnswer = 2000;
constexpr std::uint64_t kLargestPromptFile = std::uint64_t{64} << 20;

Error usage(const char* id, std::string text, Error::Arguments arguments = {})
{
    return {ErrorKind::Usage, id, std::move(text), std::move(arguments)};
}

Error noModel()
{
    return usage("engine.no-model", "No model is loaded. Send \"load\" with the path of a .safetensors file first.");
}

Result<std::optional<Key>> keyFrom(const std::string& text, const char* member)
{
    if (text.empty())
        return std::optional<Key>{};
    if (const std::optional<Key> key = parseKey(text))
        return std::optional<Key>(*key);
    return usage("engine.bad-key",
                 std::string("\"") + member + "\" cannot be \"" + repairedUtf8(text) +
                     "\". Allowed: keys such as \"G major\", \"F#m\" or \"Bb\".",
                 {{"member", member}, {"value", text}});
}

/// "D4-B5" or "62-83"; a minus may also belong to an octave.
Result<std::optional<std::pair<Pitch, Pitch>>> rangeFrom(const std::string& text)
{
    using Range = std::pair<Pitch, Pitch>;
    if (text.empty())
        return std::optional<Range>{};
    for (std::size_t dash = text.find('-', 1); dash != std::string::npos; dash = text.find('-', dash + 1)) {
        const auto low = parsePitch(trimmed(std::string_view(text).substr(0, dash)));
        const auto high = parsePitch(trimmed(std::string_view(text).substr(dash + 1)));
        if (low && high && *low <= *high)
            return std::optional<Range>(Range{*low, *high});
    }
    return usage("engine.bad-range",
                 "\"range\" cannot be \"" + repairedUtf8(text) +
                     "\". Allowed: the lowest and the highest note, such as D4-B5.",
                 {{"value", text}});
}

Result<LengthUnit> unitFrom(const std::string& unit)
{
    if (unit == "bars")
        return LengthUnit::Bars;
    if (unit == "notes")
        return LengthUnit::Notes;
    if (unit == "steps")
        return LengthUnit::Steps;
    if (unit == "seconds")
        return LengthUnit::Seconds;
    return usage("engine.bad-unit",
                 "\"unit\" cannot be \"" + repairedUtf8(unit) + "\". Allowed: bars, notes, steps, seconds.", {{"value", unit}});
}

Result<Score> firstPiece(std::span<const std::uint8_t> bytes, const std::string& name)
{
    Result<MusicFile> music = readMusicFile(bytes, name);
    if (!music)
        return music.error();
    return std::move(music->pieces.front().score);
}

Result<Score> scoreFrom(const SeedSource& source, const GeneratingModel& model, std::uint64_t seed, std::optional<Key> key)
{
    const int given = !source.prompt.empty() + !source.notes.empty() + !source.set.empty() + !source.midi.empty() + source.random;
    if (given != 1)
        return usage("engine.one-seed-melody",
                     "A seed melody is needed exactly once: \"prompt\", \"notes\", \"set\" with \"piece\", \"midi\" or "
                     "\"random\"; or start from nothing with the mode \"new\".",
                     {{"given", std::to_string(given)}});
    if (!source.notes.empty())
        return parseSeedNotes(source.notes);
    if (source.random)
        return randomSeedMelody(model.encoding->vocabulary(), key.value_or(Key{}), seed);
    if (!source.midi.empty()) {
        const std::optional<std::string> bytes = fromBase64(source.midi);
        if (!bytes)
            return usage("engine.bad-base64", "\"midi\" is no base64.");
        return firstPiece({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()}, "the seed melody");
    }
    if (!source.set.empty()) {
        const Result<Dataset> set = Dataset::open(source.set, Dataset::Access::Read);
        if (!set)
            return set.error();
        Result<TrainingPiece> piece = set->piece(source.piece);
        if (!piece)
            return piece.error();
        return std::move(piece->score);
    }
    const Result<std::vector<std::uint8_t>> bytes = readFile(source.prompt, kLargestPromptFile);
    if (!bytes)
        return bytes.error();
    return firstPiece(*bytes, readablePath(source.prompt));
}

/// The model's own sampler where nothing is said.
Result<SamplerSettings> samplerFrom(const std::string& json, const ModelCard& card)
{
    return samplerFromJson(json.empty() ? card.samplerJson : json);
}

struct PreparedRequest
{
    std::shared_ptr<const LoadedModel> loaded{};
    Score score{};
    PreparedPrompt prompt{};
    ContinuationRequest request{};
};

Result<PreparedRequest> prepare(const Json& params, const JobContext& context)
{
    const Result<GenerateRequest> asked = generateRequestFromJson(params);
    if (!asked)
        return asked.error();
    PreparedRequest prepared;
    prepared.loaded = context.place.model();
    if (!prepared.loaded)
        return noModel();
    const GeneratingModel& model = prepared.loaded->model;
    const Result<std::optional<Key>> key = keyFrom(asked->source.key, "key");
    if (!key)
        return key.error();
    const Result<std::optional<Key>> scale = keyFrom(asked->scale, "scale");
    if (!scale)
        return scale.error();
    const Result<std::optional<std::pair<Pitch, Pitch>>> range = rangeFrom(asked->range);
    if (!range)
        return range.error();
    const Result<LengthUnit> unit = unitFrom(asked->unit);
    if (!unit)
        return unit.error();
    const Result<SamplerSettings> sampler = samplerFrom(asked->samplerJson, model.card);
    if (!sampler)
        return sampler.error();
    prepared.request = {asked->length, *unit,  static_cast<std::size_t>(asked->alternatives),
                        *sampler,      asked->seed, *range, *scale};
    const PromptOptions options{*key, std::nullopt};
    if (asked->mode == "new") {
        prepared.score = blankScore();
        Result<PreparedPrompt> prompt = prepareEmptyPrompt(model, prepared.score, options);
        if (!prompt)
            return prompt.error();
        prepared.prompt = std::move(*prompt);
        return prepared;
    }
    if (asked->mode != "continue")
        return usage("engine.bad-mode",
                     "\"mode\" cannot be \"" + repairedUtf8(asked->mode) + "\". Allowed: continue, new.",
                     {{"value", asked->mode}});
    Result<Score> score = scoreFrom(asked->source, model, asked->seed, *key);
    if (!score)
        return score.error();
    prepared.score = std::move(*score);
    Result<PreparedPrompt> prompt = preparePrompt(model, prepared.score, options);
    if (!prompt)
        return prompt.error();
    prepared.prompt = std::move(*prompt);
    return prepared;
}

Json promptJson(const PreparedPrompt& prompt)
{
    Json json{{"key", prompt.key ? Json(keyName(*prompt.key)) : Json()},
              {"transposed", prompt.transposed},
              {"octaves", prompt.octaves},
              {"notes", prompt.notes},
              {"read", prompt.read},
              {"padded", prompt.padded},
              {"remarks", Json::array()}};
    for (const PromptRemark& remark : prompt.remarks)
        json["remarks"].push_back(toJson(Error{ErrorKind::Refused, remark.id, remark.text, remark.arguments}));
    return json;
}

NoteMessage noteMessage(std::size_t alternative, const GeneratedNote& generated, int ticksPerQuarter)
{
    const auto quarters = [&](Tick time) { return static_cast<double>(time.value) / ticksPerQuarter; };
    NoteMessage message;
    message.alternative = static_cast<int>(alternative);
    message.pitch = generated.note.pitch.value;
    message.name = pitchName(generated.note.pitch);
    message.start = quarters(generated.note.start);
    message.length = quarters(generated.note.length);
    message.startTick = generated.note.start.value;
    message.lengthTicks = generated.note.length.value;
    message.velocity = generated.note.velocity;
    message.probability = generated.probability;
    message.rank = generated.rank;
    message.maskedMass = generated.maskedMass;
    return message;
}

} // namespace

Json modelJson(const LoadedModel& model)
{
    const ModelCard& card = model.model.card;
    const auto nested = [](const std::string& text) { return Json::parse(text, nullptr, false); };
    Json json{{"name", card.name},
              {"description", card.description},
              {"licence", card.licence},
              {"encoding", card.encoding},
              {"encodingVersion", card.encodingVersion},
              {"encodingOptions", nested(card.encodingOptionsJson)},
              {"vocabulary", card.vocabulary.size()},
              {"network", nested(toJson(card.network))},
              {"sampler", nested(card.samplerJson)},
              {"receipt", nested(card.receiptJson)}};
    putPath(json, "file", model.file);
    return json;
}

Result<Json> loadJob(const Json& params, const JobContext& context)
{
    const Result<LoadRequest> request = loadRequestFromJson(params);
    if (!request)
        return request.error();
    Result<GeneratingModel> model = loadModel(request->model);
    if (!model)
        return model.error();
    auto loaded = std::make_shared<const LoadedModel>(LoadedModel{request->model, std::move(*model)});
    context.place.put(loaded);
    return modelJson(*loaded);
}

Result<Json> generateJob(const Json& params, const JobContext& context)
{
    Result<PreparedRequest> prepared = prepare(params, context);
    if (!prepared)
        return prepared.error();
    const int ticksPerQuarter = prepared->score.ticksPerQuarter;
    const auto start = std::chrono::steady_clock::now();
    const Result<Continuation> made = continuePrompt(
        prepared->loaded->model, prepared->score, prepared->prompt, prepared->request,
        [&](std::size_t alternative, const GeneratedNote& note) {
            context.notify("note", toJson(noteMessage(alternative, note, ticksPerQuarter)));
        },
        context.cancel);
    if (!made)
        return made.error();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::size_t notes = 0;
    for (const Alternative& answer : made->alternatives)
        notes += answer.notes.size();
    Json candidates = Json::array();
    for (std::size_t k = 0; k < made->alternatives.size(); ++k) {
        const Alternative& answer = made->alternatives[k];
        const AlternativeDone done{static_cast<int>(k), std::ssize(answer.notes), answer.logProbability, answer.maskedMass,
                                   static_cast<std::int64_t>(answer.fallbacks)};
        context.notify("alternativeDone", toJson(done));
        Json candidate = toJson(done);
        if (notes <= kMostNotesInAnswer) {
            candidate["events"] = Json::array();
            for (const GeneratedNote& note : answer.notes)
                candidate["events"].push_back(toJson(noteMessage(k, note, ticksPerQuarter)));
        }
        candidates.push_back(std::move(candidate));
    }
    return Json{{"prompt", promptJson(prepared->prompt)},
                {"candidates", std::move(candidates)},
                {"ticksPerQuarter", ticksPerQuarter},
                {"endTick", made->end.value},
                {"velocitiesFollowPrompt", made->velocitiesFollowPrompt},
                {"seconds", seconds},
                {"notesPerSecond", numberToJson(seconds > 0 ? static_cast<double>(notes) / seconds : 0)}};
}

Result<Json> predictJob(const Json& params, const JobContext& context)
{
    const Result<PreparedRequest> prepared = prepare(params, context);
    if (!prepared)
        return prepared.error();
    const Result<Prediction> prediction =
        predictNext(prepared->loaded->model, prepared->prompt, prepared->request, context.cancel);
    if (!prediction)
        return prediction.error();
    Json symbols = Json::array();
    for (const Prediction::Entry& entry : prediction->symbols)
        symbols.push_back({{"name", entry.name}, {"probability", entry.probability}, {"after", entry.after}});
    return Json{{"prompt", promptJson(prepared->prompt)},
                {"maskedMass", prediction->maskedMass},
                {"symbols", std::move(symbols)}};
}

Result<Json> scoreJob(const Json& params, const JobContext& context)
{
    const Result<PreparedRequest> prepared = prepare(params, context);
    if (!prepared)
        return prepared.error();
    const Result<EncodedPiece> piece = prepared->loaded->model.encoding->encode(prepared->score, {});
    if (!piece)
        return piece.error();
    const Result<PartScore> score = scoreModel(prepared->loaded->file, {piece->tokens});
    if (!score)
        return score.error();
    return Json{{"steps", score->steps},
                {"loss", numberToJson(score->loss)},
                {"accuracy", numberToJson(score->accuracy)},
                {"notes", score->notes},
                {"noteAccuracy", numberToJson(score->noteAccuracy)},
                {"bitsPerNote", numberToJson(score->bitsPerNote)}};
}

} // namespace continuo
