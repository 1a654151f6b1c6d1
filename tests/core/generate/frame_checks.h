// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/frame_model.h"
#include "tests/core/generate/hand_made_model.h"

#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace continuo::tests {

/// Models of frames with weights drawn from a seed, and their arithmetic straight from the
/// definitions.

inline NetworkShape frameShape(const char* kind, const char* head, int layers, int hidden,
                               int embedding, int rank = 12)
{
    NetworkShape shape = networkShape(kind, layers, hidden, embedding, false, 0, 0);
    shape.head = head;
    shape.rank = rank;
    return shape;
}

inline std::map<std::string, Tensor> frameTensors(const NetworkShape& shape, std::uint64_t seed,
                                                  double scale)
{
    constexpr auto keys = static_cast<std::int64_t>(kFrameKeys);
    auto tensors = randomTensors(shape, static_cast<Token>(keys), seed, scale);
    if (shape.head != "ordered-keys")
        return tensors;
    // The head says the context behind the keys.
    tensors["head.weight"] =
        randomTensors(shape, static_cast<Token>(keys) + shape.rank, seed, scale)["head.weight"];
    tensors["head.bias"] =
        randomTensors(shape, static_cast<Token>(keys) + shape.rank, seed, scale)["head.bias"];
    const CounterRandom random(seed + 1, CounterRandom::Domain::Test);
    std::uint32_t number = 0;
    const auto add = [&](const std::string& name, std::int64_t rows, std::int64_t columns) {
        std::vector<float> values(static_cast<std::size_t>(rows * columns));
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<float>(
                scale * (2 * random.uniform(number, static_cast<std::uint32_t>(i)) - 1));
        ++number;
        tensors[name] = floatTensor(values, {rows, columns});
    };
    add("ordered.direct", keys, keys);
    add("ordered.heard", keys, shape.rank);
    add("ordered.said", keys, shape.rank);
    return tensors;
}

/// A few keys in each frame, now and then none.
inline std::vector<FrameKeys> someFrames(std::size_t count, std::uint32_t which = 0)
{
    const CounterRandom random(4, CounterRandom::Domain::Test);
    std::vector<FrameKeys> frames(count);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::uint32_t k = 0; k < 4 && i % 7 != 6; ++k)
            frames[i].set(random.below(kFrameKeys, which, static_cast<std::uint32_t>(i), k));
    }
    return frames;
}

/// The logits of every key of `frame`, each after the decisions below it.
inline std::vector<float> logitsOf(const FrameModel& network, std::span<const float> said,
                                   const FrameKeys& frame, std::size_t member = 0)
{
    const auto next = network.next(said.subspan(member * network.outputs(), network.outputs()));
    std::vector<float> logits;
    for (std::size_t key = 0; key < kFrameKeys; ++key) {
        logits.push_back(next->logit());
        next->decide(frame[key]);
    }
    return logits;
}

/// What a network of frames says, in double precision.
class ReferenceFrames
{
public:
    ReferenceFrames(const NetworkShape& shape, const std::map<std::string, Tensor>& tensors)
        : m_shape(shape)
        , m_network(shape, static_cast<Token>(kFrameKeys), tensors)
    {
        for (const auto& [name, tensor] : tensors) {
            const std::vector<float> values = floatValues(tensor);
            m_values[name].assign(values.begin(), values.end());
        }
    }

    void read(const FrameKeys& frame)
    {
        std::vector<double> x(kFrameKeys);
        for (std::size_t key = 0; key < kFrameKeys; ++key)
            x[key] = frame[key] ? 1 : 0;
        m_said = m_network.readNumbers(x);
    }

    std::vector<double> logits(const FrameKeys& frame)
    {
        std::vector<double> logits(m_said.begin(), m_said.begin() + kFrameKeys);
        if (m_shape.head != "ordered-keys")
            return logits;
        const auto rank = static_cast<std::size_t>(m_shape.rank);
        for (std::size_t key = 0; key < kFrameKeys; ++key) {
            for (std::size_t r = 0; r < rank; ++r) {
                double told = m_said[kFrameKeys + r];
                for (std::size_t below = 0; below < key; ++below)
                    told += frame[below] ? m_values["ordered.heard"][below * rank + r] : 0;
                logits[key] += m_values["ordered.said"][key * rank + r] * std::max(told, 0.0);
            }
            for (std::size_t below = 0; below < key; ++below)
                logits[key] +=
                    frame[below] ? m_values["ordered.direct"][key * kFrameKeys + below] : 0;
        }
        return logits;
    }

private:
    NetworkShape m_shape;
    ReferenceNetwork m_network;
    std::map<std::string, std::vector<double>> m_values;
    std::vector<double> m_said; ///< The logits of the history, then the context.
};

/// A model of random weights, ready to generate.
inline GeneratingModel randomFrameModel(const NetworkShape& shape, std::uint64_t seed,
                                        double scale = 0.6, const char* options = "{}",
                                        const LaneKernels& kernels = fastestKernels())
{
    const auto encoding = makeEncoding("frame", options).value();
    auto tensors = frameTensors(shape, seed, scale);
    // A few keys at a time, not half the piano.
    std::vector<float> bias = floatValues(tensors["head.bias"]);
    for (std::size_t key = 0; key < kFrameKeys; ++key)
        bias[key] = key > 20 && key < 60 ? -2.2F : -6.0F;
    tensors["head.bias"] = floatTensor(bias, {static_cast<std::int64_t>(bias.size())});
    return modelFromTensors(modelFile(*encoding, shape, std::move(tensors)), "hand-made", kernels)
        .value();
}

} // namespace continuo::tests
