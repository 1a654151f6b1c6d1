// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

namespace continuo {

/// How many threads libtorch computes with where this is called.
std::int64_t torchThreads();

/// Runs work(first, end) for cuts of [0, count), one for each thread that libtorch computes with,
/// on those threads themselves: threads beside them would compete with the ones that libtorch keeps
/// spinning for a while after each of its operators. Returns when all are done. `work` must not
/// throw.
void onTorchThreads(std::int64_t count,
                    const std::function<void(std::int64_t first, std::int64_t end)>& work);

} // namespace continuo
