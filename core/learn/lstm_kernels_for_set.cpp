// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of one element type, compiled for processors with 512-bit registers. Nothing from the
// standard library is used here that could be emitted as a shared function and then run on another
// processor.
#include "core/learn/lstm_block_p.h"
#include "core/learn/lstm_element_p.h"
#include "core/learn/lstm_kernels_p.h"

#include <cstring>
#include <immintrin.h>

namespace continuo {
namespace {

/// e^x, to about two units in the last place; x is kept where the result is a finite number above
/// zero.
CONTINUO_INLINE __m512 exponential(__m512 x)
{
    // In this order of operands what is not a number stays what it is.
    x = _mm512_min_ps(_mm512_set1_ps(87.0F), _mm512_max_ps(_mm512_set1_ps(-87.0F), x));
    const __m512 whole = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504F)),
                                              _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    // ln 2 in two parts, the first of which is exact in any product with a small whole number.
    __m512 rest = _mm512_fnmadd_ps(whole, _mm512_set1_ps(0.693359375F), x);
    rest = _mm512_fnmadd_ps(whole, _mm512_set1_ps(-2.12194440e-4F), rest);
    // The Taylor series to the seventh power: the rest is at most 0.35.
    __m512 sum = _mm512_set1_ps(1.0F / 5040);
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(1.0F / 720));
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(1.0F / 120));
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(1.0F / 24));
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(1.0F / 6));
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(0.5F));
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(1.0F));
    sum = _mm512_fmadd_ps(sum, rest, _mm512_set1_ps(1.0F));
    return _mm512_scalef_ps(sum, whole);
}

CONTINUO_INLINE __m512 sigmoid(__m512 x)
{
    const __m512 one = _mm512_set1_ps(1);
    return _mm512_div_ps(one,
                         _mm512_add_ps(one, exponential(_mm512_sub_ps(_mm512_setzero_ps(), x))));
}

CONTINUO_INLINE __m512 hyperbolicTangent(__m512 x)
{
    const __m512 one = _mm512_set1_ps(1);
    const __m512 power = exponential(_mm512_add_ps(x, x));
    return _mm512_sub_ps(one, _mm512_div_ps(_mm512_set1_ps(2), _mm512_add_ps(one, power)));
}

/// [line of 16 hidden values][unit of the sum][gate][hidden value]: one line of it makes the four
/// gates of 16 values.
void packForward(const float* weight, std::size_t hidden, void* into, std::size_t first,
                 std::size_t end)
{
    for (std::size_t line = first; line < end; ++line) {
        auto* const packed = static_cast<Element*>(into) + line * kLanes * 4 * hidden;
        for (std::size_t gate = 0; gate < 4; ++gate)
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                const float* const row = weight + (gate * hidden + line * kLanes + lane) * hidden;
                Element* const column = packed + (gate * kLanes + lane) * kElements;
                for (std::size_t k = 0; k < hidden; k += kLanes) {
                    Element values[kLanes];
                    roundedLine(row + k, values);
                    for (std::size_t i = 0; i < kLanes; i += kElements)
                        std::memcpy(column + (k + i) * 4 * kLanes, values + i,
                                    sizeof(Element) * kElements);
                }
            }
    }
}

/// [block of 64 hidden values][unit of 4 * hidden][hidden value]; the last block may be narrower.
void packBackward(const float* weight, std::size_t hidden, void* into, std::size_t first,
                  std::size_t end)
{
    for (std::size_t line = first; line < end; ++line) {
        const std::size_t block = line / kMostRegisters;
        const std::size_t registers =
            smaller(kMostRegisters, hidden / kLanes - block * kMostRegisters);
        Element* const packed =
            static_cast<Element*>(into) + block * kMostRegisters * kLanes * 4 * hidden;
        for (std::size_t k = 0; k < 4 * hidden; k += kElements)
            storeUnits(packed + (k * registers + line % kMostRegisters * kElements) * kLanes,
                       gatheredFloats(weight + k * hidden + line * kLanes, hidden));
    }
}

