// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/thinning.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numeric>

namespace continuo::ui {

namespace {

constexpr std::size_t kPerColumn = 4;

} // namespace

std::vector<std::size_t> thinned(std::span<const double> x, std::span<const double> y, double from,
                                 double to, int columns)
{
    assert(x.size() == y.size());
    const auto placeOf = [x](auto at) { return static_cast<std::size_t>(at - x.begin()); };
    std::size_t first = placeOf(std::ranges::lower_bound(x, from));
    std::size_t end = placeOf(std::ranges::upper_bound(x, to));
    first -= first > 0 ? 1 : 0;
    end += end < x.size() ? 1 : 0;
    std::vector<std::size_t> places;
    const std::size_t count = end > first ? end - first : 0;
    if (columns < 1 || !(to > from) || count <= kPerColumn * static_cast<std::size_t>(columns)) {
        places.resize(count);
        std::iota(places.begin(), places.end(), first);
        return places;
    }
    places.reserve(kPerColumn * (static_cast<std::size_t>(columns) + 2));
    const double width = (to - from) / columns;
    for (std::size_t i = first; i < end;) {
        const double border = from + width * (std::floor((x[i] - from) / width) + 1);
        std::size_t lowest = i, highest = i, last = i;
        bool hasGap = std::isnan(y[i]);
        std::size_t next = i + 1;
        for (; next < end && x[next] < border; ++next) {
            last = next;
            if (std::isnan(y[next])) {
                hasGap = true;
                continue;
            }
            // Whatever comes after a gap is lower and higher than it.
            if (!(y[lowest] <= y[next]))
                lowest = next;
            if (!(y[highest] >= y[next]))
                highest = next;
        }
        if (hasGap) {
            // Rare: nothing is left out.
            for (std::size_t all = i; all <= last; ++all)
                places.push_back(all);
        } else {
            std::array<std::size_t, kPerColumn> kept{i, std::min(lowest, highest),
                                                     std::max(lowest, highest), last};
            for (const std::size_t place : kept) {
                if (places.empty() || places.back() < place)
                    places.push_back(place);
            }
        }
        i = next;
    }
    return places;
}

} // namespace continuo::ui
