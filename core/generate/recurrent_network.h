// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/model.h"

#include <map>
#include <string>

namespace continuo {

/// An RNN, GRU or LSTM as NetworkShape describes it, one symbol at a time on our own kernels:
/// embedding or one-hot in, layers, batch norm as at evaluation, dense layer with ReLU, head. What
/// the embedding and the first layer's input weights make of each symbol is computed once, when it
/// is made. A bidirectional one reads its window both ways for every symbol.
class RecurrentNetwork final : public NextTokenModel
{
public:
    /// Takes the weights out of the tensors of a model file; tensors that the shape does not name are left alone.
    /// Errors as loadModel().
    static Result<std::shared_ptr<const RecurrentNetwork>> make(const NetworkShape& shape, Token vocabularySize,
                                                                const std::map<std::string, Tensor>& tensors,
                                                                const std::string& nameForErrors,
                                                                const LaneKernels& kernels);

    /// One that reads rows of numbers instead of symbols (readNumbers()) and says `outputs` numbers
    /// of each. The embedding is then a linear layer without bias. Its window is the caller's
    /// affair.
    static Result<std::shared_ptr<const RecurrentNetwork>>
    makeForNumbers(const NetworkShape& shape, int inputs, int outputs,
                   const std::map<std::string, Tensor>& tensors, const std::string& nameForErrors,
                   const LaneKernels& kernels);

    /// rows: float [time, batch, inputs], at least one for every member; `outputs`: float [batch,
    /// outputs], of the last. False where `cancel` was set on the way. For those made for numbers,
    /// with a state of start(); not for those that read both ways.
    bool readNumbers(ModelState& state, std::span<const float> rows, std::span<float> outputs,
                     const CancelToken& cancel) const;

    Token vocabularySize() const override { return m_vocabulary; }
    std::size_t window() const override { return m_window; }
    ModelState start(std::size_t batch) const override;
    bool read(ModelState& state, std::span<const Token> tokens, std::span<float> logits,
              const CancelToken& cancel) const override;
    ModelState selected(const ModelState& state, std::span<const std::size_t> members) const override;

private:
    enum class Kind
    {
        Rnn,
        Gru,
        Lstm
    };
    /// One direction of a layer. Rows and columns padded to lanes, gates one after the other at the
    /// padded width.
    struct Layer
    {
        LaneBuffer symbolInputs{}; // float [vocabulary, gates, hidden], bias included; for the
                                   // first layer that reads symbols
        LaneBuffer inputWeights{}; // float [gates, hidden, directions, hidden], or [gates, hidden,
                                   // inputs] for the first layer that reads numbers; else empty
        LaneBuffer inputBias{};    // float [gates, hidden]; likewise
        LaneBuffer hiddenWeights{}; // float [gates, hidden, hidden]
        LaneBuffer hiddenBias{};    // float [gates, hidden]
    };

    RecurrentNetwork() = default;
    static Result<std::shared_ptr<const RecurrentNetwork>>
    assemble(const NetworkShape& shape, int inputs, int outputs, bool readsNumbers,
             const std::map<std::string, Tensor>& tensors, const std::string& nameForErrors,
             const LaneKernels& kernels);
    bool readThrough(ModelState& state, std::span<const Token> tokens, std::span<float> logits,
                     const CancelToken& cancel) const;
    bool readChunk(ModelState& state, std::span<const Token> tokens, std::span<const float> numbers,
                   const CancelToken& cancel) const;
    bool readBothWays(ModelState& state, std::span<const Token> window, std::span<float> logits,
                      const CancelToken& cancel) const;
    bool readSomeBothWays(ModelState& state, std::span<const Token> tokens, std::size_t members,
                          float* answers, const CancelToken& cancel) const;
    void runCell(const float* fromInput, const float* fromHidden, float* cell, float* output) const;
    void writeLast(ModelState& state, std::span<float> logits) const;
    void writeLogits(ModelState& state, const float* outputs, std::span<float> logits) const;
    std::size_t gateRows() const { return m_gates * m_width; }
    std::size_t outputWidth() const { return m_directions * m_width; }
    std::size_t statesPerLayer() const { return m_kind == Kind::Lstm ? 2 : 1; }

    const LaneKernels* m_kernels = nullptr;
    Kind m_kind = Kind::Lstm;
    Token m_vocabulary = 0;
    std::size_t m_window = 0;
    std::size_t m_gates = 4;
    std::size_t m_directions = 1;
    std::size_t m_width = 0;      ///< Hidden units, padded.
    std::size_t m_denseWidth = 0; ///< Padded; 0 without a dense layer.
    std::size_t m_headRows = 0;   ///< Vocabulary, padded.
    std::size_t m_inputs = 0;     ///< Numbers in a row that is read; 0 for symbols.
    std::size_t m_embeddingWidth = 0; ///< Padded; 0 without a linear layer before the first.
    LaneBuffer m_embeddingWeights{};  // float [embedding, inputs]
    std::vector<Layer> m_layers{}; ///< Every layer's directions, forwards first.
    LaneBuffer m_normScale{};      // float [directions, hidden]; empty without batch norm
    LaneBuffer m_normShift{};
    LaneBuffer m_denseWeights{};
    LaneBuffer m_denseBias{};
    LaneBuffer m_headWeights{};
    LaneBuffer m_headBias{};
};

} // namespace continuo
