// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/track_colour.h"

#include <algorithm>
#include <cmath>

namespace continuo::ui {

QColor trackColour(const Palette& palette, std::size_t index)
{
    const QColor colours[] = {palette.accent,          palette.muted,           palette.alternatives[2],
                              palette.alternatives[1], palette.alternatives[3], palette.alternatives[0]};
    return colours[index % std::size(colours)];
}

QColor mixed(const QColor& a, const QColor& b, double share)
{
    const auto between = [share](int from, int to) { return static_cast<int>(std::lround(from + (to - from) * share)); };
    return QColor(between(a.red(), b.red()), between(a.green(), b.green()), between(a.blue(), b.blue()), between(a.alpha(), b.alpha()));
}

QColor velocityColour(const Palette& palette, const QColor& loud, int velocity)
{
    return mixed(mixed(palette.row, palette.muted, 0.8), loud, std::clamp(velocity, 0, 127) / 127.0);
}

QColor pitchClassColour(const Palette& palette, int pitchClass)
{
    // Fifths apart are neighbours on the wheel, so that keys look alike that sound alike.
    const double hue = std::fmod(palette.accent.hslHueF() + pitchClass * 7 % 12 / 12.0, 1.0);
    return QColor::fromHslF(static_cast<float>(hue), palette.accent.hslSaturationF(), palette.accent.lightnessF());
}

QColor surpriseColour(const Palette& palette, double probability)
{
    constexpr double kMostBits = 6;
    const double bits = probability > 0 ? std::min(-std::log2(std::min(probability, 1.0)), kMostBits) : kMostBits;
    const double place = bits / kMostBits * 2;
    return place < 1 ? mixed(palette.alternatives[2], palette.accent, place) : mixed(palette.accent, palette.alternatives[0], place - 1);
}

} // namespace continuo::ui
