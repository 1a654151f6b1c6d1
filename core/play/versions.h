// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace continuo {

/// The version of the FluidSynth library in use, "2.3.1".
std::string fluidSynthVersion();

} // namespace continuo
