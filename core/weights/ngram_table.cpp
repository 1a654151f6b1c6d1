// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled without contraction of products and sums, so that every machine computes the same bits.
#include "core/weights/ngram_table.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace continuo {
namespace {

constexpr std::int64_t kMostCounted = std::int64_t{1}
                                      << 40; ///< Of one sequence; sums stay far from overflowing.

template <typename T>
Tensor wholeTensor(const std::vector<T>& values, const char* dtype, std::vector<std::int64_t> shape)
{
    const auto bytes = std::as_bytes(std::span(values));
    return {dtype, std::move(shape), {bytes.begin(), bytes.end()}};
}

template <typename T>
std::vector<T> wholeValues(const Tensor& tensor)
{
    std::vector<T> values(tensor.bytes.size() / sizeof(T));
    if (!values.empty())
        std::memcpy(values.data(), tensor.bytes.data(), values.size() * sizeof(T));
    return values;
}

} // namespace

NgramTable::NgramTable(int order, std::int32_t vocabulary)
    : m_order(order)
    , m_vocabulary(vocabulary)
    , m_nodes(1)
{
    assert(order >= 1 && vocabulary >= 1);
}

void NgramTable::add(std::size_t node, std::int32_t next, std::int64_t count)
{
    assert(next >= 0 && next < m_vocabulary);
    Node& here = m_nodes[node];
    auto place = std::ranges::lower_bound(here.followers, next, {}, &Followers::value_type::first);
    if (place == here.followers.end() || place->first != next) {
        place = here.followers.insert(place, {next, 0});
        ++m_size;
    }
    place->second += count;
    here.total += count;
}

std::size_t NgramTable::longer(std::size_t node, std::int32_t before)
{
    const auto [place, isNew] = m_longer.try_emplace(edge(node, before), m_nodes.size());
    if (isNew)
        m_nodes.emplace_back();
    return place->second;
}

void NgramTable::count(std::span<const std::int32_t> context, std::int32_t next)
{
    std::size_t node = 0;
    add(node, next, 1);
    const std::size_t most = std::min(context.size(), static_cast<std::size_t>(m_order - 1));
    for (std::size_t back = 1; back <= most; ++back) {
        node = longer(node, context[context.size() - back]);
        add(node, next, 1);
    }
}

void NgramTable::probabilities(std::span<const std::int32_t> context,
                               std::span<double> result) const
{
    assert(result.size() == static_cast<std::size_t>(m_vocabulary));
    const double all = static_cast<double>(m_nodes[0].total) + static_cast<double>(m_vocabulary);
    std::ranges::fill(result, 1 / all);
    for (const auto& [symbol, count] : m_nodes[0].followers)
        result[static_cast<std::size_t>(symbol)] = (static_cast<double>(count) + 1) / all;
    std::size_t node = 0;
    const std::size_t most = std::min(context.size(), static_cast<std::size_t>(m_order - 1));
    for (std::size_t back = 1; back <= most; ++back) {
        const auto found = m_longer.find(edge(node, context[context.size() - back]));
        if (found == m_longer.end())
            return;
        node = found->second;
        const Node& here = m_nodes[node];
        const auto kinds = static_cast<double>(here.followers.size());
        const double divisor = static_cast<double>(here.total) + kinds;
        auto follower = here.followers.begin();
        for (std::int32_t symbol = 0; symbol < m_vocabulary; ++symbol) {
            double seen = 0;
            if (follower != here.followers.end() && follower->first == symbol)
                seen = static_cast<double>((follower++)->second);
            double& p = result[static_cast<std::size_t>(symbol)];
            p = (seen + kinds * p) / divisor;
        }
    }
}

