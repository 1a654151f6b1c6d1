// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace continuo::cli {

/// The lines of --version: the program, libtorch, FluidSynth.
std::string versionText();

} // namespace continuo::cli
