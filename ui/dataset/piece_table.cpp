// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_table.h"

#include "ui/dataset/piece_facts.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>

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
    return !row.isInUse ? 4 : row.part ? static_cast<std::uint64_t>(*row.part) : 3;
}

/// Untouched pieces first, then those that fewer steps change, then those left out.
std::uint64_t recipeAsNumber(const PieceRow& row)
{
    return row.isInUse ? row.steps.size() : UINT64_MAX;
}

std::uint64_t rangeAsNumber(const PieceRow& row)
{
    return static_cast<std::uint64_t>(row.lowest + 1) << 32 |
           static_cast<std::uint32_t>(row.highest + 1);
}

/// Not negative; finer than any cell shows.
std::uint64_t thousandths(float value)
{
    return static_cast<std::uint64_t>(
        std::llround(1000.0 * std::max(static_cast<double>(value), 0.0)));
}

/// For columns of numbers and choices; FamilySize and words are the table's own.
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
    case PieceColumn::Recipe:
        return recipeAsNumber(row);
    case PieceColumn::Use:
        return useAsNumber(row);
    case PieceColumn::Bars:
        return static_cast<std::uint64_t>(std::max(row.bars, 0));
    case PieceColumn::Duration:
        return thousandths(row.durationSeconds);
    case PieceColumn::Tempo:
        return row.quartersPerMinute > 0 ? thousandths(row.quartersPerMinute) : UINT64_MAX;
    case PieceColumn::Tracks:
        return row.tracks;
    case PieceColumn::Polyphony:
        return row.polyphony;
    case PieceColumn::Density:
        return thousandths(row.density);
    case PieceColumn::Velocity:
        return static_cast<std::uint64_t>(row.lowestVelocity) << 32 |
               static_cast<std::uint32_t>(row.highestVelocity);
    case PieceColumn::OffGrid:
        return thousandths(row.offGridShare);
    case PieceColumn::Piece:
    case PieceColumn::Title:
    case PieceColumn::Composer:
    case PieceColumn::Folder:
    case PieceColumn::FamilySize:
        break;
    }
    return 0;
}

/// Which of the columns that are sorted by words it is, if it is one.
std::optional<std::size_t> wordsColumn(PieceColumn column)
{
    switch (column) {
    case PieceColumn::Piece:
        return 0;
    case PieceColumn::Title:
        return 1;
    case PieceColumn::Composer:
        return 2;
    case PieceColumn::Folder:
        return 3;
    default:
        return std::nullopt;
    }
}

std::string_view wordsIn(const PieceRow& row, PieceColumn column)
{
    switch (column) {
    case PieceColumn::Title:
        return row.title;
    case PieceColumn::Composer:
        return row.composer;
    case PieceColumn::Folder:
        return folderOf(row);
    default:
        return row.orderKey;
    }
}

/// A text to put in order: its first bytes as a number settle most comparisons without a look at
/// the text.
struct Wording
{
    std::uint64_t beginning = 0;
    std::string_view text{};
    std::uint32_t place = 0;

    friend bool operator<(const Wording& a, const Wording& b)
    {
        return a.beginning != b.beginning ? a.beginning < b.beginning : a.text < b.text;
    }
};

/// The eight bytes from `from` on as a number that is ordered as they are.
std::uint64_t beginningOf(std::string_view text, std::size_t from)
{
    std::uint64_t number = 0;
    for (std::size_t i = from; i < from + 8; ++i)
        number = number << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    return number;
}

/// The rank of each text among all; equal texts have the same. An empty text is the last.
std::vector<std::uint32_t> ranksAmong(const std::vector<std::string_view>& texts)
{
    // Collections begin all their names alike: what all share decides nothing.
    std::size_t shared = texts.empty() ? 0 : texts.front().size();
    for (const std::string_view text : texts) {
        if (text.empty())
            continue;
        shared = std::min(shared, text.size());
        while (text.substr(0, shared) != texts.front().substr(0, shared))
            --shared;
    }
    std::vector<Wording> order;
    order.reserve(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!texts[i].empty())
            order.push_back(
                {beginningOf(texts[i], shared), texts[i], static_cast<std::uint32_t>(i)});
    }
    std::ranges::sort(order, [](const Wording& a, const Wording& b) { return a < b; });
    std::vector<std::uint32_t> ranks(texts.size(), UINT32_MAX);
    std::uint32_t rank = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && order[i - 1] < order[i])
            ++rank;
        ranks[order[i].place] = rank;
    }
    return ranks;
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
    // By the families as they were, so that passing() told the truth.
    std::vector<char> isShown(rows.size());
    std::ranges::transform(rows, isShown.begin(),
                           [this](const PieceRow& row) { return static_cast<char>(passes(row)); });
    for (std::size_t place = 0; place < rows.size(); ++place) {
        PieceRow& row = rows[place];
        const auto index = static_cast<std::uint32_t>(m_rows.size());
        ++m_counts.pieces;
        m_counts.withoutProblems += row.problems == 0 ? 1 : 0;
        for (std::size_t i = 0; i < kProblemCount; ++i) {
            m_counts.problems[i] += (row.problems >> i) & 1U;
            m_counts.open[i] += ((row.problems & ~row.treated) >> i) & 1U;
        }
        m_counts.leftOut += row.isInUse ? 0 : 1;
        m_counts.train += row.isInUse && row.part == Part::Train ? 1 : 0;
        m_counts.validation += row.isInUse && row.part == Part::Validation ? 1 : 0;
        m_counts.test += row.isInUse && row.part == Part::Test ? 1 : 0;
        for (const std::uint32_t step : row.steps)
            ++(row.isInUse ? m_steps[step].changed : m_steps[step].leftOut);
        m_counts.readWithNotes += row.status == FileStatus::AcceptedWithNotes ? 1 : 0;
        if (row.family != 0) {
            Family& family = m_families[row.family];
            ++family.size;
            if ((row.problems & kDuplicateProblems) == 0) {
                ++family.originals;
                family.original = index;
            }
        }
        m_sorted.push_back(index);
        if (isShown[place] != 0)
            m_shown.push_back(index);
        m_rows.push_back(std::move(row));
    }
}

