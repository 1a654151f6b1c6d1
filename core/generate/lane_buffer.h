// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/lane_kernels.h"

#include <cassert>
#include <cstddef>
#include <vector>

namespace continuo {

/// Floats in whole lanes, aligned for the widest registers, zero when made. A plain value.
class LaneBuffer
{
public:
    LaneBuffer() = default;
    /// Room for at least `count` floats.
    explicit LaneBuffer(std::size_t count)
        : m_blocks(paddedToLanes(count) / kLanes)
    {
    }

    /// Makes room for at least `count` floats; what was there is lost when it grows.
    void reserve(std::size_t count)
    {
        if (count > size())
            *this = LaneBuffer(count);
    }

    std::size_t size() const { return m_blocks.size() * kLanes; }
    float* data() { return reinterpret_cast<float*>(m_blocks.data()); }
    const float* data() const { return reinterpret_cast<const float*>(m_blocks.data()); }
    float& operator[](std::size_t index)
    {
        assert(index < size());
        return data()[index];
    }
    float operator[](std::size_t index) const
    {
        assert(index < size());
        return data()[index];
    }

private:
    struct alignas(64) Block
    {
        float lane[kLanes] = {};
    };
    std::vector<Block> m_blocks;
};

} // namespace continuo
