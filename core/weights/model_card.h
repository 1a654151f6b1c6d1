// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// The shape of a next-symbol network, as it stands in presets, run folders and model files.
/// networkKinds() says which members a kind has; the others keep their defaults.
///
/// Tensors in a model file (float32, PyTorch's layout and gate order, "l" from 0), for rnn, gru and
/// lstm:
///   embedding.weight [vocabulary, embedding]      only where embedding > 0; else the input is
///   one-hot rnn.weight_ih_l{l} [gates·hidden, input]      rnn.weight_hh_l{l} [gates·hidden,
///   hidden] rnn.bias_ih_l{l}, rnn.bias_hh_l{l} [gates·hidden]   gates: rnn 1 (tanh), gru 3 (r, z,
///   n), lstm 4 (i, f, g, o) norm.weight, norm.bias, norm.running_mean, norm.running_var [hidden]
///   only with batchNorm (eps 1e-5) dense.weight [dense, hidden], dense.bias [dense]   only where
///   dense > 0; followed by ReLU dense.norm.weight, dense.norm.bias, dense.norm.running_mean,
///   dense.norm.running_var [dense]   only with denseBatchNorm (eps 1e-5), behind the ReLU
///   head.weight [vocabulary, dense or hidden], head.bias [vocabulary]
/// Bidirectional networks have every rnn.* a second time with the suffix "_reverse" for reading
/// backwards, and twice hidden wherever a layer's output goes in: forwards first. The last layer's
/// outputs are those of each direction when it has read the whole window. For the transformer, a
/// decoder with the norms first (layer norm, eps 1e-5):
///   embedding.weight [vocabulary, hidden]
///   blocks.{l}.norm1.weight, .bias [hidden]           blocks.{l}.norm2.weight, .bias [hidden]
///   blocks.{l}.qkv.weight [3·hidden, hidden], .bias   queries, keys, values, each head by head
///   blocks.{l}.out.weight [hidden, hidden], .bias     back from the heads; added to what came in
///   before norm1 blocks.{l}.up.weight [feedForward·hidden, hidden], .bias     GELU by tanh follows
///   blocks.{l}.down.weight [hidden, feedForward·hidden], .bias   added to what came in before
///   norm2 norm.weight, norm.bias [hidden]   head.weight [vocabulary, hidden], head.bias
///   [vocabulary]
/// With the head "ordered-keys" the recurrent networks' head says rank numbers more, the context,
/// and there are
///   ordered.direct [88, 88]   ordered.heard [88, rank]   ordered.said [88, rank]
/// The logit of key k is the head's k-th number plus direct[k, i] for every key i < k that is on,
/// plus said[k] · ReLU(context + the sum of heard[i] over the same i).
/// The ngram's tensors are those of NgramTable. In the transformer queries and keys are turned by
/// their place in the window: elements i and i + d/2 of a head of width d by the angle place ·
/// 10000^(−2i/d). Scores are divided by √d.
///
/// The gan has two RNNs (tanh) of the same layers and hidden units, named like an rnn's without
/// embedding behind a prefix of their own: generator.rnn.weight_ih_l{l} … generator.head.weight
/// [vocabulary, hidden], generator.head.bias, and discriminator.rnn.* … discriminator.head.weight
/// [1, hidden], discriminator.head.bias [1]. The generator reads `noise` numbers a step and says
/// the logits of the symbol there; in last-step it reads `window` steps of noise from the zero
/// state for every symbol. The discriminator reads one-hot symbols, and what its head makes of the
/// last step is the logit of "this is of the corpus".
/// For conv, a masked convolution over time and pitch, with kRows rows of pitch (VoicesEncoding):
///   layers.{l}.weight [hidden, inputs, 3, 3], or with separable from the second layer on
///   layers.{l}.depth.weight [hidden, 1, 3, 3] and layers.{l}.weight [hidden, hidden, 1, 1]
///   layers.{l}.norm.weight, .bias, .running_mean, .running_var [hidden] (batch norm, eps 1e-5)
///   head.weight [outputs, hidden, 1, 1], head.bias [outputs]
/// Planes go in, time by rows: for every voice a plane of beginning notes and, where the encoding
/// has attacks, one of notes that go on, 1 where there is one; then for every voice a plane that is
/// 1 where the voice is hidden, whose notes are then 0. The first layer is convolution, norm, ReLU.
/// The others are blocks of two with residual: convolution, norm, ReLU, convolution, norm, plus what
/// came in, ReLU; without residual, and for a last one without a partner, as the first. Layer l is
/// dilated by convolutionDilation(). Outside there are zeros. What comes out are planes as the first
/// that went in, and softmax over those of a voice, all rows of one plane after the other, is what
/// the voice does at a time.
///
/// How a piece is read: from the zero state. Where the vocabulary has an end symbol the first input
/// is that symbol and the piece follows, so the network also says how pieces begin; without one the
/// first symbol of the piece is read and not predicted. A last-step network reads the last `window`
/// symbols before each step, fewer at the beginning, again from the zero state; nothing is padded.
/// Pieces carry their state to the end in every-step.
///
/// A transformer looks back `context` symbols at most. When its window is full the older half
/// (context / 2 symbols) is forgotten and what is left is read again as if the piece began there;
/// so every symbol is foretold from at least half a context, exactly as in training, and what it
/// says is a function of the window alone. contextStart() is the rule.
struct NetworkShape
{
    std::string kind = "lstm"; ///< One of networkKinds().
    int layers = 1;
    int hidden = 256;
    int embedding = 0;          ///< Width of the embedding; 0 = one-hot.
    double dropout = 0;         ///< Between layers and before the head, in training only.
    /// Recurrent, in training only: the share of a layer's outputs of the step before that it does
    /// not read, the same ones at all steps of a sequence. Where it is above 0 nothing is dropped
    /// between the layers.
    double recurrentDropout = 0;
    /// In training, of recurrent kinds: share of the hidden weights that a step does without.
    double weightDropout = 0;
    bool batchNorm = false;     ///< On the last layer's output, before the dropout and the head.
    int dense = 0;              ///< Width of a dense layer (ReLU, then the same dropout) before the head; 0 = none.
    bool denseBatchNorm = false; ///< Behind the dense layer's ReLU, before its dropout; needs a dense layer.
    std::string prediction = "every-step"; ///< Or "last-step": a window of `window` symbols predicts the one after it.
    int window = 0;             ///< For last-step only.
    int heads = 4;    ///< Transformer: hidden is divided evenly among them, an even width for each.
    int context = 64; ///< Transformer: symbols it looks back at most, at least 2.
    int feedForward = 4;        ///< Transformer: width between up and down, in multiples of hidden.
    int order = 4;              ///< N-gram: length of the longest sequence counted.
    bool bidirectional = false; ///< Recurrent, last-step only: the window is read both ways.
    bool residual = true;       ///< Convolution: two layers are a block around which a way leads.
    int dilation = 1;           ///< Convolution: the largest; layers go through 1, 2, 4, … up to it.
    bool separable = false;     ///< Convolution: first within a plane, then across planes.
    std::string head = "softmax"; ///< What comes out: one of networkHeads().
    int noise = 100;              ///< GAN: random numbers that its generator reads at a step.
    int rank = 64; ///< Head "ordered-keys": numbers in which the keys below are told to those above.

