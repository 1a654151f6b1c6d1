// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_table.h"

#include <QStringList>

#include <algorithm>
#include <bit>
#include <numeric>
#include <span>
#include <string_view>

namespace continuo::ui {

namespace {

/// What a row is sorted by. Most comparisons end here, without a look at the row, which would be a
/// cache miss each.
struct SortKey
{
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    std::uint32_t row = 0;
};

/// Eight bytes from `start` as a number that orders as they do.
std::uint64_t bytesAsNumber(std::string_view text, std::size_t start)
{
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i)
        number = number << 8 |
                 (start + i < text.size() ? static_cast<std::uint8_t>(text[start + i]) : 0U);
    return number;
}

std::size_t commonPrefix(std::span<const PieceRow> rows)
{
    std::size_t length = rows.empty() ? 0 : rows.front().orderKey.size();
    for (const PieceRow& row : rows) {
        const std::string& first = rows.front().orderKey;
        length = std::min(length, row.orderKey.size());
        std::size_t same = 0;
        while (same < length && row.orderKey[same] == first[same])
            ++same;
        length = same;
    }
    return length;
}

std::uint64_t keyAsNumber(const PieceRow& row)
{
    if (!row.key)
        return UINT64_MAX;
    return static_cast<std::uint64_t>(row.key->tonic) * 4 + (row.key->mode == Mode::Minor ? 2 : 0) +
           (row.keyConfidence < kUnsureKey ? 1 : 0);
}

std::uint64_t meterAsNumber(const PieceRow& row)
{
    if (!row.meter)
        return UINT64_MAX;
    return static_cast<std::uint64_t>(row.meter->denominator) << 32 |
           static_cast<std::uint32_t>(row.meter->numerator);
}

std::uint64_t problemsAsNumber(const PieceRow& row)
{
    return static_cast<std::uint64_t>(std::popcount(row.problems)) << 32 | row.problems;
}

std::uint64_t useAsNumber(const PieceRow& row)
{
    return row.part ? static_cast<std::uint64_t>(*row.part) : 3;
}

SortKey sortKey(const PieceRow& row, PieceColumn column, std::size_t prefix)
{
    switch (column) {
    case PieceColumn::Piece:
        return {bytesAsNumber(row.orderKey, prefix), bytesAsNumber(row.orderKey, prefix + 8), 0};
    case PieceColumn::Key:
        return {keyAsNumber(row), 0, 0};
    case PieceColumn::Meter:
        return {meterAsNumber(row), 0, 0};
    case PieceColumn::Notes:
        return {row.notes, 0, 0};
    case PieceColumn::Range:
        return {static_cast<std::uint64_t>(row.lowest + 1),
                static_cast<std::uint64_t>(row.highest + 1), 0};
    case PieceColumn::Read:
        return {static_cast<std::uint64_t>(row.status), 0, 0};
    case PieceColumn::Problems:
        return {problemsAsNumber(row), 0, 0};
    case PieceColumn::Use:
        break;
    }
    return {useAsNumber(row), 0, 0};
}

std::vector<std::uint32_t> sorted(std::span<const PieceRow> rows, const PieceOrder& order)
{
    const bool isByName = order.column == PieceColumn::Piece;
    const std::size_t prefix = isByName ? commonPrefix(rows) : 0;
    std::vector<SortKey> keys(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        keys[i] = sortKey(rows[i], order.column, prefix);
        keys[i].row = static_cast<std::uint32_t>(i);
    }
    std::ranges::sort(keys, [&](const SortKey& a, const SortKey& b) {
        const bool isTie = a.first == b.first && a.second == b.second;
        if (!isTie)
            return (a.first != b.first ? a.first < b.first : a.second < b.second) !=
                   order.isDescending;
        if (isByName) {
            const int rest = rows[a.row].orderKey.compare(rows[b.row].orderKey);
            if (rest != 0)
                return (rest < 0) != order.isDescending;
        }
        return a.row < b.row;
    });
    std::vector<std::uint32_t> places(keys.size());
    std::ranges::transform(keys, places.begin(), &SortKey::row);
    return places;
}

} // namespace

void PieceTable::append(std::vector<PieceRow> rows)
{
    if (m_rows.empty())
        m_rows.reserve(rows.size());
    for (PieceRow& row : rows) {
        const auto index = static_cast<std::uint32_t>(m_rows.size());
        ++m_counts.pieces;
        m_counts.withoutProblems += row.problems == 0 ? 1 : 0;
        for (std::size_t i = 0; i < kProblemCount; ++i)
            m_counts.problems[i] += (row.problems >> i) & 1U;
        m_counts.train += row.part == Part::Train ? 1 : 0;
        m_counts.validation += row.part == Part::Validation ? 1 : 0;
        m_counts.test += row.part == Part::Test ? 1 : 0;
        if (row.family != 0)
            m_families.try_emplace(row.family, index);
        m_sorted.push_back(index);
        if (passes(row))
            m_shown.push_back(index);
        m_rows.push_back(std::move(row));
    }
}

std::size_t PieceTable::passing(const std::vector<PieceRow>& rows) const
{
    return static_cast<std::size_t>(
        std::ranges::count_if(rows, [this](const PieceRow& row) { return passes(row); }));
}

void PieceTable::setFilter(const PieceFilter& filter)
{
    m_filter = filter;
    m_words.clear();
    for (const QString& word : filter.words.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts))
        m_words.push_back(word.toStdString());
    show();
}

void PieceTable::setOrder(const PieceOrder& order)
{
    m_order = order;
    m_sorted = sorted(m_rows, order);
    show();
}

std::optional<std::size_t> PieceTable::placeOf(std::int64_t id) const
{
    const auto found =
        std::ranges::find_if(m_shown, [&](std::uint32_t row) { return m_rows[row].id == id; });
    return found == m_shown.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - m_shown.begin()));
}

QString PieceTable::relativeOf(const PieceRow& row) const
{
    const auto found = m_families.find(row.family);
    if ((row.problems & problemBit(Problem::NearDuplicate)) == 0 || found == m_families.end() ||
        m_rows[found->second].id == row.id)
        return {};
    return pieceName(m_rows[found->second]);
}

bool PieceTable::passes(const PieceRow& row) const
{
    switch (m_filter.group) {
    case PieceFilter::Group::NoProblems:
        if (row.problems != 0)
            return false;
        break;
    case PieceFilter::Group::OneProblem:
        if ((row.problems & problemBit(m_filter.problem)) == 0)
            return false;
        break;
    case PieceFilter::Group::All:
        break;
    }
    return std::ranges::all_of(m_words, [&](const std::string& word) {
        return row.searchText.find(word) != std::string::npos;
    });
}

void PieceTable::show()
{
    // Rows are looked at in the order they lie in memory, then taken in the order they are shown.
    std::vector<char> isShown(m_rows.size());
    std::ranges::transform(m_rows, isShown.begin(),
                           [this](const PieceRow& row) { return static_cast<char>(passes(row)); });
    m_shown.clear();
    std::ranges::copy_if(m_sorted, std::back_inserter(m_shown),
                         [&](std::uint32_t row) { return isShown[row] != 0; });
}

} // namespace continuo::ui
