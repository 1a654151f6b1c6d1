// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_table.h"

#include <QStringList>

#include <algorithm>
#include <bit>
#include <numeric>

namespace continuo::ui {

namespace {

/// What a row is sorted by, without a look at the row, which would be a cache miss each.
struct SortKey
{
    std::uint64_t number = 0;
    std::uint32_t row = 0;
};

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

std::uint64_t rangeAsNumber(const PieceRow& row)
{
    return static_cast<std::uint64_t>(row.lowest + 1) << 32 |
           static_cast<std::uint32_t>(row.highest + 1);
}

/// For all columns but the name.
std::uint64_t asNumber(const PieceRow& row, PieceColumn column)
{
    switch (column) {
    case PieceColumn::Key:
        return keyAsNumber(row);
    case PieceColumn::Meter:
        return meterAsNumber(row);
    case PieceColumn::Notes:
        return row.notes;
    case PieceColumn::Range:
        return rangeAsNumber(row);
    case PieceColumn::Read:
        return static_cast<std::uint64_t>(row.status);
    case PieceColumn::Problems:
        return problemsAsNumber(row);
    case PieceColumn::Use:
        return useAsNumber(row);
    case PieceColumn::Piece:
        break;
    }
    return 0;
}

} // namespace

void PieceTable::reserve(std::size_t rows)
{
    m_rows.reserve(rows);
    m_sorted.reserve(rows);
    m_shown.reserve(rows);
}

void PieceTable::append(std::vector<PieceRow> rows)
{
    if (m_rows.empty())
        reserve(std::max(rows.size(), m_rows.capacity()));
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
    if (order.column == PieceColumn::Piece)
        rankNames();
    std::vector<SortKey> keys(m_rows.size());
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const bool isByName = order.column == PieceColumn::Piece;
        keys[i] = {isByName ? m_ranks[i] : asNumber(m_rows[i], order.column),
                   static_cast<std::uint32_t>(i)};
    }
    std::ranges::sort(
        keys, [isDescending = order.isDescending](const SortKey& a, const SortKey& b) {
            return a.number != b.number ? (a.number < b.number) != isDescending : a.row < b.row;
        });
    m_sorted.resize(keys.size());
    std::ranges::transform(keys, m_sorted.begin(), &SortKey::row);
    show();
}

void PieceTable::rankNames()
{
    if (m_ranks.size() == m_rows.size())
        return;
    std::vector<std::uint32_t> places(m_rows.size());
    std::iota(places.begin(), places.end(), 0U);
    const auto key = [this](std::uint32_t row) -> const std::string& {
        return m_rows[row].orderKey;
    };
    std::ranges::sort(places, {}, key);
    m_ranks.assign(m_rows.size(), 0);
    for (std::size_t i = 1; i < places.size(); ++i)
        m_ranks[places[i]] =
            m_ranks[places[i - 1]] + (key(places[i]) == key(places[i - 1]) ? 0 : 1);
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
