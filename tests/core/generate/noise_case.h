// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/weights/model_card.h"
#include "core/weights/safetensors.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace continuo::tests {

/// What libtorch's own RNN and linear layer make of noise: float [time, batch, vocabulary], the
/// logits of the generator in `tensors`. noise: [time, batch, shape.noise], from the zero state.
/// libtorch's headers cannot stand beside Qt's, so this is a file of its own.
std::vector<float> logitsByLibtorch(const NetworkShape& shape,
                                    const std::map<std::string, Tensor>& tensors,
                                    std::span<const float> noise, std::int64_t batch);

} // namespace continuo::tests
