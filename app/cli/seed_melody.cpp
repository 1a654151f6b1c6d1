// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/seed_melody.h"

#include "app/cli/read_score.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/dataset/dataset.h"
#include "core/generate/seed_notes.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <system_error>

namespace continuo::cli {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

Error usage(const char* id, std::string text, Error::Arguments arguments = {})
{
    return {ErrorKind::Usage, id, std::move(text), std::move(arguments)};
}

Result<Key> keyFrom(const std::string& text, const char* id, const char* option)
{
    if (const auto key = parseKey(text))
        return *key;
    return usage(
        id, fmt::format("{} cannot be \"{}\". Allowed: keys such as \"G major\", \"F#m\" or \"Bb\".", option, text),
        {{"value", text}});
}

/// "D4-B5" or "62-83"; a minus may also belong to an octave.
Result<std::pair<Pitch, Pitch>> rangeFrom(const std::string& text)
{
    for (std::size_t dash = text.find('-', 1); dash != std::string::npos; dash = text.find('-', dash + 1)) {
        const auto low = parsePitch(trimmed(std::string_view(text).substr(0, dash)));
        const auto high = parsePitch(trimmed(std::string_view(text).substr(dash + 1)));
        if (low && high && *low <= *high)
            return std::pair{*low, *high};
    }
    return usage(
        "cli.bad-range",
        fmt::format("--range cannot be \"{}\". Allowed: the lowest and the highest note, such as D4-B5.", text),
        {{"value", text}});
}

/// The model's own sampler where nothing is said, else what is said; a name begins anew.
Result<SamplerSettings> samplerFrom(const SeedOptions& options, const ModelCard& card)
{
    ordered_json json = ordered_json::object();
    if (options.sampler)
        json["name"] = *options.sampler;
    else if (auto own = ordered_json::parse(card.samplerJson, nullptr, false); own.is_object())
        json = std::move(own);
    if (options.temperature)
        json["temperature"] = *options.temperature;
    if (options.topK)
        json["topK"] = *options.topK;
    if (options.topP)
        json["topP"] = *options.topP;
    if (options.beta)
        json["beta"] = *options.beta;
    if (options.mix)
        json["mix"] = *options.mix;
    return samplerFromJson(json.dump());
}

/// SET:PIECE, where SET is a file.
std::optional<std::pair<fs::path, std::string>> splitSetAndPiece(const std::string& prompt)
{
    for (std::size_t colon = prompt.find(':', 1); colon != std::string::npos; colon = prompt.find(':', colon + 1)) {
        std::error_code ignored;
        if (fs::is_regular_file(prompt.substr(0, colon), ignored))
            return std::pair{fs::path(prompt.substr(0, colon)), prompt.substr(colon + 1)};
    }
    return std::nullopt;
}

Result<ReadScore> scoreOf(const SeedOptions& options, const GeneratingModel& model, std::optional<Key> key)
{
    if (!options.notes.empty()) {
        auto score = parseSeedNotes(options.notes);
        if (!score)
            return score.error();
        return ReadScore{std::move(*score), {}};
    }
    if (options.prompt == "random") {
        return ReadScore{randomSeedMelody(model.encoding->vocabulary(), key.value_or(Key{}), options.seed),
                         {"The seed melody is eight random notes."}};
    }
    std::error_code ignored;
    if (!fs::exists(options.prompt, ignored)) {
        if (const auto place = splitSetAndPiece(options.prompt)) {
            const auto set = Dataset::open(place->first, Dataset::Access::Read);
            if (!set)
                return set.error();
            auto piece = set->piece(place->second);
            if (!piece)
                return piece.error();
            return ReadScore{std::move(piece->score), {}};
        }
    }
    return readScore(options.prompt);
}

} // namespace