template <typename Height>
CONTINUO_INLINE void forwardBlock(const LstmPass& pass, std::size_t t, std::size_t row, Height rows,
                                  std::size_t line)
{
    const std::size_t hidden = pass.hidden;
    const std::size_t units = hidden / kElements;
    const std::size_t place = t * pass.batch + row;
    const std::size_t column = line * kLanes;
    const std::size_t weight = line * kLanes * 4 * hidden;
    auto* const output = static_cast<Element*>(pass.output);
    const std::size_t count = rows.count();
    __m512 sums[Height::most][4];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < count; ++i) {
        const float* const start =
            pass.tokens != nullptr
                ? pass.table + static_cast<std::size_t>(pass.tokens[place + i]) * 4 * hidden
                : pass.bias;
#pragma GCC unroll 8
        for (std::size_t gate = 0; gate < 4; ++gate)
            sums[i][gate] = _mm512_loadu_ps(start + gate * hidden + column);
    }
    if (pass.tokens == nullptr)
        multiply(rows, static_cast<const Element*>(pass.input) + place * hidden, hidden, kElements,
                 static_cast<const Element*>(pass.inputWeight) + weight, units, sums);
    if (t > 0)
        multiply(rows, output + (place - pass.batch) * hidden, hidden, kElements,
                 static_cast<const Element*>(pass.hiddenWeight) + weight, units, sums);
#pragma GCC unroll 8
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t cell = (place + i) * hidden + column;
        const __m512 in = sigmoid(sums[i][0]);
        const __m512 forget = sigmoid(sums[i][1]);
        const __m512 candidate = hyperbolicTangent(sums[i][2]);
        const __m512 out = sigmoid(sums[i][3]);
        __m512 c = _mm512_mul_ps(in, candidate);
        if (t > 0)
            c = _mm512_fmadd_ps(forget, _mm512_loadu_ps(pass.cells + cell - pass.batch * hidden),
                                c);
        _mm512_storeu_ps(pass.cells + cell, c);
        storeValues(output + cell, _mm512_mul_ps(out, hyperbolicTangent(c)));
        Gate* const gates = gatesOf(pass) + (place + i) * 4 * hidden + column;
        storeGate(gates, in);
        storeGate(gates + hidden, forget);
        storeGate(gates + 2 * hidden, candidate);
        storeGate(gates + 3 * hidden, out);
    }
}

void forward(const LstmPass& pass, std::size_t first, std::size_t end)
{
    [[maybe_unused]] const Products products;
    for (std::size_t t = 0; t < pass.time; ++t)
        for (std::size_t line = 0; line < pass.hidden / kLanes; ++line)
            eachBlock(first, end,
                      [&](auto rows, std::size_t row) { forwardBlock(pass, t, row, rows, line); });
}

/// The gradients of one row's gates at one time. `fromHidden` and `fromCell` come from the step
/// after it; the latter goes on to the step before.
CONTINUO_INLINE void backwardRow(const LstmPass& pass, std::size_t t, std::size_t row,
                                 const float* fromHidden, float* fromCell)
{
    const std::size_t hidden = pass.hidden;
    const std::size_t place = t * pass.batch + row;
    const auto* const outputGradient =
        static_cast<const Element*>(pass.outputGradient) + place * hidden;
    auto* const gradients = static_cast<Element*>(pass.gateGradient) + place * 4 * hidden;
    const Gate* const gates = gatesOf(pass) + place * 4 * hidden;
    const float* const cells = pass.cells + place * hidden;
    const bool isLast = t + 1 == pass.time;
    const __m512 one = _mm512_set1_ps(1);
    for (std::size_t column = 0; column < hidden; column += kLanes) {
        const __m512 in = loadGate(gates + column);
        const __m512 forget = loadGate(gates + hidden + column);
        const __m512 candidate = loadGate(gates + 2 * hidden + column);
        const __m512 out = loadGate(gates + 3 * hidden + column);
        const __m512 curved = hyperbolicTangent(_mm512_loadu_ps(cells + column));
        const __m512 before =
            t > 0 ? _mm512_loadu_ps(cells + column - pass.batch * hidden) : _mm512_setzero_ps();
        __m512 dh = loadValues(outputGradient + column);
        __m512 dc = _mm512_setzero_ps();
        if (!isLast) {
            dh = _mm512_add_ps(dh, _mm512_loadu_ps(fromHidden + column));
            dc = _mm512_loadu_ps(fromCell + column);
        }
        const __m512 dOut = _mm512_mul_ps(dh, curved);
        dc = _mm512_fmadd_ps(_mm512_mul_ps(dh, out), _mm512_fnmadd_ps(curved, curved, one), dc);
        _mm512_storeu_ps(fromCell + column, _mm512_mul_ps(dc, forget));
        const auto throughSigmoid = [&](__m512 gradient, __m512 gate) {
            return _mm512_mul_ps(gradient, _mm512_mul_ps(gate, _mm512_sub_ps(one, gate)));
        };
        storeValues(gradients + column, throughSigmoid(_mm512_mul_ps(dc, candidate), in));
        storeValues(gradients + hidden + column, throughSigmoid(_mm512_mul_ps(dc, before), forget));
        storeValues(
            gradients + 2 * hidden + column,
            _mm512_mul_ps(_mm512_mul_ps(dc, in), _mm512_fnmadd_ps(candidate, candidate, one)));
        storeValues(gradients + 3 * hidden + column, throughSigmoid(dOut, out));
    }
}

