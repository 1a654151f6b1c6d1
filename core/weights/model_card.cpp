// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/model_card.h"

#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <optional>

namespace continuo {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormatVersion = 1;
constexpr std::size_t kTextLimit = std::size_t{4} << 20;
constexpr int kDepthLimit = 64;
constexpr std::size_t kVocabularyLimit = 1 << 20;

/// JSON of bounded size and depth, or nothing. The depth is counted first because writing JSON out again is recursive.
std::optional<Json> parseBounded(std::string_view text)
{
    if (text.size() > kTextLimit)
        return std::nullopt;
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > kDepthLimit)
                return std::nullopt;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded())
        return std::nullopt;
    return json;
}

Error badValue(const std::string& key, const std::string& allowed)
{
    return {ErrorKind::Usage,
            "network.bad-value",
            "network." + key + " must be " + allowed + ".",
            {{"key", "network." + key}, {"allowed", allowed}}};
}

/// Reads members of a network object; the first thing that is wrong stays.
class NetworkReader
{
public:
    explicit NetworkReader(const Json& json)
        : m_json(json)
    {
    }

    void whole(const char* key, int& value, int lowest, int highest)
    {
        const Json* member = find(key);
        if (member == nullptr)
            return;
        const bool fits = member->is_number_integer() && *member >= lowest && *member <= highest;
        if (!fits)
            fail(key, "a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
        else
            value = member->get<int>();
    }

    void share(const char* key, double& value)
    {
        const Json* member = find(key);
        if (member == nullptr)
            return;
        if (!member->is_number() || member->get<double>() < 0 || member->get<double>() > 0.95)
            fail(key, "a number from 0 to 0.95");
        else
            value = member->get<double>();
    }

    void truth(const char* key, bool& value)
    {
        const Json* member = find(key);
        if (member == nullptr)
            return;
        if (!member->is_boolean())
            fail(key, "true or false");
        else
            value = member->get<bool>();
    }

    void choice(const char* key, std::string& value, const std::vector<std::string>& choices)
    {
        const Json* member = find(key);
        if (member == nullptr)
            return;
        if (!member->is_string() || std::ranges::find(choices, member->get<std::string>()) == choices.end()) {
            std::string allowed = "one of";
            for (const std::string& each : choices)
                allowed += " \"" + each + "\"";
            fail(key, allowed);
        } else {
            value = member->get<std::string>();
        }
    }

    std::optional<Error> error() const
    {
        if (m_error)
            return m_error;
        for (const auto& [key, value] : m_json.items()) {
            if (std::ranges::find(m_known, key) != m_known.end())
                continue;
            const std::optional<std::string> near = nearestWord(key, m_known);
            return Error{ErrorKind::Usage,
                         "network.unknown-key",
                         "The network has no setting \"" + key + "\"" + (near ? "; did you mean \"" + *near + "\"?" : "."),
                         {{"key", "network." + key}, {"nearest", near.value_or("")}}};
        }
        return std::nullopt;
    }

private:
    const Json* find(const char* key)
    {
        m_known.emplace_back(key);
        const auto where = m_json.find(key);
        return where == m_json.end() ? nullptr : &*where;
    }

    void fail(const char* key, const std::string& allowed)
    {
        if (!m_error)
            m_error = badValue(key, allowed);
    }

    const Json& m_json;
    std::vector<std::string> m_known{};
    std::optional<Error> m_error{};
};

Json networkJson(const NetworkShape& shape)
{
    return {{"kind", shape.kind},
            {"layers", shape.layers},
            {"hidden", shape.hidden},
            {"embedding", shape.embedding},
            {"dropout", shape.dropout},
            {"recurrentDropout", shape.recurrentDropout},
            {"weightDropout", shape.weightDropout},
            {"batchNorm", shape.batchNorm},
            {"dense", shape.dense},
            {"denseBatchNorm", shape.denseBatchNorm},
            {"prediction", shape.prediction},
            {"window", shape.window},
            {"heads", shape.heads},
            {"context", shape.context},
            {"feedForward", shape.feedForward},
            {"order", shape.order},
            {"bidirectional", shape.bidirectional},
            {"head", shape.head},
            {"noise", shape.noise},
            {"rank", shape.rank},
            {"residual", shape.residual},
            {"dilation", shape.dilation},
            {"separable", shape.separable}};
}

/// Every member in its range, whatever the kind.
Result<NetworkShape> readShape(const Json& json)
{
    std::vector<std::string> kinds;
    for (const NetworkKind& kind : networkKinds())
        kinds.push_back(kind.name);
    NetworkShape shape;
    NetworkReader reader(json);
    reader.choice("kind", shape.kind, kinds);
    reader.whole("layers", shape.layers, 1, 128);
    reader.whole("hidden", shape.hidden, 1, 8192);
    reader.whole("embedding", shape.embedding, 0, 8192);
    reader.share("dropout", shape.dropout);
    reader.share("recurrentDropout", shape.recurrentDropout);
    reader.share("weightDropout", shape.weightDropout);
    reader.truth("batchNorm", shape.batchNorm);
    reader.whole("dense", shape.dense, 0, 8192);
    reader.truth("denseBatchNorm", shape.denseBatchNorm);
    reader.choice("prediction", shape.prediction, {"every-step", "last-step"});
    reader.whole("window", shape.window, 0, 4096);
    reader.whole("heads", shape.heads, 1, 64);
    reader.whole("context", shape.context, 2, 8192);
    reader.whole("feedForward", shape.feedForward, 1, 16);
    reader.whole("order", shape.order, 1, 8);
    reader.truth("bidirectional", shape.bidirectional);
    reader.truth("residual", shape.residual);
    reader.whole("dilation", shape.dilation, 1, 64);
    reader.truth("separable", shape.separable);
    reader.choice("head", shape.head, networkHeads());
    reader.whole("noise", shape.noise, 1, 4096);
    reader.whole("rank", shape.rank, 1, 1024);
    if (const std::optional<Error> error = reader.error())
        return *error;
    return shape;
}

/// What members say about each other.
std::optional<Error> contradiction(const NetworkShape& shape)
{
    const bool isLastStep = shape.prediction == "last-step";
    constexpr int kMostLayers = 16; // But for convolutions, whose layers are small.
    if (shape.layers > kMostLayers && shape.kind != "conv")
        return badValue("layers", "a whole number from 1 to " + std::to_string(kMostLayers) +
                                      " where the kind is \"" + shape.kind + "\"");
    if (shape.kind == "conv" && (shape.dilation & (shape.dilation - 1)) != 0)
        return badValue("dilation", "a power of two");
    if (isLastStep && (shape.kind == "transformer" || shape.kind == "ngram"))
        return badValue("prediction", "\"every-step\" where the kind is \"" + shape.kind + "\"");
    if (shape.bidirectional && !isLastStep)
        return badValue(
            "bidirectional",
            "false where the prediction is \"every-step\": reading backwards it would see "
            "the very symbol that it has to foretell. A \"last-step\" network may read its "
            "window both ways");
    if (shape.denseBatchNorm && shape.dense == 0)
        return badValue("denseBatchNorm",
                        "false where network.dense is 0: it stands behind that layer");
    if (shape.head.ends_with("keys") && isLastStep)
        return badValue("prediction", "\"every-step\" where the head is \"" + shape.head + "\"");
    if (shape.kind == "transformer") {
        if (shape.hidden % (2 * shape.heads) != 0)
            return badValue("hidden", "a multiple of " + std::to_string(2 * shape.heads) +
                                          " where a transformer has " +
                                          std::to_string(shape.heads) + " heads");
    } else if (isLastStep && shape.window < 1) {
        return badValue("window", "at least 1 where the prediction is \"last-step\"");
    }
    return std::nullopt;
}

std::string dumped(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Error badCard(const std::string& what)
{
    return {ErrorKind::Refused,
            "model.bad-card",
            "The description inside the model file is damaged: " + what + ".",
            {{"what", what}}};
}

} // namespace

const std::vector<NetworkKind>& networkKinds()
{
    static const std::vector<std::string> recurrent{
        "layers",    "hidden", "embedding",      "dropout",    "recurrentDropout", "weightDropout",
        "batchNorm", "dense",  "denseBatchNorm", "prediction", "window",           "bidirectional",
        "head",      "rank"};
    static const std::vector<NetworkKind> kinds{
        {"rnn", recurrent},
        {"gru", recurrent},
        {"lstm", recurrent},
        {"transformer",
         {"layers", "hidden", "heads", "context", "feedForward", "dropout", "prediction"}},
        {"ngram", {"order", "prediction"}, true},
        {"gan", {"layers", "hidden", "noise", "prediction", "window"}, false, true},
        {"conv", {"layers", "hidden", "residual", "dilation", "separable", "dropout"}},
    };
    return kinds;
}

const std::vector<std::string>& networkHeads()
{
    static const std::vector<std::string> heads{"softmax", "keys", "ordered-keys", "note",
                                                "note-relu"};
    return heads;
}

namespace {

/// Whether rows of numbers are read, not symbols.
bool isWide(const NetworkShape& shape)
{
    return shape.head.starts_with("note");
}

/// Rows of numbers cannot be read both ways.
Status checkWide(std::string_view encoding, const NetworkShape& shape)
{
    if (!shape.bidirectional)
        return ok();
    return Error{ErrorKind::Usage,
                 "network.does-not-fit",
                 "A network that reads the encoding \"" + std::string(encoding) +
                     "\" cannot read its window both ways. Set network.bidirectional to false.",
                 {{"encoding", std::string(encoding)}, {"allowed", "bidirectional false"}}};
}

} // namespace

Status checkNetworkFits(std::string_view encoding, const NetworkShape& shape)
{
    // What is not named here is read symbol by symbol.
    struct Fit
    {
        std::string_view encoding{};
        std::string_view kind{}; ///< Empty: any with a head.
        std::string_view head{};
    };
    static constexpr Fit fits[] = {
        {"", "", "softmax"}, {"frame", "", "keys"}, {"frame", "", "ordered-keys"},
        {"note", "", "note"}, {"note", "", "note-relu"}, {"voices", "conv", "softmax"}};
    if (networkKind(shape.kind).isAdversarial && encoding != "grid")
        return Error{ErrorKind::Usage,
                     "network.does-not-fit",
                     "A GAN learns melodies on a grid: it cannot learn the encoding \"" +
                         std::string(encoding) +
                         "\". Choose another network or the encoding \"grid\".",
                     {{"encoding", std::string(encoding)}, {"allowed", "grid"}}};
    std::string allowed;
    const bool isNamed = std::ranges::any_of(fits, [&](const Fit& fit) { return fit.encoding == encoding; });
    for (const Fit& fit : fits) {
        if (fit.encoding != (isNamed ? encoding : std::string_view()))
            continue;
        const bool isKind = fit.kind.empty() ? shape.kind != "conv" : fit.kind == shape.kind;
        if (fit.head == shape.head && isKind)
            return isWide(shape) ? checkWide(encoding, shape) : ok();
        allowed += allowed.empty() ? "" : " or ";
        allowed += fit.kind.empty() ? "the head \"" + std::string(fit.head) + '"'
                                    : "the kind \"" + std::string(fit.kind) + '"';
    }
    return Error{ErrorKind::Usage,
                 "network.does-not-fit",
                 "This network (" + describe(shape) + ", head \"" + shape.head +
                     "\") cannot learn the encoding \"" + std::string(encoding) +
                     "\", which needs " + allowed + ". Choose another network or encoding.",
                 {{"encoding", std::string(encoding)}, {"allowed", allowed}}};
}

int convolutionDilation(const NetworkShape& shape, int layer)
{
    if (layer == 0)
        return 1;
    int cycle = 1;
    while (1 << cycle <= shape.dilation)
        ++cycle;
    return 1 << (layer - 1) % cycle;
}

const NetworkKind& networkKind(std::string_view name)
{
    const auto found = std::ranges::find(networkKinds(), name, &NetworkKind::name);
    assert(found != networkKinds().end());
    return *found;
}

std::string describe(const NetworkShape& shape)
{
    if (shape.kind == "ngram")
        return "ngram of order " + std::to_string(shape.order);
    const std::string size = std::to_string(shape.layers) + " × " + std::to_string(shape.hidden);
    if (shape.kind == "gan")
        return shape.kind + ", " + size + ", noise " + std::to_string(shape.noise);
    if (shape.kind == "conv")
        return shape.kind + ", " + size + (shape.separable ? ", separable" : "") +
               (shape.dilation > 1 ? ", dilated up to " + std::to_string(shape.dilation) : "");
    if (shape.kind == "transformer")
        return shape.kind + ", " + size + ", " + std::to_string(shape.heads) + " heads, context " +
               std::to_string(shape.context);
    return shape.kind + ", " + size + (shape.bidirectional ? " both ways, " : ", ") +
           shape.prediction;
}

std::string toJson(const NetworkShape& shape)
{
    return dumped(networkJson(shape));
}

Result<NetworkShape> networkShapeFromJson(std::string_view text)
{
    const std::optional<Json> json = parseBounded(text);
    if (!json || !json->is_object())
        return Error{ErrorKind::Usage, "network.bad-value", "The network must be a JSON object.", {{"key", "network"}}};
    Result<NetworkShape> shape = readShape(*json);
    if (!shape)
        return shape;
    const NetworkKind& kind = networkKind(shape->kind);
    Json own = Json::object();
    for (const auto& [key, value] : json->items()) {
        if (key == "kind" || std::ranges::find(kind.settings, key) != kind.settings.end())
            own[key] = value;
    }
    shape = readShape(own);
    if (const std::optional<Error> error = contradiction(*shape))
        return *error;
    return shape;
}

std::map<std::string, std::string> toMetadata(const ModelCard& card)
{
    Json vocabulary = Json::array();
    for (const CardSymbol& symbol : card.vocabulary) {
        Json entry{{"name", symbol.name}, {"kind", symbol.kind}};
        if (symbol.pitch >= 0)
            entry["pitch"] = symbol.pitch;
        vocabulary.push_back(std::move(entry));
    }
    return {
        {"continuo.format", std::to_string(card.formatVersion)},
        {"continuo.name", card.name},
        {"continuo.description", card.description},
        {"continuo.licence", card.licence},
        {"continuo.encoding", card.encoding},
        {"continuo.encoding.version", std::to_string(card.encodingVersion)},
        {"continuo.encoding.options", card.encodingOptionsJson},
        {"continuo.vocabulary", dumped(vocabulary)},
        {"continuo.network", toJson(card.network)},
        {"continuo.sampler", card.samplerJson},
        {"continuo.receipt", card.receiptJson},
    };
}

Result<ModelCard> modelCardFromMetadata(const std::map<std::string, std::string>& metadata)
{
    const auto textOf = [&metadata](const char* key) -> std::optional<std::string> {
        const auto where = metadata.find(key);
        return where == metadata.end() ? std::nullopt : std::optional(where->second);
    };
    const std::optional<std::string> format = textOf("continuo.format");
    if (!format)
        return Error{ErrorKind::Refused, "model.no-card",
                     "This safetensors file holds tensors but no description of a Continuo model: it was made by another "
                     "program. Models are made by \"continuo train\".",
                     {}};
    const std::optional<std::int64_t> version = parseInteger(*format);
    if (!version || *version < 1)
        return badCard("continuo.format is not a version number");
    if (*version > kFormatVersion)
        return Error{ErrorKind::Refused,
                     "model.newer-format",
                     "The model file has format " + *format + ", this program reads up to "
                         + std::to_string(kFormatVersion) + ". Use a newer Continuo.",
                     {{"format", *format}}};
    ModelCard card;
    card.formatVersion = static_cast<int>(*version);
    card.name = textOf("continuo.name").value_or("");
    card.description = textOf("continuo.description").value_or("");
    card.licence = textOf("continuo.licence").value_or("");
    card.encoding = textOf("continuo.encoding").value_or("");
    if (card.encoding.empty())
        return badCard("continuo.encoding is missing");
    const std::optional<std::int64_t> encodingVersion = parseInteger(textOf("continuo.encoding.version").value_or(""));
    if (!encodingVersion || *encodingVersion < 1 || *encodingVersion > std::numeric_limits<int>::max())
        return badCard("continuo.encoding.version is not a version number");
    card.encodingVersion = static_cast<int>(*encodingVersion);

    const std::array<std::pair<const char*, std::string*>, 3> objects{
        {{"continuo.encoding.options", &card.encodingOptionsJson},
         {"continuo.sampler", &card.samplerJson},
         {"continuo.receipt", &card.receiptJson}}};
    for (const auto& [key, target] : objects) {
        const std::optional<std::string> text = textOf(key);
        if (!text)
            continue;
        const std::optional<Json> json = parseBounded(*text);
        if (!json || !json->is_object())
            return badCard(std::string(key) + " is not a JSON object");
        *target = *text;
    }

    const std::optional<Json> vocabulary = parseBounded(textOf("continuo.vocabulary").value_or(""));
    if (!vocabulary || !vocabulary->is_array() || vocabulary->empty() || vocabulary->size() > kVocabularyLimit)
        return badCard("continuo.vocabulary is not a list of symbols");
    for (const Json& entry : *vocabulary) {
        const auto member = [&entry](const char* key) -> const Json* {
            const auto where = entry.find(key);
            return where == entry.end() ? nullptr : &*where;
        };
        if (!entry.is_object())
            return badCard("continuo.vocabulary is not a list of symbols");
        const Json* name = member("name");
        const Json* kind = member("kind");
        if (name == nullptr || !name->is_string() || kind == nullptr || !kind->is_string())
            return badCard("a symbol without name or kind");
        CardSymbol symbol{name->get<std::string>(), kind->get<std::string>(), -1};
        if (symbol.kind == "pitch") {
            const Json* pitch = member("pitch");
            if (pitch == nullptr || !pitch->is_number_integer() || *pitch < 0 || *pitch > 127)
                return badCard("the symbol \"" + symbol.name + "\" has no pitch from 0 to 127");
            symbol.pitch = pitch->get<int>();
        }
        card.vocabulary.push_back(std::move(symbol));
    }

    const Result<NetworkShape> network = networkShapeFromJson(textOf("continuo.network").value_or(""));
    if (!network)
        return badCard(network.error().text);
    card.network = *network;
    return card;
}

} // namespace continuo