void SeedOptions::addTo(CLI::App& command)
{
    command.add_option("--model", model, "The model file (.safetensors)")->required();
    command.add_option("--mode", mode, "continue (a seed melody, the default) or new (start from nothing)");
    command.add_option("--prompt", prompt,
                       "The seed melody: a MIDI or ABC file, SET.continuo-dataset:PIECE, or random");
    command.add_option("--notes", notes, "The seed melody as text: \"C4 E4:1/8 72 rest:1/4\"");
    command.add_option("--key", key, "The key of the seed melody instead of the one heard, such as \"G major\"");
    command.add_option("--scale", scale, "Only notes of this scale, such as \"G major\"");
    command.add_option("--range", range, "Only notes in this range, such as D4-B5");
    command.add_option("--sampler", sampler,
                       "argmax, temperature, top-k, top-p, beta or mixture; without it the model's own");
    command.add_option("--temperature", temperature, "Below 1 safer, above 1 bolder, 0 always the likeliest");
    command.add_option("--top-k", topK, "Draw from the K likeliest only");
    command.add_option("--top-p", topP, "Draw from the likeliest that together reach this share");
    command.add_option("--beta", beta, "Base of the softmax over probabilities (no temperature)");
    command.add_option("--mix", mix, "Draw with this probability, otherwise take the likeliest");
    command.add_option("--seed", seed, "Random seed: the same seed gives the same notes (default 1)");
}

Result<SeedMelody> readSeedMelody(const SeedOptions& options)
{
    const bool isNew = options.mode == "new";
    if (!isNew && options.mode != "continue") {
        return usage("cli.bad-mode", fmt::format("--mode cannot be \"{}\". Allowed: continue, new.", options.mode),
                     {{"value", options.mode}, {"allowed", "continue, new"}});
    }
    if (!options.prompt.empty() && !options.notes.empty())
        return usage("cli.two-prompts", "--prompt and --notes both give a seed melody. Leave one of them out.");
    const bool hasMelody = !options.prompt.empty() || !options.notes.empty();
    if (isNew && hasMelody)
        return usage("cli.two-prompts", "--mode new starts from nothing: leave --prompt and --notes out.");
    if (!isNew && !hasMelody) {
        return usage("cli.no-prompt",
                     "There is no seed melody to continue. Give --prompt FILE or --notes \"C4 E4 G4\", or "
                     "start from nothing with --mode new.");
    }

    SeedMelody seed;
    PromptOptions promptOptions;
    if (!options.key.empty()) {
        const auto key = keyFrom(options.key, "cli.bad-key", "--key");
        if (!key)
            return key.error();
        promptOptions.key = *key;
    }
    if (!options.scale.empty()) {
        const auto scale = keyFrom(options.scale, "cli.bad-scale", "--scale");
        if (!scale)
            return scale.error();
        seed.request.scale = *scale;
    }
    if (!options.range.empty()) {
        const auto range = rangeFrom(options.range);
        if (!range)
            return range.error();
        seed.request.range = *range;
    }
    seed.request.seed = options.seed;

    auto model = loadModel(options.model);
    if (!model)
        return model.error();
    seed.model = std::move(*model);
    const auto sampler = samplerFrom(options, seed.model.card);
    if (!sampler)
        return sampler.error();
    seed.request.sampler = *sampler;

    if (isNew) {
        seed.score = blankScore();
        auto prompt = prepareEmptyPrompt(seed.model, seed.score, promptOptions);
        if (!prompt)
            return prompt.error();
        seed.prompt = std::move(*prompt);
        return seed;
    }
    auto read = scoreOf(options, seed.model, promptOptions.key);
    if (!read)
        return read.error();
    seed.score = std::move(read->score);
    seed.remarks = std::move(read->remarks);
    auto prompt = preparePrompt(seed.model, seed.score, promptOptions);
    if (!prompt) {
        Error error = prompt.error();
        if (!options.prompt.empty())
            error.text = options.prompt + ": " + error.text;
        return error;
    }
    seed.prompt = std::move(*prompt);
    return seed;
}

ordered_json promptToJson(const PreparedPrompt& prompt)
{
    ordered_json json{{"key", prompt.key ? ordered_json(keyName(*prompt.key)) : ordered_json()},
                      {"transposed", prompt.transposed},
                      {"octaves", prompt.octaves},
                      {"notes", prompt.notes},
                      {"read", prompt.read},
                      {"padded", prompt.padded},
                      {"remarks", ordered_json::array()}};
    for (const PromptRemark& remark : prompt.remarks) {
        ordered_json arguments = ordered_json::object();
        for (const auto& [name, value] : remark.arguments)
            arguments[name] = repairedUtf8(value);
        json["remarks"].push_back({{"id", remark.id}, {"text", repairedUtf8(remark.text)}, {"arguments", arguments}});
    }
    return json;
}

} // namespace continuo::cli
