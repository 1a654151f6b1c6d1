// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/training_set.h"

#include "core/learn/card.h"
#include "core/weights/model_card.h"
#include "core/weights/safetensors.h"

#include <array>
#include <cstring>
#include <numeric>
#include <optional>

namespace continuo {
namespace {

static_assert(sizeof(Token) == 4);

template <typename T>
Tensor wholeTensor(std::span<const T> values, const char* dtype)
{
    const auto bytes = std::as_bytes(values);
    return {dtype, {static_cast<std::int64_t>(values.size())}, {bytes.begin(), bytes.end()}};
}

void packPart(TensorFile& file, const std::string& name, const std::vector<TokenSequence>& pieces)
{
    std::vector<Token> tokens;
    std::vector<std::int64_t> lengths;
    for (const TokenSequence& piece : pieces) {
        tokens.insert(tokens.end(), piece.begin(), piece.end());
        lengths.push_back(std::ssize(piece));
    }
    file.tensors[name + ".tokens"] = wholeTensor(std::span<const Token>(tokens), "I32");
    file.tensors[name + ".lengths"] = wholeTensor(std::span<const std::int64_t>(lengths), "I64");
}

template <typename T>
std::optional<std::vector<T>> wholeValues(const TensorFile& file, const std::string& name,
                                          const char* dtype)
{
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end() || found->second.dtype != dtype)
        return std::nullopt;
    std::vector<T> values(found->second.bytes.size() / sizeof(T));
    if (!values.empty())
        std::memcpy(values.data(), found->second.bytes.data(), values.size() * sizeof(T));
    return values;
}

bool unpackPart(const TensorFile& file, const std::string& name, std::span<const Token> limits,
                std::vector<TokenSequence>& pieces)
{
    const auto tokens = wholeValues<Token>(file, name + ".tokens", "I32");
    const auto lengths = wholeValues<std::int64_t>(file, name + ".lengths", "I64");
    if (!tokens || !lengths)
        return false;
    std::size_t begin = 0;
    for (const std::int64_t length : *lengths) {
        if (length < 0 || static_cast<std::uint64_t>(length) > tokens->size() - begin)
            return false;
        const std::size_t end = begin + static_cast<std::size_t>(length);
        pieces.emplace_back(tokens->begin() + static_cast<std::ptrdiff_t>(begin),
                            tokens->begin() + static_cast<std::ptrdiff_t>(end));
        if (pieces.back().size() % limits.size() != 0)
            return false;
        for (std::size_t i = 0; i < pieces.back().size(); ++i)
            if (pieces.back()[i] < 0 || pieces.back()[i] >= limits[i % limits.size()])
                return false;
        begin = end;
    }
    return begin == tokens->size();
}

Result<TrainingSet> tokenPackFrom(const Result<TensorFile>& file, const std::string& name)
{
    if (!file)
        return file.error();
    const Result<ModelCard> card = modelCardFromMetadata(file->metadata);
    if (!card)
        return card.error();
    TrainingSet set;
    set.encoding = card->encoding;
    set.encodingVersion = card->encodingVersion;
    set.encodingOptionsJson = card->encodingOptionsJson;
    set.vocabulary = vocabularyOf(card->vocabulary);
    const auto textOf = [&file](const char* key) {
        const auto found = file->metadata.find(key);
        return found == file->metadata.end() ? std::string() : found->second;
    };
    set.source = textOf("continuo.pack.source");
    set.fingerprint = textOf("continuo.pack.fingerprint");
    set.losses = textOf("continuo.pack.losses");
    set.recipe = textOf("continuo.pack.recipe");
    set.split = textOf("continuo.pack.split");
    set.limits = wholeValues<Token>(*file, "limits", "I32")
                     .value_or(std::vector<Token>{set.vocabulary.size()});
    if (set.limits.empty() || !unpackPart(*file, "train", set.limits, set.train) ||
        !unpackPart(*file, "validation", set.limits, set.validation) ||
        !unpackPart(*file, "test", set.limits, set.test))
        return Error{
            ErrorKind::Refused,
            "train.bad-pack",
            name + ": the run's pieces are damaged. Start the training again from its dataset.",
            {{"file", name}}};
    return set;
}

} // namespace

TrainingSet emptyTrainingSet(const Encoding& encoding)
{
    TrainingSet set;
    set.encoding = encoding.name();
    set.encodingVersion = encoding.version();
    set.encodingOptionsJson = encoding.optionsJson();
    set.vocabulary = encoding.vocabulary();
    set.limits = encoding.limits();
    return set;
}

Status writeTokenPack(const std::filesystem::path& path, const TrainingSet& set)
{
    ModelCard card;
    card.encoding = set.encoding;
    card.encodingVersion = set.encodingVersion;
    card.encodingOptionsJson = set.encodingOptionsJson;
    card.vocabulary = cardSymbols(set.vocabulary);
    TensorFile file;
    file.metadata = toMetadata(card);
    file.metadata["continuo.pack.source"] = set.source;
    file.metadata["continuo.pack.fingerprint"] = set.fingerprint;
    file.metadata["continuo.pack.losses"] = set.losses;
    if (!set.recipe.empty())
        file.metadata["continuo.pack.recipe"] = set.recipe;
    if (!set.split.empty())
        file.metadata["continuo.pack.split"] = set.split;
    if (set.limits.size() > 1)
        file.tensors["limits"] = wholeTensor(std::span<const Token>(set.limits), "I32");
    packPart(file, "train", set.train);
    packPart(file, "validation", set.validation);
    packPart(file, "test", set.test);
    return writeTensorFile(path, file, Overwrite::Replace);
}

Result<TrainingSet> readTokenPack(const std::filesystem::path& path)
{
    return tokenPackFrom(readTensorFile(path), readablePath(path));
}

Result<TrainingSet> parseTokenPack(std::span<const std::uint8_t> bytes,
                                   const std::string& nameForErrors)
{
    return tokenPackFrom(parseTensorFile(bytes, nameForErrors), nameForErrors);
}

std::size_t TokenStream::targets() const
{
    return std::accumulate(pieces.begin(), pieces.end(), std::size_t{0},
                           [](std::size_t sum, const Piece& piece) { return sum + piece.targets; });
}

TokenStream makeTokenStream(std::span<const TokenSequence> pieces, const Vocabulary& vocabulary,
                            std::size_t width)
{
    const std::optional<Token> found = vocabulary.find(SymbolKind::End);
    const Token end = found.value_or(0);
    TokenStream stream;
    stream.width = width;
    stream.startsWithEnd = width == 1 && found.has_value();
    for (const TokenSequence& piece : pieces) {
        const std::size_t steps = piece.size() / width + (stream.startsWithEnd ? 1 : 0);
        if (piece.empty() || steps < 2)
            continue;
        stream.pieces.push_back({stream.tokens.size() / width, steps - 1});
        if (stream.startsWithEnd)
            stream.tokens.push_back(end);
        stream.tokens.insert(stream.tokens.end(), piece.begin(), piece.end());
    }
    return stream;
}

} // namespace continuo
