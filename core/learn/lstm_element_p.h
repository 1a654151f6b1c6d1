// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernels of lstm_kernels_for_set.cpp do with one kind of number. Only for sources
// compiled for 512-bit registers.
#pragma once

#include "core/learn/lstm_kernels_p.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

namespace continuo {
namespace {

#define CONTINUO_INLINE inline __attribute__((always_inline))

constexpr std::size_t kLanes = 16; ///< Floats in a register.

// A unit is what one lane of a product reads at a time: one float, or two bfloat16 that are
// neighbours in the sum.
#if CONTINUO_LSTM_BFLOAT16

using Element = std::uint16_t;
using Units = __m512i;
constexpr std::size_t kElements = 2; ///< In a unit.

CONTINUO_INLINE Units broadcastUnit(const Element* at)
{
    int unit = 0;
    std::memcpy(&unit, at, sizeof(unit));
    return _mm512_set1_epi32(unit);
}
CONTINUO_INLINE Units loadUnits(const Element* at)
{
    return _mm512_loadu_si512(at);
}
CONTINUO_INLINE void storeUnits(Element* at, Units units)
{
    _mm512_storeu_si512(at, units);
}
CONTINUO_INLINE __m512 dot(__m512 sum, Units a, Units b)
{
#ifdef __clang__
    asm(""
        : "+v"(a),
          "+v"(b)); // clang 16 ends with a fault where it folds a load into this instruction.
#endif
    return _mm512_dpbf16_ps(sum, __builtin_bit_cast(__m512bh, a), __builtin_bit_cast(__m512bh, b));
}
CONTINUO_INLINE __m256i sixteen(const Element* at)
{
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}
CONTINUO_INLINE __m256i rounded(__m512 values)
{
    return __builtin_bit_cast(__m256i, _mm512_cvtneps_pbh(values));
}
CONTINUO_INLINE __m512 loadValues(const Element* at)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(sixteen(at)), 16));
}
CONTINUO_INLINE void storeValues(Element* at, __m512 values)
{
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), rounded(values));
}
/// Sixteen values of each of two lines, as units.
CONTINUO_INLINE Units paired(__m256i first, __m256i second)
{
    return _mm512_or_si512(_mm512_cvtepu16_epi32(first),
                           _mm512_slli_epi32(_mm512_cvtepu16_epi32(second), 16));
}
/// Units of the lines `place` and on, sixteen columns; lines from `end` on count as zero. `lines`
/// yields a line's begin.
template <typename Lines>
CONTINUO_INLINE Units gathered(const Lines& lines, std::size_t place, std::size_t end)
{
    const __m256i first = sixteen(lines(place));
    return paired(first, place + 1 < end ? sixteen(lines(place + 1)) : _mm256_setzero_si256());
}
CONTINUO_INLINE Units gatheredFloats(const float* line, std::size_t stride)
{
    return paired(rounded(_mm512_loadu_ps(line)), rounded(_mm512_loadu_ps(line + stride)));
}
/// Sixteen neighbouring floats of one line, as eight units.
CONTINUO_INLINE void roundedLine(const float* line, Element* into)
{
    storeValues(into, _mm512_loadu_ps(line));
}

using Gate = std::uint16_t;
CONTINUO_INLINE Gate* gatesOf(const LstmPass& pass)
{
    return pass.halfGates;
}
CONTINUO_INLINE __m512 loadGate(const Gate* at)
{
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
}
CONTINUO_INLINE void storeGate(Gate* at, __m512 values)
{
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at),
                        _mm512_cvtps_ph(values, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}

#else

using Element = float;
using Units = __m512;
constexpr std::size_t kElements = 1;

CONTINUO_INLINE Units broadcastUnit(const Element* at)
{
    return _mm512_set1_ps(*at);
}
CONTINUO_INLINE Units loadUnits(const Element* at)
{
    return _mm512_loadu_ps(at);
}
CONTINUO_INLINE void storeUnits(Element* at, Units units)
{
    _mm512_storeu_ps(at, units);
}
CONTINUO_INLINE __m512 dot(__m512 sum, Units a, Units b)
{
    return _mm512_fmadd_ps(a, b, sum);
}
CONTINUO_INLINE __m512 loadValues(const Element* at)
{
    return _mm512_loadu_ps(at);
}
CONTINUO_INLINE void storeValues(Element* at, __m512 values)
{
    _mm512_storeu_ps(at, values);
}
template <typename Lines>
CONTINUO_INLINE Units gathered(const Lines& lines, std::size_t place, std::size_t)
{
    return _mm512_loadu_ps(lines(place));
}
CONTINUO_INLINE Units gatheredFloats(const float* line, std::size_t)
{
    return _mm512_loadu_ps(line);
}
CONTINUO_INLINE void roundedLine(const float* line, Element* into)
{
    storeValues(into, _mm512_loadu_ps(line));
}

using Gate = float;
CONTINUO_INLINE Gate* gatesOf(const LstmPass& pass)
{
    return pass.gates;
}
CONTINUO_INLINE __m512 loadGate(const Gate* at)
{
    return _mm512_loadu_ps(at);
}
CONTINUO_INLINE void storeGate(Gate* at, __m512 values)
{
    _mm512_storeu_ps(at, values);
}

#endif

} // namespace
} // namespace continuo
