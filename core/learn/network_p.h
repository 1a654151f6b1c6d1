// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/train_job.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace continuo {

/// What a network remembers between two stretches of the same pieces; empty = the zero state. What
/// the tensors are is the network's own affair, but their first dimension is the batch.
using NetworkState = std::vector<at::Tensor>;

struct ForwardMode
{
    bool isTraining = false;
    at::ScalarType products = at::kFloat; ///< Of matrices: in float, bfloat16 or half.
    at::Generator dropout{};              ///< Draws the masks; needed in training only.
    /// int64 [batch]: how many steps of each sequence are of its window, for networks that read
    /// backwards; undefined where all are.
    at::Tensor lengths{};
};

/// A network that says, for every step of a batch of sequences, what comes next. One file, one row
/// in networkKinds() and one in network.cpp for each kind. Used by one thread at a time.
class Network
{
public:
    using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

    virtual ~Network() = default;

    /// read: int64 [time, batch], symbols; or float [time, batch, inputs], numbers, which recurrent
    /// networks take. Result: [time, batch, width], in float or `products`. Time comes first
    /// because that is how recurrent layers compute; the other way round every layer copies.
    /// `state` goes in and comes out; it may be null, and is for a network with a context.
    virtual at::Tensor hidden(const at::Tensor& read, NetworkState* state,
                              const ForwardMode& mode) = 0;

    /// hidden: [n, width], any n of the steps; result: float [n, outputs], logits.
    virtual at::Tensor logits(const at::Tensor& hidden, const ForwardMode& mode) = 0;

    /// How many symbols it looks back by the rule of contextStart(); 0 where it carries a state.
    virtual std::size_t context() const { return 0; }

    /// Outputs and their gradients that a training step keeps for each symbol; an estimate.
    virtual std::int64_t floatsPerSymbol() const = 0;

    /// What is trained, and what else belongs to the model file; both with their names there.
    virtual const NamedTensors& parameters() const = 0;
    virtual const NamedTensors& buffers() const = 0;
};

/// What goes into a network and what comes out: for symbols the vocabulary both times.
struct NetworkEnds
{
    std::int64_t inputs = 0;
    std::int64_t outputs = 0;
};

/// A fresh network on the CPU. Its weights are a pure function of shape, ends and seed.
std::unique_ptr<Network> makeNetwork(const NetworkShape& shape, NetworkEnds ends,
                                     std::uint64_t seed);
std::unique_ptr<Network> makeRecurrentNetwork(const NetworkShape& shape, NetworkEnds ends,
                                              std::uint64_t seed);
std::unique_ptr<Network> makeTransformer(const NetworkShape& shape, NetworkEnds ends,
                                         std::uint64_t seed);

std::unique_ptr<Network> makeConvolutionNetwork(const NetworkShape& shape, NetworkEnds ends,
                                                std::uint64_t seed);

/// x with a share of its elements set to zero and the others scaled up; x itself outside training.
at::Tensor dropped(const at::Tensor& x, double share, const ForwardMode& mode);

/// at::linear() of rows [n, width] whose number changes from step to step. On a processor oneDNN
/// compiles products in bfloat16 anew for every number of rows; so rows of zeros make it one of few.
at::Tensor evenLinear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

/// Matrix products run in bfloat16 or half while it lives, if that is asked for.
class ProductScope
{
public:
    ProductScope(at::ScalarType products, at::DeviceType device);
    ProductScope(const ProductScope&) = delete;
    ProductScope& operator=(const ProductScope&) = delete;
    ~ProductScope();

private:
    bool m_isOn = false;
    at::DeviceType m_device;
};

} // namespace continuo
