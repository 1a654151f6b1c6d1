// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/engine_messages.h"

#include <utility>

namespace continuo {
namespace {

/// Writes members the way JsonMembers reads them, so that one list of members does for both. Empty
/// texts and paths that need not be there are left out.
class JsonWriter
{
public:
    JsonWriter& required()
    {
        m_isRequired = true;
        return *this;
    }
    template <typename T, typename... Range>
    void read(const char* name, const T& value, Range...)
    {
        put(name, value);
        m_isRequired = false;
    }
    Json json = Json::object();

private:
    template <typename T>
    void put(const char* name, const T& value)
    {
        json[name] = value;
    }
    template <typename T>
    void put(const char* name, const std::optional<T>& value)
    {
        if (value)
            put(name, *value);
    }
    void put(const char* name, double value) { json[name] = numberToJson(value); }
    void put(const char* name, const std::string& value)
    {
        if (m_isRequired || !value.empty())
            json[name] = value;
    }
    void put(const char* name, const std::filesystem::path& value)
    {
        if (m_isRequired || !value.empty())
            putPath(json, name, value);
    }
    void put(const char* name, const std::vector<std::filesystem::path>& value)
    {
        json[name] = Json::array();
        for (const std::filesystem::path& path : value) {
            Json entry = Json::object();
            putPath(entry, "path", path);
            json[name].push_back(entry.size() == 1 ? entry["path"] : entry);
        }
    }

