// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/lstm_p.h"
#include "core/learn/torch_threads_p.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>

namespace continuo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Maybe = std::optional<at::Tensor>;

constexpr std::int64_t kLanes = 16;

/// Where a layer keeps what forward leaves for backward, and its working memory.
enum Scratch : std::size_t
{
    Gates,
    Cells,
    GateGradient,
    PackedInput,
    PackedHidden,
    RowScratch,
    WeightScratch
};

/// The shape of a pass and what forward and backward share.
LstmPass passOf(const at::Tensor& tokens, const at::Tensor& input, const at::Tensor& hiddenWeight)
{
    const at::Tensor& sizes = tokens.defined() ? tokens : input;
    LstmPass pass;
    pass.time = static_cast<std::size_t>(sizes.size(0));
    pass.batch = static_cast<std::size_t>(sizes.size(1));
    pass.hidden = static_cast<std::size_t>(hiddenWeight.size(1));
    if (tokens.defined())
        pass.tokens = tokens.const_data_ptr<std::int64_t>();
    else
        pass.input = input.const_data_ptr();
    return pass;
}

void setGates(LstmPass& pass, const at::Tensor& gates)
{
    if (gates.scalar_type() == at::kFloat)
        pass.gates = gates.mutable_data_ptr<float>();
    else
        pass.halfGates = reinterpret_cast<std::uint16_t*>(gates.mutable_data_ptr<at::Half>());
}

/// A weight in the order the products read it.
using Packer = void (*)(const float* weight, std::size_t hidden, void* into, std::size_t first,
                        std::size_t end);

const void* packed(Packer pack, const at::Tensor& weight, const at::Tensor& into)
{
    const auto hidden = static_cast<std::size_t>(weight.size(1));
    onTorchThreads(weight.size(1) / kLanes, [&](std::int64_t first, std::int64_t end) {
        pack(weight.const_data_ptr<float>(), hidden, into.mutable_data_ptr(),
             static_cast<std::size_t>(first), static_cast<std::size_t>(end));
    });
    return into.const_data_ptr();
}

