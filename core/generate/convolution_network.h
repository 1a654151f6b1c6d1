// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/generate/lane_buffer.h"
#include "core/generate/masked_model.h"
#include "core/weights/model_card.h"
#include "core/weights/safetensors.h"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace continuo {

/// The masked convolution of NetworkShape on our own kernels. Every place (a step and a row of
/// pitch) holds its channels side by side; norms are folded into the weights when it is made. Sums
/// go over the neighbours in one order, and over channels in fixed lanes.
class ConvolutionNetwork final : public MaskedModel
{
public:
    /// `classes` is one of kRows or 2 · kRows of VoicesEncoding. Errors as loadModel().
    static Result<std::shared_ptr<const ConvolutionNetwork>>
    make(const NetworkShape& shape, Token classes, const std::map<std::string, Tensor>& tensors,
         const std::string& nameForErrors, const LaneKernels& kernels);

    std::size_t voices() const override;
    Token classes() const override { return m_classes; }
    bool read(std::span<const Token> cells, std::span<float> logits,
              const CancelToken& cancel) const override;

private:
    struct Layer
    {
        std::size_t inputs = 0; ///< Padded.
        std::size_t dilation = 1;
        LaneBuffer depth{}; // float [9, inputs]; empty where not separable
        /// float [9, width, inputs], or [1, width, inputs] where separable; norm folded in.
        LaneBuffer weights{};
        LaneBuffer bias{}; // float [width]
    };

    /// The neighbour (time, row) ∈ {−1, 0, 1}² in its order, and the places that have it.
    struct Neighbour
    {
        std::ptrdiff_t time = 0;
        std::ptrdiff_t row = 0;
    };
    static std::array<Neighbour, 9> neighbours(std::size_t dilation);

    ConvolutionNetwork() = default;
    void fillPlanes(std::span<const Token> cells, LaneBuffer& planes) const;
    /// For one neighbour of all places of a step, calls work(first place, first neighbour, count).
    template <typename Work>
    void forEachStretch(std::size_t steps, const Neighbour& neighbour, Work work) const;
    void runLayer(const Layer& layer, const LaneBuffer& in, std::size_t steps, LaneBuffer& scratch,
                  LaneBuffer& out) const;

    const LaneKernels* m_kernels = nullptr;
    bool m_isResidual = true;
    Token m_classes = 0;
    std::size_t m_planes = 1; ///< Of notes, for each voice.
    std::size_t m_inputs = 0; ///< Padded.
    std::size_t m_width = 0;  ///< Padded.
    std::vector<Layer> m_layers{};
    std::size_t m_headRows = 0; ///< Padded.
    LaneBuffer m_headWeights{}; // float [headRows, width]
    LaneBuffer m_headBias{};
};

} // namespace continuo