    bool m_isRequired = false;
};

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, LoadRequest>
void members(Members& visit, T& request)
{
    visit.required().read("model", request.model);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, GenerateRequest>
void members(Members& visit, T& request)
{
    visit.read("mode", request.mode);
    visit.read("prompt", request.source.prompt);
    visit.read("notes", request.source.notes);
    visit.read("set", request.source.set);
    visit.read("piece", request.source.piece);
    visit.read("midi", request.source.midi);
    visit.read("random", request.source.random);
    visit.read("key", request.source.key);
    visit.read("scale", request.scale);
    visit.read("range", request.range);
    visit.read("seed", request.seed);
    visit.read("length", request.length);
    visit.read("unit", request.unit);
    visit.read("alternatives", request.alternatives, 1, 256);
    visit.read("from", request.from, std::int64_t{0}, std::numeric_limits<std::int64_t>::max());
    visit.read("to", request.to, std::int64_t{0}, std::numeric_limits<std::int64_t>::max());
    visit.read("rounds", request.rounds, 0, 4096);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, NoteMessage>
void members(Members& visit, T& message)
{
    visit.required().read("alternative", message.alternative);
    visit.required().read("pitch", message.pitch, 0, 127);
    visit.read("name", message.name);
    visit.required().read("start", message.start);
    visit.required().read("length", message.length);
    visit.read("startTick", message.startTick);
    visit.read("lengthTicks", message.lengthTicks);
    visit.read("velocity", message.velocity, 0, 127);
    visit.read("channel", message.channel, 0, 15);
    visit.read("program", message.program, -1, 127);
    visit.read("probability", message.probability);
    visit.read("rank", message.rank);
    visit.read("maskedMass", message.maskedMass);
    visit.read("voice", message.voice, 0, 15);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, DraftMessage>
void members(Members& visit, T& message)
{
    visit.required().read("alternative", message.alternative);
    visit.required().read("round", message.round);
    visit.required().read("rounds", message.rounds);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, AlternativeDone>
void members(Members& visit, T& message)
{
    visit.required().read("alternative", message.alternative);
    visit.required().read("notes", message.notes);
    visit.read("logProbability", message.logProbability);
    visit.read("maskedMass", message.maskedMass);
    visit.read("fallbacks", message.fallbacks);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, ImportRequest>
void members(Members& visit, T& request)
{
    visit.required().read("paths", request.paths);
    visit.required().read("set", request.set);
    visit.read("existing", request.existing);
    visit.read("threads", request.threads, 0, 1024);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, ImportProgressMessage>
void members(Members& visit, T& message)
{
    visit.required().read("found", message.found);
    visit.read("searching", message.searching);
    visit.required().read("done", message.done);
    visit.read("rejected", message.rejected);
    visit.read("bytes", message.bytes);
    visit.read("seconds", message.seconds);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, SplitRequest>
void members(Members& visit, T& request)
{
    visit.required().read("set", request.set);
    visit.read("train", request.train);
    visit.read("validation", request.validation);
    visit.read("test", request.test);
    visit.read("seed", request.seed);
    visit.read("by", request.by);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, ExportRequest>
void members(Members& visit, T& request)
{
    visit.required().read("set", request.set);
    visit.required().read("kind", request.kind);
    visit.required().read("to", request.to);
    visit.read("only", request.only);
    visit.read("part", request.part);
    visit.read("encoding", request.encoding);
    visit.read("title", request.title);
    visit.read("sources", request.sources);
    visit.read("licences", request.licences);
    visit.read("date", request.date);
    visit.read("replace", request.replace);
    visit.read("threads", request.threads, 0, 1024);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, ExportProgressMessage>
void members(Members& visit, T& message)
{
    visit.required().read("stage", message.stage);
    visit.required().read("done", message.done);
    visit.required().read("total", message.total);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, CleanRequest>
void members(Members& visit, T& request)
{
    visit.required().read("set", request.set);
    visit.read("recipeFile", request.recipeFile);
    visit.read("preview", request.preview);
    visit.read("threads", request.threads, 0, 1024);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, CleanProgressMessage>
void members(Members& visit, T& message)
{
    visit.required().read("done", message.done);
    visit.required().read("total", message.total);
    visit.read("seconds", message.seconds);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, PiecesRequest>
void members(Members& visit, T& request)
{
    visit.required().read("set", request.set);
    visit.read("from", request.from, std::int64_t{0}, std::numeric_limits<std::int64_t>::max());
    visit.read("count", request.count, std::int64_t{1}, std::int64_t{1000});
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, JudgeMelodiesRequest>
void members(Members& visit, T& request)
{
    visit.required().read("set", request.set);
    visit.read("part", request.part);
    visit.read("melodies", request.melodies);
    visit.read("midi", request.midi);
    visit.read("threads", request.threads, 0, 1024);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, JudgeModelsRequest>
void members(Members& visit, T& request)
{
    visit.required().read("set", request.set);
    visit.read("part", request.part);
    visit.required().read("models", request.models);
    visit.read("threads", request.threads, 0, 1024);
}

template <typename Members, typename T>
requires std::is_same_v<std::remove_const_t<T>, JudgeProgressMessage>
void members(Members& visit, T& message)
{
    visit.required().read("stage", message.stage);
    visit.required().read("done", message.done);
    visit.read("total", message.total);
}

template <typename T>
Json written(const T& value)
{
    JsonWriter writer;
    members(writer, value);
    return std::move(writer.json);
}

template <typename T>
Result<T> readAs(const Json& params, const char* where)
{
    T value;
    JsonMembers reader(params, where);
    members(reader, value);
    if (Status status = reader.status(); !status)
        return status.error();
    return value;
}

} // namespace

Json toJson(const LoadRequest& request)
{
    return written(request);
}
Result<LoadRequest> loadRequestFromJson(const Json& params)
{
    return readAs<LoadRequest>(params, "load");
}

Json toJson(const GenerateRequest& request)
{
    Json json = written(request);
    if (!request.samplerJson.empty())
        json["sampler"] = Json::parse(request.samplerJson, nullptr, false);
    return json;
}
Result<GenerateRequest> generateRequestFromJson(const Json& params)
{
    Result<GenerateRequest> request = readAs<GenerateRequest>(params, "generate");
    if (!request)
        return request;
    JsonMembers reader(params, "generate");
    if (const Json* sampler = reader.find("sampler")) {
        if (!sampler->is_object())
            reader.refuse("sampler", "an object such as {\"temperature\": 0.8}");
        request->samplerJson = jsonLine(*sampler);
    }
    if (Status status = reader.status(); !status)
        return status.error();
    return request;
}

Json toJson(const NoteMessage& message)
{
    return written(message);
}
Result<NoteMessage> noteMessageFromJson(const Json& params)
{
    return readAs<NoteMessage>(params, "note");
}

Json toJson(const DraftMessage& message)
{
    Json json = written(message);
    json["notes"] = Json::array();
    for (const NoteMessage& note : message.notes)
        json["notes"].push_back(toJson(note));
    return json;
}
Result<DraftMessage> draftMessageFromJson(const Json& params)
{
    Result<DraftMessage> message = readAs<DraftMessage>(params, "draft");
    if (!message)
        return message;
    JsonMembers reader(params, "draft");
    const Json* const notes = reader.find("notes");
    if (notes == nullptr || !notes->is_array()) {
        reader.refuse("notes", "a list of notes");
        return reader.status().error();
    }
    for (const Json& each : *notes) {
        Result<NoteMessage> note = noteMessageFromJson(each);
        if (!note)
            return note.error();
        message->notes.push_back(std::move(*note));
    }
    return message;
}

Json toJson(const AlternativeDone& message)
{
    return written(message);
}
Result<AlternativeDone> alternativeDoneFromJson(const Json& params)
{
    return readAs<AlternativeDone>(params, "alternativeDone");
}

Json toJson(const ImportRequest& request)
{
    return written(request);
}
Result<ImportRequest> importRequestFromJson(const Json& params)
{
    return readAs<ImportRequest>(params, "import");
}

Json toJson(const ImportProgressMessage& message)
{
    return written(message);
}
Result<ImportProgressMessage> importProgressFromJson(const Json& params)
{
    return readAs<ImportProgressMessage>(params, "importProgress");
}

Json toJson(const SplitRequest& request)
{
    return written(request);
}
Result<SplitRequest> splitRequestFromJson(const Json& params)
{
    return readAs<SplitRequest>(params, "split");
}

Json toJson(const ExportRequest& request)
{
    Json json = written(request);
    if (!request.optionsJson.empty())
        json["options"] = Json::parse(request.optionsJson, nullptr, false);
    return json;
}
Result<ExportRequest> exportRequestFromJson(const Json& params)
{
    Result<ExportRequest> request = readAs<ExportRequest>(params, "export");
    if (!request)
        return request;
    JsonMembers reader(params, "export");
    if (const Json* options = reader.find("options")) {
        if (!options->is_object())
            reader.refuse("options", "an object such as {\"grid\": \"1/8\"}");
        request->optionsJson = jsonLine(*options);
    }
    if (Status status = reader.status(); !status)
        return status.error();
    return request;
}

Json toJson(const ExportProgressMessage& message)
{
    return written(message);
}
Result<ExportProgressMessage> exportProgressFromJson(const Json& params)
{
    return readAs<ExportProgressMessage>(params, "exportProgress");
}

Json toJson(const CleanRequest& request)
{
    Json json = written(request);
    if (!request.recipeJson.empty())
        json["recipe"] = Json::parse(request.recipeJson, nullptr, false);
    return json;
}
Result<CleanRequest> cleanRequestFromJson(const Json& params)
{
    Result<CleanRequest> request = readAs<CleanRequest>(params, "clean");
    if (!request)
        return request;
    JsonMembers reader(params, "clean");
    if (const Json* recipe = reader.find("recipe")) {
        if (!recipe->is_object() || !request->recipeFile.empty())
            reader.refuse("recipe", "an object, and alone: not beside \"recipeFile\"");
        request->recipeJson = jsonLine(*recipe);
    } else if (request->recipeFile.empty()) {
        reader.refuse("recipe", "a recipe as an object, or \"recipeFile\" the path of one");
    }
    if (Status status = reader.status(); !status)
        return status.error();
    return request;
}

Json toJson(const CleanProgressMessage& message)
{
    return written(message);
}
Result<CleanProgressMessage> cleanProgressFromJson(const Json& params)
{
    return readAs<CleanProgressMessage>(params, "cleanProgress");
}

Json toJson(const PiecesRequest& request)
{
    return written(request);
}
Result<PiecesRequest> piecesRequestFromJson(const Json& params)
{
    return readAs<PiecesRequest>(params, "pieces");
}

Json toJson(const JudgeMelodiesRequest& request)
{
    return written(request);
}
Result<JudgeMelodiesRequest> judgeMelodiesRequestFromJson(const Json& params)
{
    return readAs<JudgeMelodiesRequest>(params, "judgeMelodies");
}

Json toJson(const JudgeModelsRequest& request)
{
    return written(request);
}
Result<JudgeModelsRequest> judgeModelsRequestFromJson(const Json& params)
{
    return readAs<JudgeModelsRequest>(params, "judgeModels");
}

Json toJson(const JudgeProgressMessage& message)
{
    return written(message);
}
Result<JudgeProgressMessage> judgeProgressFromJson(const Json& params)
{
    return readAs<JudgeProgressMessage>(params, "judgeProgress");
}

} // namespace continuo
