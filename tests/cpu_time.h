// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ctime>

namespace continuo::tests {

/// Seconds of processor time of this thread since it began: what a piece of work costs, however
/// busy the machine is.
inline double threadCpuSeconds()
{
    std::timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

} // namespace continuo::tests