std::vector<PiecePlace> PieceTable::withoutKinds() const
{
    std::vector<PiecePlace> places;
    for (const PieceRow& row : m_rows) {
        if (!row.kinds)
            places.emplace_back(row.file, row.ordinal);
    }
    std::ranges::sort(places);
    return places;
}

void PieceTable::setKinds(const FoundKinds& found)
{
    for (PieceRow& row : m_rows) {
        if (row.kinds)
            continue;
        const auto kinds = std::ranges::lower_bound(found, PiecePlace(row.file, row.ordinal), {},
                                                    &FoundKinds::value_type::first);
        if (kinds != found.end() && kinds->first == PiecePlace(row.file, row.ordinal))
            row.kinds = kinds->second;
    }
    show();
}

std::size_t PieceTable::passing(const std::vector<PieceRow>& rows) const
{
    return static_cast<std::size_t>(
        std::ranges::count_if(rows, [this](const PieceRow& row) { return passes(row); }));
}

void PieceTable::setFilter(const PieceFilter& filter)
{
    m_filter = filter;
    m_query = parsePieceQuery(filter.words);
    m_asksForFamilySize = m_query.asksForFamilySize();
    show();
}

void PieceTable::setOrder(const PieceOrder& order)
{
    m_order = order;
    const std::vector<std::uint32_t>* ranks =
        wordsColumn(order.column) ? &ranksOf(order.column) : nullptr;
    std::vector<SortKey> keys(m_rows.size());
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        keys[i] = {ranks                                     ? (*ranks)[i]
                   : order.column == PieceColumn::FamilySize ? familySizeOf(m_rows[i])
                                                             : asNumber(m_rows[i], order.column),
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
    for (const PieceColumn column :
         {PieceColumn::Piece, PieceColumn::Title, PieceColumn::Composer, PieceColumn::Folder})
        ranksOf(column);
}

const std::vector<std::uint32_t>& PieceTable::ranksOf(PieceColumn column)
{
    std::vector<std::uint32_t>& ranks = m_ranks[wordsColumn(column).value_or(0)];
    if (ranks.size() == m_rows.size())
        return ranks;
    if (column == PieceColumn::Piece) {
        std::vector<std::string_view> names(m_rows.size());
        std::ranges::transform(m_rows, names.begin(),
                               [](const PieceRow& row) { return std::string_view(row.orderKey); });
        ranks = ranksAmong(names);
        return ranks;
    }
    // Each different text once: there are few composers and folders.
    std::unordered_map<std::string_view, std::uint32_t> places;
    std::vector<std::uint32_t> placeOfRow(m_rows.size());
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const std::string_view words = wordsIn(m_rows[i], column);
        const auto [found, isNew] =
            places.try_emplace(words, static_cast<std::uint32_t>(keys.size()));
        if (isNew)
            keys.push_back(
                orderKey(QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()))));
        placeOfRow[i] = found->second;
    }
    const std::vector<std::uint32_t> ranked =
        ranksAmong(std::vector<std::string_view>(keys.begin(), keys.end()));
    ranks.resize(m_rows.size());
    std::ranges::transform(placeOfRow, ranks.begin(),
                           [&](std::uint32_t place) { return ranked[place]; });
    return ranks;
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
    // Of several originals nobody here knows whose it is.
    if ((row.problems & problemBit(Problem::NearDuplicate)) == 0 || found == m_families.end() ||
        found->second.originals != 1)
        return {};
    return pieceName(m_rows[found->second.original]);
}

std::size_t PieceTable::familySizeOf(const PieceRow& row) const
{
    const auto found = m_families.find(row.family);
    return found == m_families.end() ? 0 : found->second.size;
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
    return matches(m_query, row, m_asksForFamilySize ? familySizeOf(row) : 0);
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
