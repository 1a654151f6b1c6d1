// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_context.h"
#include "app/cli/commands.h"
#include "app/cli/output_files.h"
#include "core/encode/event.h"
#include "core/weights/model_card.h"
#include "core/weights/safetensors.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace continuo::cli {
namespace {

using nlohmann::ordered_json;

struct Options
{
    std::string file{};
    std::string out{};
    std::string midiTok{};
    std::string name{};
    std::string description{};
    std::string licence{};
    bool force = false;
};

/// What a training keeps in its checkpoints to go on with; a model that is passed on does not need
/// it.
bool isTrainingState(const std::string& tensor)
{
    return tensor.starts_with("optimizer.");
}

/// Counts are weights; which sequences they belong to is not.
bool isIndex(const std::string& tensor)
{
    return tensor.starts_with("ngram.") && tensor.ends_with(".symbols");
}

std::int64_t weightCount(const TensorFile& file)
{
    std::int64_t count = 0;
    for (const auto& [name, tensor] : file.tensors) {
        std::int64_t size = isTrainingState(name) || isIndex(name) ? 0 : 1;
        for (const std::int64_t length : tensor.shape)
            size *= length;
        count += size;
    }
    return count;
}

ordered_json parsed(const std::string& json)
{
    return ordered_json::parse(json, nullptr, false);
}

/// Writes the vocabulary of a model of events as the tokenizer of MidiTok that has it.
Status writeMidiTok(const ModelCard& card, const Options& options)
{
    if (card.encoding != EventEncoding::kName)
        return Error{ErrorKind::Usage,
                     "model.not-midi-tok",
                     fmt::format("\"{}\" writes in the encoding \"{}\". MidiTok has a tokenizer "
                                 "for models of the encoding \"event\" only.",
                                 card.name, card.encoding),
                     {{"encoding", card.encoding}}};
    const Result<EventOptions> chosen = eventOptionsFromJson(card.encodingOptionsJson);
    if (!chosen)
        return chosen.error();
    const std::string json = EventEncoding(*chosen).midiTokJson() + "\n";
    return writeAll({{options.midiTok, {json.begin(), json.end()}}},
                    options.force ? Overwrite::Replace : Overwrite::Refuse);
}

int model(const Options& options, const CommandContext& context)
{
    const bool isWriting = !options.out.empty();
    Result<TensorFile> file =
        isWriting ? readTensorFile(options.file) : readTensorFileHeader(options.file);
    if (!file)
        return context.fail(file.error());
    Result<ModelCard> card = modelCardFromMetadata(file->metadata);
    if (!card) {
        Error error = card.error();
        error.text = "\"" + readablePath(options.file) + "\": " + error.text;
        return context.fail(error);
    }
    if (isWriting) {
        if (!options.name.empty())
            card->name = options.name;
        if (!options.description.empty())
            card->description = options.description;
        if (!options.licence.empty())
            card->licence = options.licence;
        std::erase_if(file->tensors,
                      [](const auto& entry) { return isTrainingState(entry.first); });
        file->metadata = toMetadata(*card);
        const Status written = writeTensorFile(
            options.out, *file, options.force ? Overwrite::Replace : Overwrite::Refuse);
        if (!written)
            return context.fail(written.error());
        context.say(fmt::format("{} holds the weights and the card alone.", options.out));
    }
    if (!options.midiTok.empty()) {
        const Status written = writeMidiTok(*card, options);
        if (!written)
            return context.fail(written.error());
        context.say(fmt::format("{} is the model's vocabulary as a tokenizer of MidiTok.",
                                options.midiTok));
    }
    if (context.isJson)
        context.print(ordered_json{{"file", isWriting ? options.out : options.file},
                                   {"name", card->name},
                                   {"description", card->description},
                                   {"licence", card->licence},
                                   {"encoding", card->encoding},
                                   {"encodingOptions", parsed(card->encodingOptionsJson)},
                                   {"symbols", card->vocabulary.size()},
                                   {"network", parsed(toJson(card->network))},
                                   {"weights", weightCount(*file)},
                                   {"sampler", parsed(card->samplerJson)},
                                   {"receipt", parsed(card->receiptJson)}});
    context.print(card->name);
    context.print(fmt::format("  {}", card->description));
    context.print(fmt::format("  {} encoding, {} symbols; {}; {} weights", card->encoding,
                              card->vocabulary.size(), describe(card->network),
                              weightCount(*file)));
    if (!card->licence.empty())
        context.print(fmt::format("  {}", card->licence));
    return 0;
}

} // namespace

void addModelCommand(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* const command = app.add_subcommand(
        "model", "Show what a model says of itself; with --out, write its weights "
                 "alone, with --miditok its vocabulary");
    command->add_option("file", options->file, "A model or a checkpoint (.safetensors)")
        ->required();
    CLI::Option* const out = command->add_option(
        "--out", options->out,
        "Write the model without what only training needs: a third of the size");
    command->add_option("--name", options->name, "Its new name")->needs(out);
    command
        ->add_option("--description", options->description, "What it is and what it was trained on")
        ->needs(out);
    command->add_option("--licence", options->licence, "Its licence and whom to credit")
        ->needs(out);
    command->add_option("--miditok", options->midiTok,
                        "Write the vocabulary as the configuration of a MidiTok tokenizer (JSON); "
                        "for models of the encoding event");
    command->add_flag("--force", options->force, "Replace the file if it exists");
    context.addCommonOptions(*command);
    command->callback([options, &context] { context.exitCode = model(*options, context); });
}

} // namespace continuo::cli
