// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled once for each instruction set, with CONTINUO_KERNELS naming the table and CONTINUO_KERNEL_NAME its name.
// Everything is local to the file and nothing of the standard library is called: a function shared with other objects
// could be linked in the version made for a processor that is not there.
#include "core/generate/lane_kernels.h"

#include <cstdint>

namespace continuo {

namespace {

#if defined(__AVX512F__)
constexpr std::size_t kWidth = 16;
constexpr std::size_t kSumsAtOnce = 16; // with 32 registers of a whole sum each
#elif defined(__AVX__)
constexpr std::size_t kWidth = 8;
constexpr std::size_t kSumsAtOnce = 4; // with 16 registers of half a sum
#else
constexpr std::size_t kWidth = 4;
constexpr std::size_t kSumsAtOnce = 2; // with 16 registers of a quarter of a sum
#endif
constexpr std::size_t kParts = kLanes / kWidth;
constexpr std::size_t kRowsAtOnce = 4;
constexpr std::size_t kBatchAtOnce = kSumsAtOnce < 4 ? kSumsAtOnce : 4;

using Floats [[gnu::vector_size(kWidth * sizeof(float))]] = float;
using Integers [[gnu::vector_size(kWidth * sizeof(std::int32_t))]] = std::int32_t;

Floats load(const float* from)
{
    Floats values;
    __builtin_memcpy(&values, from, sizeof values);
    return values;
}

void store(float* to, Floats values)
{
    __builtin_memcpy(to, &values, sizeof values);
}

Integers bitsOf(Floats values)
{
    Integers bits;
    __builtin_memcpy(&bits, &values, sizeof bits);
    return bits;
}

Floats floatsOf(Integers bits)
{
    Floats values;
    __builtin_memcpy(&values, &bits, sizeof values);
    return values;
}

/// Where `mask` is all ones `yes`, where it is zero `no`.
Floats chosen(Integers mask, Floats yes, Floats no)
{
    return floatsOf((mask & bitsOf(yes)) | (~mask & bitsOf(no)));
}

Floats splat(float value)
{
    return Floats{} + value;
}

Floats absolute(Floats x)
{
    return floatsOf(bitsOf(x) & 0x7fffffff);
}

/// e^x for x in [−87, 88], to about one unit in the last place; outside the value at the limit.
Floats exponential(Floats x)
{
    x = chosen(x < -87.0F, splat(-87.0F), x);
    x = chosen(x > 88.0F, splat(88.0F), x);
    // x = n ln 2 + r with |r| <= ln 2 / 2. Adding 1.5 · 2^23 rounds to a whole number and leaves it in the low bits.
    const Floats shifted = x * 1.44269504F + 12582912.0F;
    const Floats n = shifted - 12582912.0F;
    Floats r = x - n * 0.693359375F; // exact: the constant has nine bits
    r = r - n * -2.12194440e-4F;
    // The Taylor polynomial of degree 7: its remainder, 0.35^8 / 8!, is a tenth of a unit in the last place.
    Floats sum = splat(1.0F / 5040);
    sum = sum * r + 1.0F / 720;
    sum = sum * r + 1.0F / 120;
    sum = sum * r + 1.0F / 24;
    sum = sum * r + 1.0F / 6;
    sum = sum * r + 0.5F;
    sum = sum * r + 1.0F;
    sum = sum * r + 1.0F;
    // 1.5 · 2^23 has the bits 0x4b400000.
    const Integers power = bitsOf(shifted) - 0x4b400000;
    return sum * floatsOf((power + 127) << 23);
}

Floats logistic(Floats x)
{
    return 1.0F / (1.0F + exponential(-x));
}

Floats hyperbolicTangent(Floats x)
{
    const Floats size = absolute(x);
    const Integers sign = bitsOf(x) & static_cast<std::int32_t>(0x80000000U);
    const Floats far = 1.0F - 2.0F / (exponential(size + size) + 1.0F);
    // The [5/6] Padé approximant, which keeps the relative precision of small values.
    const Floats s = x * x;
    const Floats over = (s * 21.0F + 1260.0F) * s + 10395.0F;
    const Floats under = ((s + 210.0F) * s + 4725.0F) * s + 10395.0F;
    const Floats near = size * (over / under);
    return floatsOf(bitsOf(chosen(size < 0.5F, near, far)) | sign);
}

/// Sixteen partial sums.
struct Sum
{
    Floats part[kParts];
};

using Quarter [[gnu::vector_size(4 * sizeof(float))]] = float;

/// One tree for every width: lane i with i + 8, then + 4, + 2, + 1.
float total(const Sum& sum)
{
#if defined(__AVX512F__)
    const Floats all = sum.part[0];
    const auto eight = __builtin_shufflevector(all, all, 0, 1, 2, 3, 4, 5, 6, 7) +
                       __builtin_shufflevector(all, all, 8, 9, 10, 11, 12, 13, 14, 15);
#elif defined(__AVX__)
    const Floats eight = sum.part[0] + sum.part[1];
#endif
#if defined(__AVX__)
    const Quarter four =
        __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
#else
    const Quarter four = (sum.part[0] + sum.part[2]) + (sum.part[1] + sum.part[3]);
#endif
    return (four[0] + four[2]) + (four[1] + four[3]);
}

template <std::size_t Rows, std::size_t Batch>
void addBlock(const float* weights, std::size_t columns, const float* in, float* out, std::size_t outStride)
{
    Sum sums[Rows][Batch] = {};
    for (std::size_t c = 0; c < columns; c += kLanes) {
#pragma GCC unroll 4
        for (std::size_t p = 0; p < kParts; ++p) {
            const std::size_t at = c + p * kWidth;
            Floats x[Batch];
#pragma GCC unroll 4
            for (std::size_t b = 0; b < Batch; ++b)
                x[b] = load(in + b * columns + at);
#pragma GCC unroll 4
            for (std::size_t r = 0; r < Rows; ++r) {
                const Floats w = load(weights + r * columns + at);
#pragma GCC unroll 4
                for (std::size_t b = 0; b < Batch; ++b)
                    sums[r][b].part[p] += w * x[b];
            }
        }
    }
#pragma GCC unroll 4
    for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
        for (std::size_t b = 0; b < Batch; ++b)
            out[b * outStride + r] += total(sums[r][b]);
    }
}

/// kRowsAtOnce rows for `Batch` inputs, in as many rows at a time as their sums fit into registers.
template <std::size_t Batch>
void addRows(const float* weights, std::size_t columns, const float* in, float* out, std::size_t outStride)
{
    constexpr std::size_t fitting = kSumsAtOnce / Batch;
    constexpr std::size_t rows = fitting < kRowsAtOnce ? fitting : kRowsAtOnce;
    for (std::size_t r = 0; r < kRowsAtOnce; r += rows)
        addBlock<rows, Batch>(weights + r * columns, columns, in, out + r, outStride);
}

void addProducts(const float* weights, std::size_t rows, std::size_t columns, const float* in, std::size_t batch,
                 float* out, std::size_t outStride)
{
    // Rows outside, batch inside: the weights come from memory once, however large the batch.
    for (std::size_t r = 0; r < rows; r += kRowsAtOnce) {
        const float* const block = weights + r * columns;
        std::size_t b = 0;
        if constexpr (kBatchAtOnce == 4) {
            for (; b + 4 <= batch; b += 4)
                addRows<4>(block, columns, in + b * columns, out + b * outStride + r, outStride);
        }
        for (; b + 2 <= batch; b += 2)
            addRows<2>(block, columns, in + b * columns, out + b * outStride + r, outStride);
        for (; b < batch; ++b)
            addRows<1>(block, columns, in + b * columns, out + b * outStride + r, outStride);
    }
}

void lstmCell(const float* fromInput, const float* fromHidden, std::size_t hidden, float* cell, float* output)
{
    const auto gate = [&](std::size_t index, std::size_t at) {
        return load(fromInput + index * hidden + at) + load(fromHidden + index * hidden + at);
    };
    for (std::size_t at = 0; at < hidden; at += kWidth) {
        const Floats in = logistic(gate(0, at));
        const Floats forget = logistic(gate(1, at));
        const Floats candidate = hyperbolicTangent(gate(2, at));
        const Floats out = logistic(gate(3, at));
        const Floats c = forget * load(cell + at) + in * candidate;
        store(cell + at, c);
        store(output + at, out * hyperbolicTangent(c));
    }
}

void gruCell(const float* fromInput, const float* fromHidden, std::size_t hidden, float* output)
{
    const auto input = [&](std::size_t index, std::size_t at) { return load(fromInput + index * hidden + at); };
    const auto state = [&](std::size_t index, std::size_t at) { return load(fromHidden + index * hidden + at); };
    for (std::size_t at = 0; at < hidden; at += kWidth) {
        const Floats reset = logistic(input(0, at) + state(0, at));
        const Floats update = logistic(input(1, at) + state(1, at));
        const Floats candidate = hyperbolicTangent(input(2, at) + reset * state(2, at));
        store(output + at, (1.0F - update) * candidate + update * load(output + at));
    }
}

void tanhCell(const float* fromInput, const float* fromHidden, std::size_t hidden, float* output)
{
    for (std::size_t at = 0; at < hidden; at += kWidth)
        store(output + at, hyperbolicTangent(load(fromInput + at) + load(fromHidden + at)));
}

void scaleAndShift(float* values, const float* scale, const float* shift, std::size_t count)
{
    for (std::size_t at = 0; at < count; at += kWidth)
        store(values + at, load(values + at) * load(scale + at) + load(shift + at));
}

void rectify(float* values, std::size_t count)
{
    for (std::size_t at = 0; at < count; at += kWidth) {
        const Floats x = load(values + at);
        store(values + at, chosen(x > 0.0F, x, Floats{}));
    }
}

void addScaled(const float* weights, std::size_t count, const float* in, std::size_t places,
               float* out)
{
    for (std::size_t at = 0; at < count; at += kWidth) {
        const Floats weight = load(weights + at);
        for (std::size_t p = 0; p < places; ++p)
            store(out + p * count + at,
                  load(out + p * count + at) + weight * load(in + p * count + at));
    }
}

void gelu(float* values, std::size_t count)
{
    for (std::size_t at = 0; at < count; at += kWidth) {
        const Floats x = load(values + at);
        const Floats inner = (x + x * x * x * 0.044715F) * 0.79788456F;
        store(values + at, x * 0.5F * (1.0F + hyperbolicTangent(inner)));
    }
}

/// Adds 16 values, lane by lane.
void addTo(Sum& sum, const float* values)
{
#pragma GCC unroll 4
    for (std::size_t p = 0; p < kParts; ++p)
        sum.part[p] += load(values + p * kWidth);
}

void normalise(const float* in, std::size_t count, std::size_t padded, const float* scale,
               const float* shift, float* out)
{
    Sum sum = {};
    for (std::size_t at = 0; at < padded; at += kLanes)
        addTo(sum, in + at); // the padding is zeros
    const float mean = total(sum) / static_cast<float>(count);
    Integers places{};
    for (std::size_t i = 0; i < kWidth; ++i)
        places[i] = static_cast<std::int32_t>(i);
    Sum squares = {};
    for (std::size_t at = 0; at < padded; at += kLanes) {
#pragma GCC unroll 4
        for (std::size_t p = 0; p < kParts; ++p) {
            const std::size_t first = at + p * kWidth;
            const Integers isThere =
                places < static_cast<std::int32_t>(count) - static_cast<std::int32_t>(first);
            const Floats distance = chosen(isThere, load(in + first) - mean, Floats{});
            store(out + first, distance);
            squares.part[p] += distance * distance;
        }
    }
    const float variance = total(squares) / static_cast<float>(count);
    const float factor = 1.0F / __builtin_sqrtf(variance + 1e-5F);
    for (std::size_t at = 0; at < padded; at += kWidth)
        store(out + at, load(out + at) * factor * load(scale + at) + load(shift + at));
}

/// The products of one query with `Rows` keys.
template <std::size_t Rows>
void scoreKeys(const float* query, const float* keys, std::size_t stride, std::size_t width,
               float* out)
{
    Sum sums[Rows] = {};
    for (std::size_t c = 0; c < width; c += kLanes) {
#pragma GCC unroll 4
        for (std::size_t p = 0; p < kParts; ++p) {
            const Floats x = load(query + c + p * kWidth);
#pragma GCC unroll 4
            for (std::size_t r = 0; r < Rows; ++r)
                sums[r].part[p] += load(keys + r * stride + c + p * kWidth) * x;
        }
    }
#pragma GCC unroll 4
    for (std::size_t r = 0; r < Rows; ++r)
        out[r] = total(sums[r]);
}

/// out = the weighted sum of `Blocks` registers of every value, over `sum`.
template <std::size_t Blocks>
void mixValues(const float* weights, float sum, const float* values, std::size_t positions,
               std::size_t stride, float* out)
{
    Floats mixed[Blocks] = {};
    for (std::size_t p = 0; p < positions; ++p) {
#pragma GCC unroll 4
        for (std::size_t block = 0; block < Blocks; ++block)
            mixed[block] += load(values + p * stride + block * kWidth) * weights[p];
    }
#pragma GCC unroll 4
    for (std::size_t block = 0; block < Blocks; ++block)
        store(out + block * kWidth, mixed[block] / sum);
}

void attend(const float* query, const float* keys, const float* values, std::size_t positions,
            std::size_t stride, std::size_t width, float* weights, float* out)
{
    std::size_t p = 0;
    for (; p + 4 <= positions; p += 4)
        scoreKeys<4>(query, keys + p * stride, stride, width, weights + p);
    for (; p < positions; ++p)
        scoreKeys<1>(query, keys + p * stride, stride, width, weights + p);
    float largest = weights[0];
    for (p = 1; p < positions; ++p)
        largest = weights[p] > largest ? weights[p] : largest;
    const std::size_t padded = (positions + kLanes - 1) / kLanes * kLanes;
    for (p = positions; p < padded; ++p)
        weights[p] = largest;
    for (p = 0; p < padded; p += kWidth)
        store(weights + p, exponential(load(weights + p) - largest));
    for (p = positions; p < padded; ++p)
        weights[p] = 0;
    Sum sums = {};
    for (p = 0; p < padded; p += kLanes)
        addTo(sums, weights + p);
    const float sum = total(sums);
    std::size_t c = 0;
    for (; c + 4 * kWidth <= width; c += 4 * kWidth)
        mixValues<4>(weights, sum, values + c, positions, stride, out + c);
    for (; c < width; c += kWidth)
        mixValues<1>(weights, sum, values + c, positions, stride, out + c);
}

template <Floats (*Function)(Floats)>
void applyToAll(const float* in, float* out, std::size_t count)
{
    for (std::size_t at = 0; at < count; at += kWidth)
        store(out + at, Function(load(in + at)));
}

} // namespace

extern const LaneKernels CONTINUO_KERNELS;
const LaneKernels CONTINUO_KERNELS{CONTINUO_KERNEL_NAME,
                                   addProducts,
                                   lstmCell,
                                   gruCell,
                                   tanhCell,
                                   scaleAndShift,
                                   rectify,
                                   addScaled,
                                   gelu,
                                   normalise,
                                   attend,
                                   applyToAll<exponential>,
                                   applyToAll<hyperbolicTangent>,
                                   applyToAll<logistic>};

} // namespace continuo
