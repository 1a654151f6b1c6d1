// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace continuo {

/// Frames a second of the JACK server that runs; nothing where none does or there is no libjack. A
/// JACK server asks every client for its own rate and converts nothing. Starts no server.
std::optional<int> jackServerRate();

} // namespace continuo
