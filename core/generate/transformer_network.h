// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/model.h"

#include <map>
#include <string>

namespace continuo {

/// A transformer as NetworkShape describes it on our own kernels, one symbol at a time: keys and
/// values of the window are kept. Where the window is full its older half is forgotten and the rest
/// is read again, as contextStart() says: one step in half a context takes as long as reading a
/// seed melody of half a context.
///
/// A state holds 8 · layers · hidden bytes for each symbol of the window and member.
class TransformerNetwork final : public NextTokenModel
{
public:
    /// Takes the weights out of the tensors of a model file; tensors that the shape does not name
    /// are left alone. Errors as loadModel().
    static Result<std::shared_ptr<const TransformerNetwork>>
    make(const NetworkShape& shape, Token vocabularySize,
         const std::map<std::string, Tensor>& tensors, const std::string& nameForErrors,
         const LaneKernels& kernels);

    Token vocabularySize() const override { return m_vocabulary; }
    std::size_t window() const override { return m_context; }
    ModelState start(std::size_t batch) const override;
    bool read(ModelState& state, std::span<const Token> tokens, std::span<float> logits,
              const CancelToken& cancel) const override;
    ModelState selected(const ModelState& state,
                        std::span<const std::size_t> members) const override;

private:
    struct Norm
    {
        LaneBuffer scale{}; // float [hidden]
        LaneBuffer shift{};
    };
    /// Rows and columns padded to lanes; a head's share of rows or columns, too.
    struct Block
    {
        Norm before{};
        LaneBuffer partWeights{}; // float [3, heads, headWidth, hidden]: queries, keys, values
        LaneBuffer partBias{};
        LaneBuffer outWeights{}; // float [hidden, heads, headWidth]
        LaneBuffer outBias{};
        Norm between{};
        LaneBuffer upWeights{}; // float [inner, hidden]
        LaneBuffer upBias{};
        LaneBuffer downWeights{}; // float [hidden, inner]
        LaneBuffer downBias{};
    };
    /// Where things lie in a state's scratch.
    struct Room
    {
        float* stream = nullptr;  // [rows, hidden]
        float* normed = nullptr;  // [rows, hidden]
        float* parts = nullptr;   // [rows, 3, heads, headWidth]
        float* seen = nullptr;    // [rows, heads, headWidth]
        float* inner = nullptr;   // [rows, inner]
        float* weights = nullptr; // [context]
    };

    TransformerNetwork() = default;
    void prepareAngles(std::size_t headWidth);
    std::size_t rowWidth() const { return m_heads * m_headWidth; }
    std::size_t capacity(const ModelState& state) const;
    void makeRoom(ModelState& state, std::size_t places, std::size_t used) const;
    Room roomFor(ModelState& state, std::size_t rows) const;
    bool readWindow(ModelState& state, std::span<const Token> tokens, std::size_t place,
                    std::span<float> logits, const CancelToken& cancel) const;
    bool readChunk(ModelState& state, std::span<const Token> tokens, std::size_t place,
                   const CancelToken& cancel) const;
    void attendTo(ModelState& state, std::size_t layer, const Room& room, std::size_t rows,
                  std::size_t place) const;
    void turn(float* heads, std::size_t place) const;
    void writeLogits(const ModelState& state, const float* stream, float* room,
                     std::span<float> logits) const;

    const LaneKernels* m_kernels = nullptr;
    Token m_vocabulary = 0;
    std::size_t m_context = 0;
    std::size_t m_heads = 0;
    std::size_t m_hidden = 0;
    std::size_t m_width = 0;     ///< Hidden, padded.
    std::size_t m_half = 0;      ///< Half of a head, not padded: so many pairs are turned.
    std::size_t m_headWidth = 0; ///< A head, padded.
    std::size_t m_innerWidth = 0;
    std::size_t m_headRows = 0; ///< Vocabulary, padded.
    LaneBuffer m_symbols{};     // float [vocabulary, hidden]
    std::vector<Block> m_blocks{};
    Norm m_norm{};
    LaneBuffer m_headWeights{};
    LaneBuffer m_headBias{};
    std::vector<float> m_cosines{}; // [context, half]
    std::vector<float> m_sines{};
};

} // namespace continuo