std::map<std::string, Tensor> NgramTable::tensors() const
{
    // Every context with its node, by length: nodes are reached by ever older symbols.
    struct Place
    {
        std::vector<std::int32_t> context{}; // oldest first
        std::size_t node = 0;
    };
    std::vector<std::pair<std::uint64_t, std::size_t>> edges(m_longer.begin(), m_longer.end());
    std::ranges::sort(edges);
    std::map<std::string, Tensor> result;
    std::vector<Place> places{{}};
    for (int length = 1; length <= m_order; ++length) {
        std::ranges::sort(places, {}, &Place::context);
        std::vector<std::int32_t> symbols;
        std::vector<std::int64_t> counts;
        for (const Place& place : places) {
            for (const auto& [symbol, count] : m_nodes[place.node].followers) {
                symbols.insert(symbols.end(), place.context.begin(), place.context.end());
                symbols.push_back(symbol);
                counts.push_back(count);
            }
        }
        const std::string name = "ngram." + std::to_string(length);
        const auto rows = std::ssize(counts);
        result[name + ".symbols"] = wholeTensor(symbols, "I32", {rows, length});
        result[name + ".counts"] = wholeTensor(counts, "I64", {rows});
        std::vector<Place> longer;
        for (const Place& place : places) {
            auto next = std::ranges::lower_bound(edges, edge(place.node, 0), {},
                                                 &std::pair<std::uint64_t, std::size_t>::first);
            for (; next != edges.end() && next->first >> 32U == place.node; ++next) {
                Place older{{static_cast<std::int32_t>(next->first & 0xffffffffU)}, next->second};
                older.context.insert(older.context.end(), place.context.begin(),
                                     place.context.end());
                longer.push_back(std::move(older));
            }
        }
        places = std::move(longer);
    }
    return result;
}

Result<NgramTable> NgramTable::fromTensors(int order, std::int32_t vocabulary,
                                           const std::map<std::string, Tensor>& tensors,
                                           const std::string& file)
{
    const auto refused = [&file](const char* id, const std::string& tensor,
                                 const std::string& what) {
        return Error{ErrorKind::Refused,
                     id,
                     file + ": the tensor \"" + tensor + "\" " + what +
                         ". The file is damaged or does not fit its own description; get it again "
                         "from where it came.",
                     {{"file", file}, {"tensor", tensor}}};
    };
    NgramTable table(order, vocabulary);
    for (int length = 1; length <= order; ++length) {
        const std::string name = "ngram." + std::to_string(length);
        const std::string names[] = {name + ".symbols", name + ".counts"};
        for (const std::string& each : names) {
            if (!tensors.contains(each))
                return refused("model.missing-tensor", each, "is missing");
        }
        const Tensor& rows = tensors.at(names[0]);
        const Tensor& counted = tensors.at(names[1]);
        if (rows.dtype != "I32")
            return refused("model.wrong-dtype", names[0],
                           "holds " + rows.dtype + " instead of I32");
        if (counted.dtype != "I64")
            return refused("model.wrong-dtype", names[1],
                           "holds " + counted.dtype + " instead of I64");
        if (rows.shape.size() != 2 || rows.shape[1] != length)
            return refused("model.wrong-shape", names[0],
                           "is not a table of sequences of " + std::to_string(length) + " symbols");
        if (counted.shape != std::vector<std::int64_t>{rows.shape[0]})
            return refused("model.wrong-shape", names[1],
                           "does not have a count for every sequence");
        const auto symbols = wholeValues<std::int32_t>(rows);
        const auto counts = wholeValues<std::int64_t>(counted);
        const auto width = static_cast<std::size_t>(length);
        for (std::size_t row = 0; row < counts.size(); ++row) {
            const std::span<const std::int32_t> gram =
                std::span(symbols).subspan(row * width, width);
            if (!std::ranges::all_of(
                    gram, [&](std::int32_t symbol) { return symbol >= 0 && symbol < vocabulary; }))
                return refused("model.bad-counts", names[0],
                               "names a symbol that the vocabulary does not have");
            if (row > 0 && !std::ranges::lexicographical_compare(
                               std::span(symbols).subspan((row - 1) * width, width), gram))
                return refused("model.bad-counts", names[0], "is not in ascending order");
            if (counts[row] < 1 || counts[row] > kMostCounted)
                return refused("model.bad-counts", names[1],
                               "holds the count " + std::to_string(counts[row]) +
                                   ", which cannot be");
            std::size_t node = 0;
            for (std::size_t back = 1; back + 1 < width; ++back) {
                const auto shorter = table.m_longer.find(table.edge(node, gram[width - 1 - back]));
                if (shorter == table.m_longer.end())
                    return refused("model.bad-counts", names[0],
                                   "has a sequence of which nothing shorter was counted");
                node = shorter->second;
            }
            if (width > 1)
                node = table.longer(node, gram.front());
            table.add(node, gram.back(), counts[row]);
        }
    }
    return table;
}

} // namespace continuo
