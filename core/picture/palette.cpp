// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/picture/palette.h"

namespace continuo {

namespace {

constexpr Colour colour(std::uint32_t rgb)
{
    return {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8), static_cast<std::uint8_t>(rgb)};
}

constexpr Palette kLight{
    .window = colour(0xeef0f4),
    .panel = colour(0xffffff),
    .line = colour(0xd3d9e2),
    .text = colour(0x1a1e26),
    .muted = colour(0x566072),
    .accent = colour(0x08705f),
    .alternatives = {colour(0x955600), colour(0x6a45d6), colour(0x0b66c3), colour(0xc22f58)},
    .training = colour(0x0b66c3),
    .heldOut = colour(0x955600),
    .rollRow = colour(0xffffff),
    .rollBlackKeyRow = colour(0xf3f5f8),
    .rollTonicRow = colour(0xe3f3f0),
    .rollBarLine = colour(0xa9b3c2),
    .rollBeatLine = colour(0xdde2ea),
    .rollSubdivisionLine = colour(0xeceff4),
    .blackKey = colour(0x394252),
};

} // namespace

const Palette& lightPalette()
{
    return kLight;
}

} // namespace continuo
