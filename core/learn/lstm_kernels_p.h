// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace continuo {

/// One LSTM layer over a batch of sequences that start from the zero state, forward and back. A
/// "row" is one sequence, a "place" one step of one sequence: places are [time, batch] flattened.
/// Gates come in the order input, forget, cell, output, hidden values each. Element is float, or
/// bfloat16 as its 16 bits.
///
/// What goes into the gates from below is either a table with one line for each symbol (the first
/// layer, where products with an embedding are needed once for each symbol and not once for each
/// place) or the output of the layer below.
struct LstmPass
{
    std::size_t time = 0;
    std::size_t batch = 0;
    std::size_t hidden = 0; ///< A multiple of 16.

    const std::int64_t* tokens = nullptr; ///< [place]; null where the layer reads `input`.
    const float* table = nullptr;         ///< [symbol, 4 * hidden]
    const void* input = nullptr;          ///< Element [place, hidden]
    const float* bias = nullptr;          ///< [4 * hidden], with `input`.

    const void* inputWeight =
        nullptr; ///< As packForward() or packBackward() left it, with `input`.
    const void* hiddenWeight = nullptr; ///< Likewise.

    std::uint16_t* halfGates = nullptr; ///< IEEE half [place, 4 * hidden] with bfloat16 elements,
    float* gates = nullptr;             ///< float likewise with float elements.
    float* cells = nullptr;             ///< [place, hidden]
    void* output = nullptr;             ///< Element [place, hidden]

    const void* outputGradient = nullptr; ///< Element [place, hidden]
    void* gateGradient = nullptr;         ///< Element [place, 4 * hidden]
    void* inputGradient = nullptr;        ///< Element [place, hidden]; with `input`.

    float* tableGradient = nullptr;        ///< [symbol, 4 * hidden]
    float* inputWeightGradient = nullptr;  ///< [4 * hidden, hidden]
    float* hiddenWeightGradient = nullptr; ///< [4 * hidden, hidden]
    float* biasGradient = nullptr;         ///< [4 * hidden]
};

/// The work on one layer cut into parts that need nothing of each other, so that threads share it
/// without waiting. Every number is summed in one order, however the work is cut.
struct LstmKernels
{
    std::size_t elementBytes = 0;

    /// Puts a weight [4 * hidden, hidden] in the order the products read it: lines of 16 hidden
    /// values `first`…`end` − 1 of hidden / 16. `into` holds 4 * hidden * hidden elements.
    void (*packForward)(const float* weight, std::size_t hidden, void* into, std::size_t first,
                        std::size_t end);
    void (*packBackward)(const float* weight, std::size_t hidden, void* into, std::size_t first,
                         std::size_t end);

    /// Gates, cells and output of the rows `first`…`end` − 1, all times.
    void (*forward)(const LstmPass& pass, std::size_t first, std::size_t end);

    /// Gradients of the gates and of the input. `scratch` holds 2 * (end − first) * hidden floats.
    void (*backward)(const LstmPass& pass, std::size_t first, std::size_t end, float* scratch);

    /// Gradients of table, weights and bias for the lines of 16 gate values `first`…`end` − 1 of
    /// hidden / 4. The gradients are set, not added to. `scratch` holds weightScratch() bytes.
    void (*weights)(const LstmPass& pass, std::size_t symbols, std::size_t first, std::size_t end,
                    void* scratch);
    std::size_t (*weightScratch)(std::size_t hidden);
};

/// The fastest kernels for elements of this kind that this processor has instructions for; null
/// where there are none. With CONTINUO_AMX=0 in the environment matrix tiles are left alone.
const LstmKernels* lstmKernels(bool isBfloat16);

/// Whether those of bfloat16 are the ones of matrix tiles.
bool hasMatrixTiles();

extern const LstmKernels kLstmFloatKernels;
extern const LstmKernels kLstmBfloat16Kernels;
extern const LstmKernels kLstmTilesKernels; ///< bfloat16, too.

} // namespace continuo
