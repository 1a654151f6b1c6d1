// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/collapse.h"

#include "core/evaluate/piece_numbers.h"
#include "core/music/melody.h"

#include <algorithm>

namespace continuo {

MotionSymbols motionSymbolsOf(const Score& score)
{
    const std::vector<Note> melody = melodyOf(score);
    const std::int64_t quarter = std::max(1, score.ticksPerQuarter);
    MotionSymbols symbols;
    for (std::size_t i = 1; i < melody.size(); ++i) {
        const Tick between = melody[i].start - melody[i - 1].start;
        const std::int64_t steps = std::min<std::int64_t>(
            gridLine(between.value, kGrooveStepsPerQuarter, quarter).value, 4095);
        const int interval = melody[i].pitch.value - melody[i - 1].pitch.value + 128;
        symbols.push_back(static_cast<std::uint32_t>(interval) << 12 |
                          static_cast<std::uint32_t>(steps));
    }
    return symbols;
}

} // namespace continuo