/// Rows of gate gradients times a weight that packBackward() left; store(row, column, values).
template <typename Store>
CONTINUO_INLINE void timesWeight(const LstmPass& pass, std::size_t t, std::size_t first,
                                 std::size_t end, const void* weight, const Store& store)
{
    const std::size_t hidden = pass.hidden;
    for (std::size_t column = 0; column < hidden; column += kMostRegisters * kLanes) {
        const auto* const packed = static_cast<const Element*>(weight) + column * 4 * hidden;
        withRegisters(smaller(kMostRegisters, (hidden - column) / kLanes), [&](auto width) {
            eachBlock(first, end, [&](auto rows, std::size_t row) {
                __m512 sums[rows.most][width.value];
                for (auto& line : sums)
                    for (__m512& sum : line)
                        sum = _mm512_setzero_ps();
                const auto* const gradients = static_cast<const Element*>(pass.gateGradient) +
                                              (t * pass.batch + row) * 4 * hidden;
                multiply(rows, gradients, 4 * hidden, kElements, packed, 4 * hidden / kElements,
                         sums);
                for (std::size_t i = 0; i < rows.count(); ++i)
                    for (std::size_t j = 0; j < width.value; ++j)
                        store(row + i, column + j * kLanes, sums[i][j]);
            });
        });
    }
}

void backward(const LstmPass& pass, std::size_t first, std::size_t end, float* scratch)
{
    const std::size_t hidden = pass.hidden;
    [[maybe_unused]] const Products products;
    float* const fromHidden = scratch;
    float* const fromCell = scratch + (end - first) * hidden;
    for (std::size_t t = pass.time; t-- > 0;) {
        for (std::size_t row = first; row < end; ++row)
            backwardRow(pass, t, row, fromHidden + (row - first) * hidden,
                        fromCell + (row - first) * hidden);
        if (t > 0)
            timesWeight(pass, t, first, end, pass.hiddenWeight,
                        [&](std::size_t row, std::size_t column, __m512 values) {
                            _mm512_storeu_ps(fromHidden + (row - first) * hidden + column, values);
                        });
        if (pass.tokens == nullptr)
            timesWeight(pass, t, first, end, pass.inputWeight,
                        [&](std::size_t row, std::size_t column, __m512 values) {
                            storeValues(static_cast<Element*>(pass.inputGradient) +
                                            (t * pass.batch + row) * hidden + column,
                                        values);
                        });
    }
}

std::size_t weightScratch(std::size_t hidden)
{
    return sizeof(Element) * kChunk * (GateLayout::width(4 * hidden) + hidden);
}

/// gradient += gates^T · values over one stretch of places, for the gate values `first`…`end` − 1.
CONTINUO_INLINE void addProduct(const GateLayout& layout, const Element* gates, std::size_t first,
                                std::size_t end, const Element* values, std::size_t hidden,
                                std::size_t units, float* gradient)
{
    for (std::size_t column = 0; column < hidden; column += kMostRegisters * kLanes) {
        const Element* const packed = values + column * kChunk;
        withRegisters(smaller(kMostRegisters, (hidden - column) / kLanes), [&](auto width) {
            eachBlock(first, end, [&](auto rows, std::size_t line) {
                __m512 sums[rows.most][width.value];
                for (std::size_t i = 0; i < rows.count(); ++i)
                    for (std::size_t j = 0; j < width.value; ++j)
                        sums[i][j] =
                            _mm512_loadu_ps(gradient + (line + i) * hidden + column + j * kLanes);
                multiply(rows, gates + (line - first) * layout.line, layout.line, layout.unit,
                         packed, units, sums);
                for (std::size_t i = 0; i < rows.count(); ++i)
                    for (std::size_t j = 0; j < width.value; ++j)
                        _mm512_storeu_ps(gradient + (line + i) * hidden + column + j * kLanes,
                                         sums[i][j]);
            });
        });
    }
}