    friend bool operator==(const NetworkShape&, const NetworkShape&) = default;
};

/// Where the window of a network with a context begins that reads the symbol `place` of a piece,
/// counted from 0.
constexpr std::size_t contextStart(std::size_t place, std::size_t context)
{
    const std::size_t forgotten = context / 2;
    return place < context ? 0 : ((place - context) / forgotten + 1) * forgotten;
}

/// By how many steps and rows the neighbours of a layer of a convolution are away: 1 for the first,
/// then 1, 2, 4, … up to shape.dilation, and again.
int convolutionDilation(const NetworkShape& shape, int layer);

/// A kind of network, for forms, help and messages.
struct NetworkKind
{
    std::string name{}; ///< "transformer"
    std::vector<std::string>
        settings{}; ///< The members of NetworkShape that it has, beside its kind.
    bool isCounted =
        false; ///< It counts instead of following gradients, and needs no device for it.
    bool isAdversarial = false; ///< Two networks learn against each other, out of noise: there is
                                ///< no loss on held-out pieces.
};

/// Every kind this program knows.
const std::vector<NetworkKind>& networkKinds();

/// What a network may end in. "softmax": one of the vocabulary's symbols.
const std::vector<std::string>& networkHeads();

/// Whether pieces in this encoding are what such a network reads and says. Error (kind Usage):
/// network.does-not-fit.
Status checkNetworkFits(std::string_view encoding, const NetworkShape& shape);

/// The one of that name; of a shape that was read there always is one.
const NetworkKind& networkKind(std::string_view name);

/// In words, for lists: "lstm, 2 × 256, every-step".
std::string describe(const NetworkShape& shape);

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

/// JSON text of a network shape and back; unknown members are errors that name the key
/// (network.unknown-key, network.bad-value; kind Usage). Members that the kind does not have are
/// checked and then take their defaults.
std::string toJson(const NetworkShape& shape);
Result<NetworkShape> networkShapeFromJson(std::string_view json);

} // namespace continuo
