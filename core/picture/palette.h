// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace continuo {

/// A colour in sRGB; `alpha` 255 is opaque.
struct Colour
{
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    std::uint8_t alpha = 255;

    constexpr Colour withAlpha(std::uint8_t value) const { return {red, green, blue, value}; }
    friend bool operator==(const Colour&, const Colour&) = default;
};

/// The colours of a drawing by what they are for. Text has a contrast of at least 4.5:1 and marks of at least 3:1 on
/// every surface they stand on.
struct Palette
{
    Colour window{};
    Colour panel{};
    Colour line{};
    Colour text{};
    Colour muted{};
    Colour accent{};
    std::array<Colour, 4> alternatives{};
    Colour training{};
    Colour heldOut{};
    Colour rollRow{};
    Colour rollBlackKeyRow{};
    Colour rollTonicRow{};
    Colour rollBarLine{};
    Colour rollBeatLine{};
    Colour rollSubdivisionLine{};
    Colour blackKey{};

    /// The colour of alternative `index` (0 is A); they cycle.
    const Colour& alternative(std::size_t index) const { return alternatives[index % alternatives.size()]; }
};

/// The colours for paper: every exported picture uses them.
const Palette& lightPalette();

} // namespace continuo
