// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/read_abc.h"
#include "core/music/score.h"

#include <string>

namespace continuo::tests {

/// A tune in quarters, in C and in 4/4 where nothing else is said.
inline Score scoreOfAbc(const std::string& music, const std::string& meter = "4/4",
                        const std::string& key = "C", const std::string& unit = "1/4")
{
    auto tunes =
        readAbc("X:1\nT:t\nM:" + meter + "\nL:" + unit + "\nK:" + key + "\n" + music + "\n", "t");
    return tunes ? std::move(tunes->front().score) : Score{};
}

} // namespace continuo::tests
