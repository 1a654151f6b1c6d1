// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace continuo::test {

/// A recurrent layer with random weights on random numbers; which, follows from the sizes and the
/// seed. libtorch's headers cannot stand beside Qt's, so the arithmetic is in a file of its own.
struct RecurrentCase
{
    std::string kind = "lstm";
    std::int64_t time = 7;
    std::int64_t batch = 3;
    std::int64_t inputs = 5;
    std::int64_t hidden = 11;
    std::uint64_t seed = 1;
};

/// All outputs, the state at the end, and the gradients of a loss by the input and the four
/// weights.
struct RecurrentResult
{
    std::vector<float> output{};
    std::vector<float> state{};
    std::vector<std::vector<float>> gradients{};

    friend bool operator==(const RecurrentResult&, const RecurrentResult&) = default;
};

RecurrentResult recurrentByLibtorch(const RecurrentCase& given);

/// Step by step. An empty mask: none; else one number for each unit, the same for all sequences.
RecurrentResult recurrentStepByStep(const RecurrentCase& given, const std::vector<float>& mask);

/// By libtorch, one step a call, between which the outputs that the next call hears are multiplied
/// by the mask; for lstm and rnn, whose outputs are heard through the hidden weights only.
RecurrentResult recurrentByMaskedCalls(const RecurrentCase& given, const std::vector<float>& mask);

/// The gradient of the loss by every weight after one training step of a network with two layers,
/// a share of whose recurrence is dropped by masks of `seed`; "fused" has none.
std::vector<std::vector<float>> networkGradients(const std::string& kind, double recurrentDropout,
                                                 double dropout, std::uint64_t seed);

} // namespace continuo::test
