// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/lane_kernels.h"

#include <array>

namespace continuo {

extern const LaneKernels kBaseKernels;

#if defined(__x86_64__)

extern const LaneKernels kAvx2Kernels;
extern const LaneKernels kAvx512Kernels;

namespace {

struct Available
{
    std::array<const LaneKernels*, 3> tables{};
    std::size_t count = 0;

    Available()
    {
        tables[count++] = &kBaseKernels;
        if (__builtin_cpu_supports("avx2"))
            tables[count++] = &kAvx2Kernels;
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
            tables[count++] = &kAvx512Kernels;
    }
};

} // namespace

std::span<const LaneKernels* const> availableKernels()
{
    static const Available available;
    return {available.tables.data(), available.count};
}

#else

std::span<const LaneKernels* const> availableKernels()
{
    static constexpr std::array<const LaneKernels*, 1> tables{&kBaseKernels};
    return tables;
}

#endif

const LaneKernels& fastestKernels()
{
    return *availableKernels().back();
}

} // namespace continuo
