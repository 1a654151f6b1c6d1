// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/meter.h"
#include "core/music/note.h"

#include <optional>
#include <span>

namespace continuo {

/// The meter that notes suggest, by the autocorrelation of their onsets, each weighted by its
/// length (Brown, "Determination of the meter of musical scores by autocorrelation", 1993): 2/4,
/// 3/4, 4/4, 6/8 or 9/8. Looks at the first 1024 quarters. `notes` are in noteBefore() order; drums
/// count. Nothing for fewer than 16 notes or where no bar stands out.
std::optional<Meter> guessMeter(std::span<const Note> notes, int ticksPerQuarter);

} // namespace continuo
