// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/generate/lane_kernels.h"
#include "core/generate/noise_model.h"
#include "core/weights/model_card.h"
#include "core/weights/safetensors.h"

#include <map>
#include <memory>
#include <string>

namespace continuo {

/// The generator of a GAN as NetworkShape describes it, on our own kernels: an RNN that reads noise
/// at every step; or, in last-step, a window of noise from the zero state for every single symbol.
class NoiseNetwork final : public NoiseModel
{
public:
    /// Takes the generator out of the tensors of a model file; the discriminator is left alone.
    /// Errors as loadModel().
    static Result<std::shared_ptr<const NoiseNetwork>>
    make(const NetworkShape& shape, Token vocabularySize,
         const std::map<std::string, Tensor>& tensors, const std::string& nameForErrors,
         const LaneKernels& kernels);

    Token vocabularySize() const override { return m_vocabulary; }
    NoiseState start(std::span<const std::uint64_t> numbers) const override;
    void next(NoiseState& state, std::span<float> logits) const override;
    NoiseState selected(const NoiseState& state,
                        std::span<const std::size_t> members) const override;

private:
    /// Rows and columns padded to lanes.
    struct Layer
    {
        LaneBuffer inputWeights{}; // float [hidden, noise or hidden]
        LaneBuffer inputBias{};
        LaneBuffer hiddenWeights{}; // float [hidden, hidden]
        LaneBuffer hiddenBias{};
    };

    NoiseNetwork() = default;

    const LaneKernels* m_kernels = nullptr;
    Token m_vocabulary = 0;
    std::size_t m_window = 0;     ///< Steps of noise for one symbol; 0: one, and the memory stays.
    std::size_t m_noise = 0;      ///< Numbers of noise a step.
    std::size_t m_noiseWidth = 0; ///< Likewise, padded.
    std::size_t m_width = 0;      ///< Hidden units, padded.
    std::size_t m_headRows = 0;   ///< Vocabulary, padded.
    std::vector<Layer> m_layers{};
    LaneBuffer m_headWeights{};
    LaneBuffer m_headBias{};
};

} // namespace continuo
