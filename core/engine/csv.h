// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace continuo {

/// A field of a table in CSV (RFC 4180): in quotes where it needs them.
std::string csvField(std::string_view text);

/// Text from a file of foreign origin, not yet a field: what a spreadsheet would take for a formula
/// (= + - @, a tab or a return in front) gets an apostrophe before it.
std::string csvText(std::string_view text);

/// One row with its end, "\n".
std::string csvRow(std::span<const std::string> fields);

} // namespace continuo
