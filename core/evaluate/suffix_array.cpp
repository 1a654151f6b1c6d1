// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/suffix_array.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <limits>
#include <utility>

namespace continuo {
namespace {

/// Symbols that the first sorting looks at: four of 16 bits are one number.
constexpr std::size_t kFirstDepth = 4;
/// Progress is told about this often.
constexpr std::size_t kSortingNews = 100;

/// A run of places in the order that are still equal.
struct Group
{
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

std::size_t placesOf(std::span<const Group> groups)
{
    std::size_t places = 0;
    for (const Group& group : groups)
        places += group.end - group.begin;
    return places;
}

/// Beyond the end stands 0, and every symbol is one higher: so places near the end equal no others.
std::uint64_t firstSymbols(std::span<const std::uint16_t> text, std::size_t place)
{
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < kFirstDepth; ++i)
        key = key << 16 | (place + i < text.size() ? text[place + i] + 1U : 0U);
    return key;
}

/// Cuts [begin, end) of the order into groups of equal keys: the rank of a place is where its group
/// begins, plus one.
template <typename Key>
void setRanks(std::span<const std::pair<Key, std::uint32_t>> sorted, std::uint32_t begin,
              std::vector<std::uint32_t>& order, std::vector<std::uint32_t>& ranks,
              std::vector<Group>& unsorted)
{
    for (std::size_t first = 0, last = 0; first < sorted.size(); first = last) {
        while (last < sorted.size() && sorted[last].first == sorted[first].first)
            ++last;
        const auto at = static_cast<std::uint32_t>(begin + first);
        for (std::size_t i = first; i < last; ++i) {
            order[begin + i] = sorted[i].second;
            ranks[sorted[i].second] = at + 1;
        }
        if (last - first > 1)
            unsorted.push_back({at, static_cast<std::uint32_t>(begin + last)});
    }
}

} // namespace

std::optional<std::vector<std::uint32_t>> suffixArray(std::span<const std::uint16_t> text,
                                                      const CancelToken& cancel,
                                                      const SortingProgress& progress)
{
    assert(text.size() < std::numeric_limits<std::uint32_t>::max());
    assert(std::ranges::none_of(text, [](std::uint16_t symbol) { return symbol == 0xffff; }));
    std::vector<std::uint32_t> order(text.size());
    std::vector<std::uint32_t> ranks(text.size());
    std::vector<Group> unsorted;
    std::size_t told = 0;
    const auto tell = [&](std::size_t sorted) {
        const bool isWorthIt = sorted == text.size() || sorted - told > text.size() / kSortingNews;
        if (!progress || !isWorthIt)
            return;
        told = sorted;
        progress(sorted, text.size());
    };
    {
        std::vector<std::pair<std::uint64_t, std::uint32_t>> keys(text.size());
        for (std::size_t place = 0; place < text.size(); ++place)
            keys[place] = {firstSymbols(text, place), static_cast<std::uint32_t>(place)};
        std::ranges::sort(keys);
        setRanks<std::uint64_t>(keys, 0, order, ranks, unsorted);
    }
    std::size_t open = placesOf(unsorted);
    tell(text.size() - open);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> keys;
    for (std::size_t depth = kFirstDepth; !unsorted.empty(); depth *= 2) {
        std::vector<Group> next;
        for (const Group& group : unsorted) {
            if (cancel.isCancelled())
                return std::nullopt;
            keys.clear();
            for (std::uint32_t i = group.begin; i < group.end; ++i) {
                const std::size_t behind = order[i] + depth;
                keys.emplace_back(behind < ranks.size() ? ranks[behind] : 0, order[i]);
            }
            std::ranges::sort(keys);
            const std::size_t before = next.size();
            setRanks<std::uint32_t>(keys, group.begin, order, ranks, next);
            open -= group.end - group.begin;
            open += placesOf(std::span(next).subspan(before));
            tell(text.size() - open);
        }
        unsorted = std::move(next);
    }
    return order;
}

std::vector<std::uint32_t> commonWithPrevious(std::span<const std::uint16_t> text,
                                              std::span<const std::uint32_t> suffixes)
{
    std::vector<std::uint32_t> ranks(text.size());
    for (std::size_t i = 0; i < suffixes.size(); ++i)
        ranks[suffixes[i]] = static_cast<std::uint32_t>(i);
    std::vector<std::uint32_t> common(text.size(), 0);
    std::size_t length = 0;
    for (std::size_t place = 0; place < text.size(); ++place) {
        if (ranks[place] == 0) {
            length = 0;
            continue;
        }
        const std::size_t other = suffixes[ranks[place] - 1];
        while (place + length < text.size() && other + length < text.size() &&
               text[place + length] != 0 && text[place + length] == text[other + length])
            ++length;
        common[ranks[place]] = static_cast<std::uint32_t>(length);
        length -= length > 0 ? 1 : 0;
    }
    return common;
}

} // namespace continuo
