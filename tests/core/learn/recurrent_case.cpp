// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/learn/recurrent_case.h"

#include "core/learn/network_p.h"
#include "core/learn/recurrent_steps_p.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gru.h>
#include <ATen/ops/lstm.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/rnn_tanh.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <array>
#include <utility>

namespace continuo::test {
namespace {

std::vector<float> values(const at::Tensor& tensor)
{
    const at::Tensor plain = tensor.detach().to(at::kFloat).contiguous();
    const float* const first = plain.const_data_ptr<float>();
    return {first, first + plain.numel()};
}

struct Layer
{
    std::vector<at::Tensor> leaves{}; // x, input weight, hidden weight, input bias, hidden bias
    at::Tensor direction{};           // of the loss's gradient by the outputs

    explicit Layer(const RecurrentCase& given)
    {
        at::manual_seed(given.seed);
        const std::int64_t gates = given.kind == "lstm" ? 4 : given.kind == "gru" ? 3 : 1;
        const std::vector<std::vector<std::int64_t>> shapes{{given.time, given.batch, given.inputs},
                                                            {gates * given.hidden, given.inputs},
                                                            {gates * given.hidden, given.hidden},
                                                            {gates * given.hidden},
                                                            {gates * given.hidden}};
        for (const std::vector<std::int64_t>& shape : shapes)
            leaves.push_back((at::randn(shape) * 0.3).requires_grad_(true));
        direction = at::randn({given.time, given.batch, given.hidden});
    }

    std::vector<at::Tensor> weights() const { return {leaves.begin() + 1, leaves.end()}; }

    RecurrentResult result(const at::Tensor& output, const std::vector<at::Tensor>& state) const
    {
        at::Tensor loss = (output * direction).sum();
        RecurrentResult result{values(output), {}, {}};
        for (const at::Tensor& each : state) {
            const std::vector<float> numbers = values(each);
            result.state.insert(result.state.end(), numbers.begin(), numbers.end());
            loss = loss + each.sum();
        }
        loss.backward();
        for (const at::Tensor& leaf : leaves)
            result.gradients.push_back(values(leaf.grad()));
        return result;
    }
};

/// x: [time, batch, inputs]; the state goes in and comes out as [1, batch, hidden].
at::Tensor fused(const RecurrentCase& given, const at::Tensor& x,
                 const std::vector<at::Tensor>& weights, std::vector<at::Tensor>& state)
{
    if (given.kind == "lstm") {
        auto [y, h, c] = at::lstm(x, state, weights, true, 1, 0.0, true, false, false);
        state = {h, c};
        return y;
    }
    auto [y, h] = given.kind == "gru"
                      ? at::gru(x, state[0], weights, true, 1, 0.0, true, false, false)
                      : at::rnn_tanh(x, state[0], weights, true, 1, 0.0, true, false, false);
    state = {h};
    return y;
}

std::vector<at::Tensor> zeroState(const RecurrentCase& given)
{
    const at::Tensor zero = at::zeros({1, given.batch, given.hidden});
    return given.kind == "lstm" ? std::vector{zero, zero} : std::vector{zero};
}

} // namespace

RecurrentResult recurrentByLibtorch(const RecurrentCase& given)
{
    const Layer layer(given);
    std::vector<at::Tensor> state = zeroState(given);
    const at::Tensor y = fused(given, layer.leaves[0], layer.weights(), state);
    return layer.result(y, state);
}

RecurrentResult recurrentStepByStep(const RecurrentCase& given, const std::vector<float>& mask)
{
    const Layer layer(given);
    const at::Tensor zero = at::zeros({given.batch, given.hidden});
    std::array<at::Tensor, 2> state{zero, zero};
    at::Tensor rows;
    if (!mask.empty())
        rows = at::tensor(mask).unsqueeze(0).expand({given.batch, given.hidden});
    const auto& l = layer.leaves;
    const at::Tensor y = readStepByStep(given.kind, l[0], {l[1], l[2], l[3], l[4]}, rows, state);
    std::vector<at::Tensor> after{state[0].unsqueeze(0)};
    if (given.kind == "lstm")
        after.push_back(state[1].unsqueeze(0));
    return layer.result(y, after);
}

RecurrentResult recurrentByMaskedCalls(const RecurrentCase& given, const std::vector<float>& mask)
{
    const Layer layer(given);
    std::vector<at::Tensor> state = zeroState(given);
    std::vector<at::Tensor> outputs;
    std::vector<at::Tensor> after;
    for (std::int64_t step = 0; step < given.time; ++step) {
        outputs.push_back(fused(given, layer.leaves[0].narrow(0, step, 1), layer.weights(), state));
        after = state;
        state[0] = state[0] * at::tensor(mask);
    }
    return layer.result(at::cat(outputs), after);
}

std::vector<std::vector<float>> networkGradients(const std::string& kind, double recurrentDropout,
                                                 double dropout, std::uint64_t seed)
{
    NetworkShape shape;
    shape.kind = kind;
    shape.layers = 2;
    shape.hidden = 16; // our own LSTM layer takes such
    shape.dropout = dropout;
    shape.recurrentDropout = recurrentDropout;
    const auto network = makeRecurrentNetwork(shape, {9, 9}, 5);
    at::manual_seed(3);
    const at::Tensor read = at::randint(9, {6, 4}, at::kLong);
    ForwardMode mode{true, at::kFloat, at::make_generator<at::CPUGeneratorImpl>(), {}};
    mode.dropout.set_current_seed(seed);
    const at::Tensor hidden = network->hidden(read, nullptr, mode).flatten(0, 1);
    network->logits(hidden, mode).square().sum().backward();
    std::vector<std::vector<float>> gradients;
    for (const auto& [name, parameter] : network->parameters())
        gradients.push_back(values(parameter.grad()));
    return gradients;
}

} // namespace continuo::test
