// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace continuo::test {

/// Two LSTM layers with random weights on random symbols; which, follows from the sizes and the
/// seed. libtorch's headers cannot stand beside Qt's, so the arithmetic is in a file of its own.
struct LstmCase
{
    std::int64_t time = 1;
    std::int64_t batch = 1;
    std::int64_t hidden = 16;
    std::uint64_t seed = 1;
    bool isBlownUp = false; ///< One of the upper layer's hidden weights is not a number.
};

/// The output of the upper layer, and the gradients of a loss by: the table the lower layer reads,
/// its hidden weight, the upper layer's input weight, bias and hidden weight.
struct LstmResult
{
    std::vector<float> output{};
    std::vector<std::vector<float>> gradients{};

    friend bool operator==(const LstmResult&, const LstmResult&) = default;
};

bool isLstmPossible(std::int64_t hidden, bool isBfloat16);

LstmResult lstmByLibtorch(const LstmCase& given);

LstmResult lstmByOurs(const LstmCase& given, bool isBfloat16, int threads);

/// Both cases through the same layers, forward first and backward after.
std::vector<LstmResult> lstmInterleaved(const LstmCase& first, const LstmCase& second);

} // namespace continuo::test
