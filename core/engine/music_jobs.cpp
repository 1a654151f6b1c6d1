// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_job.h"
#include "core/engine/result_json.h"
#include "core/generate/continuation.h"
#include "core/generate/seed_melody.h"
#include "core/learn/trainer.h"
#include "core/protocol/engine_messages.h"
#include "core/protocol/envelope.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>

namespace continuo {
namespace {

/// More notes than this are only streamed: with the answer they would not fit into a line.
constexpr std::size_t kMostNotesInAnswer = 2000;
constexpr auto kDraftEvery = std::chrono::milliseconds(50);

Error usage(const char* id, std::string text, Error::Arguments arguments = {})
{
    return {ErrorKind::Usage, id, std::move(text), std::move(arguments)};
}

Error noModel()
{
    return usage("engine.no-model",
                 "No model is loaded. Send \"load\" with the path of a .safetensors file first.");
}

Result<SeedMelodySource> sourceFrom(const SeedSource& source)
{
    const int given = !source.prompt.empty() + !source.notes.empty() + !source.set.empty() +
                      !source.midi.empty() + source.random;
    if (given > 1)
        return usage("generate.two-prompts",
                     "A seed melody is given once: \"prompt\", \"notes\", \"set\" with \"piece\", "
                     "\"midi\" or "
                     "\"random\".",
                     {{"given", std::to_string(given)}});
    if (!source.prompt.empty())
        return SeedMelodySource{SeedFile{source.prompt}};
    if (!source.notes.empty())
        return SeedMelodySource{SeedWords{source.notes}};
    if (!source.set.empty())
        return SeedMelodySource{SeedPiece{source.set, source.piece}};
    if (source.random)
        return SeedMelodySource{SeedByChance{}};
    if (source.midi.empty())
        return SeedMelodySource{};
    const std::optional<std::string> bytes = fromBase64(source.midi);
    if (!bytes)
        return usage("engine.bad-base64", "\"midi\" is no base64.");
    return SeedMelodySource{SeedBytes{{bytes->begin(), bytes->end()}}};
}

Result<std::optional<BarRange>> barsFrom(const GenerateRequest& asked)
{
    if (asked.from == 0 && asked.to == 0)
        return std::optional<BarRange>();
    const BarRange bars{std::max<std::int64_t>(asked.from, 1),
                        asked.to > 0 ? asked.to : std::numeric_limits<std::int64_t>::max()};
    if (asked.to != 0 && asked.to < asked.from)
        return usage("generate.bad-bars", "\"to\" cannot be a bar before \"from\".");
    return std::optional(bars);
}

struct PreparedRequest
{
    std::shared_ptr<const LoadedModel> loaded{};
    SeedMelody melody{};
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
    const Result<LengthUnit> unit = lengthUnitFromName(asked->unit);
    if (!unit)
        return unit.error();
    Result<SeedMelodySource> source = sourceFrom(asked->source);
    if (!source)
        return source.error();
    const Result<std::optional<BarRange>> bars = barsFrom(*asked);
    if (!bars)
        return bars.error();
    Result<SeedMelody> melody = readSeedMelody(
        prepared.loaded->model, {asked->mode, std::move(*source), asked->source.key, asked->scale,
                                 asked->range, asked->samplerJson, asked->seed, *bars});
    if (!melody)
        return melody.error();
    prepared.melody = std::move(*melody);
    prepared.melody.request.length = asked->length;
    prepared.melody.request.unit = *unit;
    prepared.melody.request.rounds = static_cast<std::size_t>(asked->rounds);
    prepared.melody.request.alternatives = static_cast<std::size_t>(asked->alternatives);
    return prepared;
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
              {"modes", Json::object()},
              {"sampler", nested(card.samplerJson)},
              {"receipt", nested(card.receiptJson)}};
    for (const ModeChoice& choice : modesOf(card.network))
        json["modes"][std::string(generateModeName(choice.mode))] = choice.whyNot;
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
    auto loaded =
        std::make_shared<const LoadedModel>(LoadedModel{request->model, std::move(*model)});
    context.place.put(loaded);
    return modelJson(*loaded);
}

Result<Json> generateJob(const Json& params, const JobContext& context)
{
    Result<PreparedRequest> prepared = prepare(params, context);
    if (!prepared)
        return prepared.error();
    const SeedMelody& melody = prepared->melody;
    const int ticksPerQuarter = melody.score.ticksPerQuarter;
    if (melody.prompt.plan)
        context.notify("voices", {{"voices", voicesToJson(melody.score, *melody.prompt.plan)}});
    const auto start = std::chrono::steady_clock::now();
    // Enough to be watched; which are told changes nothing that comes out.
    auto lastDraft = start - kDraftEvery;
    const auto drafts = [&](const Draft& draft) {
        const auto now = std::chrono::steady_clock::now();
        if (draft.round < draft.rounds && now - lastDraft < kDraftEvery)
            return;
        lastDraft = now;
        context.notify("draft", toJson(draftMessage(draft, ticksPerQuarter)));
    };
    const Result<Continuation> made = continuePrompt(
        prepared->loaded->model, melody.score, melody.prompt, melody.request,
        [&](std::size_t alternative, const GeneratedNote& note) {
            context.notify("note", toJson(noteMessage(alternative, note, ticksPerQuarter)));
        },
        context.cancel, drafts);
    if (!made)
        return made.error();
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::size_t notes = 0;
    for (const Alternative& answer : made->alternatives)
        notes += answer.notes.size();
    Json candidates = Json::array();
    for (std::size_t k = 0; k < made->alternatives.size(); ++k) {
        const Alternative& answer = made->alternatives[k];
        const AlternativeDone done{static_cast<int>(k), std::ssize(answer.notes),
                                   answer.logProbability, answer.maskedMass,
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
    return Json{
        {"prompt", promptToJson(melody.prompt)},
        {"voices", made->prompt.plan ? voicesToJson(melody.score, *made->prompt.plan) : Json()},
        {"candidates", std::move(candidates)},
        {"ticksPerQuarter", ticksPerQuarter},
        {"endTick", made->end.value},
        {"velocitiesFollowPrompt", made->velocitiesFollowPrompt},
        {"velocitiesFromModel", made->velocitiesFromModel},
        {"seconds", seconds},
        {"notesPerSecond", numberToJson(seconds > 0 ? static_cast<double>(notes) / seconds : 0)}};
}

Result<Json> predictJob(const Json& params, const JobContext& context)
{
    const Result<PreparedRequest> prepared = prepare(params, context);
    if (!prepared)
        return prepared.error();
    const Result<Prediction> prediction = predictNext(
        prepared->loaded->model, prepared->melody.prompt, prepared->melody.request, context.cancel);
    if (!prediction)
        return prediction.error();
    return predictionToJson(prepared->melody.prompt, *prediction);
}

Result<Json> scoreJob(const Json& params, const JobContext& context)
{
    const Result<PreparedRequest> prepared = prepare(params, context);
    if (!prepared)
        return prepared.error();
    const Result<EncodedPiece> piece =
        prepared->loaded->model.encoding->encode(prepared->melody.score, {});
    if (!piece)
        return piece.error();
    const Result<PartScore> score = scoreModel(prepared->loaded->file, {piece->tokens}, context.cancel);
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
