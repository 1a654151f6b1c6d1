// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/model.h"

#include "core/generate/convolution_network.h"
#include "core/generate/frame_network.h"
#include "core/generate/ngram_model.h"
#include "core/generate/noise_network.h"
#include "core/generate/note_model.h"
#include "core/generate/recurrent_network.h"
#include "core/generate/transformer_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <map>
#include <string_view>

namespace continuo {

namespace {

/// A symbol as the model file has it; nothing for a pitch outside MIDI's.
std::optional<Symbol> symbolOf(const CardSymbol& written)
{
    Symbol symbol;
    symbol.name = written.name;
    if (written.kind == "pitch") {
        if (written.pitch < 0 || written.pitch > 127)
            return std::nullopt;
        symbol.kind = SymbolKind::Pitch;
        symbol.pitch.value = static_cast<std::uint8_t>(written.pitch);
    } else if (written.kind == "rest") {
        symbol.kind = SymbolKind::Rest;
    } else if (written.kind == "hold") {
        symbol.kind = SymbolKind::Hold;
    } else if (written.kind == "end") {
        symbol.kind = SymbolKind::End;
    } else if (written.kind == "bar") {
        symbol.kind = SymbolKind::Bar;
    }
    return symbol;
}

/// The one place that knows which class runs which kind, and which role it plays.
struct Maker
{
    std::string_view kind{};
    Status (*make)(GeneratingModel&, const std::map<std::string, Tensor>&, const std::string&,
                   const LaneKernels&) = nullptr;
};

/// Makes a network and puts it where its role is.
template <typename Network, auto Role>
Status makeOne(GeneratingModel& model, const std::map<std::string, Tensor>& tensors,
               const std::string& name, const LaneKernels& kernels)
{
    auto made = Network::make(model.card.network, model.encoding->vocabulary().size(), tensors,
                              name, kernels);
    if (!made)
        return made.error();
    model.*Role = std::move(*made);
    return ok();
}

constexpr Maker kMakers[] = {
    {"rnn", makeOne<RecurrentNetwork, &GeneratingModel::network>},
    {"gru", makeOne<RecurrentNetwork, &GeneratingModel::network>},
    {"lstm", makeOne<RecurrentNetwork, &GeneratingModel::network>},
    {"transformer", makeOne<TransformerNetwork, &GeneratingModel::network>},
    {"ngram", makeOne<NgramModel, &GeneratingModel::network>},
    {"gan", makeOne<NoiseNetwork, &GeneratingModel::noise>},
};

} // namespace

Result<GeneratingModel> modelFromTensors(const TensorFile& file, const std::string& name, const LaneKernels& kernels)
{
    Result<ModelCard> card = modelCardFromMetadata(file.metadata);
    if (!card) {
        Error error = card.error();
        if (error.text.find(name) == std::string::npos)
            error.text = name + ": " + error.text;
        return error;
    }

    std::vector<Symbol> symbols;
    for (const CardSymbol& written : card->vocabulary) {
        const std::optional<Symbol> symbol = symbolOf(written);
        if (!symbol) {
            return Error{ErrorKind::Refused,
                         "model.bad-card",
                         fmt::format("{}: the symbol \"{}\" names the MIDI key {}; keys go from 0 to 127. The file is "
                                     "damaged.",
                                     name, written.name, written.pitch),
                         {{"file", name}, {"symbol", written.name}}};
        }
        symbols.push_back(*symbol);
    }
    auto encoding =
        makeEncoding(card->encoding, card->encodingVersion, card->encodingOptionsJson, Vocabulary(std::move(symbols)));
    if (!encoding) {
        return Error{ErrorKind::Refused,
                     "model.other-encoding",
                     fmt::format("{}: this program cannot read the model's encoding. {}", name, encoding.error().text),
                     {{"file", name}, {"encoding", card->encoding}, {"reason", encoding.error().id}}};
    }
    if (const Status fits = checkNetworkFits(card->encoding, card->network); !fits) {
        return Error{ErrorKind::Refused,
                     "model.unknown-network",
                     fmt::format("{}: {}", name, fits.error().text),
                     {{"file", name}, {"kind", card->network.kind}}};
    }
    if (card->network.kind == "conv") {
        auto masked = ConvolutionNetwork::make(card->network, (*encoding)->vocabulary().size(),
                                               file.tensors, name, kernels);
        if (!masked)
            return masked.error();
        GeneratingModel model{std::move(*card), std::move(*encoding)};
        model.masked = std::move(*masked);
        return model;
    }
    if (card->network.head.starts_with("note")) {
        auto notes = makeNoteModel(card->network, (*encoding)->limits().size() - 1, file.tensors,
                                   name, kernels);
        if (!notes)
            return notes.error();
        GeneratingModel model{std::move(*card), std::move(*encoding)};
        model.notes = std::move(*notes);
        return model;
    }
    if (card->network.head.ends_with("keys")) {
        auto frames = FrameNetwork::make(card->network, file.tensors, name, kernels);
        if (!frames)
            return frames.error();
        GeneratingModel model{std::move(*card), std::move(*encoding)};
        model.frames = std::move(*frames);
        return model;
    }
    const auto* const maker = std::ranges::find(kMakers, card->network.kind, &Maker::kind);
    assert(maker != std::end(kMakers)); // the card knows no others
    GeneratingModel model;
    model.card = std::move(*card);
    model.encoding = std::move(*encoding);
    if (const Status made = maker->make(model, file.tensors, name, kernels); !made)
        return made.error();
    return model;
}

Status needNextSymbols(const GeneratingModel& model, const std::string& what)
{
    if (model.network)
        return ok();
    return Error{ErrorKind::Usage,
                 "model.no-next-symbol",
                 fmt::format("A model of this kind ({}) does not say what comes next after a "
                             "piece, so it cannot {}.",
                             describe(model.card.network), what),
                 {{"kind", model.card.network.kind}}};
}

std::size_t windowOf(const GeneratingModel& model)
{
    return model.notes     ? model.notes->window()
           : model.network ? model.network->window()
                           : 0;
}

Result<GeneratingModel> loadModel(const std::filesystem::path& path, const LaneKernels& kernels)
{
    Result<TensorFile> file = readTensorFile(path);
    if (!file)
        return file.error();
    return modelFromTensors(*file, readablePath(path), kernels);
}

} // namespace continuo
