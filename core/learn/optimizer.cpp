// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/optimizer_p.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcdiv.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_foreach_sqrt.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>

namespace continuo {

Optimizer::Optimizer(const TrainSettings& settings, const Network::NamedTensors& parameters)
    : m_settings(settings)
{
    const bool isAdam = settings.optimizer == "adam" || settings.optimizer == "adamw";
    for (const auto& [name, parameter] : parameters) {
        m_parameters.push_back(parameter);
        const at::Tensor plain = parameter.detach();
        if (isAdam || settings.optimizer == "sgd") {
            m_first.push_back(at::zeros_like(plain));
            m_memory.emplace_back("optimizer.first." + name, m_first.back());
        }
        if (isAdam || settings.optimizer == "rmsprop") {
            m_second.push_back(at::zeros_like(plain));
            m_memory.emplace_back("optimizer.second." + name, m_second.back());
        }
    }
}

at::Tensor Optimizer::apply(double learningRate, std::int64_t step)
{
    const at::NoGradGuard noGradients;
    std::vector<at::Tensor> parameters;
    std::vector<at::Tensor> gradients;
    for (at::Tensor& parameter : m_parameters) {
        parameters.push_back(parameter.detach());
        gradients.push_back(parameter.grad().defined() ? parameter.grad()
                                                       : at::zeros_like(parameters.back()));
        parameter.mutable_grad() = at::Tensor();
    }
    const at::Tensor norm = at::stack(at::_foreach_norm(gradients)).norm(); // float []
    if (m_settings.clipNorm > 0) {
        const at::Tensor scale = (m_settings.clipNorm / (norm + 1e-6)).clamp_max(1);
        at::_foreach_mul_(gradients, scale);
    }
    const double decay = m_settings.weightDecay;
    if (m_settings.optimizer == "adam" || m_settings.optimizer == "adamw") {
        // One step tensor each: the kernel reads them only.
        const std::vector<at::Tensor> steps(
            parameters.size(), at::full({}, static_cast<double>(step), parameters[0].options()));
        if (m_settings.optimizer == "adam")
            at::_fused_adam_(parameters, gradients, m_first, m_second, {}, steps, learningRate,
                             m_settings.beta1, m_settings.beta2, decay, m_settings.epsilon, false,
                             false);
        else
            at::_fused_adamw_(parameters, gradients, m_first, m_second, {}, steps, learningRate,
                              m_settings.beta1, m_settings.beta2, decay, m_settings.epsilon, false,
                              false);
        return norm;
    }
    if (decay > 0)
        at::_foreach_add_(gradients, parameters, decay);
    if (m_settings.optimizer == "sgd") {
        at::_foreach_mul_(m_first, m_settings.momentum);
        at::_foreach_add_(m_first, gradients);
        at::_foreach_add_(parameters, m_first, -learningRate);
    } else {
        at::_foreach_mul_(m_second, m_settings.alpha);
        at::_foreach_addcmul_(m_second, gradients, gradients, 1 - m_settings.alpha);
        const std::vector<at::Tensor> spread = at::_foreach_sqrt(m_second);
        at::_foreach_add_(spread, m_settings.epsilon);
        at::_foreach_addcdiv_(parameters, gradients, spread, -learningRate);
    }
    return norm;
}

} // namespace continuo
