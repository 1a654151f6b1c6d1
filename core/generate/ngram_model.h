// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/model.h"
#include "core/weights/ngram_table.h"

#include <map>
#include <string>

namespace continuo {

/// Counted sequences that go on as NgramTable says. Its logits are the logarithms of its
/// probabilities.
class NgramModel final : public NextTokenModel
{
public:
    /// Errors as loadModel(), and model.bad-counts.
    static Result<std::shared_ptr<const NgramModel>>
    make(const NetworkShape& shape, Token vocabularySize,
         const std::map<std::string, Tensor>& tensors, const std::string& nameForErrors,
         const LaneKernels& kernels);

    Token vocabularySize() const override { return m_table.vocabulary(); }
    std::size_t window() const override;
    ModelState start(std::size_t batch) const override;
    bool read(ModelState& state, std::span<const Token> tokens, std::span<float> logits,
              const CancelToken& cancel) const override;
    ModelState selected(const ModelState& state,
                        std::span<const std::size_t> members) const override;

private:
    explicit NgramModel(NgramTable table)
        : m_table(std::move(table))
    {
    }

    NgramTable m_table;
};

} // namespace continuo
