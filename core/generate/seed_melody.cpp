// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/seed_melody.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/dataset/dataset.h"
#include "core/generate/seed_notes.h"

#include <fmt/format.h>

#include <span>
#include <string_view>
#include <utility>

namespace continuo {
namespace {

constexpr std::uint64_t kLargestPromptFile = std::uint64_t{64} << 20;

Error badText(const char* id, std::string_view name, const std::string& value,
              std::string_view allowed)
{
    return {
        ErrorKind::Usage,
        id,
        fmt::format("The {} cannot be \"{}\". Allowed: {}.", name, repairedUtf8(value), allowed),
        {{"name", std::string(name)}, {"value", value}}};
}

/// Leaves `key` alone where there is no text.
Status readKey(const std::string& text, std::string_view name, std::optional<Key>& key)
{
    if (text.empty())
        return ok();
    key = parseKey(text);
    if (!key)
        return badText("generate.bad-key", name, text,
                       "keys such as \"G major\", \"F#m\" or \"Bb\"");
    return ok();
}

/// "D4-B5" or "62-83"; a minus may also belong to an octave.
Status readRange(const std::string& text, std::optional<std::pair<Pitch, Pitch>>& range)
{
    if (text.empty())
        return ok();
    for (std::size_t dash = text.find('-', 1); dash != std::string::npos;
         dash = text.find('-', dash + 1)) {
        const auto low = parsePitch(trimmed(std::string_view(text).substr(0, dash)));
        const auto high = parsePitch(trimmed(std::string_view(text).substr(dash + 1)));
        if (low && high && *low <= *high) {
            range.emplace(*low, *high);
            return ok();
        }
    }
    return badText("generate.bad-range", "range", text,
                   "the lowest and the highest note, such as D4-B5");
}

/// Puts the score of each kind of source into a seed melody.
class SourceReader
{
public:
    SourceReader(const GeneratingModel& model, const SeedMelodyRequest& request,
                 const PromptOptions& options, SeedMelody& melody)
        : m_model(model)
        , m_request(request)
        , m_options(options)
        , m_melody(melody)
    {
    }

    Status operator()(std::monostate)
    {
        return Error{ErrorKind::Usage,
                     "generate.no-prompt",
                     "There is no seed melody to continue. Give one, such as --prompt FILE or "
                     "--notes \"C4 E4 G4\", or "
                     "start from nothing with the mode \"new\".",
                     {}};
    }
    Status operator()(const SeedFile& file)
    {
        const Result<std::vector<std::uint8_t>> bytes = readFile(file.path, kLargestPromptFile);
        if (!bytes)
            return bytes.error();
        return take(*bytes, readablePath(file.path));
    }
    Status operator()(const SeedBytes& file) { return take(file.bytes, "the seed melody"); }
    Status operator()(const SeedWords& words)
    {
        Result<Score> score = parseSeedNotes(words.text);
        if (!score)
            return score.error();
        m_melody.score = std::move(*score);
        return ok();
    }
    Status operator()(const SeedPiece& source)
    {
        const Result<Dataset> set = Dataset::open(source.set, Dataset::Access::Read);
        if (!set)
            return set.error();
        Result<TrainingPiece> piece = set->piece(source.piece);
        if (!piece)
            return piece.error();
        m_melody.score = std::move(piece->score);
        return ok();
    }
    Status operator()(const SeedByChance&)
    {
        const Key key = m_options.key ? *m_options.key : Key{};
        m_melody.score = randomSeedMelody(m_model.encoding->vocabulary(), key, m_request.seed);
        m_melody.remarks.push_back(
            {"generate.random-prompt", "The seed melody is eight random notes.", {}});
        return ok();
    }

private:
    Status take(std::span<const std::uint8_t> bytes, const std::string& name)
    {
        Result<MusicFile> music = readMusicFile(bytes, name);
        if (!music)
            return music.error();
        const std::size_t pieces = music->pieces.size();
        m_melody.score = std::move(music->pieces.front().score);
        if (pieces > 1) {
            const std::string title = repairedUtf8(music->pieces.front().title);
            m_melody.remarks.push_back(
                {"generate.first-piece",
                 fmt::format("{} holds {} pieces; the first is taken{}.", name, pieces,
                             title.empty() ? std::string() : fmt::format(", \"{}\"", title)),
                 {{"pieces", std::to_string(pieces)}, {"title", title}}});
        }
        for (Remark& remark : music->remarks)
            m_melody.remarks.push_back(std::move(remark));
        return ok();
    }

    const GeneratingModel& m_model;
    const SeedMelodyRequest& m_request;
    const PromptOptions& m_options;
    SeedMelody& m_melody;
};

} // namespace

Result<SeedMelody> readSeedMelody(const GeneratingModel& model, const SeedMelodyRequest& request)
{
    const std::optional<GenerateMode> mode = generateModeFromName(request.mode);
    if (!mode)
        return badText("generate.bad-mode", "mode", request.mode,
                       "continue, new, infill, harmonise");
    if (const Status possible = checkMode(model.card.network, *mode); !possible)
        return possible.error();
    const bool isNew = *mode == GenerateMode::New;
    if (isNew && request.source.index() != 0) {
        return Error{ErrorKind::Usage,
                     "generate.two-prompts",
                     "The mode \"new\" starts from nothing: leave the seed melody out, or choose "
                     "another mode, such as \"continue\".",
                     {}};
    }
    SeedMelody melody;
    PromptOptions options;
    if (const Status read = readKey(request.key, "key", options.key); !read)
        return read.error();
    if (const Status read = readKey(request.scale, "scale", melody.request.scale); !read)
        return read.error();
    if (const Status read = readRange(request.range, melody.request.range); !read)
        return read.error();
    const Result<SamplerSettings> sampler =
        samplerFromJson(request.samplerJson.empty() ? model.card.samplerJson : request.samplerJson);
    if (!sampler)
        return sampler.error();
    melody.request.sampler = *sampler;
    melody.request.mode = *mode;
    melody.request.seed = request.seed;

    options.mode = *mode;
    options.bars = request.bars;
    if (request.bars && *mode != GenerateMode::Infill && *mode != GenerateMode::Harmonise)
        return Error{ErrorKind::Usage,
                     "generate.bars-of-no-use",
                     fmt::format("Bars from … to … belong to the modes infill and harmonise, not to "
                                 "\"{}\".",
                                 request.mode),
                     {{"mode", request.mode}}};

    if (isNew) {
        melody.score = blankScore();
    } else if (const Status read =
                   std::visit(SourceReader(model, request, options, melody), request.source);
               !read) {
        return read.error();
    }
    Result<PreparedPrompt> prompt = isNew ? prepareEmptyPrompt(model, melody.score, options)
                                          : preparePrompt(model, melody.score, options);
    if (!prompt) {
        Error error = prompt.error();
        if (const auto* file = std::get_if<SeedFile>(&request.source))
            error.text = readablePath(file->path) + ": " + error.text;
        return error;
    }
    melody.prompt = std::move(*prompt);
    return melody;
}

Result<LengthUnit> lengthUnitFromName(const std::string& name)
{
    if (name == "bars")
        return LengthUnit::Bars;
    if (name == "notes")
        return LengthUnit::Notes;
    if (name == "steps")
        return LengthUnit::Steps;
    if (name == "seconds")
        return LengthUnit::Seconds;
    return badText("generate.bad-unit", "unit", name, "bars, notes, steps, seconds");
}

} // namespace continuo
