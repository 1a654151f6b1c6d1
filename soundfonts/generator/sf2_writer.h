// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "soundfonts/generator/font.h"

#include <cstdint>
#include <string>
#include <vector>

namespace continuo::soundfont {

/// The bytes of a SoundFont 2.04 file with one instrument per program. `samples` are written in the
/// order given, as 16-bit frames (full scale = 1.0, beyond it they are cut off); `programs` must be
/// sorted by bank and number.
std::vector<std::uint8_t> soundfontBytes(const std::vector<Program>& programs,
                                         const std::vector<const Sample*>& samples,
                                         const std::string& title);

} // namespace continuo::soundfont
