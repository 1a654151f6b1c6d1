// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace continuo::ui {

/// `wanted` of `all` that lie evenly among them, in their order, the first always; all where there
/// are no more.
template <typename Value>
std::vector<Value> evenly(const std::vector<Value>& all, std::size_t wanted)
{
    if (all.size() <= wanted)
        return all;
    std::vector<Value> some;
    some.reserve(wanted);
    for (std::size_t i = 0; i < wanted; ++i)
        some.push_back(all[i * all.size() / wanted]);
    return some;
}

} // namespace continuo::ui
