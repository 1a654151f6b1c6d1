// SPDX-License-Identifier: GPL-3.0-or-later
// How the kernels of lstm_kernels_for_set.cpp multiply: blocks of rows by up to four registers of
// columns, by vector instructions or, with CONTINUO_LSTM_TILES, by the matrix tiles of AMX.
#pragma once

#include "core/learn/lstm_element_p.h"

#include <cstddef>
#include <cstdint>
#include <immintrin.h>

namespace continuo {
namespace {

constexpr std::size_t kMostRegisters = 4; ///< Of columns in a block.
constexpr std::size_t kChunk = 256;       ///< Places of one stretch of the weights' gradient.

CONTINUO_INLINE std::size_t smaller(std::size_t a, std::size_t b)
{
    return a < b ? a : b;
}

CONTINUO_INLINE std::size_t roundedUp(std::size_t count, std::size_t to)
{
    return (count + to - 1) / to * to;
}

template <std::size_t Number>
struct Fixed
{
    static constexpr std::size_t value = Number;
};

template <typename Work>
CONTINUO_INLINE void withRegisters(std::size_t registers, const Work& work)
{
    switch (registers) {
    case 1:
        work(Fixed<1>());
        break;
    case 2:
        work(Fixed<2>());
        break;
    case 3:
        work(Fixed<3>());
        break;
    default:
        work(Fixed<4>());
        break;
    }
}

#if CONTINUO_LSTM_TILES

constexpr std::size_t kMostRows = 16;
constexpr std::size_t kTileUnits = 16; ///< Of the sum, in one tile.

/// The height of a block.
class Height
{
public:
    static constexpr std::size_t most = kMostRows;
    explicit Height(std::size_t rows)
        : m_rows(rows)
    {
    }
    CONTINUO_INLINE std::size_t count() const { return m_rows; }

private:
    std::size_t m_rows;
};

/// What LDTILECFG reads.
struct alignas(64) TileShapes
{
    std::uint8_t palette = 1;
    std::uint8_t startRow = 0;
    std::uint8_t reserved[14]{};
    std::uint16_t rowBytes[16]{};
    std::uint8_t rows[16]{};
};

/// The tiles of this thread are of this height; 0: of none.
thread_local std::size_t t_tileRows = 0;

/// Tiles 0 to 3 hold sums, 4 rows and 5 columns of a whole step, 6 and 7 of half a step.
CONTINUO_INLINE void setTileRows(std::size_t rows)
{
    if (rows == t_tileRows)
        return;
    TileShapes shapes;
    const auto set = [&](std::size_t tile, std::size_t height, std::size_t bytes) {
        shapes.rows[tile] = static_cast<std::uint8_t>(height);
        shapes.rowBytes[tile] = static_cast<std::uint16_t>(bytes);
    };
    for (std::size_t tile = 0; tile < 5; ++tile)
        set(tile, rows, 64);
    set(5, kTileUnits, 64);
    set(6, rows, 32);
    set(7, kTileUnits / 2, 64);
    _tile_loadconfig(&shapes);
    t_tileRows = rows;
}

/// As long as it lives this thread may multiply.
class Products
{
public:
    Products() { t_tileRows = 0; }
    Products(const Products&) = delete;
    Products& operator=(const Products&) = delete;
    ~Products() { _tile_release(); }
};

/// sums += a · b for a block. Row i of a begins at a + i * rowStride, its units one behind the
/// other; b has `Registers` registers for each of `units`, a multiple of 8.
template <std::size_t Registers>
CONTINUO_INLINE void multiply(Height rows, const Element* a, std::size_t rowStride,
                              std::size_t /*unitStride*/, const Element* b, std::size_t units,
                              __m512 (&sums)[Height::most][Registers])
{
    constexpr std::size_t kLine = Registers * sizeof(__m512);
    const std::size_t stride = rowStride * sizeof(Element);
    setTileRows(rows.count());
    // The compiler does not know that tiles are read from memory.
    asm volatile("" ::: "memory");
    _tile_loadd(0, &sums[0][0], kLine);
    if constexpr (Registers > 1)
        _tile_loadd(1, &sums[0][1], kLine);
    if constexpr (Registers > 2)
        _tile_loadd(2, &sums[0][2], kLine);
    if constexpr (Registers > 3)
        _tile_loadd(3, &sums[0][3], kLine);
    std::size_t unit = 0;
    for (; unit + kTileUnits <= units; unit += kTileUnits) {
        const Element* const columns = b + unit * Registers * kLanes * kElements;
        _tile_loadd(4, a + unit * kElements, stride);
        _tile_loadd(5, columns, kLine);
        _tile_dpbf16ps(0, 4, 5);
        if constexpr (Registers > 1) {
            _tile_loadd(5, columns + kLanes * kElements, kLine);
            _tile_dpbf16ps(1, 4, 5);
        }
        if constexpr (Registers > 2) {
            _tile_loadd(5, columns + 2 * kLanes * kElements, kLine);
            _tile_dpbf16ps(2, 4, 5);
        }
        if constexpr (Registers > 3) {
            _tile_loadd(5, columns + 3 * kLanes * kElements, kLine);
            _tile_dpbf16ps(3, 4, 5);
        }
    }
    if (unit < units) {
        const Element* const columns = b + unit * Registers * kLanes * kElements;
        _tile_loadd(6, a + unit * kElements, stride);
        _tile_loadd(7, columns, kLine);
        _tile_dpbf16ps(0, 6, 7);
        if constexpr (Registers > 1) {
            _tile_loadd(7, columns + kLanes * kElements, kLine);
            _tile_dpbf16ps(1, 6, 7);
        }
        if constexpr (Registers > 2) {
            _tile_loadd(7, columns + 2 * kLanes * kElements, kLine);
            _tile_dpbf16ps(2, 6, 7);
        }
        if constexpr (Registers > 3) {
            _tile_loadd(7, columns + 3 * kLanes * kElements, kLine);
            _tile_dpbf16ps(3, 6, 7);
        }
    }
    _tile_stored(0, &sums[0][0], kLine);
    if constexpr (Registers > 1)
        _tile_stored(1, &sums[0][1], kLine);
    if constexpr (Registers > 2)
        _tile_stored(2, &sums[0][2], kLine);
    if constexpr (Registers > 3)
        _tile_stored(3, &sums[0][3], kLine);
    asm volatile("" ::: "memory");
}

template <typename Work>
CONTINUO_INLINE void withRows(std::size_t rows, const Work& work)
{
    work(Height(rows));
}

/// 16 lines of 16 units, turned.
CONTINUO_INLINE void transpose(__m512i (&lines)[kLanes])
{
    __m512i pairs[kLanes];
#pragma GCC unroll 16
    for (std::size_t i = 0; i < kLanes; i += 2) {
        pairs[i] = _mm512_unpacklo_epi32(lines[i], lines[i + 1]);
        pairs[i + 1] = _mm512_unpackhi_epi32(lines[i], lines[i + 1]);
    }
    __m512i fours[kLanes];
#pragma GCC unroll 16
    for (std::size_t i = 0; i < kLanes; i += 4)
        for (std::size_t j = 0; j < 2; ++j) {
            fours[i + 2 * j] = _mm512_unpacklo_epi64(pairs[i + j], pairs[i + j + 2]);
            fours[i + 2 * j + 1] = _mm512_unpackhi_epi64(pairs[i + j], pairs[i + j + 2]);
        }
#pragma GCC unroll 16
    for (std::size_t j = 0; j < 4; ++j) {
        // fours[4 b + j] has in its quarter q the unit 4 q + j of the lines 4 b … 4 b + 3.
        const __m512i low = _mm512_shuffle_i32x4(fours[j], fours[4 + j], 0x44);
        const __m512i lowRest = _mm512_shuffle_i32x4(fours[8 + j], fours[12 + j], 0x44);
        const __m512i high = _mm512_shuffle_i32x4(fours[j], fours[4 + j], 0xEE);
        const __m512i highRest = _mm512_shuffle_i32x4(fours[8 + j], fours[12 + j], 0xEE);
        lines[j] = _mm512_shuffle_i32x4(low, lowRest, 0x88);
        lines[4 + j] = _mm512_shuffle_i32x4(low, lowRest, 0xDD);
        lines[8 + j] = _mm512_shuffle_i32x4(high, highRest, 0x88);
        lines[12 + j] = _mm512_shuffle_i32x4(high, highRest, 0xDD);
    }
}

/// How the gradients of gates of a stretch of places lie when the weights' gradient reads them: a
/// line for each gate value, its places one behind the other.
struct GateLayout
{
    explicit GateLayout(std::size_t count)
        : columns(count)
    {
    }
    static std::size_t width(std::size_t columns) { return columns; }

