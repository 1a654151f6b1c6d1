// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace continuo {

/// Why a file was rejected, of the id of its reason, in a few English words that stand beside a
/// number of files: "not a MIDI file".
std::string_view rejectionInWords(std::string_view reason);

/// Numbers of rejected files by their reasons' ids, as numbers by words.
std::map<std::string, std::size_t>
rejectionsInWords(const std::map<std::string, std::size_t>& reasons);

} // namespace continuo
