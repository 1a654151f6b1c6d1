// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/learn/lstm_case.h"

#include "core/learn/lstm_p.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/lstm.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include <limits>

namespace continuo::test {
namespace {

std::vector<float> values(const at::Tensor& tensor)
{
    const at::Tensor plain = tensor.detach().to(at::kFloat).contiguous();
    const float* const first = plain.const_data_ptr<float>();
    return {first, first + plain.numel()};
}

struct Layers
{
    std::vector<at::Tensor> parameters{}; // table, hidden weight, input weight, bias, hidden weight
    at::Tensor tokens{};
    at::Tensor direction{}; // of the loss's gradient by the output

    explicit Layers(const LstmCase& given)
    {
        constexpr std::int64_t kSymbols = 11;
        at::manual_seed(given.seed);
        const std::int64_t gates = 4 * given.hidden;
        const std::vector<std::vector<std::int64_t>> shapes{{kSymbols, gates},
                                                            {gates, given.hidden},
                                                            {gates, given.hidden},
                                                            {gates},
                                                            {gates, given.hidden}};
        for (const std::vector<std::int64_t>& shape : shapes)
            parameters.push_back((at::randn(shape) * 0.3).requires_grad_(true));
        if (given.isBlownUp)
            parameters[4].mutable_data_ptr<float>()[0] = std::numeric_limits<float>::quiet_NaN();
        tokens = at::randint(kSymbols, {given.time, given.batch}, at::kLong);
        direction = at::randn({given.time, given.batch, given.hidden});
    }

    at::Tensor ours(LstmLayer& lower, LstmLayer& upper, bool isBfloat16) const
    {
        const at::Tensor below = lower.readTable(parameters[0], tokens, parameters[1], isBfloat16);
        return upper.readLayer(below, parameters[2], parameters[3], parameters[4], isBfloat16);
    }

    at::Tensor libtorchs() const
    {
        const std::int64_t hidden = parameters[1].size(1);
        const at::Tensor start = at::zeros({1, tokens.size(1), hidden});
        const at::Tensor none = at::zeros({4 * hidden});
        const std::vector<at::Tensor> states{start, start};
        // A layer whose input weight is the table adds a line of it to the gates where it reads
        // unit vectors.
        const std::vector<at::Tensor> first{parameters[0].t(), parameters[1], none, none};
        const std::vector<at::Tensor> second{parameters[2], parameters[4], parameters[3], none};
        const at::Tensor units = at::embedding(at::eye(parameters[0].size(0)), tokens);
        const at::Tensor below =
            std::get<0>(at::lstm(units, states, first, true, 1, 0.0, true, false, false));
        return std::get<0>(at::lstm(below, states, second, true, 1, 0.0, true, false, false));
    }

    LstmResult result(const at::Tensor& output) const
    {
        (output.to(at::kFloat) * direction).sum().backward();
        LstmResult result{values(output), {}};
        for (const at::Tensor& parameter : parameters)
            result.gradients.push_back(values(parameter.grad()));
        return result;
    }
};

} // namespace

bool isLstmPossible(std::int64_t hidden, bool isBfloat16)
{
    return LstmLayer::isPossible(hidden, isBfloat16);
}

LstmResult lstmByLibtorch(const LstmCase& given)
{
    const Layers layers(given);
    return layers.result(layers.libtorchs());
}

LstmResult lstmByOurs(const LstmCase& given, bool isBfloat16, int threads)
{
    const Layers layers(given);
    const int before = at::get_num_threads();
    at::set_num_threads(threads);
    LstmLayer lower;
    LstmLayer upper;
    LstmResult result = layers.result(layers.ours(lower, upper, isBfloat16));
    at::set_num_threads(before);
    return result;
}

std::vector<LstmResult> lstmInterleaved(const LstmCase& first, const LstmCase& second)
{
    const Layers a(first);
    const Layers b(second);
    LstmLayer lower;
    LstmLayer upper;
    const at::Tensor outputOfA = a.ours(lower, upper, false);
    const at::Tensor outputOfB = b.ours(lower, upper, false);
    return {a.result(outputOfA), b.result(outputOfB)};
}

} // namespace continuo::test