    std::size_t columns;
    std::size_t line = kChunk;
    std::size_t unit = kElements;

    /// The columns from `gradients` on, in the lines `from`…`to` − 1.
    CONTINUO_INLINE void pack(const Element* gradients, std::size_t stride, std::size_t from,
                              std::size_t to, Element* into) const
    {
        for (std::size_t column = 0; column < columns; column += kLanes)
            for (std::size_t place = from; place < to; place += kTileUnits * kElements) {
                __m512i units[kLanes];
                for (std::size_t i = 0; i < kLanes; ++i) {
                    const std::size_t at = place + i * kElements;
                    units[i] = at < to ? gathered(
                                             [&](std::size_t which) {
                                                 return gradients + which * stride + column;
                                             },
                                             at, to)
                                       : _mm512_setzero_si512();
                }
                transpose(units);
                for (std::size_t i = 0; i < kLanes; ++i)
                    storeUnits(into + (column + i) * line + (place - from), units[i]);
            }
    }
};

/// Behind the last place that is read of the places `from`…`to` − 1: tiles are whole.
CONTINUO_INLINE std::size_t wholeUnits(std::size_t from, std::size_t to)
{
    return from + roundedUp(to - from, kTileUnits * kElements);
}

#else

// 6 rows by 4 registers of columns leave room for the operands.
constexpr std::size_t kMostRows = 6;

/// The height of a block, known to the compiler.
template <std::size_t Rows>
class Height
{
public:
    static constexpr std::size_t most = Rows;
    CONTINUO_INLINE constexpr std::size_t count() const { return Rows; }
};

struct Products
{
};

/// sums += a · b for a block. Row i of a begins at a + i * rowStride and its units are unitStride
/// elements apart; b has `Registers` registers for each of `units`.
template <std::size_t Rows, std::size_t Registers>
CONTINUO_INLINE void multiply(Height<Rows>, const Element* a, std::size_t rowStride,
                              std::size_t unitStride, const Element* b, std::size_t units,
                              __m512 (&sums)[Rows][Registers])
{
    __m512 kept[Rows][Registers];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
        for (std::size_t j = 0; j < Registers; ++j)
            kept[i][j] = sums[i][j];
    for (std::size_t unit = 0; unit < units; ++unit) {
        Units columns[Registers];
#pragma GCC unroll 8
        for (std::size_t j = 0; j < Registers; ++j)
            columns[j] = loadUnits(b + (unit * Registers + j) * kLanes * kElements);
#pragma GCC unroll 8
        for (std::size_t i = 0; i < Rows; ++i) {
            const Units row = broadcastUnit(a + i * rowStride + unit * unitStride);
#pragma GCC unroll 8
            for (std::size_t j = 0; j < Registers; ++j)
                kept[i][j] = dot(kept[i][j], row, columns[j]);
        }
    }
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
        for (std::size_t j = 0; j < Registers; ++j)
            sums[i][j] = kept[i][j];
}

template <typename Work>
CONTINUO_INLINE void withRows(std::size_t rows, const Work& work)
{
    switch (rows) {
    case 1:
        work(Height<1>());
        break;
    case 2:
        work(Height<2>());
        break;
    case 3:
        work(Height<3>());
        break;
    case 4:
        work(Height<4>());
        break;
    case 5:
        work(Height<5>());
        break;
    default:
        work(Height<6>());
        break;
    }
}

/// How the gradients of gates of a stretch of places lie when the weights' gradient reads them:
/// unit after unit, in each the gate values.
struct GateLayout
{
    explicit GateLayout(std::size_t count)
        : columns(count)
        , unit(width(count) * kElements)
    {
    }
    /// A little more than needed, so that neighbouring units do not compete for the same places of
    /// the cache.
    static std::size_t width(std::size_t columns) { return columns + kLanes; }

