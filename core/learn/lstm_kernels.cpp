// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/lstm_kernels_p.h"

namespace continuo {

const LstmKernels* lstmKernels([[maybe_unused]] bool isBfloat16)
{
#if CONTINUO_LSTM_AVX512
    // The compiler's test also asks the operating system whether it keeps the wide registers.
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
        return nullptr;
    if (!isBfloat16)
        return &kLstmFloatKernels;
    return __builtin_cpu_supports("avx512bf16") ? &kLstmBfloat16Kernels : nullptr;
#else
    return nullptr;
#endif
}

} // namespace continuo
