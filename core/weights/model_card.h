// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// The shape of a recurrent next-symbol network, as it stands in presets, run folders and model files.
///
/// Tensors in a model file (float32, PyTorch's layout and gate order, "l" from 0):
///   embedding.weight [vocabulary, embedding]      only where embedding > 0; else the input is one-hot
///   rnn.weight_ih_l{l} [gates·hidden, input]      rnn.weight_hh_l{l} [gates·hidden, hidden]
///   rnn.bias_ih_l{l}, rnn.bias_hh_l{l} [gates·hidden]   gates: rnn 1 (tanh), gru 3 (r, z, n), lstm 4 (i, f, g, o)
///   norm.weight, norm.bias, norm.running_mean, norm.running_var [hidden]   only with batchNorm (eps 1e-5)
///   dense.weight [dense, hidden], dense.bias [dense]   only where dense > 0; followed by ReLU
///   head.weight [vocabulary, dense or hidden], head.bias [vocabulary]
///
/// How a piece is read: from the zero state. Where the vocabulary has an end symbol the first input is that symbol and
/// the piece follows, so the network also says how pieces begin; without one the first symbol of the piece is read and
/// not predicted. A last-step network reads the last `window` symbols before each step, fewer at the beginning, again
/// from the zero state; nothing is padded. Pieces carry their state to the end in every-step.
struct NetworkShape
{
    std::string kind = "lstm"; ///< "rnn", "gru" or "lstm".
    int layers = 1;
    int hidden = 256;
    int embedding = 0;          ///< Width of the embedding; 0 = one-hot.
    double dropout = 0;         ///< Between layers and before the head, in training only.
    bool batchNorm = false;     ///< On the last layer's output, before the dropout and the head.
    int dense = 0;              ///< Width of a dense layer (ReLU, then the same dropout) before the head; 0 = none.
    std::string prediction = "every-step"; ///< Or "last-step": a window of `window` symbols predicts the one after it.
    int window = 0;             ///< For last-step only.

    friend bool operator==(const NetworkShape&, const NetworkShape&) = default;
};

/// One symbol of the vocabulary as written in a model file. `kind`: "pitch", "rest", "hold", "end", "other".
struct CardSymbol
{
    std::string name{};
    std::string kind{};
    int pitch = -1; ///< For pitches only.
    friend bool operator==(const CardSymbol&, const CardSymbol&) = default;
};

/// What a model says of itself, stored in its safetensors metadata. Free of torch, so that anything can list models.
struct ModelCard
{
    int formatVersion = 1;
    std::string name{};          ///< "folk-grid · step 1200 · best"
    std::string description{};   ///< Where it comes from and what it was trained on, with credits.
    std::string licence{};
    std::string encoding{};      ///< "grid"
    int encodingVersion = 1;
    std::string encodingOptionsJson = "{}";
    std::vector<CardSymbol> vocabulary{};
    NetworkShape network{};
    std::string samplerJson = "{}"; ///< The preset's sampler: what generating starts from.
    std::string receiptJson = "{}"; ///< How it was trained: job, data fingerprint, seed, versions, losses, parent.

    friend bool operator==(const ModelCard&, const ModelCard&) = default;
};

/// The metadata of a safetensors file for this card and back.
/// Errors (kind Refused): model.no-card (a safetensors file, but not a model of ours), model.bad-card,
/// model.newer-format.
std::map<std::string, std::string> toMetadata(const ModelCard& card);
Result<ModelCard> modelCardFromMetadata(const std::map<std::string, std::string>& metadata);

/// JSON text of a network shape and back; unknown members are errors that name the key (network.unknown-key,
/// network.bad-value; kind Usage).
std::string toJson(const NetworkShape& shape);
Result<NetworkShape> networkShapeFromJson(std::string_view json);

} // namespace continuo