    std::size_t columns;
    std::size_t line = kElements;
    std::size_t unit;

    /// The columns from `gradients` on, in the lines `from`…`to` − 1.
    CONTINUO_INLINE void pack(const Element* gradients, std::size_t stride, std::size_t from,
                              std::size_t to, Element* into) const
    {
        for (std::size_t place = from; place < to; place += kElements, into += unit)
            for (std::size_t column = 0; column < columns; column += kLanes)
                storeUnits(
                    into + column * kElements,
                    gathered([&](std::size_t at) { return gradients + at * stride + column; },
                             place, to));
    }
};

/// Behind the last place that is read of the places `from`…`to` − 1: units are whole.
CONTINUO_INLINE std::size_t wholeUnits(std::size_t from, std::size_t to)
{
    return from + roundedUp(to - from, kElements);
}

#endif

/// Cuts rows into blocks of like height and calls work(height, first row).
template <typename Work>
CONTINUO_INLINE void eachBlock(std::size_t first, std::size_t end, const Work& work)
{
    const std::size_t rows = end - first;
    const std::size_t blocks = (rows + kMostRows - 1) / kMostRows;
    for (std::size_t block = 0; block < blocks; ++block) {
        const std::size_t from = first + rows * block / blocks;
        const std::size_t to = first + rows * (block + 1) / blocks;
        withRows(to - from, [&](auto height) { work(height, from); });
    }
}

} // namespace
} // namespace continuo
