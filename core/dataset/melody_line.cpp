// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/melody_line.h"

#include "core/music/melody.h"
#include "core/music/meter.h"

#include <algorithm>
#include <limits>

namespace continuo {

MelodyLine melodyLineOf(const Score& score)
{
    const std::vector<Note> melody = melodyOf(score);
    MelodyLine line;
    line.steps = melodyPrint(melody);
    if (line.steps.empty())
        return line;
    const MeterMap meters(score);
    constexpr std::int64_t kLastBar = std::numeric_limits<std::uint32_t>::max() - 1;
    for (std::size_t i = 0; i < melody.size() && line.bars.size() <= line.steps.size(); ++i) {
        if (i == 0 || melody[i].pitch != melody[i - 1].pitch)
            line.bars.push_back(static_cast<std::uint32_t>(
                std::min(meters.position(melody[i].start).bar, kLastBar)));
    }
    return line;
}

} // namespace continuo