/// Packs the values of the places `from`…`to` − 1 as addProduct() reads them.
CONTINUO_INLINE void packValues(const Element* values, std::size_t hidden, std::size_t from,
                                std::size_t to, Element* into)
{
    for (std::size_t column = 0; column < hidden; column += kMostRegisters * kLanes) {
        const std::size_t registers = smaller(kMostRegisters, (hidden - column) / kLanes);
        Element* at = into + column * kChunk;
        for (std::size_t place = from; place < wholeUnits(from, to); place += kElements)
            for (std::size_t j = 0; j < registers; ++j, at += kLanes * kElements)
                storeUnits(at, place < to
                                   ? gathered(
                                         [&](std::size_t line) {
                                             return values + line * hidden + column + j * kLanes;
                                         },
                                         place, to)
                                   : Units{});
    }
}

void weights(const LstmPass& pass, std::size_t symbols, std::size_t firstLine, std::size_t endLine,
             void* scratch)
{
    [[maybe_unused]] const Products products;
    const std::size_t hidden = pass.hidden;
    const std::size_t first = firstLine * kLanes;
    const std::size_t end = endLine * kLanes;
    const std::size_t places = pass.time * pass.batch;
    const GateLayout layout(end - first);
    const auto* const gradients = static_cast<const Element*>(pass.gateGradient);
    auto* const packedGates = static_cast<Element*>(scratch);
    Element* const packedValues = packedGates + GateLayout::width(4 * hidden) * kChunk;
    std::memset(pass.hiddenWeightGradient + first * hidden, 0,
                sizeof(float) * (end - first) * hidden);
    if (pass.tokens != nullptr) {
        for (std::size_t symbol = 0; symbol < symbols; ++symbol)
            std::memset(pass.tableGradient + symbol * 4 * hidden + first, 0,
                        sizeof(float) * (end - first));
    } else {
        std::memset(pass.inputWeightGradient + first * hidden, 0,
                    sizeof(float) * (end - first) * hidden);
        std::memset(pass.biasGradient + first, 0, sizeof(float) * (end - first));
    }
    for (std::size_t from = 0; from < places; from += kChunk) {
        const std::size_t to = smaller(from + kChunk, places);
        for (std::size_t place = from; place < to; ++place) {
            float* const sums =
                pass.tokens != nullptr
                    ? pass.tableGradient + static_cast<std::size_t>(pass.tokens[place]) * 4 * hidden
                    : pass.biasGradient;
            for (std::size_t column = first; column < end; column += kLanes)
                _mm512_storeu_ps(
                    sums + column,
                    _mm512_add_ps(_mm512_loadu_ps(sums + column),
                                  loadValues(gradients + place * 4 * hidden + column)));
        }
        if (pass.tokens == nullptr) {
            layout.pack(gradients + first, 4 * hidden, from, to, packedGates);
            packValues(static_cast<const Element*>(pass.input), hidden, from, to, packedValues);
            addProduct(layout, packedGates, first, end, packedValues, hidden,
                       (wholeUnits(from, to) - from) / kElements, pass.inputWeightGradient);
        }
        // A gate saw the output of the step before, which the first step has not.
        const std::size_t begin = from > pass.batch ? from : smaller(pass.batch, to);
        if (begin == to)
            continue;
        if (pass.tokens != nullptr || begin != from)
            layout.pack(gradients + first, 4 * hidden, begin, to, packedGates);
        packValues(static_cast<const Element*>(pass.output), hidden, begin - pass.batch,
                   to - pass.batch, packedValues);
        addProduct(layout, packedGates, first, end, packedValues, hidden,
                   (wholeUnits(begin, to) - begin) / kElements, pass.hiddenWeightGradient);
    }
}

} // namespace

const LstmKernels CONTINUO_LSTM_KERNELS{sizeof(Element), packForward, packBackward, forward,
                                        backward,        weights,     weightScratch};

} // namespace continuo
