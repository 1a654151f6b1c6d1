// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/torch_threads_p.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>

#ifndef _WIN32
#include <dlfcn.h>
#endif

namespace continuo {
namespace {

/// How compilers call the OpenMP library: work(data) on every thread of the team.
using StartTeam = void (*)(void (*work)(void*), void* data, unsigned threads, unsigned flags);

/// The library libtorch has loaded, whichever that is. Linking to one here could bring a second
/// with threads of its own.
StartTeam findTeam()
{
#ifdef _WIN32
    return nullptr;
#else
    return reinterpret_cast<StartTeam>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
#endif
}

struct Parts
{
    std::int64_t count = 0;
    std::int64_t parts = 1;
    const std::function<void(std::int64_t, std::int64_t)>& work;
    std::atomic<std::int64_t> next{0};
};

/// Takes parts until none is left, however many threads there are.
void takeParts(void* data)
{
    Parts& parts = *static_cast<Parts*>(data);
    for (std::int64_t part = parts.next++; part < parts.parts; part = parts.next++)
        parts.work(parts.count * part / parts.parts, parts.count * (part + 1) / parts.parts);
}

} // namespace

std::int64_t torchThreads()
{
    return at::get_num_threads();
}

void onTorchThreads(std::int64_t count, const std::function<void(std::int64_t, std::int64_t)>& work)
{
    static const StartTeam startTeam = findTeam();
    Parts parts{
        count, std::clamp<std::int64_t>(torchThreads(), 1, std::max<std::int64_t>(1, count)), work};
    if (parts.parts > 1 && startTeam != nullptr)
        startTeam(takeParts, &parts, 0, 0);
    else
        takeParts(&parts);
}

} // namespace continuo
