// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/lane_buffer.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

namespace continuo {

/// Weights as the lane kernels read them, from row-major values.

/// [blocks · rows, columns] with every block's rows padded to `paddedRows` and every row to whole
/// lanes, zeros between.
inline LaneBuffer paddedMatrix(const std::vector<float>& values, std::size_t blocks,
                               std::size_t rows, std::size_t columns, std::size_t paddedRows)
{
    const std::size_t stride = paddedToLanes(columns);
    LaneBuffer padded(blocks * paddedRows * stride);
    for (std::size_t block = 0; block < blocks; ++block) {
        for (std::size_t row = 0; row < rows; ++row) {
            std::copy_n(values.data() + (block * rows + row) * columns, columns,
                        padded.data() + (block * paddedRows + row) * stride);
        }
    }
    return padded;
}

/// [rowBlocks · rows, columnBlocks · columns] with every block's rows padded to `paddedRows` and
/// its columns to `paddedColumns`.
inline LaneBuffer paddedBlocks(const std::vector<float>& values, std::size_t rowBlocks,
                               std::size_t rows, std::size_t paddedRows, std::size_t columnBlocks,
                               std::size_t columns, std::size_t paddedColumns)
{
    LaneBuffer padded(rowBlocks * paddedRows * columnBlocks * paddedColumns);
    for (std::size_t rowBlock = 0; rowBlock < rowBlocks; ++rowBlock) {
        for (std::size_t row = 0; row < rows; ++row) {
            for (std::size_t block = 0; block < columnBlocks; ++block) {
                std::copy_n(values.data() +
                                ((rowBlock * rows + row) * columnBlocks + block) * columns,
                            columns,
                            padded.data() + ((rowBlock * paddedRows + row) * columnBlocks + block) *
                                                paddedColumns);
            }
        }
    }
    return padded;
}

/// [blocks · rows] with every block padded to `paddedRows`.
inline LaneBuffer paddedVector(const std::vector<float>& values, std::size_t blocks,
                               std::size_t rows, std::size_t paddedRows)
{
    LaneBuffer padded(blocks * paddedRows);
    for (std::size_t block = 0; block < blocks; ++block)
        std::copy_n(values.data() + block * rows, rows, padded.data() + block * paddedRows);
    return padded;
}

/// Copies the bias into every one of `count` rows, where products are then added.
inline void startFromBias(float* rows, const LaneBuffer& bias, std::size_t width, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        std::memcpy(rows + i * width, bias.data(), width * sizeof(float));
}

} // namespace continuo
