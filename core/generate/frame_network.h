// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/frame_model.h"
#include "core/generate/recurrent_network.h"

#include <map>
#include <string>
#include <vector>

namespace continuo {

/// An RNN, GRU or LSTM that reads frames, with the head "keys" or "ordered-keys" as NetworkShape
/// describes it.
class FrameNetwork final : public FrameModel
{
public:
    /// Takes the weights out of the tensors of a model file. Errors as loadModel().
    static Result<std::shared_ptr<const FrameNetwork>>
    make(const NetworkShape& shape, const std::map<std::string, Tensor>& tensors,
         const std::string& nameForErrors, const LaneKernels& kernels);

    std::size_t outputs() const override { return kFrameKeys + m_rank; }
    ModelState start(std::size_t batch) const override { return m_network->start(batch); }
    bool read(ModelState& state, std::span<const FrameKeys> frames, std::span<float> said,
              const CancelToken& cancel) const override;
    std::unique_ptr<NextFrame> next(std::span<const float> said) const override;
    ModelState selected(const ModelState& state,
                        std::span<const std::size_t> members) const override
    {
        return m_network->selected(state, members);
    }

private:
    class Chain;

    FrameNetwork() = default;

    std::shared_ptr<const RecurrentNetwork> m_network{};
    std::size_t m_rank = 0;        ///< 0: the keys do not depend on each other.
    std::vector<float> m_direct{}; ///< [keys, keys]: what a key below adds to a key's logit.
    std::vector<float> m_heard{};  ///< [keys, rank]: what a key adds to the context.
    std::vector<float> m_said{};   ///< [keys, rank]: what the context adds to a key's logit.
};

} // namespace continuo
