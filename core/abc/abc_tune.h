// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/abc/read_abc.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace continuo {

/// Music of more voices is left out with a remark.
inline constexpr std::size_t kAbcMostVoices = 64;

/// One line of an ABC file without its line end.
struct AbcLine
{
    std::string_view text{};
    std::uint32_t number = 0; ///< From 1.
};

/// True for "T:…": a field's letter stands at the very beginning of its line. "A:|" is music.
bool isAbcField(std::string_view line);

/// Reads one tune. `common` are the fields and directives of the file's head, which hold for every
/// tune; `lines` begin with the X: field.
AbcTune readAbcTune(std::span<const AbcLine> common, std::span<const AbcLine> lines,
                    const AbcReadOptions& options);

} // namespace continuo