class LstmFunction final : public torch::autograd::Function<LstmFunction>
{
public:
    /// Either table and tokens are defined, or input, inputWeight and bias.
    static at::Tensor forward(AutogradContext* context, const Maybe& table,
                              const Maybe& givenTokens, const Maybe& givenInput,
                              const Maybe& givenWeight, const Maybe& bias,
                              const at::Tensor& hiddenWeight, LstmLayer* layer, bool isBfloat16)
    {
        const at::Tensor tokens = givenTokens.value_or(at::Tensor());
        const at::Tensor input = givenInput.value_or(at::Tensor());
        const at::Tensor inputWeight = givenWeight.value_or(at::Tensor());
        const LstmKernels& kernels = *lstmKernels(isBfloat16);
        const at::ScalarType type = isBfloat16 ? at::kBFloat16 : at::kFloat;
        LstmPass pass = passOf(tokens, input, hiddenWeight);
        const auto time = static_cast<std::int64_t>(pass.time);
        const auto batch = static_cast<std::int64_t>(pass.batch);
        const auto hidden = static_cast<std::int64_t>(pass.hidden);
        const at::Tensor gates =
            layer->scratch(Gates, {time, batch, 4 * hidden}, isBfloat16 ? at::kHalf : at::kFloat);
        const at::Tensor cells = layer->scratch(Cells, {time, batch, hidden}, at::kFloat);
        at::Tensor output = at::empty({time, batch, hidden}, type);
        setGates(pass, gates);
        pass.cells = cells.mutable_data_ptr<float>();
        pass.output = output.mutable_data_ptr();
        if (tokens.defined()) {
            pass.table = table->const_data_ptr<float>();
        } else {
            pass.bias = bias->const_data_ptr<float>();
            pass.inputWeight = packed(kernels.packForward, inputWeight,
                                      layer->scratch(PackedInput, {4 * hidden, hidden}, type));
        }
        pass.hiddenWeight = packed(kernels.packForward, hiddenWeight,
                                   layer->scratch(PackedHidden, {4 * hidden, hidden}, type));
        onTorchThreads(batch, [&](std::int64_t first, std::int64_t end) {
            kernels.forward(pass, static_cast<std::size_t>(first), static_cast<std::size_t>(end));
        });
        context->save_for_backward(
            {tokens, input, inputWeight, hiddenWeight, gates, cells, output});
        context->saved_data["symbols"] = tokens.defined() ? table->size(0) : 0;
        context->saved_data["layer"] = reinterpret_cast<std::int64_t>(layer);
        return output;
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor& tokens = saved[0];
        const at::Tensor& input = saved[1];
        const at::Tensor& inputWeight = saved[2];
        const at::Tensor& hiddenWeight = saved[3];
        const at::Tensor& output = saved[6];
        auto* const layer = reinterpret_cast<LstmLayer*>(context->saved_data["layer"].toInt());
        const at::ScalarType type = output.scalar_type();
        const LstmKernels& kernels = *lstmKernels(type == at::kBFloat16);
        LstmPass pass = passOf(tokens, input, hiddenWeight);
        const auto time = static_cast<std::int64_t>(pass.time);
        const auto batch = static_cast<std::int64_t>(pass.batch);
        const auto hidden = static_cast<std::int64_t>(pass.hidden);
        const at::Tensor outputGradient = outputGradients[0].to(type).contiguous();
        setGates(pass, saved[4]);
        pass.cells = saved[5].mutable_data_ptr<float>();
        pass.output = output.mutable_data_ptr();
        pass.outputGradient = outputGradient.const_data_ptr();
        pass.gateGradient =
            layer->scratch(GateGradient, {time, batch, 4 * hidden}, type).mutable_data_ptr();
        pass.hiddenWeight = packed(kernels.packBackward, hiddenWeight,
                                   layer->scratch(PackedHidden, {4 * hidden, hidden}, type));

        const auto symbols = context->saved_data["symbols"].toInt();
        at::Tensor tableGradient;
        at::Tensor inputGradient;
        at::Tensor inputWeightGradient;
        at::Tensor biasGradient;
        at::Tensor hiddenWeightGradient = at::empty({4 * hidden, hidden}, at::kFloat);
        pass.hiddenWeightGradient = hiddenWeightGradient.mutable_data_ptr<float>();
        if (tokens.defined()) {
            tableGradient = at::empty({symbols, 4 * hidden}, at::kFloat);
            pass.tableGradient = tableGradient.mutable_data_ptr<float>();
        } else {
            inputGradient = at::empty({time, batch, hidden}, type);
            inputWeightGradient = at::empty({4 * hidden, hidden}, at::kFloat);
            biasGradient = at::empty({4 * hidden}, at::kFloat);
            pass.inputGradient = inputGradient.mutable_data_ptr();
            pass.inputWeightGradient = inputWeightGradient.mutable_data_ptr<float>();
            pass.biasGradient = biasGradient.mutable_data_ptr<float>();
            pass.inputWeight = packed(kernels.packBackward, inputWeight,
                                      layer->scratch(PackedInput, {4 * hidden, hidden}, type));
        }

        auto* const rows =
            layer->scratch(RowScratch, {2 * batch * hidden}, at::kFloat).mutable_data_ptr<float>();
        onTorchThreads(batch, [&](std::int64_t first, std::int64_t end) {
            kernels.backward(pass, static_cast<std::size_t>(first), static_cast<std::size_t>(end),
                             rows + 2 * first * hidden);
        });
        const auto bytes = static_cast<std::int64_t>(kernels.weightScratch(pass.hidden));
        const std::int64_t parts = torchThreads();
        const at::Tensor memory = layer->scratch(WeightScratch, {parts, bytes}, at::kByte);
        onTorchThreads(parts, [&](std::int64_t part, std::int64_t) {
            const std::int64_t lines = 4 * hidden / kLanes;
            kernels.weights(pass, static_cast<std::size_t>(symbols),
                            static_cast<std::size_t>(lines * part / parts),
                            static_cast<std::size_t>(lines * (part + 1) / parts),
                            memory.mutable_data_ptr<std::uint8_t>() + part * bytes);
        });
        return {tableGradient, at::Tensor(),         inputGradient, inputWeightGradient,
                biasGradient,  hiddenWeightGradient, at::Tensor(),  at::Tensor()};
    }
};

} // namespace

bool LstmLayer::isPossible(std::int64_t hidden, bool isBfloat16)
{
    return hidden % kLanes == 0 && lstmKernels(isBfloat16) != nullptr;
}

at::Tensor LstmLayer::readTable(const at::Tensor& table, const at::Tensor& tokens,
                                const at::Tensor& hiddenWeight, bool isBfloat16)
{
    return LstmFunction::apply(Maybe(table.contiguous()), Maybe(tokens.contiguous()), Maybe(),
                               Maybe(), Maybe(), hiddenWeight, this, isBfloat16);
}

at::Tensor LstmLayer::readLayer(const at::Tensor& input, const at::Tensor& inputWeight,
                                const at::Tensor& bias, const at::Tensor& hiddenWeight,
                                bool isBfloat16)
{
    const at::Tensor below = input.to(isBfloat16 ? at::kBFloat16 : at::kFloat).contiguous();
    return LstmFunction::apply(Maybe(), Maybe(), Maybe(below), Maybe(inputWeight), Maybe(bias),
                               hiddenWeight, this, isBfloat16);
}

const at::Tensor& LstmLayer::scratch(std::size_t place, at::IntArrayRef sizes, at::ScalarType type)
{
    at::Tensor& tensor = m_scratch[place];
    if (!tensor.defined() || tensor.use_count() > 1 || tensor.sizes() != sizes ||
        tensor.scalar_type() != type)
        tensor = at::empty(sizes, type);
    return tensor;
}

} // namespace continuo
