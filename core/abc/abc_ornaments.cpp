// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/abc_ornaments.h"

#include <algorithm>

namespace continuo {

namespace {

constexpr AbcTime kStroke = kAbcWhole / 32;
constexpr std::size_t kMostStrokes = 128;

/// `steps` in equal strokes; what division leaves over goes to the last.
std::vector<AbcStroke> equalStrokes(std::initializer_list<int> steps, AbcTime length)
{
    std::vector<AbcStroke> strokes;
    const AbcTime each = length / static_cast<AbcTime>(steps.size());
    for (const int step : steps)
        strokes.push_back({each, step});
    strokes.back().length = length - each * static_cast<AbcTime>(steps.size() - 1);
    return strokes;
}

} // namespace

std::vector<AbcStroke> abcOrnament(AbcOrnament ornament, AbcTime length)
{
    switch (ornament) {
    case AbcOrnament::None:
        break;
    case AbcOrnament::Trill: {
        std::vector<AbcStroke> strokes;
        AbcTime left = length;
        while (left >= 2 * kStroke && strokes.size() < kMostStrokes) {
            strokes.push_back({kStroke, strokes.size() % 2 == 0 ? 0 : 1});
            left -= kStroke;
        }
        strokes.push_back({left, strokes.size() % 2 == 0 ? 0 : 1});
        return strokes;
    }
    case AbcOrnament::Roll:
        return equalStrokes({0, 1, 0, -1, 0}, length);
    case AbcOrnament::UpperMordent:
    case AbcOrnament::LowerMordent: {
        const AbcTime stroke = std::min(kStroke, length / 4);
        return {{stroke, 0},
                {stroke, ornament == AbcOrnament::UpperMordent ? 1 : -1},
                {length - 2 * stroke, 0}};
    }
    case AbcOrnament::Turn:
        return equalStrokes({1, 0, -1, 0}, length);
    case AbcOrnament::InvertedTurn:
        return equalStrokes({-1, 0, 1, 0}, length);
    }
    return {{length, 0}};
}

AbcTime abcGraceLength(std::size_t count, AbcTime length, bool isShort)
{
    const AbcTime wanted = isShort ? kStroke / 2 : kStroke;
    return std::min(wanted, length / 2 / static_cast<AbcTime>(std::max<std::size_t>(count, 1)));
}

} // namespace continuo
