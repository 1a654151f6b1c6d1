// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/learn/network_case.h"

#include "core/learn/network_p.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>

namespace continuo::test {
namespace {

void append(std::vector<float>& values, const at::Tensor& tensor)
{
    const at::Tensor plain = tensor.detach().to(at::kFloat).contiguous();
    const float* const first = plain.const_data_ptr<float>();
    values.insert(values.end(), first, first + plain.numel());
}

} // namespace

std::vector<float> droppedOnes(double share, std::int64_t count, bool isBfloat16, int threads,
                               std::uint64_t seed)
{
    const int before = at::get_num_threads();
    at::set_num_threads(threads);
    ForwardMode mode;
    mode.isTraining = true;
    mode.dropout = at::make_generator<at::CPUGeneratorImpl>(seed);
    std::vector<float> values;
    append(values,
           dropped(at::ones({count}, isBfloat16 ? at::kBFloat16 : at::kFloat), share, mode));
    at::set_num_threads(before);
    return values;
}

std::vector<float> linearOf(std::int64_t rows, bool isEven)
{
    at::manual_seed(1);
    const at::Tensor x = at::randn({rows, 24}).requires_grad_(true);
    const at::Tensor weight = at::randn({5, 24}).requires_grad_(true);
    const at::Tensor bias = at::randn({5}).requires_grad_(true);
    const at::Tensor direction = at::randn({rows, 5});
    at::Tensor y;
    {
        const ProductScope scope(at::kBFloat16, at::kCPU);
        y = isEven ? evenLinear(x, weight, bias) : at::linear(x, weight, bias);
    }
    (y.to(at::kFloat) * direction).sum().backward();
    std::vector<float> values;
    for (const at::Tensor& tensor : {y, x.grad(), weight.grad(), bias.grad()})
        append(values, tensor);
    return values;
}

} // namespace continuo::test
