// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/lstm_kernels_p.h"

#if CONTINUO_LSTM_AVX512
#include <cpuid.h>
#include <cstdlib>
#include <string_view>
#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif
#endif

namespace continuo {
#if CONTINUO_LSTM_AVX512
namespace {

/// Whether the processor has matrix tiles of bfloat16, and the system lets this process use them.
bool mayUseTiles()
{
    unsigned int a = 0;
    unsigned int b = 0;
    unsigned int c = 0;
    unsigned int d = 0;
    constexpr unsigned int kTilesOfBfloat16 = 1U << 22U | 1U << 24U;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & kTilesOfBfloat16) != kTilesOfBfloat16)
        return false;
    const char* const asked = std::getenv("CONTINUO_AMX");
    if (asked != nullptr && std::string_view(asked) == "0")
        return false;
#ifdef __linux__
    // Their registers are large, so Linux keeps them only for processes that ask for it.
    constexpr long kAskForPermission = 0x1023;
    constexpr long kTileData = 18;
    return syscall(SYS_arch_prctl, kAskForPermission, kTileData) == 0;
#else
    return false;
#endif
}

} // namespace
#endif

const LstmKernels* lstmKernels([[maybe_unused]] bool isBfloat16)
{
#if CONTINUO_LSTM_AVX512
    // The compiler's test also asks the operating system whether it keeps the wide registers.
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
        return nullptr;
    if (!isBfloat16)
        return &kLstmFloatKernels;
    if (!__builtin_cpu_supports("avx512bf16"))
        return nullptr;
    static const bool s_mayUseTiles = mayUseTiles();
    return s_mayUseTiles ? &kLstmTilesKernels : &kLstmBfloat16Kernels;
#else
    return nullptr;
#endif
}

bool hasMatrixTiles()
{
#if CONTINUO_LSTM_AVX512
    return lstmKernels(true) == &kLstmTilesKernels;
#else
    return false;
#endif
}

} // namespace continuo
